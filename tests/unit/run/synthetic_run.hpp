// A run directory made by hand: series of known numbers and the claims on them. For the tests of claims.
#pragma once

#include <fmt/format.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/series_store.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {

class SyntheticRun {
 public:
  std::int64_t repeats = 1;
  std::vector<SweepAxis> sweep;
  std::vector<std::vector<DeclaredSeries>> points{{}};

  // A series "p.<output>" at every point.
  void declare(const std::string& output, const std::string& when, const std::vector<std::int64_t>& steps,
               const std::vector<SeriesAxis>& axes) {
    for (auto& point : points) point.push_back({"p." + output, "", "a number", when, axes, steps});
  }

  // Lays the directory down; every job has ended at its last step.
  void create(const std::string& claims) {
    ExperimentData data;
    data.repeats = repeats;
    data.sweep = sweep;
    store.emplace(SeriesStore::create(directory.path(), make_series_index(data, points)));
    std::string text = fmt::format("[experiment]\nname = \"synthetic\"\nrepeats = {}\n", repeats);
    if (!sweep.empty()) text += "[sweep]\n";
    for (const SweepAxis& axis : sweep)
      text += fmt::format("\"{}\" = [{}]\n", axis.key, fmt::join(axis.labels, ", "));
    std::ofstream(directory.file("config.resolved.toml")) << text << claims;
    for (std::size_t p = 0; p < points.size(); ++p) {
      for (std::int64_t r = 0; r < repeats; ++r) store->write_ended(p, static_cast<std::size_t>(r), 1000000);
    }
  }

  // Writes value(step, entry) for all recordings of series number `series`.
  void fill(std::size_t series, std::size_t point, std::size_t repeat,
            const std::function<double(std::int64_t, std::size_t)>& value) {
    const DeclaredSeries& declared = points[point][series];
    for (const std::int64_t step : declared.steps) {
      std::vector<double> values;
      for (std::size_t i = 0; i < declared.size(); ++i) values.push_back(value(step, i));
      store->write(series, declared, point, repeat, step, values);
    }
  }

  Verdict check() const { return check_run(directory.path()).at(0); }

  TemporaryDirectory directory;
  std::optional<SeriesStore> store;
};

inline std::string claim_text(const std::string& kind, const std::string& keys, double threshold) {
  return fmt::format(
      "[[claim]]\nname = \"c\"\nkind = \"{}\"\nseries = \"p.a\"\n{}\nthreshold = {:.1f}\nquote = "
      "\"q\"\nreason = \"r\"\n",
      kind, keys, threshold);
}

}  // namespace basso::test

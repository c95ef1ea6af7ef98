// Compares series.json with the files that it lists, recorded.npy with ended.npy and with the schedule, and
// both with the places in the series that hold values.
#include "run/verify_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "basso/error.hpp"
#include "data/npy_series.hpp"
#include "run/config.hpp"
#include "run/stored_series.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;
using Steps = std::vector<std::int64_t>;

bool is_count(double value) { return value >= 0 && value < 0x1p53 && value == std::floor(value); }

class SeriesVerifier {
 public:
  SeriesVerifier(const fs::path& directory, const StoredManifest& manifest)
      : directory_(directory), manifest_(manifest) {}

  std::vector<Verification::Finding> run() {
    attempt("series.json", [&] { index_ = read_series_index(directory_); });
    if (!findings_.empty()) return findings_;
    attempt("config.resolved.toml", [&] { recordings_ = read_recordings(directory_); });
    attempt("series/recorded.npy", [&] { recorded_ = read_counts("recorded.npy"); });
    attempt("series/ended.npy", [&] { ended_ = read_counts("ended.npy"); });
    if (!ended_.empty() && !recordings_.empty() && recordings_.size() * repeats() != ended_.size())
      add("series.json", "its sweep and repeats are not those of config.resolved.toml");
    if (findings_.empty()) check_counts();
    const bool counted = findings_.empty();
    for (std::size_t job = 0; counted && job < recorded_.size(); ++job)
      held_.emplace_back(recordings_[job / repeats()].size(), State::nowhere);
    for (const StoredSeries& stored : index_.series)
      attempt(stored.series.file, [&] { check_values(stored, counted); });
    if (counted && manifest_.files.empty()) check_held();
    return findings_;
  }

 private:
  // Of a recording over all series: none records it, none holds a value of it, one does.
  enum class State : std::uint8_t { nowhere, missing, held };

  void add(const std::string& file, const std::string& what) { findings_.push_back({file, what}); }

  template <class Body>
  void attempt(const std::string& file, Body body) {
    try {
      body();
    } catch (const Error& error) {
      findings_.push_back(finding_of(error, directory_, file));
    }
  }

  std::size_t repeats() const { return static_cast<std::size_t>(index_.repeats); }

  std::vector<double> read_counts(const char* name) const {
    return read_whole(data::NpySeries::open_to_read(directory_ / "series" / name, index_.job_shape()));
  }

  std::string job_text(std::size_t job) const {
    return fmt::format("sweep point {}, repeat {}", job / repeats(), job % repeats());
  }

  void check_counts() {
    for (std::size_t job = 0; job < recorded_.size(); ++job) {
      const Steps& steps = recordings_[job / repeats()];
      const double count = recorded_[job], end = ended_[job];
      if (!is_count(count) || count > static_cast<double>(steps.size())) {
        add("series/recorded.npy", fmt::format("{} complete recordings of {}; expected 0 to {}", count,
                                               job_text(job), steps.size()));
      } else if (std::isnan(end)) {
        if (manifest_.state == "finished")
          add("series/ended.npy", fmt::format("{} has not ended, yet the run is finished", job_text(job)));
      } else if (const auto due =
                     std::count_if(steps.begin(), steps.end(),
                                   [&](std::int64_t step) { return static_cast<double>(step) <= end; });
                 !is_count(end) || count != static_cast<double>(due)) {
        add("series/recorded.npy",
            fmt::format("{} complete recordings of {}, which ended at step {}: expected {}", count,
                        job_text(job), end, due));
      }
    }
  }

  void check_values(const StoredSeries& stored, bool counted) {
    const data::NpySeries file = open_stored_series(directory_, stored);
    const std::size_t jobs = recordings_.size() * repeats();
    if (!counted || !stored.has_recordings() || manifest_.replayed.count(stored.series.name) > 0 ||
        jobs == 0 || file.size() == 0)
      return;
    const std::vector<double>& steps = stored.series.axes[stored.sweep_axes() + 1].values;
    const std::uint64_t width = file.size() / jobs / steps.size();
    data::PieceReader values(file);
    for (std::size_t job = 0; job < jobs; ++job) {
      for (std::size_t k = 0; k < steps.size(); ++k) {
        bool held = false;
        for (std::uint64_t i = 0; i < width; ++i) held |= !std::isnan(values.next());
        if (!note_recording(stored, job, k, steps[k], held)) return;
      }
    }
  }

  // False once something was found: one finding a series will do.
  bool note_recording(const StoredSeries& stored, std::size_t job, std::size_t k, double step, bool held) {
    const Steps& steps = recordings_[job / repeats()];
    const auto found = std::lower_bound(steps.begin(), steps.end(), step,
                                        [](std::int64_t a, double b) { return static_cast<double>(a) < b; });
    const bool known = found != steps.end() && static_cast<double>(*found) == step;
    const bool due = known && stored.is_scheduled(job / repeats(), k);
    if (due) {
      State& state = held_[job][static_cast<std::size_t>(found - steps.begin())];
      state = std::max(state, held ? State::held : State::missing);
    }
    if (!held || (due && !(step > ended_[job]))) return true;
    add(stored.series.file, fmt::format("holds values of {} at step {}, {}", job_text(job), step,
                                        due ? "after that job ended" : "at which it does not record"));
    return false;
  }

  // A count that reached the disk before its data, say.
  void check_held() {
    for (std::size_t job = 0; job < held_.size(); ++job) {
      for (std::size_t i = 0; i < static_cast<std::size_t>(recorded_[job]); ++i) {
        if (held_[job][i] != State::missing) continue;
        add("series/recorded.npy",
            fmt::format("counts the recording of {} at step {} as complete, of which no series holds a value",
                        job_text(job), recordings_[job / repeats()][i]));
        break;
      }
    }
  }

  const fs::path& directory_;
  const StoredManifest& manifest_;
  SeriesIndex index_;
  std::vector<Steps> recordings_;         // [points]
  std::vector<double> recorded_, ended_;  // [jobs]
  std::vector<std::vector<State>> held_;  // [jobs][recordings]
  std::vector<Verification::Finding> findings_;
};

}  // namespace

std::vector<Verification::Finding> verify_shapes(const fs::path& directory) {
  SeriesIndex index;
  try {
    index = read_series_index(directory);
  } catch (const Error&) {
    return {};
  }
  std::vector<Verification::Finding> findings;
  const auto check = [&](const std::string& file, const data::Shape& shape) {
    std::error_code failure;
    if (!fs::exists(directory / file, failure)) return;
    try {
      data::NpySeries::open_to_read(directory / file, shape);
    } catch (const Error& error) {
      findings.push_back(finding_of(error, directory, file));
    }
  };
  check("series/recorded.npy", index.job_shape());
  check("series/ended.npy", index.job_shape());
  for (const StoredSeries& stored : index.series) check(stored.series.file, stored.shape());
  return findings;
}

std::vector<Verification::Finding> verify_series(const fs::path& directory, const StoredManifest& manifest) {
  return SeriesVerifier(directory, manifest).run();
}

Verification::Finding finding_of(const std::exception& error, const fs::path& directory,
                                 const std::string& file) {
  std::string what = error.what();
  const std::string path = (directory / file).string() + ": ";
  if (what.starts_with(path)) what.erase(0, path.size());
  return {file, what};
}

}  // namespace basso

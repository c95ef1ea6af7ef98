// What differs between two runs: where they came from, configuration, values, verdicts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace basso {

// Two values a and b agree when |a - b| <= absolute, or |a - b| <= relative * max(|a|, |b|), or both are
// missing (NaN). Zero, the default: only equal values agree.
struct Tolerance {
  double absolute = 0;
  double relative = 0;
};

// A key of the configuration or of the manifest, or a claim, on which the runs differ; empty where a run has
// none.
struct TextDifference {
  std::string key, a, b;
};

struct SeriesComparison {
  std::string name;
  std::string unlike;        // why the values cannot be compared: only one run has it, other axes; else empty
  std::uint64_t values = 0;  // places
  std::uint64_t differing = 0;    // those whose values are not equal
  std::uint64_t one_missing = 0;  // of these: only one run has a value there
  std::uint64_t beyond = 0;       // of these: beyond the tolerance, as a missing value always is
  double largest_absolute = 0;    // |a - b|
  double largest_relative = 0;    // |a - b| / max(|a|, |b|)
  // "repeat 0, recording 500, frequency 25"; empty where nothing differs there.
  std::string where_absolute, where_relative, where_missing;
  bool agrees() const { return unlike.empty() && beyond == 0; }  // within the tolerance
};

struct Comparison {
  std::vector<TextDifference> origin;         // build, processor, plugins, data
  std::vector<TextDifference> configuration;  // dotted keys of config.resolved.toml
  std::vector<TextDifference> verdicts;       // claim: outcome and value
  std::vector<SeriesComparison> series;       // all, in the order of the first run
  bool agree() const;                         // every series is in both runs and within the tolerance
};

// Throws Error where a directory is no run or a file of it is damaged.
Comparison compare_runs(const std::filesystem::path& a, const std::filesystem::path& b,
                        const Tolerance& tolerance = {});

}  // namespace basso

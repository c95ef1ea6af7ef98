// A run directory as a source of figures: its manifest. Room report.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "report/figure.hpp"
#include "run/manifest.hpp"

namespace basso::report {
namespace {

// "step 20", or "steps 20 to 40" where that differs between jobs.
std::string steps_text(const std::vector<std::optional<std::int64_t>>& steps) {
  std::vector<std::int64_t> known;
  for (const auto& step : steps)
    if (step) known.push_back(*step);
  if (known.empty()) return "the end";
  const auto [first, last] = std::minmax_element(known.begin(), known.end());
  return *first == *last ? fmt::format("step {}", *first) : fmt::format("steps {} to {}", *first, *last);
}

std::map<std::string, std::string> changed_probes(const std::vector<ProbeChange>& changes) {
  std::map<std::string, std::string> texts;
  for (const ProbeChange& change : changes) {
    const std::string at = " at " + steps_text(change.steps);
    const std::set<std::string> dropped(change.dropped.begin(), change.dropped.end());
    for (const std::string& series : change.series) {
      const std::string probe = series.substr(0, series.find('.'));
      if (dropped.count(probe) == 0) texts[probe] = "added" + at;
    }
    for (const std::string& probe : dropped)
      texts[probe] += (texts[probe].empty() ? "dropped" : ", dropped") + at;
  }
  return texts;
}

}  // namespace

Source read_source(const std::filesystem::path& directory) {
  const StoredManifest manifest = read_manifest(directory);
  check_same_config(directory);
  return {directory, std::filesystem::weakly_canonical(directory).filename().string(), manifest.profiles,
          manifest.state, changed_probes(manifest.changes)};
}

}  // namespace basso::report

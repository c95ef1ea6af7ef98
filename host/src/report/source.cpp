// A run directory as a source of figures: its manifest. Room report.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <vector>

#include "basso/error.hpp"
#include "data/file.hpp"
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

// Nothing of a manifest that cannot be understood: a figure needs none.
std::map<std::string, std::string> changed_probes(const std::filesystem::path& directory) {
  std::map<std::string, std::string> texts;
  try {
    for (const ProbeChange& change : read_manifest(directory).changes) {
      const std::string at = " at " + steps_text(change.steps);
      const std::set<std::string> dropped(change.dropped.begin(), change.dropped.end());
      for (const std::string& series : change.series) {
        const std::string probe = series.substr(0, series.find('.'));
        if (dropped.count(probe) == 0) texts[probe] = "added" + at;
      }
      for (const std::string& probe : dropped)
        texts[probe] += (texts[probe].empty() ? "dropped" : ", dropped") + at;
    }
  } catch (const Error&) {
    texts.clear();
  }
  return texts;
}

}  // namespace

Source read_source(const std::filesystem::path& directory) {
  std::error_code failure;
  if (!std::filesystem::is_directory(directory, failure)) {
    throw Error(Exit::usage, fmt::format("{}: no such run directory", directory.string()));
  }
  if (!std::filesystem::exists(directory / "manifest.json", failure)) {
    throw Error(Exit::usage,
                fmt::format("{} is not a run directory: it has no manifest.json", directory.string()));
  }
  const std::vector<std::uint8_t> bytes = data::read_file(directory / "manifest.json");
  const auto manifest = nlohmann::json::parse(bytes.begin(), bytes.end(), nullptr, false);
  if (!manifest.is_object()) {
    throw Error(Exit::data,
                fmt::format("{}/manifest.json is damaged: it is not a JSON object", directory.string()));
  }
  Source source{directory, std::filesystem::weakly_canonical(directory).filename().string(), {}};
  if (const auto profiles = manifest.find("profiles"); profiles != manifest.end() && profiles->is_array()) {
    for (const auto& profile : *profiles) {
      if (profile.is_string()) source.profiles.push_back(profile.get<std::string>());
    }
  }
  if (const auto state = manifest.find("state"); state != manifest.end() && state->is_string())
    source.state = state->get<std::string>();
  source.changed_probes = changed_probes(directory);
  return source;
}

}  // namespace basso::report

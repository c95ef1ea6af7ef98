// A run directory as a source of figures: its manifest. Room report.
#include <fmt/format.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <system_error>
#include <vector>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "report/figure.hpp"

namespace basso::report {

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
  return source;
}

}  // namespace basso::report

// Whether this process may go on with a run, or look at it: against what its manifest says.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "data/hash.hpp"
#include "nn/kernels.hpp"
#include "run/manifest.hpp"

namespace basso {

namespace {

constexpr const char* start_anew = "start a new run instead";

bool says_how_far(const std::string& file) {
  return file == "series.json" || file == "series/recorded.npy" || file == "series/ended.npy";
}

void check_as_left(const FileHash& file, const std::filesystem::path& directory) {
  std::error_code failure;
  const std::filesystem::path there = directory / file.path;
  if (!std::filesystem::is_regular_file(there, failure) || data::hash_file(there) == file.hash) return;
  throw Error(Exit::data, fmt::format("{}: not as the run left it (basso verify names all that is not): put "
                                      "it back, or {}",
                                      there.string(), start_anew));
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

}  // namespace

void check_same_parts(const StoredManifest& before, const ExperimentData& now,
                      const std::filesystem::path& directory) {
  if (const std::string build = build_text(); build != before.build) {
    throw Error(Exit::usage,
                fmt::format("{}: was begun by another build of basso ({}) than this one ({}): {}",
                            directory.string(), before.build, build, start_anew));
  }
  if (const std::string kernels = nn::kernels<float>().target; kernels != before.kernels) {
    throw Error(Exit::usage, fmt::format("{}: was begun with the kernels for {}, this processor takes those "
                                         "for {}, which round otherwise: {}",
                                         directory.string(), before.kernels, kernels, start_anew));
  }
  for (const StoredPlugin& plugin : plugins_of(now)) {
    const bool same = std::any_of(before.plugins.begin(), before.plugins.end(), [&](const auto& one) {
      return one.name == plugin.name && one.hash == plugin.hash;
    });
    if (!same) {
      throw Error(Exit::plugin, fmt::format("{}: {} is another build of {} than the run began with: {}",
                                            directory.string(), plugin.library, plugin.name, start_anew));
    }
  }
}

void check_same_data(const StoredManifest& before, const std::map<std::string, std::string>& now,
                     const std::filesystem::path& directory) {
  for (const auto& [path, hash] : now) {
    const auto is_it = [&name = path,
                        &content = hash](const FileHash& one) {  // Clang 14 captures no bindings
      return file_name(one.path) == file_name(name) && one.hash == content;
    };
    const bool same = std::any_of(before.data_files.begin(), before.data_files.end(), is_it);
    if (!same) {
      throw Error(Exit::data, fmt::format("{}: {} is not what the run began with: {}", directory.string(),
                                          path, start_anew));
    }
  }
}

void check_run_data(const StoredManifest& before, const std::map<std::string, std::string>& now,
                    const std::filesystem::path& directory) {
  std::set<std::string> names;
  for (const FileHash& file : before.data_files) names.insert(file_name(file.path));
  std::map<std::string, std::string> of_run = now;
  std::erase_if(of_run, [&](const auto& file) { return names.count(file_name(file.first)) == 0; });
  check_same_data(before, of_run, directory);
}

void check_same_series(const StoredManifest& before, const std::filesystem::path& directory, bool all) {
  for (const FileHash& file : before.files) {
    const bool series = file.path.rfind("series/", 0) == 0 && file.path.find('/', 7) == std::string::npos;
    if (says_how_far(file.path) || (all && series)) check_as_left(file, directory);
  }
}

void check_same_series(const std::filesystem::path& directory, const std::set<std::string>& files) {
  std::error_code failure;
  if (!std::filesystem::exists(directory / "manifest.json", failure)) return;
  for (const FileHash& file : read_manifest(directory).files)
    if (says_how_far(file.path) || files.count(file.path) != 0) check_as_left(file, directory);
}

void check_same_config(const std::filesystem::path& directory) {
  std::error_code failure;
  if (!std::filesystem::exists(directory / "manifest.json", failure)) return;
  const std::filesystem::path file = directory / "config.resolved.toml";
  const std::vector<std::uint8_t> bytes = data::read_file(file);
  if (data::hash_bytes(bytes) == read_manifest(directory).config_hash) return;
  throw Error(
      Exit::data,
      fmt::format("{}: not what the run began with (edited, or cut short): put it back as it was; other "
                  "settings or claims need a run of their own",
                  file.string()));
}

std::string differences_text(const StoredManifest& before, const ExperimentData& now) {
  std::vector<std::string> parts;
  if (build_text() != before.build) parts.emplace_back("another build of basso");
  if (const std::string kernels = nn::kernels<float>().target; kernels != before.kernels)
    parts.push_back(fmt::format("kernels for {} instead of {}", kernels, before.kernels));
  for (const StoredPlugin& plugin : plugins_of(now)) {
    const auto found = std::find_if(before.plugins.begin(), before.plugins.end(),
                                    [&](const auto& one) { return one.name == plugin.name; });
    if (found != before.plugins.end() && found->hash != plugin.hash)
      parts.push_back("another build of " + plugin.name);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<StoredPlugin> unused_plugins(const StoredManifest& before, const ExperimentData& now) {
  std::vector<StoredPlugin> unused = before.plugins;
  for (const StoredPlugin& plugin : plugins_of(now))
    std::erase_if(unused, [&](const auto& one) { return one.name == plugin.name; });
  return unused;
}

}  // namespace basso

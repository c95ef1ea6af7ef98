// The data search path (see search.hpp).
#include "data/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "basso/error.hpp"

namespace basso::data {
namespace {

// An environment variable that is set and not empty.
std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

bool is_file(const Path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

// The first candidate of each file in the folder; nothing where one is missing.
std::optional<std::vector<Path>> files_in(const Path& folder,
                                          const std::vector<std::vector<std::string>>& files) {
  std::vector<Path> found;
  for (const auto& candidates : files) {
    const auto hit = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const std::string& candidate) { return is_file(folder / candidate); });
    if (hit == candidates.end()) return std::nullopt;
    found.push_back(folder / *hit);
  }
  return found;
}

void require_folder_name(const std::string& name) {
  if (!name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos) return;
  throw Error(Exit::usage,
              fmt::format("'{}' is not the name of a data set; expected a folder's name such as mnist, "
                          "its place is set by --data-dir or BASSO_DATA_PATH",
                          name));
}

// Names of files of one data set: who lacks one of them needs the others as well.
const std::vector<std::vector<std::string>> together = {
    {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte",
     "t10k-labels-idx1-ubyte"},
    {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
     "test_batch.bin"}};

using Candidates = std::vector<std::string>;

// These files, with those of their data set that are in none of the folders.
std::vector<Candidates> with_companions(std::span<const Path> search_path, const std::string& name,
                                        const std::vector<Candidates>& files) {
  const Candidates& wanted = files.front();
  const auto is_of = [&](const Candidates& set) {
    return std::find(set.begin(), set.end(), wanted.front()) != set.end();
  };
  const auto set = std::find_if(together.begin(), together.end(), is_of);
  if (set == together.end()) return files;
  std::vector<Candidates> all;
  for (const std::string& file : *set) {
    Candidates candidates{file};
    if (wanted.size() > 1) candidates.push_back(file + ".gz");
    const auto has = [&](const Path& place) { return files_in(place / name, {candidates}).has_value(); };
    if (file == wanted.front() || std::none_of(search_path.begin(), search_path.end(), has))
      all.push_back(candidates);
  }
  return all;
}

std::string how_to_get(const std::string& name) {
  if (name == "mnist" || name == "fashion-mnist" || name == "images")
    return fmt::format("Get it with: scripts/get-data {} (in Basso's source folder)", name);
  return fmt::format(
      "Put the files into one of these folders, or name the folder that holds {}/ with --data-dir", name);
}

}  // namespace

std::vector<Path> data_search_path(std::span<const std::string> given) {
  std::vector<Path> path(given.begin(), given.end());
  const std::string list = environment("BASSO_DATA_PATH").value_or("");
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(':', begin), list.size());
    if (end > begin) path.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  if (const auto data_home = environment("XDG_DATA_HOME")) {
    path.push_back(Path(*data_home) / "basso/data");
  } else if (const auto home = environment("HOME")) {
    path.push_back(Path(*home) / ".local/share/basso/data");
  }
  for (const char* system : {"/usr/local/share/basso/data", "/usr/share/basso/data", "/usr/share/datasets"}) {
    path.emplace_back(system);
  }
  return path;
}

Path find_dataset(std::span<const Path> search_path, const std::string& name,
                  const std::vector<std::string>& candidates) {
  return find_dataset_files(search_path, name, {candidates}).front();
}

std::vector<Path> find_dataset_files(std::span<const Path> search_path, const std::string& name,
                                     const std::vector<std::vector<std::string>>& files) {
  require_folder_name(name);
  std::string places;
  for (const Path& directory : search_path) {
    const Path folder = directory / name;
    if (auto found = files_in(folder, files)) return *found;
    std::error_code ignored;
    const bool exists = std::filesystem::is_directory(folder, ignored);
    places += fmt::format("\n  {} ({})", folder.string(), exists ? "without the files" : "no such folder");
  }
  std::string wanted;
  for (const Candidates& candidates : with_companions(search_path, name, files))
    wanted += fmt::format("\n  {}", fmt::join(candidates, " or "));
  throw Error(Exit::data,
              fmt::format("data set '{}' not found. Files wanted, from one folder:{}\nLooked in:{}\n{}", name,
                          wanted, places, how_to_get(name)));
}

}  // namespace basso::data

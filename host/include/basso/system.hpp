// What this machine and this build offer: the answer of `basso doctor`, and the versions that go into bug
// reports.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace basso {

// A folder that is searched, in the order of the search.
struct SearchedFolder {
  std::filesystem::path path;
  bool exists = false;
  std::vector<std::string> contents;  // names of the plugins' files, or of the data sets
};

struct SystemReport {
  std::string version;   // of Basso
  std::string commit;    // the last that changed its source, "-dirty" where that differed; empty when it was
                         // built without Git
  std::string abi;       // "1.0": of the plugins that it takes
  std::string compiler;  // that built it
  std::string build_type;
  std::string processor;
  std::vector<std::string> cpu_features;  // those that the kernels make use of
  std::string kernels;  // "AVX3": Highway's name of the instruction set that the engine takes
  std::vector<std::pair<std::string, std::string>> libraries;  // name and version
  int threads = 0;                                             // that this process may use
  std::string gnuplot;                                         // its version; empty when it cannot be started
  std::vector<SearchedFolder> plugin_folders;
  std::vector<SearchedFolder> data_folders;
};

// Looks, changes nothing, runs no plugin. The folders given come first in the search.
SystemReport inspect_system(const std::vector<std::filesystem::path>& plugin_dirs = {},
                            const std::vector<std::filesystem::path>& data_dirs = {});

// "0.1.0"
std::string version();

}  // namespace basso

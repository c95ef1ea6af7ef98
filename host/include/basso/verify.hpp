// Whether a run directory still is what its run left, and whether what it was made from is still at hand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace basso {

class Catalogue;

struct VerifyOptions {
  bool record_only = false;                           // the run directory alone, not what it was made from
  std::vector<std::filesystem::path> data_dirs = {};  // searched first for data files that have moved
};

struct Verification {
  struct Finding {
    std::string file;  // relative to the run directory, or the path of a plugin or data file
    std::string what;
  };
  std::string state;       // "running", "finished", "interrupted", "failed"; "unknown" without a manifest
  std::int64_t files = 0;  // that were compared by their hashes
  std::vector<Finding> findings;   // what is not as it was
  std::vector<std::string> notes;  // what could not be compared, and why
};

// Compares the hashes of the manifest with the files; series.json with the headers of series/; the counts of
// recorded.npy and ended.npy with each other, with the configuration's schedule and with what the series
// hold; and, unless `record_only`, the libraries of the plugins and the data files where they are found:
// where the manifest says, or on the search paths. Throws Error(Exit::usage) where the directory is no run.
Verification verify_run(const std::filesystem::path& directory, const Catalogue& catalogue,
                        const VerifyOptions& options = {});

}  // namespace basso

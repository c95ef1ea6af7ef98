// Where numbers come from: the build of Basso, the processor, the libraries, and the hashes of what was
// recorded.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace basso {

std::string processor_name();
// Those that the engine's kernels and the system's mathematics make use of.
std::vector<std::string> processor_features();

std::string compiler_name();
// The last commit that changed what is built: "<40 digits>", with "-dirty" where the source differed from it;
// empty for a copy without Git.
std::string build_commit();
// XXH3-128 of libbasso, or of the program that holds it.
std::string build_hash();
// Name and version. glibc's is that of the running system, the others are those that were compiled against.
std::vector<std::pair<std::string, std::string>> library_versions();

// A file, and the XXH3-128 of its content.
struct FileHash {
  std::string path;  // as hash_record: relative to the run directory
  std::string hash;
};

// Everything in a run directory that its results stand in, by name: configuration, series.json, series/ and
// snapshots/.
std::vector<std::string> record_files(const std::filesystem::path& directory);
std::vector<FileHash> hash_record(const std::filesystem::path& directory);
// Of *.part of these files, under the names that they will have.
std::vector<FileHash> hash_pending(const std::filesystem::path& directory,
                                   const std::vector<std::string>& pending);

}  // namespace basso

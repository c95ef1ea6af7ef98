// The facts of provenance.hpp.
#include "run/provenance.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <gnu/libc-version.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>

#include "basso/error.hpp"
#include "data/hash.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

// The library that this code stands in, or the program that holds it.
fs::path own_file() {
  Dl_info info{};
  std::error_code failure;
  if (dladdr(reinterpret_cast<const void*>(&compiler_name), &info) != 0 && info.dli_fname != nullptr) {
    fs::path file = info.dli_fname;
    if (file.is_absolute() && fs::is_regular_file(file, failure)) return file;
  }
  return "/proc/self/exe";
}

}  // namespace

std::string processor_name() {
  std::ifstream in("/proc/cpuinfo");
  std::string implementer;  // arm64 has no names there, but numbers
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (colon == std::string::npos) continue;
    const std::string value = line.substr(colon + 2);
    if (line.rfind("model name", 0) == 0) return value;
    if (line.rfind("CPU implementer", 0) == 0) implementer = value;
    if (line.rfind("CPU part", 0) == 0) return fmt::format("implementer {}, part {}", implementer, value);
  }
  return "unknown";
}

std::vector<std::string> processor_features() {
  std::vector<std::string> features;
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) features.emplace_back("sse4.2");
  if (__builtin_cpu_supports("avx2")) features.emplace_back("avx2");
  if (__builtin_cpu_supports("fma")) features.emplace_back("fma");
  if (__builtin_cpu_supports("avx512f")) features.emplace_back("avx512f");
  if (__builtin_cpu_supports("avx512dq")) features.emplace_back("avx512dq");
#elif defined(__aarch64__)
  features.emplace_back("neon");  // which each has
#endif
  return features;
}

std::string compiler_name() {
#if defined(__clang__)
  return fmt::format("Clang {}.{}.{}", __clang_major__, __clang_minor__, __clang_patchlevel__);
#else
  return fmt::format("GCC {}.{}.{}", __GNUC__, __GNUC_MINOR__, __GNUC_PATCHLEVEL__);
#endif
}

std::string build_hash() { return data::hash_file(own_file()); }

std::vector<std::pair<std::string, std::string>> library_versions() {
  std::vector<std::pair<std::string, std::string>> versions{{"glibc", gnu_get_libc_version()}};
  std::istringstream words(BASSO_LIBRARIES);  // "eigen 3.4.0 fmt 9.1.0"
  for (std::string name, version; words >> name >> version;) versions.emplace_back(name, version);
  return versions;
}

std::vector<FileHash> hash_pending(const fs::path& directory, const std::vector<std::string>& pending) {
  std::vector<FileHash> hashes;
  for (const std::string& file : pending)
    hashes.push_back({file, data::hash_file(directory / (file + ".part"))});
  return hashes;
}

std::vector<std::string> record_files(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code failure;
  for (const char* name : {"config.resolved.toml", "config.toml", "series.json"}) {
    if (fs::is_regular_file(directory / name, failure)) files.push_back(directory / name);
  }
  for (const char* folder : {"series", "snapshots"}) {
    if (!fs::exists(directory / folder, failure)) continue;
    for (fs::recursive_directory_iterator at(directory / folder, failure), end; !failure && at != end;
         at.increment(failure)) {
      std::error_code ignored;
      const fs::path extension = at->path().extension();
      const bool whole =
          extension == ".npy" || extension == ".npz";  // not what a killed process left half written
      if (whole && at->is_regular_file(ignored)) files.push_back(at->path());
    }
    if (failure)
      throw Error(Exit::run_failed,
                  fmt::format("{}: cannot be listed: {}", (directory / folder).string(), failure.message()));
  }
  std::sort(files.begin(), files.end());
  std::vector<std::string> names;
  for (const fs::path& file : files) names.push_back(file.lexically_relative(directory).generic_string());
  return names;
}

std::vector<FileHash> hash_record(const fs::path& directory) {
  std::vector<FileHash> hashes;
  for (const std::string& file : record_files(directory))
    hashes.push_back({file, data::hash_file(directory / file)});
  return hashes;
}

}  // namespace basso

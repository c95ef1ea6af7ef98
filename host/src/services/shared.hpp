// What all instances of one run share: seed, data folders, log, stop flag, worker pool, and the data files
// that were read. Room services: the host side of the SDK's services.h.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "services/pool.hpp"

namespace basso::services {

// A data file in memory, as data/1 hands it out: bytes where the format holds unsigned bytes, else numbers.
struct LoadedArray {
  std::vector<std::uint64_t> shape;
  std::vector<std::uint8_t> bytes;
  std::vector<double> numbers;
  std::string path;
};

// Data files that plugins read, each once while anybody holds it, with their hashes for the manifest.
// Thread-safe.
class DataFiles {
 public:
  // Reads `format` ("idx", "npy", "csv", "cifar", "image") from path. Throws Error(Exit::data).
  std::shared_ptr<const LoadedArray> read(const std::string& format, const std::filesystem::path& path);
  // Remembers a file that a parameter of type "path" names.
  void note(const std::filesystem::path& path);
  // Path -> XXH3-128 in hexadecimal, of every file read or noted so far.
  std::map<std::string, std::string> hashes() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::string> hashes_;
  std::map<std::string, std::weak_ptr<const LoadedArray>> loaded_;  // by format and path
};

// One per run. Outlives every Target and Probe made with it.
struct Shared {
  std::uint64_t seed = 0;
  std::vector<std::filesystem::path> data_dirs;  // given ones, before the rest of the search path
  std::function<void(int level, const std::string& line)> log;  // thread-safe; empty: nowhere
  const std::atomic<int>* stop = nullptr;                       // signal number once the run is to stop
  Pool pool{1};
  DataFiles files;

  explicit Shared(unsigned threads = 1) : pool(threads) {}
  bool stopping() const { return stop && stop->load(std::memory_order_relaxed) != 0; }
  void write_log(int level, const std::string& line) const {
    if (log) log(level, line);
  }
};

}  // namespace basso::services

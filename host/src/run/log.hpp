// log.txt of a run directory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "data/file.hpp"

namespace basso {

// A line at a time from any thread.
class Log {
 public:
  // Throws Error(Exit::run_failed) where the file cannot be written.
  explicit Log(const std::filesystem::path& file);
  void write(const std::string& line);
  // Why a line was lost, or nothing. A run goes on without its log, but says so.
  std::string failure();

 private:
  std::mutex mutex_;
  data::File file_;
  std::uint64_t size_;
  std::string failure_;
};

}  // namespace basso

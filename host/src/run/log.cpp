// Appending to log.txt.
#include "run/log.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>

#include "basso/error.hpp"

namespace basso {

Log::Log(const std::filesystem::path& file) : file_(data::File::open_or_create(file)), size_(file_.size()) {}

void Log::write(const std::string& line) {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(now), line);
  try {
    file_.write_at(size_, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    size_ += text.size();
  } catch (const Error& error) {
    failure_ = error.what();
  }
}

std::string Log::failure() {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace basso

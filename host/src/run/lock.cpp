// The file `lock` of a run directory. See lock.hpp.
#include "run/lock.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <string>
#include <thread>

#include "basso/error.hpp"

namespace basso {

namespace {

std::string own_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host[0] = '?';
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("process {} on {} since {:%Y-%m-%dT%H:%M:%SZ}\n", getpid(), host.data(),
                     fmt::gmtime(now));
}

// The first line, as far as it can be shown.
std::string holder(const data::File& file) {
  std::array<std::uint8_t, 400> bytes{};
  const std::size_t count = file.read_at(0, bytes.data(), bytes.size());
  std::string text;
  for (std::size_t i = 0; i < count && bytes[i] >= ' ' && bytes[i] < 127; ++i)
    text += static_cast<char>(bytes[i]);
  return text.empty() ? "another process" : text;
}

}  // namespace

RunLock::RunLock(const std::filesystem::path& directory)
    : file_(data::File::open_or_create(directory / "lock")) {
  for (int looks = 0; !file_.lock(); ++looks) {  // is_held takes it for a moment
    if (looks == 10)
      throw Error(Exit::usage, fmt::format("{}: {} writes this run; wait for its end, or stop it",
                                           directory.string(), holder(file_)));
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  const std::string name = own_name();
  file_.write_at(0, {reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
  file_.truncate(name.size());
}

void RunLock::check_place(const std::filesystem::path& directory) const {
  std::error_code failure;
  if (std::filesystem::exists(directory / "manifest.json", failure) &&
      !file_.is_replaced_at(directory / "lock"))
    return;
  throw Error(
      Exit::run_failed,
      fmt::format("{}: this run directory is gone, and what was recorded in it: where it was moved, basso "
                  "resume goes on there; else start the run again",
                  directory.string()));
}

bool RunLock::is_held(const std::filesystem::path& directory) {
  try {
    return data::File::open_to_read(directory / "lock").is_locked();
  } catch (const Error&) {
    return false;
  }
}

}  // namespace basso

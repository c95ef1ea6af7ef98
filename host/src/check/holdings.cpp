// Counted by the worker's meter and read from /proc/self (proc(5)).
#include "check/holdings.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "check/meter.hpp"

namespace basso::check {
namespace {

std::int64_t entries(const char* folder) {
  const std::filesystem::directory_iterator list(folder);
  return std::distance(begin(list), end(list));
}

// malloc's heap is left out, as its blocks are counted and what it keeps in reserve is no leak; the stack,
// too. A sanitizer keeps freed memory mapped, so nothing can be told there.
std::int64_t mapped_bytes() {
  std::int64_t sum = 0;
#if !defined(__SANITIZE_ADDRESS__) && !defined(BASSO_SANITIZED)
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {  // "7f00-7f10 r--p …", in hexadecimal digits
    if (line.find("[heap]") != std::string::npos || line.find("[stack]") != std::string::npos) continue;
    std::uint64_t first = 0, end = 0;
    const char* const stop = line.data() + line.size();
    const auto dash = std::from_chars(line.data(), stop, first, 16);
    std::from_chars(dash.ptr + 1, stop, end, 16);
    sum += static_cast<std::int64_t>(end - first);
  }
#endif
  return sum;
}

std::string counted(std::int64_t count, const char* what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

}  // namespace

Holdings holdings() {
  return {entries("/proc/self/task"), entries("/proc/self/fd"), meter().live_blocks(), meter().live_bytes(),
          mapped_bytes()};
}

Holdings holdings_at_rest(const Holdings& before) {
  using namespace std::chrono_literals;
  // A thread is joined a moment before the system forgets it.
  for (int look = 0; look < 40 && entries("/proc/self/task") > before.threads; ++look)
    std::this_thread::sleep_for(5ms);
  return holdings();
}

// A thread holds blocks and a mapping, a file may hold a block: the cause is told, not what follows from it.
std::string told(const Holdings& more, int rounds) {
  std::string what;
  if (more.threads > 0)
    what = counted(more.threads, "running thread");
  else if (more.files > 0)
    what = counted(more.files, "open file");
  else if (more.blocks > 0)
    what = fmt::format("{} of memory ({} bytes)", counted(more.blocks, "block"), more.bytes);
  else if (more.mapped > 0)
    what = fmt::format("{} bytes of mapped memory (mmap without munmap)", more.mapped);
  return what.empty() ? "" : fmt::format("{} in {} rounds", what, rounds);
}

}  // namespace basso::check

// How much of an array one instruction writes: whether a loop is vectorised, seen rather than timed.
#pragma once

#include <cstddef>
#include <functional>

namespace basso::check {

// Memory in two halves, of which the second cannot be written at first. The instruction that tries is let
// through alone, and what it changed is measured; everything after it runs freely.
class Tripwire {
 public:
  static constexpr std::size_t half = std::size_t{1} << 14;  // bytes

  Tripwire();
  ~Tripwire();
  Tripwire(const Tripwire&) = delete;
  Tripwire& operator=(const Tripwire&) = delete;

  unsigned char* middle() const { return begin_ + half; }
  // Runs `call` and gives the bytes that the first instruction to write behind the middle wrote, on both
  // sides of it: 0 where none did, and where the processor cannot be watched (it is no x86-64, or a sanitizer
  // has put its own code between). One call at a time in a process.
  std::size_t written_at_once(const std::function<void()>& call) const;

 private:
  unsigned char* begin_ = nullptr;
};

}  // namespace basso::check

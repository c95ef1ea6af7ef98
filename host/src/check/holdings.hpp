// What the process holds, and what a loop goes on to leave behind in it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

namespace basso::check {

struct Holdings {
  std::int64_t threads, files;  // running, open
  std::int64_t blocks, bytes;   // of malloc, and their size
  std::int64_t mapped;          // bytes of address space beside malloc's heap and the stack
};

Holdings holdings();
// The same when threads that have just ended are gone, but for those of `before`.
Holdings holdings_at_rest(const Holdings& before);
// "" or what `more` says that the rounds left: "3 blocks of memory (96 bytes) in 10 rounds".
std::string told(const Holdings& more, int rounds);

// What `cycle` goes on to leave behind, as told() says it. What is kept once, as caches are, is found in the
// first rounds; a leak shows in each of the batches behind them, be it of every round or of some.
template <class Cycle>
std::string left_behind(int rounds, Cycle&& cycle) {
  constexpr int batches = 3;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  for (int i = 0; i < rounds; ++i) cycle();
  Holdings least{most, most, most, 0, most};
  for (int batch = 0; batch < batches; ++batch) {
    const Holdings before = holdings();
    for (int i = 0; i < rounds; ++i) cycle();
    const Holdings after = holdings_at_rest(before);
    least.threads = std::min(least.threads, after.threads - before.threads);
    least.files = std::min(least.files, after.files - before.files);
    if (after.blocks - before.blocks < least.blocks) {
      least.blocks = after.blocks - before.blocks;
      least.bytes = after.bytes - before.bytes;
    }
    least.mapped = std::min(least.mapped, after.mapped - before.mapped);
  }
  return told(least, rounds);
}

}  // namespace basso::check

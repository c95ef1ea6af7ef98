// Timing of small pieces of work against each other, on Google Benchmark.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace basso::bench {

// repeat(n) does one piece of work n times in a row on the calling thread. What it throws ends the
// measurement.
struct Task {
  std::string name;
  std::function<void(std::uint64_t)> repeat;
};

struct TimingOptions {
  double seconds = 0.02;  // of processor time that one round of a task takes at least
  int rounds = 5;
};

// Nanoseconds of this thread's processor time for one piece of work, over the rounds.
struct Timing {
  double median = 0;
  double lowest = 0, highest = 0;
};

// One Timing a task. The rounds of all tasks are taken in turn, in random order, so that a change of the
// processor's speed meets all of them alike.
std::vector<Timing> time_in_turn(const std::vector<Task>& tasks, const TimingOptions& options);

// Processor and memory as Google Benchmark sees them.
struct Cache {
  std::string type;  // "Data", "Instruction", "Unified"
  int level;
  std::uint64_t bytes;
};
struct Machine {
  std::vector<Cache> caches;
  double load = 0;               // of the last minute; 0 where unknown
  bool scaling_enabled = false;  // the processor's frequency follows its load
};
Machine inspect_machine();

// What was written before is in memory, and what is read afterwards is read anew.
inline void touch_memory() { asm volatile("" ::: "memory"); }

}  // namespace basso::bench

// A look at what passes between a target or a probe and its host, without changing it: which services it
// uses, what the host refuses, and whether a probe writes to what it is shown.
#pragma once

#include <atomic>
#include <cstdint>
#include <set>
#include <string>

#include "basso/catalogue.hpp"

namespace basso::check {

// Who runs the tasks of parallel/1: the host's pool, or one other thread that takes the last task first.
enum class Tasks { by_host, backwards_elsewhere };

// Of the component that was watched last.
struct Seen {
  std::atomic<std::uint64_t> draws{0};  // calls of random/1
  std::atomic<std::uint64_t> loops{0};  // of parallel/1 with two tasks or more
  std::set<std::string> needs;          // kinds of what a probe asked for: "predictions"
  std::set<std::string> need_names;     // the same with their sets: "predictions of the set 'train'"
  bool own_points = false;              // a probe registered some
  std::string refused;                  // the first refusal: "emit/1: <the host's sentence>"
  std::string state;                    // what was wrong about a call of state/1
};

// The same component, watched. For a probe, every matrix that it is shown is a copy that may only be read and
// ends at a guard page; those that the ABI says are the same memory at every observation are. There is one
// watched component at a time: making the next one ends the last one's use. `component` must outlive it.
Component watched(const Component& component, Tasks tasks = Tasks::by_host);
const Seen& seen();

}  // namespace basso::check

// Allocations of the worker's process. The worker's executable counts them (host/src/worker/main.cpp), as
// only an executable can see the calls of every library; elsewhere there is no meter.
#pragma once

#include <cstdint>

namespace basso::check {

struct Meter {
  std::uint64_t (*allocations)();  // made by the calling thread so far
  std::int64_t (*live_blocks)();   // allocated and not freed, by all threads
  std::int64_t (*live_bytes)();
};

void install_meter(const Meter& counters);
// Throws std::logic_error outside the worker.
const Meter& meter();

}  // namespace basso::check

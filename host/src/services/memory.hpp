// How much memory this machine has: what a request is compared with before anything is allocated.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <limits>

namespace basso::services {

// Bytes of physical memory; the largest number where the system does not say.
inline std::uint64_t physical_memory() {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  if (pages <= 0 || bytes <= 0) return std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(bytes);
}

}  // namespace basso::services

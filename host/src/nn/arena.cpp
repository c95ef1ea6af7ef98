// Memory straight from the system.
#include "nn/arena.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace basso::nn {
namespace {

constexpr size_t line = 64;
constexpr size_t huge_page = size_t{2} << 20;
constexpr size_t least = 4 * huge_page;  // of a mapping; what is not touched takes no memory

size_t up_to(size_t value, size_t multiple) { return (value + multiple - 1) / multiple * multiple; }

}  // namespace

void Arena::Unmap::operator()(std::byte* begin) const { munmap(begin, size); }

void* Arena::take(size_t bytes) {
  bytes = up_to(bytes, line);
  if (bytes > left_) {
    left_ = 0;
    const size_t size = up_to(std::max(bytes, least), huge_page);
    const size_t mapped = size + huge_page;  // to begin on a huge page
    void* const begin = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) throw std::bad_alloc();
    mappings_.push_back({static_cast<std::byte*>(begin), Unmap{mapped}});
    const auto address = reinterpret_cast<uintptr_t>(begin);
    next_ = mappings_.back().get() + (up_to(address, huge_page) - address);
    left_ = size;
#ifdef MADV_HUGEPAGE
    madvise(next_, size, MADV_HUGEPAGE);  // refused: small pages do
#endif
  }
  void* const taken = next_;
  next_ += bytes;
  left_ -= bytes;
  return taken;
}

}  // namespace basso::nn

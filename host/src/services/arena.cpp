// Scratch memory in aligned blocks that grow twofold.
#include "services/arena.hpp"

#include <algorithm>
#include <new>

#include "services/memory.hpp"

namespace basso::services {

namespace {
constexpr std::size_t kSmallestBlock = std::size_t{1} << 16;
}

void Arena::Free::operator()(std::byte* memory) const noexcept {
  ::operator delete[](memory, std::align_val_t{kAlignment});
}

void* Arena::take(std::uint64_t bytes) noexcept {
  if (bytes > physical_memory() / 2) return nullptr;
  const std::size_t wanted =
      std::max<std::size_t>((bytes + kAlignment - 1) / kAlignment * kAlignment, kAlignment);
  try {
    const std::lock_guard lock(mutex_);
    if (blocks_.empty() || blocks_.back().capacity - blocks_.back().used < wanted) {
      const std::size_t last = blocks_.empty() ? kSmallestBlock / 2 : blocks_.back().capacity;
      const std::size_t capacity = std::max(wanted, std::min(2 * last, std::size_t{1} << 28));
      blocks_.reserve(blocks_.size() + 1);
      auto* memory = static_cast<std::byte*>(::operator new[](capacity, std::align_val_t{kAlignment}));
      blocks_.push_back({std::unique_ptr<std::byte[], Free>(memory), capacity, 0});
    }
    Block& block = blocks_.back();
    void* piece = block.memory.get() + block.used;
    block.used += wanted;
    return piece;
  } catch (...) {
    return nullptr;
  }
}

void Arena::reset() noexcept {
  // Only the newest block is kept, which is the largest but for outsized requests.
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  if (!blocks_.empty()) blocks_.back().used = 0;
}

}  // namespace basso::services

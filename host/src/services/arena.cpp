// Scratch memory in aligned blocks that grow twofold.
#include "services/arena.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "services/fenced.hpp"
#include "services/memory.hpp"

namespace basso::services {

namespace {
constexpr std::size_t kFence = Arena::kAlignment;
constexpr std::size_t kSmallestBlock = std::size_t{1} << 16;
}  // namespace

void Arena::Free::operator()(std::byte* memory) const noexcept {
  ::operator delete[](memory, std::align_val_t{kAlignment});
}

void* Arena::take(std::uint64_t bytes) noexcept {
  if (bytes > physical_memory() / 2) return nullptr;
  const std::size_t wanted = (bytes + kAlignment - 1) / kAlignment * kAlignment + kFence;
  try {
    const std::lock_guard lock(mutex_);
    if (blocks_.empty() || blocks_.back().capacity - blocks_.back().used < kFence + wanted) {
      const std::size_t last = blocks_.empty() ? kSmallestBlock / 2 : blocks_.back().capacity;
      const std::size_t capacity = std::max(kFence + wanted, std::min(2 * last, std::size_t{1} << 28));
      blocks_.reserve(blocks_.size() + 1);
      auto* memory = static_cast<std::byte*>(::operator new[](capacity, std::align_val_t{kAlignment}));
      blocks_.push_back({std::unique_ptr<std::byte[], Free>(memory), capacity, 0});
    }
    Block& block = blocks_.back();
    if (block.used == 0) {
      fence_off(block.memory.get(), kFence, true);
      block.used = kFence;
    }
    std::byte* const piece = block.memory.get() + block.used;
    fence_off(piece + bytes, wanted - bytes, false);
    block.used += wanted;
    return piece;
  } catch (...) {
    return nullptr;
  }
}

void Arena::fence_off(std::byte* begin, std::size_t bytes, bool before) {
  fence(begin, bytes);
  fences_.push_back({begin, bytes, before});
}

std::string Arena::damage() {
  const std::lock_guard lock(mutex_);
  for (const Fence& one : fences_)
    if (first_damaged(one.begin, one.bytes) < one.bytes)
      return fmt::format("something was written {} scratch memory",
                         one.before ? "before" : "behind the end of");
  return "";
}

void Arena::reset() noexcept {
  fences_.clear();
  // Only the newest block is kept, which is the largest but for outsized requests.
  if (blocks_.size() > 1) blocks_.erase(blocks_.begin(), blocks_.end() - 1);
  if (!blocks_.empty()) blocks_.back().used = 0;
}

}  // namespace basso::services

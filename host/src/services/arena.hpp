// Scratch memory of one instance: taken piece by piece, given back all at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace basso::services {

class Arena {
 public:
  static constexpr std::size_t kAlignment = 64;
  // nullptr when out of memory. Thread-safe.
  void* take(std::uint64_t bytes) noexcept;
  // Everything taken so far is free again; the memory is kept for the next call.
  void reset() noexcept;

 private:
  struct Free {
    void operator()(std::byte* memory) const noexcept;
  };
  struct Block {
    std::unique_ptr<std::byte[], Free> memory;
    std::size_t capacity;
    std::size_t used;
  };
  std::mutex mutex_;
  std::vector<Block> blocks_;
};

}  // namespace basso::services

// Scratch memory of one instance: taken piece by piece, each between fences (fenced.hpp), given back all at
// once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace basso::services {

class Arena {
 public:
  static constexpr std::size_t kAlignment = 64;
  // nullptr when out of memory. Thread-safe.
  void* take(std::uint64_t bytes) noexcept;
  // "something was written behind the end of scratch memory", or "".
  std::string damage();
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
  struct Fence {  // behind a piece, or at the start of a block
    std::byte* begin;
    std::size_t bytes;
    bool before;
  };
  void fence_off(std::byte* begin, std::size_t bytes, bool before);
  std::mutex mutex_;
  std::vector<Block> blocks_;
  std::vector<Fence> fences_;
};

}  // namespace basso::services

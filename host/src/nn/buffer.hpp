// A zero-filled array on a cache line, for the vector kernels. Some spare elements behind its end may be
// touched by them.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>
#include <new>

#include "nn/arena.hpp"

namespace basso::nn {

template <class T>
class Buffer {
 public:
  static constexpr size_t spare = 64;  // elements behind size() that kernels may read, and rewrite unchanged

  Buffer() = default;
  explicit Buffer(size_t size) : own_(hwy::AllocateAligned<T>(size + spare)), data_(own_.get()), size_(size) {
    if (!own_) throw std::bad_alloc();
    std::fill_n(data_, size + spare, T{0});
  }
  // In the arena's memory; null: in its own.
  Buffer(size_t size, Arena* arena) {
    if (arena)
      data_ = static_cast<T*>(arena->take((size + spare) * sizeof(T))), size_ = size;
    else
      *this = Buffer(size);
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  hwy::AlignedFreeUniquePtr<T[]> own_;  // null: the arena's
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace basso::nn

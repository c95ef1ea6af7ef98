// A zero-filled array on a cache line, for the vector kernels. Some spare elements behind its end may be
// touched by them.
#pragma once

#include <hwy/aligned_allocator.h>

#include <algorithm>
#include <cstddef>
#include <new>
#include <utility>

namespace basso::nn {

template <class T>
class Buffer {
 public:
  static constexpr size_t spare = 64;  // elements behind size() that kernels may read, and rewrite unchanged

  Buffer() = default;
  explicit Buffer(size_t size) : data_(hwy::AllocateAligned<T>(size + spare)), size_(size) {
    if (!data_) throw std::bad_alloc();
    std::fill_n(data_.get(), size + spare, T{0});
  }

  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_[i]; }
  const T& operator[](size_t i) const { return data_[i]; }

 private:
  hwy::AlignedFreeUniquePtr<T[]> data_;
  size_t size_ = 0;
};

}  // namespace basso::nn

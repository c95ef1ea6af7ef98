// A Buffer that an activation writes. The elements beside it keep a mark of the host's own, which costs the
// training nothing: what is written there is found by whoever looks now and then.
#pragma once

#include <algorithm>
#include <cstddef>

#include "nn/buffer.hpp"

namespace basso::nn {

template <class T>
class FencedBuffer {
 public:
  // `mark`: finite, and no value that an activation is likely to give.
  FencedBuffer() = default;
  FencedBuffer(size_t size, T mark, Arena* arena) : all_(fence + size, arena), mark_(mark) {
    std::fill_n(all_.data(), fence, mark);
    std::fill_n(data() + size, fence, mark);
  }

  T* data() { return all_.data() + fence; }
  const T* data() const { return all_.data() + fence; }
  size_t size() const { return all_.size() < fence ? 0 : all_.size() - fence; }
  // What of the fences is not as it was: "before", "behind the end of", or "".
  const char* damage() const {
    const auto damaged = [this](const T* first) {
      return std::any_of(first, first + fence, [this](T value) { return value != mark_; });
    };
    if (size() == 0) return "";
    return damaged(data() + size()) ? "behind the end of" : damaged(all_.data()) ? "before" : "";
  }

 private:
  static constexpr size_t fence = Buffer<T>::spare;  // elements at either end; behind it that spare room
  Buffer<T> all_;
  T mark_ = 0;
};

}  // namespace basso::nn

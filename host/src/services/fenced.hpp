// An array for a plugin to write, between words of the host's own: what is written beside it is found.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace basso::services {

// Bytes that are to be as they were set by fence(): of the first that is not, its place from 0; else `count`.
inline constexpr unsigned char kFenceByte = 0xC5;
inline void fence(void* first, std::size_t count) { std::memset(first, kFenceByte, count); }
inline std::size_t first_damaged(const void* first, std::size_t count) {
  const auto* const bytes = static_cast<const unsigned char*>(first);
  return static_cast<std::size_t>(
      std::find_if(bytes, bytes + count, [](unsigned char byte) { return byte != kFenceByte; }) - bytes);
}

template <class T>
class Fenced {
 public:
  // `name` for messages: "the inputs".
  Fenced(std::string name, std::size_t count, T value)
      : name_(std::move(name)), all_(count + 2 * kElements, value) {
    fence(all_.data(), kElements * sizeof(T));
    fence(end(), kElements * sizeof(T));
  }
  T* data() { return size() == 0 ? nullptr : begin(); }
  std::size_t size() const { return all_.size() - 2 * kElements; }
  T* begin() { return all_.data() + kElements; }
  T* end() { return begin() + size(); }
  T operator[](std::size_t i) const { return all_[kElements + i]; }
  // "something was written behind the end of the inputs", or "".
  std::string damage() {
    constexpr std::size_t bytes = kElements * sizeof(T);
    if (first_damaged(end(), bytes) < bytes) return "something was written behind the end of " + name_;
    if (first_damaged(all_.data(), bytes) < bytes) return "something was written before " + name_;
    return "";
  }

 private:
  static constexpr std::size_t kElements = 64;  // at either end
  std::string name_;
  std::vector<T> all_;
};

}  // namespace basso::services

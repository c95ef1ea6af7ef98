// Structs of the ABI as the proxy hands them to a plugin: guarded copies, longer than ours or not.
#pragma once

#include <basso/probe.h>

#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "check/guarded.hpp"

namespace basso::check {

// Owns every copy that one instance or one call has been given.
class Copies {
 public:
  explicit Copies(std::uint32_t growth) : growth_(growth) {}

  // A read-only copy that ends at a guard page, `growth` bytes longer than T.
  template <class T>
  T* add(const T& from, const char* name) {
    const Guarded& memory = memory_.emplace_back(name, sizeof(T) + growth_);
    memory.fill(0xA5);
    std::memcpy(memory.data(), &from, sizeof(T));
    auto* copy = static_cast<T*>(memory.data());
    copy->size = static_cast<std::uint32_t>(sizeof(T) + growth_);
    return copy;
  }
  // The given pointers to structs, each copied.
  template <class T>
  const T* const* add_all(const T* const* from, std::uint64_t count, const char* name) {
    std::vector<const void*>& list = lists_.emplace_back();
    for (std::uint64_t i = 0; i < count; ++i) list.push_back(add(*from[i], name));
    return reinterpret_cast<const T* const*>(list.data());
  }
  const basso_scene* add_scene(const basso_scene& from);
  // From now on nothing here may be written.
  void protect() const {
    for (const Guarded& memory : memory_) memory.read_only();
  }

 private:
  std::uint32_t growth_;
  std::deque<Guarded> memory_;
  std::deque<std::vector<const void*>> lists_;
};

// A struct that the plugin is to fill: zeroed, `said` its size, 1024 bytes, then a guard page.
template <class T>
class Room {
 public:
  Room(const char* name, const T& initial, std::uint32_t said)
      : memory_(name, 1024), said_(said == 0 ? static_cast<std::uint32_t>(sizeof(T)) : said) {
    std::memcpy(memory_.data(), &initial, sizeof(T));
    get()->size = said_;
  }
  T* get() const { return static_cast<T*>(memory_.data()); }
  bool size_changed() const { return get()->size != said_; }
  void copy_to(T& result) const {
    const std::uint32_t size = result.size;
    std::memcpy(&result, memory_.data(), sizeof(T));
    result.size = size;
  }

 private:
  Guarded memory_;
  std::uint32_t said_;
};

}  // namespace basso::check

// Growable structs of the ABI as plugins send them: at least as long as when they were released, perhaps
// shorter or longer than this host's header says.
#pragma once

#include <basso/plugin.h>

#include <algorithm>
#include <cstring>

namespace basso::plugin {

// Bytes of the struct in ABI 1.0. A field that is added later does not count here: an older plugin has no
// room for it.
template <class T>
inline constexpr std::uint32_t released_size = 0;
template <>
inline constexpr std::uint32_t released_size<basso_parameter> = 64;
template <>
inline constexpr std::uint32_t released_size<basso_component> = 88;
template <>
inline constexpr std::uint32_t released_size<basso_entry> = 32;
template <>
inline constexpr std::uint32_t released_size<basso_axis> = 72;
template <>
inline constexpr std::uint32_t released_size<basso_set> = 80;
template <>
inline constexpr std::uint32_t released_size<basso_series> = 48;
template <>
inline constexpr std::uint32_t released_size<basso_array> = 96;

// Whether everything that ABI 1.0 has is there.
template <class T>
bool complete(const T* given) {
  static_assert(released_size<T> > 0 && released_size<T> <= sizeof(T));
  return given && given->size >= released_size<T>;
}

// The struct with every field of this host's header; those behind its own `size` are zero, which means
// absent.
template <class T>
T grown(const T& given) {
  T copy{};
  std::memcpy(&copy, &given, std::min<std::size_t>(given.size, sizeof(T)));
  return copy;
}

}  // namespace basso::plugin

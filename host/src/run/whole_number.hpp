// Whole numbers out of JSON, whose own may be fractions and of any size.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace basso {

// `node`, which stands below `key`. Throws std::runtime_error that names the key where it is not from `least`
// on.
template <class Json>
std::int64_t whole_number(const Json& node, const std::string& key,
                          std::int64_t least = std::numeric_limits<std::int64_t>::min()) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const bool held =
      node.is_number_unsigned() ? node.template get<std::uint64_t>() <= most : node.is_number_integer();
  if (!held || node.template get<std::int64_t>() < least)
    throw std::runtime_error("its " + key +
                             (least == 0 ? " is no whole number from 0" : " is no whole number"));
  return node.template get<std::int64_t>();
}

// A list of them, from 0 on.
template <class Json>
std::vector<std::size_t> counts(const Json& list, const std::string& key) {
  if (!list.is_array()) throw std::runtime_error("its " + key + " is no list");
  std::vector<std::size_t> values;
  for (const Json& node : list) values.push_back(static_cast<std::size_t>(whole_number(node, key, 0)));
  return values;
}

}  // namespace basso

// state/1 of the probes that remember numbers: a version, then the numbers, in the machine's float64.
#pragma once

#include <basso/probe.hpp>

#include <cstring>
#include <vector>

namespace {

inline std::vector<std::uint8_t> saved(double version, const std::vector<double>& numbers) {
  std::vector<std::uint8_t> bytes((1 + numbers.size()) * sizeof(double));
  std::memcpy(bytes.data(), &version, sizeof(double));
  if (!numbers.empty())
    std::memcpy(bytes.data() + sizeof(double), numbers.data(), bytes.size() - sizeof(double));
  return bytes;
}

// `count` numbers of this version; anything else is refused.
inline std::vector<double> loaded(basso::view<const std::uint8_t> bytes, double version, std::size_t count) {
  double found = 0.0;
  if (bytes.size == (1 + count) * sizeof(double)) std::memcpy(&found, bytes.data, sizeof(double));
  if (found != version)
    throw basso::failure(BASSO_ERROR_DATA,
                         "these bytes are no state of this probe in this experiment; start the run again");
  std::vector<double> numbers(count);
  if (count > 0) std::memcpy(numbers.data(), bytes.data + sizeof(double), count * sizeof(double));
  return numbers;
}

}  // namespace

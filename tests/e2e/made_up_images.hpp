// A small data set in the IDX format of MNIST, in the folder data/toy of a Workplace.
#pragma once

#include <cstdint>
#include <string>

#include "e2e/command.hpp"

namespace basso::test {

inline std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
          static_cast<char>(value)};
}

// `count` images of 4 x 4 pixels and `labels` labels.
inline void write_images(const Workplace& place, std::uint32_t count, std::uint32_t labels) {
  std::string pixels;
  for (std::uint32_t i = 0; i < count * 16; ++i) pixels += static_cast<char>(i * 37 % 251);
  std::string digits;
  for (std::uint32_t i = 0; i < labels; ++i) digits += static_cast<char>(i % 10);
  place.write("data/toy/train-images-idx3-ubyte",
              big_endian(0x803) + big_endian(count) + big_endian(4) + big_endian(4) + pixels);
  place.write("data/toy/train-labels-idx1-ubyte", big_endian(0x801) + big_endian(labels) + digits);
}

}  // namespace basso::test

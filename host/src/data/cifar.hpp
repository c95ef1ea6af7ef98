// CIFAR-10's binary records (A. Krizhevsky 2009): room data.
#pragma once

#include <cstdint>
#include <vector>

#include "data/file.hpp"

namespace basso::data {

inline constexpr std::size_t cifar_pixels = std::size_t{3} * 32 * 32;

struct CifarRecords {
  std::vector<std::uint8_t> labels;  // [n], 0 to 9
  std::vector<std::uint8_t> pixels;  // [n x 3 x 32 x 32]: red, green, blue planes, row by row

  std::size_t size() const noexcept { return labels.size(); }
};

// Records of 3073 bytes: the label, then the pixels. Throws Exit::data where the file is empty or no whole
// number of records, or where a label is above 9.
CifarRecords read_cifar(const Path& path);

}  // namespace basso::data

// IDX files, the format of MNIST (LeCun, Cortes, Burges), plain or gzip: room data.
//
// Two zero bytes, a type, the number of dimensions, each dimension as a big-endian 32-bit number, then the
// elements row-major, big-endian.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "data/file.hpp"

namespace basso::data {

enum class IdxType : std::uint8_t {
  uint8 = 0x08,
  int8 = 0x09,
  int16 = 0x0b,
  int32 = 0x0c,
  float32 = 0x0d,
  float64 = 0x0e,
};

struct IdxArray {
  IdxType type = IdxType::uint8;
  std::vector<std::uint64_t> shape;  // one dimension or more, none of them 0
  std::vector<std::uint8_t> bytes;   // the elements as stored

  std::uint64_t rows() const { return shape.front(); }
  std::uint64_t row_size() const;  // elements in one row
  std::uint64_t size() const { return rows() * row_size(); }
  // Element i in row-major order, converted from big-endian.
  double value(std::size_t i) const;
};

// Throws Exit::data, naming the file, what was found and what was expected, where the magic, the type or a
// dimension makes no sense, where the content is shorter or longer than the header says, or is corrupt gzip.
// The size in the header is compared with the file before memory is taken for it.
IdxArray read_idx(const Path& path);

struct IdxPair {
  IdxArray images;  // uint8 [n x ...]
  IdxArray labels;  // uint8 [n]
};

// Both must hold unsigned bytes and the same number of entries.
IdxPair read_idx_pair(const Path& images, const Path& labels);

}  // namespace basso::data

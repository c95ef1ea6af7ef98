// numpy's .npy files: room data. Format: NEP 1, numpy.lib.format, versions 1.0 to 3.0 read, 1.0 written.
#pragma once

#include <span>
#include <string>

#include "data/array.hpp"
#include "data/file.hpp"

namespace basso::data {

// Reads every numeric little-endian type of ElementType; an array in Fortran order is brought into C order.
// Big-endian, complex, text and structured arrays, and content shorter or longer than the shape, throw
// Exit::data naming `name`.
Array parse_npy(Bytes content, const std::string& name);
Array read_npy(const Path& path);

struct NpyHeader {
  ElementType type;
  bool fortran_order;
  Shape shape;
  std::size_t content_offset;  // of the first element, in bytes
};
NpyHeader parse_npy_header(Bytes content, const std::string& name);

// A version 1.0 header for C order, padded so that the elements begin at a multiple of 64 bytes.
std::string npy_header(ElementType type, const Shape& shape);

// Written beside and renamed into place.
void write_npy(const Path& path, const Array& array);
void write_npy(const Path& path, const Shape& shape, std::span<const double> values);

}  // namespace basso::data

// A numeric array with numpy's element types, as .npy and .npz files hold them: room data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace basso::data {

using Shape = std::vector<std::uint64_t>;  // empty: one number

enum class ElementType {
  float64,
  float32,
  int64,
  int32,
  int16,
  int8,
  uint64,
  uint32,
  uint16,
  uint8,
  boolean
};

std::size_t bytes_of(ElementType type);
std::string_view descr_of(ElementType type);  // numpy's name: <f8, |u1 and so on

// Elements of a shape times `width`; throws Exit::data where that is beyond 64 bits.
std::uint64_t bytes_of(const Shape& shape, std::size_t width);

struct Array {
  ElementType type = ElementType::float64;
  Shape shape;
  std::vector<std::uint8_t> bytes;  // row-major, little-endian

  std::uint64_t size() const { return bytes_of(shape, 1); }
  // Every element as a double (integers beyond 2^53 are rounded).
  std::vector<double> to_doubles() const;
  // The elements as they are; throws Exit::data where the array is of another type.
  std::vector<float> floats() const;
  std::vector<std::int64_t> integers() const;

  static Array of(Shape shape, std::span<const double> values);
  static Array of(Shape shape, std::span<const float> values);
  static Array of(Shape shape, std::span<const std::int64_t> values);
};

}  // namespace basso::data

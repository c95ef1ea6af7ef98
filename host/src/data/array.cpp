// Numeric arrays (see array.hpp). The machine is little-endian, as the files are.
#include "data/array.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

#include "basso/error.hpp"

namespace basso::data {
namespace {

static_assert(std::endian::native == std::endian::little);

template <typename T, typename Out>
std::vector<Out> convert(const std::vector<std::uint8_t>& bytes) {
  std::vector<Out> out(bytes.size() / sizeof(T));
  for (std::size_t i = 0; i < out.size(); ++i) {
    T element;
    std::memcpy(&element, &bytes[i * sizeof(T)], sizeof(T));
    out[i] = static_cast<Out>(element);
  }
  return out;
}

template <typename T>
Array array_of(ElementType type, Shape shape, std::span<const T> values) {
  Array array{type, std::move(shape), std::vector<std::uint8_t>(values.size_bytes())};
  if (array.size() != values.size()) {
    throw Error(Exit::usage,
                fmt::format("an array of {} elements was given {} values", array.size(), values.size()));
  }
  if (!values.empty()) std::memcpy(array.bytes.data(), values.data(), values.size_bytes());
  return array;
}

void require(const Array& array, ElementType type) {
  if (array.type == type) return;
  throw Error(Exit::data, fmt::format("an array has elements of type {}, expected {}", descr_of(array.type),
                                      descr_of(type)));
}

}  // namespace

std::size_t bytes_of(ElementType type) { return static_cast<std::size_t>(descr_of(type)[2] - '0'); }

std::string_view descr_of(ElementType type) {
  switch (type) {
    case ElementType::float64:
      return "<f8";
    case ElementType::float32:
      return "<f4";
    case ElementType::int64:
      return "<i8";
    case ElementType::int32:
      return "<i4";
    case ElementType::int16:
      return "<i2";
    case ElementType::int8:
      return "|i1";
    case ElementType::uint64:
      return "<u8";
    case ElementType::uint32:
      return "<u4";
    case ElementType::uint16:
      return "<u2";
    case ElementType::uint8:
      return "|u1";
    case ElementType::boolean:
      return "|b1";
  }
  throw Error(Exit::usage, "not an element type");
}

std::uint64_t bytes_of(const Shape& shape, std::size_t width) {
  std::uint64_t bytes = width;
  bool overflow = false;
  for (const std::uint64_t extent : shape) overflow |= __builtin_mul_overflow(bytes, extent, &bytes);
  if (!overflow) return bytes;
  throw Error(Exit::data,
              fmt::format("an array of shape ({}) is larger than 64 bits can count", fmt::join(shape, ", ")));
}

std::vector<double> Array::to_doubles() const {
  switch (type) {
    case ElementType::float64:
      return convert<double, double>(bytes);
    case ElementType::float32:
      return convert<float, double>(bytes);
    case ElementType::int64:
      return convert<std::int64_t, double>(bytes);
    case ElementType::int32:
      return convert<std::int32_t, double>(bytes);
    case ElementType::int16:
      return convert<std::int16_t, double>(bytes);
    case ElementType::int8:
      return convert<std::int8_t, double>(bytes);
    case ElementType::uint64:
      return convert<std::uint64_t, double>(bytes);
    case ElementType::uint32:
      return convert<std::uint32_t, double>(bytes);
    case ElementType::uint16:
      return convert<std::uint16_t, double>(bytes);
    case ElementType::uint8:
    case ElementType::boolean:
      return convert<std::uint8_t, double>(bytes);
  }
  throw Error(Exit::usage, "not an element type");
}

std::vector<float> Array::floats() const {
  require(*this, ElementType::float32);
  return convert<float, float>(bytes);
}

std::vector<std::int64_t> Array::integers() const {
  require(*this, ElementType::int64);
  return convert<std::int64_t, std::int64_t>(bytes);
}

Array Array::of(Shape shape, std::span<const double> values) {
  return array_of(ElementType::float64, std::move(shape), values);
}

Array Array::of(Shape shape, std::span<const float> values) {
  return array_of(ElementType::float32, std::move(shape), values);
}

Array Array::of(Shape shape, std::span<const std::int64_t> values) {
  return array_of(ElementType::int64, std::move(shape), values);
}

}  // namespace basso::data

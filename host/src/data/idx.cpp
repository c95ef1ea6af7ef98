// IDX files (see idx.hpp).
#include "data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "basso/error.hpp"
#include "data/byte_source.hpp"

namespace basso::data {
namespace {

[[noreturn]] void fail(const Path& path, const std::string& what) {
  throw Error(Exit::data, path.string() + ": " + what);
}

std::size_t bytes_of(IdxType type) {
  switch (type) {
    case IdxType::uint8:
    case IdxType::int8:
      return 1;
    case IdxType::int16:
      return 2;
    case IdxType::int32:
    case IdxType::float32:
      return 4;
    case IdxType::float64:
      return 8;
  }
  return 0;  // not a type of IDX
}

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

struct Header {
  IdxType type;
  std::vector<std::uint64_t> shape;
  std::uint64_t content;  // bytes of all elements
};

Header read_header(ByteSource& source) {
  std::uint8_t magic[4];
  const std::size_t got = source.read(magic, 4);
  if (got < 4)
    fail(source.path(), fmt::format("{} bytes are too few for an IDX file, expected at least 8", got));
  Header header{static_cast<IdxType>(magic[2]), {}, 0};
  const std::size_t dimensions = magic[3];
  if (magic[0] != 0 || magic[1] != 0 || bytes_of(header.type) == 0) {
    fail(source.path(),
         fmt::format("not an IDX file: it begins with {:02x} {:02x} {:02x} {:02x}, expected 00 00, "
                     "a type of 08, 09, 0b, 0c, 0d or 0e, and the number of dimensions",
                     magic[0], magic[1], magic[2], magic[3]));
  }
  if (dimensions == 0) fail(source.path(), "the IDX header says 0 dimensions, expected at least 1");
  header.content = bytes_of(header.type);
  for (std::size_t i = 0; i < dimensions; ++i) {
    std::uint8_t extent[4];
    if (source.read(extent, 4) < 4) {
      fail(source.path(),
           fmt::format("truncated in the IDX header: {} dimensions announced, {} present", dimensions, i));
    }
    header.shape.push_back(big_endian(extent, 4));
    if (header.shape.back() == 0) fail(source.path(), fmt::format("dimension {} of the IDX header is 0", i));
    if (__builtin_mul_overflow(header.content, header.shape.back(), &header.content)) {
      fail(source.path(),
           fmt::format("the IDX header announces more bytes than any file holds (dimensions up to "
                       "number {})",
                       i));
    }
  }
  return header;
}

void require_bytes(const Path& path, const IdxArray& array, const char* what) {
  if (array.type == IdxType::uint8) return;
  fail(path, fmt::format("{} are of IDX type {:02x}, expected unsigned bytes (08)", what,
                         static_cast<unsigned>(array.type)));
}

}  // namespace

std::uint64_t IdxArray::row_size() const {
  std::uint64_t size = 1;
  for (std::size_t i = 1; i < shape.size(); ++i) size *= shape[i];
  return size;
}

double IdxArray::value(std::size_t i) const {
  const std::size_t width = bytes_of(type);
  const std::uint64_t bits = big_endian(&bytes[i * width], width);
  switch (type) {
    case IdxType::uint8:
      return static_cast<double>(bits);
    case IdxType::int8:
      return static_cast<std::int8_t>(bits);
    case IdxType::int16:
      return static_cast<std::int16_t>(bits);
    case IdxType::int32:
      return static_cast<std::int32_t>(bits);
    case IdxType::float32:
      return static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
    case IdxType::float64:
      return std::bit_cast<double>(bits);
  }
  return 0.0;
}

IdxArray read_idx(const Path& path) {
  ByteSource source(path);
  Header header = read_header(source);
  const std::uint64_t available = source.at_most();
  if (header.content > available || (!source.compressed() && header.content < available)) {
    fail(path, fmt::format("the IDX header announces {} bytes of elements, the file holds {}{}",
                           header.content, source.compressed() ? "at most " : "", available));
  }
  IdxArray array{header.type, std::move(header.shape), {}};
  // Memory follows the bytes that are really there, in growing pieces, since a compressed file's length is
  // not known before its end.
  std::uint64_t piece =
      source.compressed() ? std::min<std::uint64_t>(header.content, 1 << 20) : header.content;
  while (array.bytes.size() < header.content) {
    const std::size_t begin = array.bytes.size();
    array.bytes.resize(begin + std::min<std::uint64_t>(piece, header.content - begin));
    const std::size_t got = source.read(&array.bytes[begin], array.bytes.size() - begin);
    if (begin + got < array.bytes.size()) {
      fail(path, fmt::format("truncated: the IDX header announces {} bytes of elements, the file holds {}",
                             header.content, begin + got));
    }
    piece = array.bytes.size();
  }
  if (!source.at_end()) {
    fail(path,
         fmt::format("bytes follow the {} bytes of elements that the IDX header announces", header.content));
  }
  return array;
}

IdxPair read_idx_pair(const Path& images, const Path& labels) {
  IdxPair pair{read_idx(images), read_idx(labels)};
  require_bytes(images, pair.images, "images");
  require_bytes(labels, pair.labels, "labels");
  if (pair.labels.shape.size() != 1) {
    fail(labels, fmt::format("labels have {} dimensions, expected 1", pair.labels.shape.size()));
  }
  if (pair.images.rows() != pair.labels.rows()) {
    fail(images, fmt::format("{} images, but {} labels in {}; both must be of the same split",
                             pair.images.rows(), pair.labels.rows(), labels.string()));
  }
  return pair;
}

}  // namespace basso::data

// Series files (see npy_series.hpp).
#include "data/npy_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "basso/error.hpp"
#include "data/npy.hpp"

namespace basso::data {
namespace {

Bytes as_bytes(std::span<const double> values) {
  return {reinterpret_cast<const std::uint8_t*>(values.data()), values.size_bytes()};
}

void fill_with_nan(const File& file, std::uint64_t offset, std::uint64_t count) {
  const std::vector<double> nans(std::min<std::uint64_t>(count, 1 << 17),
                                 std::numeric_limits<double>::quiet_NaN());
  while (count > 0) {
    const std::uint64_t now = std::min<std::uint64_t>(count, nans.size());
    file.write_at(offset, as_bytes(std::span(nans).first(now)));
    offset += now * sizeof(double);
    count -= now;
  }
}

}  // namespace

NpySeries::NpySeries(File file, Shape shape, std::uint64_t content_offset)
    : file_(std::move(file)),
      shape_(std::move(shape)),
      size_(bytes_of(shape_, 1)),
      content_offset_(content_offset) {}

NpySeries NpySeries::create(const Path& path, const Shape& shape) {
  const std::uint64_t content = bytes_of(shape, sizeof(double));  // refuses what cannot be counted
  const std::string header = npy_header(ElementType::float64, shape);
  NpySeries series(File::create_new(path), shape, header.size());
  fill_with_nan(series.file_, header.size(), content / sizeof(double));
  series.file_.write_at(0, {reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
  return series;
}

NpySeries NpySeries::open(const Path& path, const Shape& shape) {
  return of_file(File::open_to_update(path), shape);
}

NpySeries NpySeries::open_to_read(const Path& path, const Shape& shape) {
  return of_file(File::open_to_read(path), shape);
}

NpySeries NpySeries::of_file(File file, const Shape& shape) {
  const Path path = file.path();
  const std::uint64_t size = file.size();
  std::vector<std::uint8_t> head(std::min<std::uint64_t>(size, 1 << 16));
  head.resize(file.read_at(0, head.data(), head.size()));
  const NpyHeader header = parse_npy_header(head, path.string());
  if (header.type != ElementType::float64 || header.fortran_order || header.shape != shape) {
    throw Error(
        Exit::data,
        fmt::format("{}: a {}{} array of shape ({}), expected <f8 in C order of shape ({})", path.string(),
                    descr_of(header.type), header.fortran_order ? " Fortran-order" : "",
                    fmt::join(header.shape, ", "), fmt::join(shape, ", ")));
  }
  if (size - header.content_offset != bytes_of(shape, sizeof(double))) {
    throw Error(Exit::data, fmt::format("{}: {} bytes of elements, expected {}", path.string(),
                                        size - header.content_offset, bytes_of(shape, sizeof(double))));
  }
  return NpySeries(std::move(file), shape, header.content_offset);
}

void NpySeries::write_at(std::uint64_t first, std::span<const double> values) const {
  require_inside(first, values.size(), "write");
  file_.write_at(content_offset_ + first * sizeof(double), as_bytes(values));
}

void NpySeries::read_at(std::uint64_t first, std::span<double> values) const {
  require_inside(first, values.size(), "read");
  const std::size_t got = file_.read_at(content_offset_ + first * sizeof(double),
                                        reinterpret_cast<std::uint8_t*>(values.data()), values.size_bytes());
  if (got != values.size_bytes()) {
    throw Error(Exit::data, path().string() + ": the file became shorter than its header says");
  }
}

void NpySeries::require_inside(std::uint64_t first, std::uint64_t count, const char* what) const {
  if (first <= size_ && count <= size_ - first) return;
  throw Error(Exit::run_failed, fmt::format("{}: cannot {} elements {} to {} of {}", path().string(), what,
                                            first, first + count, size_));
}

}  // namespace basso::data

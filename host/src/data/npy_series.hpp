// A float64 .npy file of fixed shape that is laid down full of NaN and filled in place: what series/ of a run
// directory is made of. Room data.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "data/array.hpp"
#include "data/file.hpp"

namespace basso::data {

// numpy.load reads the file at every moment. Writes are positioned and do not share state: several threads
// may write to disjoint elements at once. Every failure of a write is Exit::run_failed and names path and
// reason.
class NpySeries {
 public:
  // A new file with all its bytes on the disk; one that exists is refused.
  static NpySeries create(const Path& path, const Shape& shape);
  // An existing file of exactly this shape, to go on with.
  static NpySeries open(const Path& path, const Shape& shape);
  // The same, to look into only.
  static NpySeries open_to_read(const Path& path, const Shape& shape);

  const Path& path() const noexcept { return file_.path(); }
  const Shape& shape() const noexcept { return shape_; }
  std::uint64_t size() const noexcept { return size_; }  // elements

  // Elements are counted in row-major order.
  void write_at(std::uint64_t first, std::span<const double> values) const;
  void read_at(std::uint64_t first, std::span<double> values) const;
  void sync() const { file_.sync(); }

 private:
  NpySeries(File file, Shape shape, std::uint64_t content_offset);
  static NpySeries of_file(File file, const Shape& shape);
  void require_inside(std::uint64_t first, std::uint64_t count, const char* what) const;

  File file_;
  Shape shape_;
  std::uint64_t size_;
  std::uint64_t content_offset_;
};

// Reads the values of a file one after the other, in pieces of bounded size.
class PieceReader {
 public:
  explicit PieceReader(const NpySeries& file)
      : file_(file), piece_(static_cast<std::size_t>(std::min<std::uint64_t>(file.size(), at_once))) {}
  bool empty() const noexcept { return next_ == file_.size(); }
  double next() {
    const std::size_t place = static_cast<std::size_t>(next_ % at_once);
    if (place == 0) {
      const std::uint64_t count = std::min<std::uint64_t>(file_.size() - next_, at_once);
      file_.read_at(next_, std::span(piece_).first(static_cast<std::size_t>(count)));
    }
    ++next_;
    return piece_[place];
  }

 private:
  static constexpr std::uint64_t at_once = std::uint64_t{1} << 17;  // values: 1 MiB
  const NpySeries& file_;
  std::vector<double> piece_;
  std::uint64_t next_ = 0;
};

}  // namespace basso::data

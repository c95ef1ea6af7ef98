// How the engine stores a matrix [rows x width]: in panels of a few vectors of columns, each panel row after
// row. A kernel then reads any operand at constant strides, and one panel of some rows is one contiguous
// array for an activation.
#pragma once

#include <algorithm>
#include <cstddef>

namespace basso::nn {

// Some rows of one panel: contiguous, and what one call of a product makes.
struct Part {
  size_t panel;
  size_t row, rows;
};

// The columns are split into as few panels as possible, of nearly equal numbers of whole vectors; only the
// last vector of the last panel has columns beyond the width ("pads"), whose values mean nothing.
class Panels {
 public:
  Panels() = default;
  Panels(size_t width, size_t lanes, size_t max_vectors) : width_(width), lanes_(lanes) {
    const size_t all = (width + lanes - 1) / lanes;
    count_ = (all + max_vectors - 1) / max_vectors;
    base_ = all / count_;
    larger_ = all % count_;
  }

  size_t width() const { return width_; }
  size_t count() const { return count_; }
  size_t padded() const { return begin(count_); }  // columns with the pads
  size_t vectors(size_t panel) const { return base_ + (panel < larger_ ? 1 : 0); }
  size_t columns(size_t panel) const { return lanes_ * vectors(panel); }
  size_t begin(size_t panel) const {
    return lanes_ * (panel * base_ + std::min(panel, larger_));
  }  // its first column
  size_t used(size_t panel) const { return std::min(columns(panel), width_ - begin(panel)); }  // without pads
  size_t last_used(size_t panel) const {
    return used(panel) - (vectors(panel) - 1) * lanes_;
  }  // of its last vector
  size_t offset(size_t panel, size_t rows) const {
    return begin(panel) * rows;
  }  // of a panel in a matrix of `rows`

  // Copies between row-major [rows x width] and panels; `from` may have another element type.
  template <class From, class To>
  void pack(const From* from, size_t rows, To* to) const {
    for (size_t p = 0; p < count_; ++p)
      for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < used(p); ++c)
          to[offset(p, rows) + r * columns(p) + c] = static_cast<To>(from[r * width_ + begin(p) + c]);
  }
  template <class From, class To>
  void unpack(const From* from, size_t rows, To* to) const {
    for (size_t p = 0; p < count_; ++p)
      for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < used(p); ++c)
          to[r * width_ + begin(p) + c] = static_cast<To>(from[offset(p, rows) + r * columns(p) + c]);
  }

 private:
  size_t width_ = 0;
  size_t lanes_ = 1;
  size_t count_ = 0;
  size_t base_ = 0;    // vectors of a panel,
  size_t larger_ = 0;  // one more in the first so many
};

}  // namespace basso::nn

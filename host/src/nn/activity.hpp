// Where a matrix in panels is exactly zero: what the products may leave out. A zero factor adds zero to a sum
// that never is -0 (the kernels see to that), so that leaving it out changes no bit, as long as the other
// factor is finite: weights are checked at every update, activations here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/kernels.hpp"
#include "nn/panels.hpp"

namespace basso::nn {

// Of a matrix [rows x width], written stretch by stretch. Allocates when it is made and never again.
template <class T>
class Activity {
 public:
  static constexpr size_t chunk = 64;  // rows of one set of rows

  Activity() = default;
  Activity(const Panels& panels, size_t most_rows, const Kernels<T>& table);

  bool kept() const { return kernels_ != nullptr; }  // false for a default one

  void begin(size_t rows);  // of a new matrix, at most most_rows
  // Looks at rows [row, row + count) of a panel, contiguous at values: zero is what is zero there and in
  // `also` (null: in values alone). Several threads may look, at different rows or panels.
  void look(size_t panel, size_t row, size_t count, const T* values, const T* also = nullptr);
  // After all of it was looked at.
  void unite_rows();     // for each tile of rows the columns that are not zero in all of them
  void unite_columns();  // for each tile of columns the rows that are not zero in all of them
  // Whether all values are small enough, and rows and columns few enough, for finite sums of products: then a
  // factor of zero makes a zero.
  bool tame() const { return tame_; }

  // Whether enough is zero to make up for the search. By counts alone, so that it is the same at every run.
  bool columns_pay() const { return columns_pay_; }
  bool rows_pay() const { return rows_pay_; }

  // Columns of a panel that rows [tile * tile_rows, …) have: bit c for column c of the panel.
  uint64_t columns(size_t tile, size_t panel) const { return columns_[tile * panels_.count() + panel]; }
  // The same of rows [chunk_index * chunk, …).
  uint64_t columns_of_chunk(size_t chunk_index, size_t panel) const;
  // Rows of a chunk that columns [tile * tile_rows, …) of a panel have: bit r for row r of the chunk.
  uint64_t rows(size_t chunk_index, size_t panel, size_t tile) const {
    return rows_of_[(chunk_index * panels_.count() + panel) * tiles_ + tile];
  }

  // An order of the columns in which those that are not zero in the same rows stand together, and those that
  // are zero everywhere last: [width], the column now that comes to each place.
  std::span<const uint32_t> better_order();

 private:
  void find_patterns();

  const Kernels<T>* kernels_ = nullptr;
  Panels panels_;
  size_t rows_ = 0;
  size_t tiles_ = 0;  // of columns, in the widest panel
  size_t words_ = 0;  // of a pattern
  bool tame_ = true, columns_pay_ = false, rows_pay_ = false;
  std::vector<uint64_t> masks_;     // [panel][row]: bit c for column c of the panel
  std::vector<uint64_t> columns_;   // [tile of rows][panel]
  std::vector<uint64_t> rows_of_;   // [chunk][panel][tile of columns]
  std::vector<uint64_t> patterns_;  // [column]: bit r for row r
  std::vector<uint32_t> sizes_;     // of the patterns
  std::vector<uint32_t> order_, left_;
};

}  // namespace basso::nn

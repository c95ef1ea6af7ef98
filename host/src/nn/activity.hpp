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
  static constexpr size_t chunk = 64;  // rows of one list of rows

  Activity() = default;
  Activity(const Panels& panels, size_t most_rows, const Kernels<T>& table);

  bool kept() const { return kernels_ != nullptr; }  // false for a default one

  void begin(size_t rows);  // of a new matrix, at most most_rows
  // Looks at rows [row, row + count) of a panel, contiguous at values.
  void look(size_t panel, size_t row, size_t count, const T* values);
  // After all of it was looked at.
  void list_columns();  // for each tile of rows the columns that are not zero in all of them
  void
  list_rows();  // for each tile of columns and each chunk of rows the rows that are not zero in all of them
  bool finite() const { return finite_; }

  // Whether enough is zero to make up for the lists. By counts alone, so that it is the same at every run.
  bool columns_pay() const { return columns_pay_; }
  bool rows_pay() const { return rows_pay_; }

  // Columns of panel p that rows [tile * tile_rows, …) have, ascending, from the panel's begin.
  std::span<const uint16_t> columns(size_t tile, size_t panel) const {
    const size_t list = tile * panels_.count() + panel;
    return {columns_.data() + column_begin_[list], column_begin_[list + 1] - column_begin_[list]};
  }
  // Rows of chunk c that columns [tile * tile_rows, …) of panel p have, ascending, from the chunk's begin.
  std::span<const uint16_t> rows(size_t chunk_index, size_t panel, size_t tile) const {
    const size_t list = (chunk_index * panels_.count() + panel) * tiles_ + tile;
    return {rows_list_.data() + row_begin_[list], row_begin_[list + 1] - row_begin_[list]};
  }

 private:
  const Kernels<T>* kernels_ = nullptr;
  Panels panels_;
  size_t rows_ = 0;
  size_t tiles_ = 0;  // of columns, in the widest panel
  bool finite_ = true, columns_pay_ = false, rows_pay_ = false;
  std::vector<uint64_t> masks_;  // [panel][row]: bit c for column c of the panel
  std::vector<uint16_t> columns_, rows_list_;
  std::vector<uint32_t> column_begin_, row_begin_;
};

}  // namespace basso::nn

// The engine may keep hidden units in another order than the user, for whom nothing changes: a network is the
// same function in any order of its hidden units.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "nn/network.hpp"

namespace basso::nn {

class UnitOrder {
 public:
  explicit UnitOrder(const ParameterLayout& layout);  // the user's; the layout stays where it is

  // Calls body(place, number) for each parameter: where it stands inside, and in the user's order.
  template <class Body>
  void for_each(Body&& body) const;

  // Moves the units behind map `map`: order[i] is the place now of the unit that comes to place i. First
  // every array of parameters, then the order itself. scratch: [largest block of the layout].
  template <class T>
  void move_array(size_t map, std::span<const uint32_t> order, T* values, T* scratch) const;
  void move(size_t map, std::span<const uint32_t> order);

  // All orders, one after the other, as numbers; throws Error(Exit::data) for what are no permutations.
  size_t size() const;
  void export_to(std::vector<double>& out) const;
  void import(std::span<const double> numbers);

 private:
  const ParameterLayout* layout_;
  std::vector<std::vector<uint32_t>>
      units_;                     // of each map but the last: the user's number of the unit in each place
  std::vector<uint32_t> before_;  // scratch
};

template <class Body>
void UnitOrder::for_each(Body&& body) const {
  for (const ParameterLayout::Block& block : layout_->blocks()) {
    const auto map = static_cast<size_t>(block.layer);
    const auto cols = static_cast<size_t>(block.cols);
    const bool rows_move = block.kind != ParameterLayout::Kind::trainable && map < units_.size();
    const bool cols_move = block.kind == ParameterLayout::Kind::weight && map > 0;
    for (size_t r = 0; r < static_cast<size_t>(block.rows); ++r) {
      const size_t row = rows_move ? units_[map][r] : r;
      for (size_t c = 0; c < cols; ++c) {
        const size_t col = cols_move ? units_[map - 1][c] : c;
        body(block.offset + r * cols + c, block.offset + row * cols + col);
      }
    }
  }
}

template <class T>
void UnitOrder::move_array(size_t map, std::span<const uint32_t> order, T* values, T* scratch) const {
  const size_t width = order.size();
  const auto move_rows = [&](const ParameterLayout::Block& block) {
    const auto columns = static_cast<size_t>(block.cols);
    T* const rows = values + block.offset;
    std::copy_n(rows, width * columns, scratch);
    for (size_t place = 0; place < width; ++place)
      std::copy_n(scratch + order[place] * columns, columns, rows + place * columns);
  };
  const auto layer = static_cast<int>(map);
  move_rows(layout_->weights(layer));
  move_rows(layout_->biases(layer));
  const ParameterLayout::Block& next = layout_->weights(layer + 1);
  T* const columns = values + next.offset;
  std::copy_n(columns, next.size(), scratch);
  for (size_t row = 0; row < next.size(); row += width)
    for (size_t place = 0; place < width; ++place) columns[row + place] = scratch[row + order[place]];
}

}  // namespace basso::nn

// Lists of what is not zero, from one bit for each element.
#include "nn/activity.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>

namespace basso::nn {
namespace {

// The share of elements below which lists pay: they cost some loads, and calls for shorter products.
constexpr double worthwhile = 0.8;

size_t tiles(size_t count) { return (count + tile_rows - 1) / tile_rows; }

// Appends the positions of the set bits.
uint16_t* append(uint64_t bits, uint16_t* out) {
  for (; bits != 0; bits &= bits - 1) *out++ = static_cast<uint16_t>(std::countr_zero(bits));
  return out;
}

}  // namespace

template <class T>
Activity<T>::Activity(const Panels& panels, size_t most_rows, const Kernels<T>& table)
    : kernels_(&table), panels_(panels), tiles_(tiles(panels.columns(0))) {
  const size_t chunks = (most_rows + chunk - 1) / chunk;
  words_ = (most_rows + 63) / 64;
  masks_.resize(panels.count() * most_rows);
  tile_bits_.resize(tiles(most_rows) * panels.count());
  patterns_.resize(panels.width() * words_);
  order_.resize(panels.width());
  left_.resize(panels.width());
  columns_.resize(tiles(most_rows) * panels.padded());
  column_begin_.resize(tiles(most_rows) * panels.count() + 1);
  rows_list_.resize(chunks * panels.count() * tiles_ * chunk);
  row_begin_.resize(chunks * panels.count() * tiles_ + 1);
}

template <class T>
void Activity<T>::begin(size_t rows) {
  rows_ = rows;
  tame_ = true;
}

template <class T>
void Activity<T>::look(size_t panel, size_t row, size_t count, const T* values, const T* also) {
  const uint64_t used = ~uint64_t{0} >> (64 - panels_.used(panel));
  uint64_t* const masks = &masks_[panel * rows_ + row];
  if (!kernels_->nonzero(values, also, count, panels_.columns(panel), used, masks))
    std::atomic_ref<bool>(tame_).store(false, std::memory_order_relaxed);
}

template <class T>
void Activity<T>::list_columns() {
  uint16_t* out = columns_.data();
  size_t list = 0;
  for (size_t row = 0; row < rows_; row += tile_rows) {
    const size_t end = std::min(row + tile_rows, rows_);
    for (size_t p = 0; p < panels_.count(); ++p) {
      uint64_t bits = 0;
      for (size_t r = row; r < end; ++r) bits |= masks_[p * rows_ + r];
      tile_bits_[list] = bits;
      column_begin_[list++] = static_cast<uint32_t>(out - columns_.data());
      out = append(bits, out);
    }
  }
  column_begin_[list] = static_cast<uint32_t>(out - columns_.data());
  const double listed = static_cast<double>(out - columns_.data());
  columns_pay_ = listed < worthwhile * static_cast<double>(tiles(rows_) * panels_.width());
}

template <class T>
void Activity<T>::list_rows() {
  uint16_t* out = rows_list_.data();
  size_t list = 0, possible = 0;
  for (size_t first = 0; first < rows_; first += chunk) {
    const size_t count = std::min(chunk, rows_ - first);
    for (size_t p = 0; p < panels_.count(); ++p) {
      const uint64_t* const masks = &masks_[p * rows_ + first];
      for (size_t tile = 0; tile < tiles_; ++tile) {
        row_begin_[list++] = static_cast<uint32_t>(out - rows_list_.data());
        if (tile * tile_rows >= panels_.used(p)) continue;
        const uint64_t columns = ((uint64_t{1} << tile_rows) - 1) << (tile * tile_rows);
        possible += count;
        for (size_t r = 0; r < count; ++r) {
          *out = static_cast<uint16_t>(r);
          out += (masks[r] & columns) != 0;
        }
      }
    }
  }
  row_begin_[list] = static_cast<uint32_t>(out - rows_list_.data());
  rows_pay_ = static_cast<double>(out - rows_list_.data()) < worthwhile * static_cast<double>(possible);
}

template <class T>
uint64_t Activity<T>::columns_of_chunk(size_t chunk_index, size_t panel) const {
  const size_t first = chunk_index * chunk, end = std::min(first + chunk, rows_);
  uint64_t bits = 0;
  for (size_t r = first; r < end; ++r) bits |= masks_[panel * rows_ + r];
  return bits;
}

template <class T>
void Activity<T>::find_patterns() {
  std::fill(patterns_.begin(), patterns_.end(), 0);
  for (size_t p = 0; p < panels_.count(); ++p)
    for (size_t r = 0; r < rows_; ++r)
      for (uint64_t bits = masks_[p * rows_ + r]; bits != 0; bits &= bits - 1)
        pattern(panels_.begin(p) + static_cast<size_t>(std::countr_zero(bits)))[r / 64] |= uint64_t{1}
                                                                                           << (r % 64);
}

// From the column with the most rows on, always the one that differs least from the one before.
template <class T>
std::span<const uint32_t> Activity<T>::better_order() {
  find_patterns();
  const auto size = [&](uint32_t column) {
    int count = 0;
    for (size_t w = 0; w < words_; ++w) count += std::popcount(pattern(column)[w]);
    return count;
  };
  const auto difference = [&](uint32_t a, uint32_t b) {
    int count = 0;
    for (size_t w = 0; w < words_; ++w) count += std::popcount(pattern(a)[w] ^ pattern(b)[w]);
    return count;
  };
  // Columns without rows keep their order at the end.
  size_t alive = 0, dead = panels_.width();
  for (auto c = static_cast<uint32_t>(panels_.width()); c-- > 0;)
    if (size(c) == 0) order_[--dead] = c;
  for (uint32_t c = 0; c < panels_.width(); ++c)
    if (size(c) != 0) left_[alive++] = c;
  size_t next = 0;
  for (size_t i = 1; i < alive; ++i)
    if (size(left_[i]) > size(left_[next])) next = i;
  for (size_t place = 0; alive > 0; ++place) {
    const uint32_t taken = left_[next];
    order_[place] = taken;
    left_[next] = left_[--alive];
    int least = std::numeric_limits<int>::max();
    for (size_t i = 0; i < alive; ++i) {
      const int d = difference(taken, left_[i]);
      if (d < least || (d == least && left_[i] < left_[next])) least = d, next = i;
    }
  }
  return order_;
}

template class Activity<float>;
template class Activity<double>;

}  // namespace basso::nn

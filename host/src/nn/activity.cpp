// Sets of what is not zero, from one bit for each element.
#include "nn/activity.hpp"

#include <algorithm>
#include <atomic>
#include <bit>

namespace basso::nn {
namespace {

// The share of elements below which sets pay: they cost some instructions, and calls for shorter products.
constexpr double worthwhile = 0.8;

size_t tiles(size_t count) { return (count + tile_rows - 1) / tile_rows; }

}  // namespace

template <class T>
Activity<T>::Activity(const Panels& panels, size_t most_rows, const Kernels<T>& table)
    : kernels_(&table), panels_(panels), tiles_(tiles(panels.columns(0))) {
  const size_t chunks = (most_rows + chunk - 1) / chunk;
  words_ = (most_rows + 63) / 64;
  masks_.resize(panels.count() * most_rows + chunk);  // and what unite_columns reads behind the last
  columns_.resize(tiles(most_rows) * panels.count());
  rows_of_.resize(chunks * panels.count() * tiles_);
  patterns_.resize(panels.width() * words_);
  sizes_.resize(panels.width());
  order_.resize(panels.width());
  left_.resize(panels.width());
}

template <class T>
void Activity<T>::begin(size_t rows) {
  rows_ = rows;
  tame_ = rows <= most_terms && panels_.width() <= most_terms;
}

template <class T>
void Activity<T>::look(size_t panel, size_t row, size_t count, const T* values, const T* also) {
  const uint64_t used = ~uint64_t{0} >> (64 - panels_.used(panel));
  uint64_t* const masks = &masks_[panel * rows_ + row];
  if (!kernels_->nonzero(values, also, count, panels_.columns(panel), used, masks))
    std::atomic_ref<bool>(tame_).store(false, std::memory_order_relaxed);
}

template <class T>
void Activity<T>::unite_rows() {
  size_t count = 0;
  for (size_t p = 0; p < panels_.count(); ++p)
    count += kernels_->unite_rows(&masks_[p * rows_], rows_, &columns_[p], panels_.count());
  columns_pay_ =
      static_cast<double>(count) < worthwhile * static_cast<double>(tiles(rows_) * panels_.width());
}

template <class T>
void Activity<T>::unite_columns() {
  size_t count = 0, possible = 0;
  for (size_t first = 0; first < rows_; first += chunk) {
    const size_t rows = std::min(chunk, rows_ - first);
    for (size_t p = 0; p < panels_.count(); ++p) {
      const size_t used = tiles(panels_.used(p));
      count += kernels_->unite_columns(&masks_[p * rows_ + first], rows,
                                       &rows_of_[(first / chunk * panels_.count() + p) * tiles_], used);
      possible += used * rows;
    }
  }
  rows_pay_ = static_cast<double>(count) < worthwhile * static_cast<double>(possible);
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
  std::fill(sizes_.begin(), sizes_.end(), 0);
  for (size_t p = 0; p < panels_.count(); ++p)
    for (size_t r = 0; r < rows_; ++r)
      for (uint64_t bits = masks_[p * rows_ + r]; bits != 0; bits &= bits - 1) {
        const size_t column = panels_.begin(p) + static_cast<size_t>(std::countr_zero(bits));
        patterns_[column * words_ + r / 64] |= uint64_t{1} << (r % 64);
        ++sizes_[column];
      }
}

// From the column with the most rows on, always the one that differs least from the one before.
template <class T>
std::span<const uint32_t> Activity<T>::better_order() {
  find_patterns();
  // Columns without rows keep their order at the end.
  size_t alive = 0, dead = panels_.width();
  for (auto c = static_cast<uint32_t>(panels_.width()); c-- > 0;)
    if (sizes_[c] == 0) order_[--dead] = c;
  for (uint32_t c = 0; c < panels_.width(); ++c)
    if (sizes_[c] != 0) left_[alive++] = c;
  size_t next = 0;
  for (size_t i = 1; i < alive; ++i)
    if (sizes_[left_[i]] > sizes_[left_[next]]) next = i;
  for (size_t place = 0; alive > 0; ++place) {
    const uint32_t taken = left_[next];
    order_[place] = taken;
    left_[next] = left_[--alive];
    next = kernels_->nearest(patterns_.data(), words_, taken, left_.data(), alive);
  }
  return order_;
}

template class Activity<float>;
template class Activity<double>;

}  // namespace basso::nn

// One linear map, z = W x + b, with its weights packed for the product kernel, and the two products of its
// backward pass. All matrices are in panels (panels.hpp); the loops here choose blocks that stay in the
// first-level cache.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "nn/activity.hpp"
#include "nn/buffer.hpp"
#include "nn/kernels.hpp"
#include "nn/panels.hpp"

namespace basso::nn {

template <class T>
class Dense {
 public:
  static constexpr size_t largest_stretch =
      1536;  // elements that forward and input_gradient hand over at once (hidden maps)

  // backward: whether input_gradient will be called (the first map of a network does not need it).
  Dense(size_t inputs, size_t outputs, bool backward, const Kernels<T>& table = kernels<T>());

  const Panels& in() const { return in_; }
  const Panels& out() const { return out_; }

  // Takes new weights [out x in] and biases [out]; both must stay where they are, with Buffer's spare room
  // behind, until the next call.
  void pack(const T* weights, const T* biases);

  // Each product may be told where one of its factors is zero; null: nothing is known. The bits are the same.
  using Zeros = const Activity<T>*;

  // z = x Wᵀ + b, [rows x in] -> [rows x out]. As soon as some rows of a panel are complete, done(panel, row,
  // rows) is called for them; they are contiguous in z, from offset(panel, row).
  template <class Done>
  void forward(const T* x, size_t rows, T* z, Zeros zeros_of_x, Done&& done) const;

  // dx = dz W, [rows x out] -> [rows x in]; done as above. Where zeros_of_dx has zeros the caller multiplies
  // dx by zero: what is not computed there is zero, too (null, or given with tame dz and W).
  template <class Done>
  void input_gradient(const T* dz, size_t rows, T* dx, Zeros zeros_of_dz, Zeros zeros_of_dx,
                      Done&& done) const;

  // gradient = dzᵀ x, row-major [out x in]; has Buffer's spare room behind. Zeros of both or none, and both
  // tame.
  void weight_gradient(const T* x, const T* dz, size_t rows, Zeros zeros_of_x, Zeros zeros_of_dz,
                       T* gradient);

 private:
  static constexpr size_t group =
      1;  // panels of depth that one product call takes: b fills 16 KiB of the L1 cache
  // Rows of a stretch: a multiple of the kernel's tile rows.
  static size_t stretch(size_t columns) { return 6 * std::max<size_t>(1, largest_stretch / 6 / columns); }

  template <class Done>
  void multiply(const Panels& depth, const Panels& width, const T* a, const T* b, const T* start, size_t rows,
                T* c, Done&& done) const;
  template <class Done>
  void multiply_active(const Panels& depth, const Panels& width, const T* a, const T* b, const T* start,
                       size_t rows, T* c, const Activity<T>& zeros_of_a, Zeros zeros_of_c, Done&& done) const;
  void active_tile(ActiveProduct<T>& product, const Panels& depth, const T* b, const T* start,
                   uint64_t wanted) const;
  void active_weight_gradient(const T* x, const T* dz, size_t rows, Zeros zeros_of_x,
                              const Activity<T>& zeros_of_dz, T* gradient);
  void thin_forward(const T* x, size_t rows, T* z) const;
  void thin_weight_gradient(const T* x, const T* dz, size_t rows, T* gradient);

  const Kernels<T>* kernels_;
  Panels in_;
  Panels out_;
  bool backward_;
  bool thin_in_;   // few inputs: the weight gradient runs over vectors of outputs
  bool thin_out_;  // few outputs: the forward product runs over vectors of inputs
  const T* weights_ = nullptr;
  Buffer<T> biases_;                                // [padded out]
  Buffer<T> forward_weights_;                       // for each panel of outputs: [in x columns]
  Buffer<T> backward_weights_;                      // for each panel of inputs: [out x columns]
  Buffer<T> thin_gradient_;                         // [in x padded out]
  mutable std::vector<ActiveSegment<T>> segments_;  // scratch: one for each panel of depth
};

template <class T>
template <class Done>
void Dense<T>::multiply(const Panels& depth, const Panels& width, const T* a, const T* b, const T* start,
                        size_t rows, T* c, Done&& done) const {
  std::array<Segment<T>, group> segments;
  for (size_t p = 0; p < width.count(); ++p) {
    const size_t columns = width.columns(p);
    for (size_t q = 0; q < depth.count(); q += group) {
      const size_t end = std::min(q + group, depth.count());
      const bool last = end == depth.count();
      const size_t step = last ? stretch(columns) : rows;
      Product<T> product{};
      product.segments = segments.data();
      product.segment_count = end - q;
      product.b = b + width.begin(p) * depth.width() + depth.begin(q) * columns;
      product.c_stride = columns;
      product.vectors = width.vectors(p);
      product.last_used = kernels_->lanes;
      product.start = start ? start + width.begin(p) : nullptr;
      product.accumulate = q > 0;
      for (size_t row = 0; row < rows; row += step) {
        for (size_t s = q; s < end; ++s)
          segments[s - q] = {a + depth.offset(s, rows) + row * depth.columns(s), depth.columns(s), 1,
                             depth.used(s)};
        product.rows = std::min(step, rows - row);
        const size_t offset = width.offset(p, rows) + row * columns;
        product.c = c + offset;
        kernels_->product(product);
        if (last) done(p, row, product.rows);
      }
    }
  }
}

// Tile by tile, through all of the depth at once: what is left of a panel of b mostly fits the L1 cache.
template <class T>
template <class Done>
void Dense<T>::multiply_active(const Panels& depth, const Panels& width, const T* a, const T* b,
                               const T* start, size_t rows, T* c, const Activity<T>& zeros_of_a,
                               Zeros zeros_of_c, Done&& done) const {
  for (size_t p = 0; p < width.count(); ++p) {
    const size_t columns = width.columns(p);
    const size_t step = stretch(columns);
    ActiveProduct<T> product{};
    product.segments = segments_.data();
    product.segment_count = depth.count();
    product.b_stride = columns;
    product.c_stride = columns;
    product.last_used = kernels_->lanes;
    const T* const panel_of_b = b + width.begin(p) * depth.width();
    const T* const panel_of_start = start ? start + width.begin(p) : nullptr;
    for (size_t first = 0; first < rows; first += step) {
      const size_t end = std::min(first + step, rows);
      for (size_t row = first; row < end; row += tile_rows) {
        for (size_t q = 0; q < depth.count(); ++q) {
          const std::span<const uint16_t> active = zeros_of_a.columns(row / tile_rows, q);
          segments_[q] = {a + depth.offset(q, rows) + row * depth.columns(q),
                          depth.columns(q),
                          1,
                          nullptr,
                          active.data(),
                          active.size()};
        }
        product.rows = std::min(tile_rows, end - row);
        product.c = c + width.offset(p, rows) + row * columns;
        active_tile(product, depth, panel_of_b, panel_of_start,
                    zeros_of_c ? zeros_of_c->columns_of_tile(row / tile_rows, p) : ~uint64_t{0});
      }
      done(p, first, end - first);
    }
  }
}

template <class T>
template <class Done>
void Dense<T>::forward(const T* x, size_t rows, T* z, Zeros zeros_of_x, Done&& done) const {
  if (thin_out_) {
    thin_forward(x, rows, z);
    done(size_t{0}, size_t{0}, rows);
  } else if (zeros_of_x && zeros_of_x->columns_pay()) {
    multiply_active(in_, out_, x, forward_weights_.data(), biases_.data(), rows, z, *zeros_of_x, nullptr,
                    done);
  } else {
    multiply(in_, out_, x, forward_weights_.data(), biases_.data(), rows, z, done);
  }
}

template <class T>
template <class Done>
void Dense<T>::input_gradient(const T* dz, size_t rows, T* dx, Zeros zeros_of_dz, Zeros zeros_of_dx,
                              Done&& done) const {
  if (zeros_of_dz && zeros_of_dz->columns_pay())
    multiply_active(out_, in_, dz, backward_weights_.data(), nullptr, rows, dx, *zeros_of_dz, zeros_of_dx,
                    done);
  else
    multiply(out_, in_, dz, backward_weights_.data(), nullptr, rows, dx, done);
}

}  // namespace basso::nn

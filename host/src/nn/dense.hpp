// One linear map, z = W x + b, with its weights packed for the product kernel, and the two products of its
// backward pass. All matrices are in panels (panels.hpp); the loops here choose blocks that stay in the
// first-level cache.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>

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

  // z = x Wᵀ + b, [rows x in] -> [rows x out]. As soon as some rows of a panel are complete, done(offset,
  // count) is called for that contiguous stretch of z.
  template <class Done>
  void forward(const T* x, size_t rows, T* z, Done&& done) const;

  // dx = dz W, [rows x out] -> [rows x in]; done(offset, panel, rows of the stretch) as above.
  template <class Done>
  void input_gradient(const T* dz, size_t rows, T* dx, Done&& done) const;

  // gradient = dzᵀ x, row-major [out x in]; has Buffer's spare room behind.
  void weight_gradient(const T* x, const T* dz, size_t rows, T* gradient);

 private:
  static constexpr size_t group =
      1;  // panels of depth that one product call takes: b fills 16 KiB of the L1 cache
  // Rows of a stretch: a multiple of the kernel's tile rows.
  static size_t stretch(size_t columns) { return 6 * std::max<size_t>(1, largest_stretch / 6 / columns); }

  template <class Done>
  void multiply(const Panels& depth, const Panels& width, const T* a, const T* b, const T* start, size_t rows,
                T* c, Done&& done) const;
  void thin_forward(const T* x, size_t rows, T* z) const;
  void thin_weight_gradient(const T* x, const T* dz, size_t rows, T* gradient);

  const Kernels<T>* kernels_;
  Panels in_;
  Panels out_;
  bool backward_;
  bool thin_in_;   // few inputs: the weight gradient runs over vectors of outputs
  bool thin_out_;  // few outputs: the forward product runs over vectors of inputs
  const T* weights_ = nullptr;
  Buffer<T> biases_;            // [padded out]
  Buffer<T> forward_weights_;   // for each panel of outputs: [in x columns]
  Buffer<T> backward_weights_;  // for each panel of inputs: [out x columns]
  Buffer<T> thin_gradient_;     // [in x padded out]
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
        if (last) done(offset, p, product.rows);
      }
    }
  }
}

template <class T>
template <class Done>
void Dense<T>::forward(const T* x, size_t rows, T* z, Done&& done) const {
  if (thin_out_) {
    thin_forward(x, rows, z);
    done(size_t{0}, rows * out_.columns(0));
    return;
  }
  multiply(in_, out_, x, forward_weights_.data(), biases_.data(), rows, z,
           [&](size_t offset, size_t panel, size_t count) { done(offset, count * out_.columns(panel)); });
}

template <class T>
template <class Done>
void Dense<T>::input_gradient(const T* dz, size_t rows, T* dx, Done&& done) const {
  multiply(out_, in_, dz, backward_weights_.data(), nullptr, rows, dx, done);
}

}  // namespace basso::nn

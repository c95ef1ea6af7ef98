// One linear map, z = W x + b, with its weights packed for the product kernel, and the two products of its
// backward pass. All matrices are in panels (panels.hpp). Results are made part by part: parts may be made
// at once by several threads, and no bit depends on how a result is cut into them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "nn/activity.hpp"
#include "nn/buffer.hpp"
#include "nn/kernels.hpp"
#include "nn/panels.hpp"

namespace basso::nn {

template <class T>
class Dense {
 public:
  // Elements that forward and input_gradient hand over at once (hidden maps), so that they are in the
  // first-level cache.
  static constexpr size_t largest_stretch = 1536;

  // Its rows: a multiple of the kernel's tile rows.
  static size_t stretch(size_t columns) {
    return tile_rows * std::max<size_t>(1, largest_stretch / tile_rows / columns);
  }

  Dense(size_t inputs, size_t outputs, const Kernels<T>& table = kernels<T>(), Arena* arena = nullptr);

  const Panels& in() const { return in_; }
  const Panels& out() const { return out_; }

  // Takes new weights [out x in], which must stay where they are, with Buffer's spare room behind, until the
  // next call: the backward product reads them there. pack(weights, panel) takes those behind one panel of
  // outputs.
  void pack(const T* weights);
  void pack(const T* weights, size_t panel);
  void set_biases(const T* biases) { std::copy_n(biases, out_.width(), biases_.data()); }

  // Each product may be told where one of its factors is zero; null: nothing is known. The bits are the same.
  using Zeros = const Activity<T>*;

  // A part of z = x Wᵀ + b, [rows x in] -> [rows x out]. As soon as some rows of it are complete, done(part)
  // is called for them; they stand at z + offset(panel, rows) + row * columns.
  template <class Done>
  void forward(const T* x, size_t rows, const Part& part, T* z, Zeros zeros_of_x, Done&& done) const;

  // A part of dx = dz W, [rows x out] -> [rows x in]: done(part, dx), which stands in no matrix. Where
  // zeros_of_dx has zeros the caller multiplies dx by zero: what is not computed there is zero, too (null, or
  // given with tame dz and W).
  template <class Done>
  void input_gradient(const T* dz, size_t rows, const Part& part, Zeros zeros_of_dz, Zeros zeros_of_dx,
                      Done&& done) const;

  // The rows of some panels of outputs in gradient = dzᵀ x, row-major [out x in]; has Buffer's spare room
  // behind. Zeros of both or none, and both tame. As soon as some rows are complete, done(row, rows) is
  // called for them.
  template <class Done>
  void weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, size_t panels, Zeros zeros_of_x,
                       Zeros zeros_of_dz, T* gradient, Done&& done) const;

 private:
  static constexpr size_t group = 32;  // panels of depth that one product call takes at most
  // What one product needs: c = start + a b with b [depth x width].
  struct Factors {
    const Panels& depth;
    const Panels& width;
    const T* a;
    size_t rows;  // of a
    const T* b;   // of the panel in hand,
    size_t b_stride;
    const T* start;  // null: zero
    Zeros zeros_of_a, zeros_of_c;
  };
  void multiply(const Factors& f, const Part& part, T* c) const;
  void multiply_active(const Factors& f, const Part& part, T* c) const;
  void dense_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, T* gradient) const;
  void active_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, size_t panels,
                              Zeros zeros_of_x, const Activity<T>& zeros_of_dz, T* gradient) const;
  void thin_forward(const T* x, size_t rows, const Part& part, T* z) const;
  void thin_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, T* gradient) const;

  const Kernels<T>* kernels_;
  Panels in_;
  Panels out_;
  bool thin_in_;   // few inputs: the weight gradient runs over vectors of outputs
  bool thin_out_;  // few outputs: the forward product runs over vectors of inputs
  const T* weights_ = nullptr;
  Buffer<T> biases_;  // [padded out]
  Buffer<T> packed_;  // the weights for the forward product, for each panel of outputs: [in x columns]
};

template <class T>
template <class Done>
void Dense<T>::forward(const T* x, size_t rows, const Part& part, T* z, Zeros zeros_of_x, Done&& done) const {
  const size_t columns = out_.columns(part.panel);
  const size_t step = stretch(columns);
  T* const panel = z + out_.offset(part.panel, rows);
  const Factors factors{
      in_,     out_,           x,          rows,   packed_.data() + out_.offset(part.panel, in_.width()),
      columns, biases_.data(), zeros_of_x, nullptr};
  for (size_t row = part.row; row < part.row + part.rows; row += step) {
    const Part now{part.panel, row, std::min(step, part.row + part.rows - row)};
    if (thin_out_)
      thin_forward(x, rows, now, panel);
    else if (zeros_of_x && zeros_of_x->columns_pay())
      multiply_active(factors, now, panel + row * columns);
    else
      multiply(factors, now, panel + row * columns);
    done(now);
  }
}

template <class T>
template <class Done>
void Dense<T>::input_gradient(const T* dz, size_t rows, const Part& part, Zeros zeros_of_dz,
                              Zeros zeros_of_dx, Done&& done) const {
  const size_t step = stretch(in_.columns(part.panel));
  alignas(64) std::array<T, largest_stretch> dx;  // the widest panel has 64 columns
  const Factors factors{out_,        in_,     dz,          rows,       weights_ + in_.begin(part.panel),
                        in_.width(), nullptr, zeros_of_dz, zeros_of_dx};
  for (size_t row = part.row; row < part.row + part.rows; row += step) {
    const Part now{part.panel, row, std::min(step, part.row + part.rows - row)};
    if (zeros_of_dz && zeros_of_dz->columns_pay())
      multiply_active(factors, now, dx.data());
    else
      multiply(factors, now, dx.data());
    done(now, dx.data());
  }
}

template <class T>
template <class Done>
void Dense<T>::weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, size_t panels,
                               Zeros zeros_of_x, Zeros zeros_of_dz, T* gradient, Done&& done) const {
  const size_t end = panel + panels;
  if (zeros_of_dz && zeros_of_dz->rows_pay() && !thin_in_) {
    active_weight_gradient(x, dz, rows, panel, panels, zeros_of_x, *zeros_of_dz, gradient);
    return done(out_.begin(panel), out_.begin(end - 1) + out_.used(end - 1) - out_.begin(panel));
  }
  for (size_t q = panel; q < end; ++q) {
    if (thin_in_)
      thin_weight_gradient(x, dz, rows, q, gradient);
    else
      dense_weight_gradient(x, dz, rows, q, gradient);
    done(out_.begin(q), out_.used(q));
  }
}

}  // namespace basso::nn

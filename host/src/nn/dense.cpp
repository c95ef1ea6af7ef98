// Packing of the weights, the weight gradient, and the loops for maps with very few inputs or outputs.
#include "nn/dense.hpp"

#include <bit>

namespace basso::nn {
namespace {

constexpr size_t gradient_depth = 64;  // samples that one product call sums
static_assert(gradient_depth == Activity<float>::chunk);

// Whether vectors along this side would be mostly pads.
bool thin(size_t width, size_t lanes) { return width <= lanes / 4; }

// The first vector of a panel that holds one of the columns, and the one behind the last.
struct VectorRange {
  size_t first, end;
};
VectorRange vectors_of(uint64_t columns, size_t lanes, size_t vectors) {
  if (columns == 0) return {0, 0};
  const auto last = static_cast<size_t>(63 - std::countl_zero(columns));
  return {static_cast<size_t>(std::countr_zero(columns)) / lanes, std::min(last / lanes + 1, vectors)};
}

}  // namespace

template <class T>
Dense<T>::Dense(size_t inputs, size_t outputs, bool backward, const Kernels<T>& table)
    : kernels_(&table),
      in_(inputs, kernels_->lanes, kernels_->max_vectors),
      out_(outputs, kernels_->lanes, kernels_->max_vectors),
      backward_(backward),
      thin_in_(thin(inputs, kernels_->lanes)),
      thin_out_(thin(outputs, kernels_->lanes)),
      biases_(out_.padded()),
      forward_weights_(thin_out_ ? 0 : inputs * out_.padded()),
      backward_weights_(backward ? outputs * in_.padded() : 0),
      thin_gradient_(thin_in_ ? inputs * out_.padded() : 0),
      segments_(std::max(in_.count(), out_.count())) {}

template <class T>
void Dense<T>::pack(const T* weights, const T* biases) {
  weights_ = weights;
  const size_t inputs = in_.width();
  const size_t outputs = out_.width();
  std::copy_n(biases, outputs, biases_.data());
  if (!thin_out_)
    for (size_t p = 0; p < out_.count(); ++p)
      kernels_->transpose(weights + out_.begin(p) * inputs, out_.used(p), inputs, inputs,
                          forward_weights_.data() + out_.begin(p) * inputs, out_.columns(p));
  if (backward_)
    for (size_t p = 0; p < in_.count(); ++p)
      for (size_t o = 0; o < outputs; ++o)
        std::copy_n(weights + o * inputs + in_.begin(p), in_.used(p),
                    backward_weights_.data() + in_.begin(p) * outputs + o * in_.columns(p));
}

template <class T>
void Dense<T>::weight_gradient(const T* x, const T* dz, size_t rows, Zeros zeros_of_x, Zeros zeros_of_dz,
                               T* gradient) {
  if (thin_in_) return thin_weight_gradient(x, dz, rows, gradient);
  if (zeros_of_dz && zeros_of_dz->rows_pay())
    return active_weight_gradient(x, dz, rows, zeros_of_x, *zeros_of_dz, gradient);
  Segment<T> segment{};
  Product<T> product{};
  product.segments = &segment;
  product.segment_count = 1;
  product.c_stride = in_.width();
  for (size_t p = 0; p < in_.count(); ++p) {
    product.vectors = in_.vectors(p);
    product.last_used = in_.used(p) - (in_.vectors(p) - 1) * kernels_->lanes;
    for (size_t k = 0; k < rows; k += gradient_depth) {
      product.b = x + in_.offset(p, rows) + k * in_.columns(p);
      product.accumulate = k > 0;
      for (size_t q = 0; q < out_.count(); ++q) {
        const size_t columns = out_.columns(q);
        segment = {dz + out_.offset(q, rows) + k * columns, 1, columns, std::min(gradient_depth, rows - k)};
        product.c = gradient + out_.begin(q) * in_.width() + in_.begin(p);
        product.rows = out_.used(q);
        kernels_->product(product);
      }
    }
  }
}

// Runs the product over the vectors that have wanted columns; the rest of the tile becomes zero.
template <class T>
void Dense<T>::active_tile(ActiveProduct<T>& product, const Panels& depth, const T* b, const T* start,
                           uint64_t wanted) const {
  const size_t columns = product.c_stride;
  T* const c = product.c;
  const auto [first, end] = vectors_of(wanted, kernels_->lanes, columns / kernels_->lanes);
  const size_t begin = first * kernels_->lanes, behind = end * kernels_->lanes;
  if (begin > 0 || behind < columns) {
    for (size_t r = 0; r < product.rows; ++r) {
      std::fill(c + r * columns, c + r * columns + begin, T{0});
      std::fill(c + r * columns + behind, c + (r + 1) * columns, T{0});
    }
  }
  if (first == end) return;
  for (size_t q = 0; q < product.segment_count; ++q) segments_[q].b = b + depth.begin(q) * columns + begin;
  product.c = c + begin;
  product.vectors = end - first;
  product.start = start ? start + begin : nullptr;
  kernels_->active_product(product);
}

template <class T>
void Dense<T>::active_weight_gradient(const T* x, const T* dz, size_t rows, Zeros zeros_of_x,
                                      const Activity<T>& zeros_of_dz, T* gradient) {
  const size_t lanes = kernels_->lanes;
  ActiveSegment<T> segment{};
  ActiveProduct<T> product{};
  product.segments = &segment;
  product.segment_count = 1;
  product.c_stride = in_.width();
  for (size_t p = 0; p < in_.count(); ++p) {
    product.b_stride = in_.columns(p);
    for (size_t k = 0; k < rows; k += gradient_depth) {
      const uint64_t wanted = zeros_of_x ? zeros_of_x->columns_of_chunk(k / gradient_depth, p) : ~uint64_t{0};
      const auto [first, end] = vectors_of(wanted, lanes, in_.vectors(p));
      const bool partial = first > 0 || end < in_.vectors(p);
      product.vectors = end - first;
      product.last_used = end == in_.vectors(p) ? in_.used(p) - (end - 1) * lanes : lanes;
      product.accumulate = k > 0;
      for (size_t q = 0; q < out_.count(); ++q) {
        const size_t columns = out_.columns(q);
        for (size_t o = 0; o < out_.used(q); o += tile_rows) {
          T* const c = gradient + (out_.begin(q) + o) * in_.width() + in_.begin(p);
          product.rows = std::min(tile_rows, out_.used(q) - o);
          if (k == 0 && partial)
            for (size_t r = 0; r < product.rows; ++r) std::fill_n(c + r * in_.width(), in_.used(p), T{0});
          const std::span<const uint16_t> active = zeros_of_dz.rows(k / gradient_depth, q, o / tile_rows);
          if (first == end || (active.empty() && product.accumulate)) continue;
          segment = {dz + out_.offset(q, rows) + k * columns + o,
                     1,
                     columns,
                     x + in_.offset(p, rows) + k * in_.columns(p) + first * lanes,
                     active.data(),
                     active.size()};
          product.c = c + first * lanes;
          kernels_->active_product(product);
        }
      }
    }
  }
}

// The transposed product [in x out], whose vectors run over the outputs.
template <class T>
void Dense<T>::thin_weight_gradient(const T* x, const T* dz, size_t rows, T* gradient) {
  const Segment<T> segment{x, 1, in_.columns(0), rows};
  Product<T> product{};
  product.segments = &segment;
  product.segment_count = 1;
  product.c_stride = out_.padded();
  product.rows = in_.width();
  product.last_used = kernels_->lanes;
  for (size_t q = 0; q < out_.count(); ++q) {
    product.b = dz + out_.offset(q, rows);
    product.c = thin_gradient_.data() + out_.begin(q);
    product.vectors = out_.vectors(q);
    kernels_->product(product);
  }
  for (size_t o = 0; o < out_.width(); ++o)
    for (size_t i = 0; i < in_.width(); ++i)
      gradient[o * in_.width() + i] = thin_gradient_[i * out_.padded() + o];
}

template <class T>
void Dense<T>::thin_forward(const T* x, size_t rows, T* z) const {
  constexpr size_t batch = 8;  // panels a call
  const size_t stride = out_.columns(0);
  for (size_t o = 0; o < out_.width(); ++o)
    for (size_t r = 0; r < rows; ++r) z[r * stride + o] = biases_[o];
  std::array<Segment<T>, batch> segments;
  for (size_t q = 0; q < in_.count(); q += batch) {
    const size_t end = std::min(q + batch, in_.count());
    for (size_t s = q; s < end; ++s)
      segments[s - q] = {x + in_.offset(s, rows), in_.columns(s), 1, in_.used(s)};
    for (size_t o = 0; o < out_.width(); ++o)
      kernels_->thin_product(segments.data(), end - q, weights_ + o * in_.width() + in_.begin(q), rows, z + o,
                             stride);
  }
}

template class Dense<float>;
template class Dense<double>;

}  // namespace basso::nn

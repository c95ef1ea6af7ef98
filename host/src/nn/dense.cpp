// Packing of the weights, the products over parts, and the loops for maps with very few inputs or outputs.
#include "nn/dense.hpp"

#include <bit>

namespace basso::nn {
namespace {

constexpr size_t gradient_depth = 64;  // samples that one product call sums where zeros are left out
static_assert(gradient_depth == Activity<float>::chunk);

// Whether vectors along this side would be mostly pads.
bool thin(size_t width, size_t lanes) { return width <= lanes / 4; }

// Panels of depth that one call of a product sums. Beside tiles of two vectors (panels of 16 columns and
// less) it pays to keep these rows of b in the first-level cache for the next tile, though every tile is
// loaded and stored once more; beside larger ones it does not.
size_t panels_at_once(size_t columns, size_t most) {
  return columns <= 16 ? std::min(most, 128 / columns) : most;
}

// The first vector of a panel that holds one of the columns, and the one behind the last.
struct VectorRange {
  size_t first, end;
};
VectorRange vectors_of(uint64_t columns, size_t lanes, size_t vectors) {
  if (columns == 0) return {0, 0};
  const int shift = std::countr_zero(lanes);  // lanes are a power of 2, and divisions slow
  const auto last = static_cast<size_t>(63 - std::countl_zero(columns));
  return {static_cast<size_t>(std::countr_zero(columns)) >> shift, std::min((last >> shift) + 1, vectors)};
}

}  // namespace

template <class T>
Dense<T>::Dense(size_t inputs, size_t outputs, const Kernels<T>& table, Arena* arena)
    : kernels_(&table),
      in_(inputs, kernels_->lanes, kernels_->max_vectors),
      out_(outputs, kernels_->lanes, kernels_->max_vectors),
      thin_in_(thin(inputs, kernels_->lanes)),
      thin_out_(thin(outputs, kernels_->lanes)),
      biases_(out_.padded(), arena),
      packed_(thin_out_ ? 0 : inputs * out_.padded(), arena) {}

template <class T>
void Dense<T>::pack(const T* weights) {
  weights_ = weights;
  for (size_t q = 0; q < out_.count(); ++q) pack(weights, q);
}

template <class T>
void Dense<T>::pack(const T* weights, size_t panel) {
  if (thin_out_) return;
  const size_t inputs = in_.width(), first = out_.begin(panel) * inputs;
  kernels_->transpose(weights + first, out_.used(panel), inputs, inputs, packed_.data() + first,
                      out_.columns(panel));
}

template <class T>
void Dense<T>::multiply(const Factors& f, const Part& part, T* c) const {
  std::array<Segment<T>, group> segments;
  Product<T> product{};
  product.segments = segments.data();
  product.first_row = part.row;
  product.rows = part.rows;
  product.b = f.b;
  product.b_stride = f.b_stride;
  product.c = c;
  product.c_stride = f.width.columns(part.panel);
  product.vectors = f.width.vectors(part.panel);
  product.last_used = f.width.last_used(part.panel);
  product.last_stored = kernels_->lanes;
  product.start = f.start ? f.start + f.width.begin(part.panel) : nullptr;
  const size_t at_once = panels_at_once(f.depth.columns(0), group);
  for (size_t q = 0; q < f.depth.count(); q += at_once) {
    product.segment_count = std::min(at_once, f.depth.count() - q);
    for (size_t s = 0; s < product.segment_count; ++s)
      segments[s] = {f.a + f.depth.offset(q + s, f.rows), f.depth.columns(q + s), 1, f.depth.used(q + s)};
    kernels_->product(product);
    product.b += f.b_stride * (f.depth.begin(q + product.segment_count) - f.depth.begin(q));
    product.accumulate = true;
  }
}

// Tile by tile, each with its own sets: over the vectors that have wanted columns; the rest becomes zero.
template <class T>
void Dense<T>::multiply_active(const Factors& f, const Part& part, T* c) const {
  const size_t columns = f.width.columns(part.panel), lanes = kernels_->lanes;
  std::array<ActiveSegment<T>, group> segments;
  ActiveProduct<T> product{};
  product.segments = segments.data();
  product.b_stride = f.b_stride;
  product.c_stride = columns;
  product.last_stored = lanes;
  const T* const start = f.start ? f.start + f.width.begin(part.panel) : nullptr;
  for (size_t q = 0; q < f.depth.count(); q += group) {
    product.segment_count = std::min(group, f.depth.count() - q);
    product.accumulate = q > 0;
    for (size_t row = part.row; row < part.row + part.rows; row += tile_rows) {
      const size_t tile = row / tile_rows;
      T* const of_tile = c + (row - part.row) * columns;
      const uint64_t wanted = f.zeros_of_c ? f.zeros_of_c->columns(tile, part.panel) : ~uint64_t{0};
      const auto [first, end] = vectors_of(wanted, lanes, f.width.vectors(part.panel));
      const size_t begin = first * lanes, behind = end * lanes;
      product.rows = std::min(tile_rows, part.row + part.rows - row);
      if (q == 0 && (begin > 0 || behind < columns)) {
        for (size_t r = 0; r < product.rows; ++r) {
          std::fill(of_tile + r * columns, of_tile + r * columns + begin, T{0});
          std::fill(of_tile + r * columns + behind, of_tile + (r + 1) * columns, T{0});
        }
      }
      if (first == end) continue;
      product.c = of_tile + begin;
      product.vectors = end - first;
      product.start = start ? start + begin : nullptr;
      for (size_t s = 0; s < product.segment_count; ++s) {
        const size_t stride = f.depth.columns(q + s);
        segments[s] = {f.a + f.depth.offset(q + s, f.rows) + row * stride, stride, 1,
                       f.b + begin + f.depth.begin(q + s) * f.b_stride, f.zeros_of_a->columns(tile, q + s)};
      }
      kernels_->active_product(product);
    }
  }
}

template <class T>
void Dense<T>::dense_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, T* gradient) const {
  const Segment<T> segment{dz + out_.offset(panel, rows), 1, out_.columns(panel), rows};
  Product<T> product{};
  product.segments = &segment;
  product.segment_count = 1;
  product.rows = out_.used(panel);
  product.c_stride = in_.width();
  for (size_t p = 0; p < in_.count(); ++p) {
    product.vectors = in_.vectors(p);
    product.last_used = product.last_stored = in_.last_used(p);
    product.b = x + in_.offset(p, rows);
    product.b_stride = in_.columns(p);
    product.c = gradient + out_.begin(panel) * in_.width() + in_.begin(p);
    kernels_->product(product);
  }
}

template <class T>
void Dense<T>::active_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, size_t panels,
                                      Zeros zeros_of_x, const Activity<T>& zeros_of_dz, T* gradient) const {
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
      product.last_stored = end == in_.vectors(p) ? in_.last_used(p) : lanes;
      product.accumulate = k > 0;
      for (size_t q = panel; q < panel + panels; ++q) {
        const size_t columns = out_.columns(q);
        for (size_t o = 0; o < out_.used(q); o += tile_rows) {
          T* const c = gradient + (out_.begin(q) + o) * in_.width() + in_.begin(p);
          product.rows = std::min(tile_rows, out_.used(q) - o);
          if (k == 0 && partial)
            for (size_t r = 0; r < product.rows; ++r) std::fill_n(c + r * in_.width(), in_.used(p), T{0});
          const uint64_t active = zeros_of_dz.rows(k / gradient_depth, q, o / tile_rows);
          if (first == end || (active == 0 && product.accumulate)) continue;
          segment = {dz + out_.offset(q, rows) + k * columns + o, 1, columns,
                     x + in_.offset(p, rows) + k * in_.columns(p) + first * lanes, active};
          product.c = c + first * lanes;
          kernels_->active_product(product);
        }
      }
    }
  }
}

// The transposed product [in x out], whose vectors run over the outputs.
template <class T>
void Dense<T>::thin_weight_gradient(const T* x, const T* dz, size_t rows, size_t panel, T* gradient) const {
  const Segment<T> segment{x, 1, in_.columns(0), rows};
  const size_t columns = out_.columns(panel);
  std::array<T, 256> transposed;  // at most 4 inputs by 64 columns
  Product<T> product{};
  product.segments = &segment;
  product.segment_count = 1;
  product.b = dz + out_.offset(panel, rows);
  product.b_stride = columns;
  product.c = transposed.data();
  product.c_stride = columns;
  product.rows = in_.width();
  product.vectors = out_.vectors(panel);
  product.last_used = out_.last_used(panel);
  product.last_stored = kernels_->lanes;
  kernels_->product(product);
  for (size_t o = 0; o < out_.used(panel); ++o)
    for (size_t i = 0; i < in_.width(); ++i)
      gradient[(out_.begin(panel) + o) * in_.width() + i] = transposed[i * columns + o];
}

template <class T>
void Dense<T>::thin_forward(const T* x, size_t rows, const Part& part, T* z) const {
  constexpr size_t batch = 8;  // panels a call
  const size_t stride = out_.columns(0);
  for (size_t o = 0; o < out_.width(); ++o)
    for (size_t r = part.row; r < part.row + part.rows; ++r) z[r * stride + o] = biases_[o];
  std::array<Segment<T>, batch> segments;
  for (size_t q = 0; q < in_.count(); q += batch) {
    const size_t count = std::min(batch, in_.count() - q);
    for (size_t s = 0; s < count; ++s) {
      const size_t columns = in_.columns(q + s);
      segments[s] = {x + in_.offset(q + s, rows) + part.row * columns, columns, 1, in_.used(q + s)};
    }
    for (size_t o = 0; o < out_.width(); ++o)
      kernels_->thin_product(segments.data(), count, weights_ + o * in_.width() + in_.begin(q), part.rows,
                             z + part.row * stride + o, stride);
  }
}

template class Dense<float>;
template class Dense<double>;

}  // namespace basso::nn

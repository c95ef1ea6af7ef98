// The engine's vector kernels, compiled by Highway for each instruction set and chosen at run time. Results
// of an element never depend on its position, on the sizes or on alignment: each is one chain of
// multiply-adds in the order of k.
#pragma once

#include <cstddef>
#include <cstdint>

namespace basso::nn {

// Tame numbers, |x| at most tame_limit: a sum of most_terms products of two of them is at most 2^127, which
// float32 holds.
inline constexpr double tame_limit = 0x1p50;
inline constexpr size_t most_terms = size_t{1} << 27;

// Rows that a product holds in registers at once.
inline constexpr size_t tile_rows = 6;

// A stretch of k in a product: a[row * row_stride + k * depth_stride], k < depth.
template <class T>
struct Segment {
  const T* a;
  size_t row_stride;
  size_t depth_stride;
  size_t depth;
};

// C[r, v] = start[v] + Σ_k a[r, k] b[k, v], k through all the segments in their order.
template <class T>
struct Product {
  const Segment<T>* segments;
  size_t segment_count;
  size_t first_row;  // of a, which is C's first
  const T* b;        // [Σ depth x vectors * lanes],
  size_t b_stride;   // from one k to the next
  T* c;
  size_t c_stride;
  size_t rows;
  size_t vectors;      // 1 to max_vectors
  size_t last_used;    // lanes of each row's last vector that mean something, 1 to lanes,
  size_t last_stored;  // and that are stored: those and no more, or all (zeros or values for the pads)
  const T* start;      // [vectors * lanes]; null: zero
  bool accumulate;     // start from C instead
};

// The same, of which only some k of each segment are summed.
template <class T>
struct ActiveSegment {
  const T* a;
  size_t row_stride;
  size_t depth_stride;
  const T* b;       // of the segment's k = 0
  uint64_t active;  // bit k: sum it
};

template <class T>
struct ActiveProduct {
  const ActiveSegment<T>* segments;
  size_t segment_count;
  size_t b_stride;
  T* c;
  size_t c_stride;
  size_t rows;  // 1 to tile_rows
  size_t vectors;
  size_t last_stored;
  const T* start;
  bool accumulate;
};

// One Adam step (Kingma & Ba 2015): g += decay p; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g²;
// p -= step m / (scale √v + epsilon); then p is cut to [-clip, clip]. Moments below the smallest normal
// number become 0.
template <class T>
struct AdamConstants {
  T beta1, rest1, beta2, rest2, step, scale, epsilon, decay, clip;
};

// One step of gradient descent with momentum: g += decay p; u = momentum u + g; p -= rate (nesterov ? g +
// momentum u : u); then the cut. Without `u` (null) momentum is 0.
template <class T>
struct MomentumConstants {
  T rate, momentum, decay, clip;
  bool nesterov;
};

template <class T>
struct Kernels {
  const char* target;  // "AVX3": the chosen instruction set
  size_t lanes;        // elements of one vector
  size_t max_vectors;  // of a panel

  void (*product)(const Product<T>& product);
  void (*active_product)(const ActiveProduct<T>& product);
  // out[r * out_stride] += Σ_k a[r, k] w[k] by vectors of k; the segments have depth_stride 1.
  void (*thin_product)(const Segment<T>* segments, size_t segment_count, const T* w, size_t rows, T* out,
                       size_t out_stride);
  // to[c * to_stride + r] = from[r * from_stride + c].
  void (*transpose)(const T* from, size_t rows, size_t cols, size_t from_stride, T* to, size_t to_stride);
  // z *= d, then sums[c] += Σ_r z[r, c] in the order of rows; [rows x columns] contiguous, columns a multiple
  // of lanes.
  void (*scale_and_sum)(T* z, const T* d, size_t rows, size_t columns, T* sums);
  // masks[r] gets bit c where z[r, c] or also[r, c] is not zero (NaN counts), of the bits in `used` only;
  // `also` may be null. Returns whether all of z and `also` is tame.
  bool (*nonzero)(const T* z, const T* also, size_t rows, size_t columns, uint64_t used, uint64_t* masks);
  // For each tile of rows the columns that any of its masks has: tiles[i * stride]. Returns how many in all.
  size_t (*unite_rows)(const uint64_t* masks, size_t rows, uint64_t* tiles, size_t stride);
  // For each tile of `tile_rows` columns, as many as `tiles` has, the rows, at most 64, whose masks have any
  // of them. Reads 64 masks. Returns how many in all.
  size_t (*unite_columns)(const uint64_t* masks, size_t rows, uint64_t* tiles, size_t count);
  // Of some columns, `left`, the place of that whose pattern, `words` at patterns + column * words, differs
  // in the fewest bits from that of `taken`; of several that of the smallest column.
  size_t (*nearest)(const uint64_t* patterns, size_t words, uint32_t taken, const uint32_t* left,
                    size_t count);
  // sums[c] += Σ_r z[r, c].
  void (*sum_columns)(const T* z, size_t rows, size_t columns, T* sums);
  // Both return the largest new |p| before the cut, NaN where one is not finite. clip = infinity: no cut.
  T (*adam)(const AdamConstants<T>& constants, T* p, const T* g, T* m, T* v, size_t count);
  T (*momentum)(const MomentumConstants<T>& constants, T* p, const T* g, T* u, size_t count);
};

// The table for this processor.
template <class T>
const Kernels<T>& kernels();

// For kernels.cpp files only: fills the parts of the table that each of them holds.
void fill_product_kernels(Kernels<float>& table);
void fill_product_kernels(Kernels<double>& table);
void fill_vector_kernels(Kernels<float>& table);
void fill_vector_kernels(Kernels<double>& table);

}  // namespace basso::nn

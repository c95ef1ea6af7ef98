// The matrix product on packed panels: a tile of 6 rows by up to max_vectors vectors stays in registers over
// all of k.
#include <hwy/cache_control.h>

#include "nn/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels_product.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace basso::nn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// 6 x 4 accumulators fit the 32 registers of AVX-512 (all of Highway's targets with 64 bytes), 6 x 2 the 16
// of the others. Where a processor has two units of half its vectors (Zen 4), half a vector costs half: a
// width's last vector is halved where that will do.
#if HWY_MAX_BYTES == 64
constexpr size_t max_vectors = 4;
constexpr bool halves = true;
#else
constexpr size_t max_vectors = 2;
constexpr bool halves = false;
#endif

// N vector registers side by side, of which the last may be a half. (Recursive members instead of an array:
// compilers keep them in registers. The constructors of these structures are written out, since GCC would
// compile implicit ones for the plain processor, where arm64's vectors refuse to be inlined.)
template <class D, size_t N, bool kHalf = false>
struct Row {
  using T = hn::TFromD<D>;
  hn::Vec<D> first;
  Row<D, N - 1, kHalf> rest;

  HWY_INLINE Row() {}
  HWY_INLINE void zero() {
    first = hn::Zero(D());
    rest.zero();
  }
  HWY_INLINE void load(const T* p) {
    first = hn::LoadU(D(), p);
    rest.load(p + hn::MaxLanes(D()));
  }
  HWY_INLINE void multiply_add(hn::Vec<D> a, const Row& b) {
    first = hn::MulAdd(a, b.first, first);
    rest.multiply_add(a, b.rest);
  }
  // Adds zero: a sum that underflowed to -0 becomes +0, so that sums of fewer zeros have the same bits.
  HWY_INLINE void store(T* p, size_t last_stored) const {
    const auto value = hn::Add(first, hn::Zero(D()));
    if (N > 1 || last_stored == hn::MaxLanes(D()))
      hn::StoreU(value, D(), p);
    else
      hn::BlendedStore(value, hn::FirstN(D(), last_stored), D(), p);
    rest.store(p + hn::MaxLanes(D()), last_stored);
  }
};

template <class D>
struct Row<D, 0, false> {
  using T = hn::TFromD<D>;
  HWY_INLINE Row() {}
  HWY_INLINE void zero() {}
  HWY_INLINE void load(const T*) {}
  HWY_INLINE void multiply_add(hn::Vec<D>, const Row&) {}
  HWY_INLINE void store(T*, size_t) const {}
};

#if HWY_TARGET != HWY_SCALAR
// Stored as a whole vector whose upper half is zero, or in part.
template <class D>
struct Row<D, 1, true> {
  using T = hn::TFromD<D>;
  using Lower = hn::Half<D>;
  hn::Vec<Lower> first;

  HWY_INLINE Row() {}
  HWY_INLINE void zero() { first = hn::Zero(Lower()); }
  HWY_INLINE void load(const T* p) { first = hn::LoadU(Lower(), p); }
  HWY_INLINE void multiply_add(hn::Vec<D> a, const Row& b) {
    first = hn::MulAdd(hn::LowerHalf(Lower(), a), b.first, first);
  }
  HWY_INLINE void store(T* p, size_t last_stored) const {
    Row<D, 1> whole;
    whole.first = hn::ZeroExtendVector(D(), first);
    whole.store(p, last_stored);
  }
};
#endif

// R rows: the accumulators of one tile. Row number I counts from the top of the tile.
template <class Row, size_t R, size_t I = 0>
struct Tile {
  using T = typename Row::T;
  Row row;
  Tile<Row, R - 1, I + 1> below;

  HWY_INLINE Tile() {}
  HWY_INLINE void zero() {
    row.zero();
    below.zero();
  }
  HWY_INLINE void load(const T* c, size_t stride) {
    row.load(c);
    below.load(c + stride, stride);
  }
  // Row I of a stands at a + I * stride for I < 3, else at a3 + (I - 3) * stride: two pointers and one index
  // register.
  template <class D>
  HWY_INLINE void multiply_add(D d, const T* a, const T* a3, size_t stride, const Row& b) {
    row.multiply_add(hn::Set(d, I < 3 ? a[I * stride] : a3[(I - 3) * stride]), b);
    below.multiply_add(d, a, a3, stride, b);
  }
  HWY_INLINE void store(T* c, size_t stride, size_t last_stored) const {
    row.store(c, last_stored);
    below.store(c + stride, stride, last_stored);
  }
};

template <class Row, size_t I>
struct Tile<Row, 0, I> {
  using T = typename Row::T;
  HWY_INLINE Tile() {}
  HWY_INLINE void zero() {}
  HWY_INLINE void load(const T*, size_t) {}
  template <class D>
  HWY_INLINE void multiply_add(D, const T*, const T*, size_t, const Row&) {}
  HWY_INLINE void store(T*, size_t, size_t) const {}
};

template <class T, size_t R, size_t N, bool kHalf>
HWY_NOINLINE void ProductTile(const Product<T>& p, size_t row) {
  using D = hn::ScalableTag<T>;
  using Registers = Row<D, N, kHalf>;
  Tile<Registers, R> tile;
  T* const c = p.c + row * p.c_stride;
  if (p.accumulate)
    tile.load(c, p.c_stride);
  else if (p.start)
    tile.load(p.start, 0);
  else
    tile.zero();
  const T* HWY_RESTRICT b = p.b;
  for (size_t s = 0; s < p.segment_count; ++s) {
    const Segment<T>& segment = p.segments[s];
    const size_t stride = segment.row_stride;
    const size_t step = segment.depth_stride;
    const T* HWY_RESTRICT a = segment.a + (p.first_row + row) * stride;
    const T* HWY_RESTRICT a3 = a + 3 * stride;
    // Fetched meanwhile: the next tile of a where it lies behind this one, else some k further on.
    const T* ahead = a + (step == 1 ? R * stride : 12 * step);
    const size_t ahead_step = step == 1 ? R : step;
    for (size_t k = segment.depth; k != 0; --k) {
      hwy::Prefetch(ahead);
      ahead += ahead_step;
      Registers values;
      values.load(b);
      tile.multiply_add(D(), a, a3, stride, values);
      a += step;
      a3 += step;
      b += p.b_stride;
    }
  }
  tile.store(c, p.c_stride, p.last_stored);
}

template <class T, size_t R, size_t N>
HWY_NOINLINE void ActiveTile(const ActiveProduct<T>& p) {
  using D = hn::ScalableTag<T>;
  using Registers = Row<D, N>;
  Tile<Registers, R> tile;
  if (p.accumulate)
    tile.load(p.c, p.c_stride);
  else if (p.start)
    tile.load(p.start, 0);
  else
    tile.zero();
  for (size_t s = 0; s < p.segment_count; ++s) {
    const ActiveSegment<T>& segment = p.segments[s];
    const size_t stride = segment.row_stride;
    const size_t step = segment.depth_stride;
    const T* HWY_RESTRICT a = segment.a;
    const T* HWY_RESTRICT a3 = a + 3 * stride;
    const T* HWY_RESTRICT b = segment.b;
    const size_t b_stride = p.b_stride;
    for (uint64_t active = segment.active; active != 0; active &= active - 1) {
      const size_t k = hwy::Num0BitsBelowLS1Bit_Nonzero64(active);
      Registers values;
      values.load(b + k * b_stride);
      tile.multiply_add(D(), a + k * step, a3 + k * step, stride, values);
    }
  }
  tile.store(p.c, p.c_stride, p.last_stored);
}

template <class T, size_t N>
HWY_INLINE void ActiveRows(const ActiveProduct<T>& p) {
  switch (p.rows) {
    case 1:
      return ActiveTile<T, 1, N>(p);
    case 2:
      return ActiveTile<T, 2, N>(p);
    case 3:
      return ActiveTile<T, 3, N>(p);
    case 4:
      return ActiveTile<T, 4, N>(p);
    case 5:
      return ActiveTile<T, 5, N>(p);
    case 6:
      return ActiveTile<T, 6, N>(p);
    default:
      return;
  }
}

template <class T>
void RunActiveProduct(const ActiveProduct<T>& p) {
  switch (p.vectors) {
    case 1:
      return ActiveRows<T, 1>(p);
    case 2:
      return ActiveRows<T, 2>(p);
#if HWY_MAX_BYTES == 64
    case 3:
      return ActiveRows<T, 3>(p);
    case 4:
      return ActiveRows<T, 4>(p);
#endif
    default:
      return;
  }
}

template <class T, size_t N, bool kHalf>
HWY_INLINE void ProductRows(const Product<T>& p) {
  size_t row = 0;
  for (; row + tile_rows <= p.rows; row += tile_rows) ProductTile<T, tile_rows, N, kHalf>(p, row);
  switch (p.rows - row) {
    case 1:
      return ProductTile<T, 1, N, kHalf>(p, row);
    case 2:
      return ProductTile<T, 2, N, kHalf>(p, row);
    case 3:
      return ProductTile<T, 3, N, kHalf>(p, row);
    case 4:
      return ProductTile<T, 4, N, kHalf>(p, row);
    case 5:
      return ProductTile<T, 5, N, kHalf>(p, row);
    default:
      return;
  }
}

template <class T, bool kHalf>
HWY_INLINE void ProductVectors(const Product<T>& p) {
  switch (p.vectors) {
    case 1:
      return ProductRows<T, 1, kHalf>(p);
    case 2:
      return ProductRows<T, 2, kHalf>(p);
#if HWY_MAX_BYTES == 64
    case 3:
      return ProductRows<T, 3, kHalf>(p);
    case 4:
      return ProductRows<T, 4, kHalf>(p);
#endif
    default:
      return;
  }
}

template <class T>
void RunProduct(const Product<T>& p) {
  if (halves && p.last_used <= hn::MaxLanes(hn::ScalableTag<T>()) / 2) return ProductVectors<T, halves>(p);
  ProductVectors<T, false>(p);
}

template <class T>
void ThinProduct(const Segment<T>* segments, size_t segment_count, const T* w, size_t rows, T* out,
                 size_t out_stride) {
  const hn::ScalableTag<T> d;
  constexpr size_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  for (size_t r = 0; r < rows; ++r) {
    auto sum = hn::Zero(d);
    const T* weights = w;
    for (size_t s = 0; s < segment_count; ++s) {
      const Segment<T>& segment = segments[s];
      const T* a = segment.a + r * segment.row_stride;
      size_t k = 0;
      for (; k + lanes <= segment.depth; k += lanes)
        sum = hn::MulAdd(hn::LoadU(d, a + k), hn::LoadU(d, weights + k), sum);
      if (k < segment.depth) {
        const auto mask = hn::FirstN(d, segment.depth - k);
        sum = hn::MulAdd(hn::IfThenElseZero(mask, hn::LoadU(d, a + k)),
                         hn::IfThenElseZero(mask, hn::LoadU(d, weights + k)), sum);
      }
      weights += segment.depth;
    }
    out[r * out_stride] += hn::GetLane(hn::SumOfLanes(d, sum));
  }
}

template <class T>
void FillProduct(Kernels<T>& table) {
  table.target = hwy::TargetName(HWY_TARGET);
  table.lanes = hn::MaxLanes(hn::ScalableTag<T>());
  table.max_vectors = max_vectors;
  table.product = RunProduct<T>;
  table.active_product = RunActiveProduct<T>;
  table.thin_product = ThinProduct<T>;
}

void FillProductF32(Kernels<float>& table) { FillProduct(table); }
void FillProductF64(Kernels<double>& table) { FillProduct(table); }

}  // namespace HWY_NAMESPACE
}  // namespace basso::nn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace basso::nn {

HWY_EXPORT(FillProductF32);
HWY_EXPORT(FillProductF64);

void fill_product_kernels(Kernels<float>& table) { HWY_DYNAMIC_DISPATCH(FillProductF32)(table); }
void fill_product_kernels(Kernels<double>& table) { HWY_DYNAMIC_DISPATCH(FillProductF64)(table); }

}  // namespace basso::nn
#endif

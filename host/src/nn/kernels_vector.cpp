// The kernels that pass once over arrays: transposition, column sums, and the optimisers' updates.
#include "nn/kernels.hpp"

#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "nn/kernels_vector.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace basso::nn {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR
// A vector whose blocks of 16 bytes are at from, from + stride, ...
template <class D, class T = hn::TFromD<D>>
HWY_INLINE hn::Vec<D> LoadBlocks(D d, const T* from, size_t stride) {
  constexpr size_t lanes = hn::MaxLanes(D());
  if constexpr (lanes * sizeof(T) == 16) {
    return hn::LoadU(d, from);
  } else {
    const hn::Half<D> half;
    const size_t blocks = lanes * sizeof(T) / 32;
    return hn::Combine(d, LoadBlocks(half, from + blocks * stride, stride), LoadBlocks(half, from, stride));
  }
}

// As many rows as d has lanes, by as many columns as a block of 16 bytes has: each column is one store.
template <class D>
HWY_INLINE void TransposeBlocks(D d, const float* from, size_t from_stride, float* to, size_t to_stride) {
  const hn::Repartition<double, D> pairs;
  const auto r0 = LoadBlocks(d, from, 4 * from_stride);  // rows 0, 4, ...
  const auto r1 = LoadBlocks(d, from + from_stride, 4 * from_stride);
  const auto r2 = LoadBlocks(d, from + 2 * from_stride, 4 * from_stride);
  const auto r3 = LoadBlocks(d, from + 3 * from_stride, 4 * from_stride);
  const auto low01 = hn::BitCast(pairs, hn::InterleaveLower(d, r0, r1));  // r0[0] r1[0] r0[1] r1[1]
  const auto low23 = hn::BitCast(pairs, hn::InterleaveLower(d, r2, r3));
  const auto high01 = hn::BitCast(pairs, hn::InterleaveUpper(d, r0, r1));
  const auto high23 = hn::BitCast(pairs, hn::InterleaveUpper(d, r2, r3));
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, low01, low23)), d, to);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, low01, low23)), d, to + to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveLower(pairs, high01, high23)), d, to + 2 * to_stride);
  hn::StoreU(hn::BitCast(d, hn::InterleaveUpper(pairs, high01, high23)), d, to + 3 * to_stride);
}

template <class D>
HWY_INLINE void TransposeBlocks(D d, const double* from, size_t from_stride, double* to, size_t to_stride) {
  const auto r0 = LoadBlocks(d, from, 2 * from_stride);
  const auto r1 = LoadBlocks(d, from + from_stride, 2 * from_stride);
  hn::StoreU(hn::InterleaveLower(d, r0, r1), d, to);
  hn::StoreU(hn::InterleaveUpper(d, r0, r1), d, to + to_stride);
}
#endif

// Columns [0, cols) of rows [row, rows), as far as there are whole vectors of rows; returns the first row
// left. cols: whole blocks.
template <class D, class T>
HWY_INLINE size_t TransposeRows(D d, const T* from, size_t row, size_t rows, size_t cols, size_t from_stride,
                                T* to, size_t to_stride) {
  (void)d, (void)from, (void)rows, (void)cols, (void)from_stride, (void)to, (void)to_stride;
#if HWY_TARGET != HWY_SCALAR
  for (; row + hn::MaxLanes(D()) <= rows; row += hn::MaxLanes(D()))
    for (size_t c = 0; c < cols; c += 16 / sizeof(T))
      TransposeBlocks(d, from + row * from_stride + c, from_stride, to + c * to_stride + row, to_stride);
#endif
  return row;
}

template <class T>
void Transpose(const T* from, size_t rows, size_t cols, size_t from_stride, T* to, size_t to_stride) {
  constexpr size_t side = 16 / sizeof(T);
  const size_t whole_cols = cols / side * side;
  const hn::ScalableTag<T> d;
  const hn::CappedTag<T, side> block;
  size_t whole_rows = TransposeRows(d, from, 0, rows, whole_cols, from_stride, to, to_stride);
  whole_rows = TransposeRows(block, from, whole_rows, rows, whole_cols, from_stride, to, to_stride);
  for (size_t r = 0; r < rows; ++r)
    for (size_t c = r < whole_rows ? whole_cols : 0; c < cols; ++c)
      to[c * to_stride + r] = from[r * from_stride + c];
}

template <class T, bool kScale>
HWY_INLINE void ColumnSums(T* z, const T* d_values, size_t rows, size_t columns, T* sums) {
  const hn::ScalableTag<T> d;
  constexpr size_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  for (size_t c = 0; c < columns; c += lanes) {
    auto sum = hn::LoadU(d, sums + c);
    for (size_t r = 0; r < rows; ++r) {
      auto value = hn::LoadU(d, z + r * columns + c);
      if (kScale) {
        value = hn::Mul(value, hn::LoadU(d, d_values + r * columns + c));
        hn::StoreU(value, d, z + r * columns + c);
      }
      sum = hn::Add(sum, value);
    }
    hn::StoreU(sum, d, sums + c);
  }
}

template <class T>
void ScaleAndSum(T* z, const T* d_values, size_t rows, size_t columns, T* sums) {
  ColumnSums<T, true>(z, d_values, rows, columns, sums);
}

template <class T>
void SumColumns(const T* z, size_t rows, size_t columns, T* sums) {
  ColumnSums<T, false>(const_cast<T*>(z), nullptr, rows, columns, sums);
}

template <class T>
bool Nonzero(const T* z, const T* also, size_t rows, size_t columns, uint64_t used, uint64_t* masks) {
  const hn::ScalableTag<T> d;
  constexpr size_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  const T* const second = also ? also : z;
  const auto limit = hn::Set(d, static_cast<T>(tame_limit));
  auto tame = hn::Eq(limit, limit);
  for (size_t r = 0; r < rows; ++r) {
    uint64_t mask = 0;
    for (size_t c = 0; c < columns; c += lanes) {
      const auto a = hn::Abs(hn::LoadU(d, z + r * columns + c));
      const auto sum = hn::Add(a, hn::Abs(hn::LoadU(d, second + r * columns + c)));  // zero where both are
      uint8_t bytes[8] = {};
      hn::StoreMaskBits(d, hn::Not(hn::Eq(sum, hn::Zero(d))), bytes);  // Ne would leave out NaN
      uint64_t bits = 0;
      std::memcpy(&bits, bytes, sizeof bits);
      mask |= bits << c;
      tame = hn::And(tame, hn::Le(sum, limit));  // NaN is not
    }
    masks[r] = mask & used;
  }
  return hn::AllTrue(d, tame);
}

size_t UniteRows(const uint64_t* masks, size_t rows, uint64_t* tiles, size_t stride) {
  size_t count = 0;
  for (size_t row = 0; row < rows; row += tile_rows, tiles += stride) {
    uint64_t united = 0;
    for (size_t r = row; r < HWY_MIN(row + tile_rows, rows); ++r) united |= masks[r];
    *tiles = united;
    count += hwy::PopCount(united);
  }
  return count;
}

size_t UniteColumns(const uint64_t* masks, size_t rows, uint64_t* tiles, size_t tile_count) {
  const hn::ScalableTag<uint64_t> d;
  constexpr size_t lanes = hn::MaxLanes(hn::ScalableTag<uint64_t>());
  const uint64_t used = ~uint64_t{0} >> (64 - rows);
  size_t count = 0;
  for (size_t tile = 0; tile < tile_count; ++tile) {
    const auto columns = hn::Set(d, ((uint64_t{1} << tile_rows) - 1) << (tile * tile_rows));
    uint64_t united = 0;
    for (size_t r = 0; r < 64; r += lanes) {
      uint8_t bytes[8] = {};
      hn::StoreMaskBits(d, hn::Ne(hn::And(hn::LoadU(d, masks + r), columns), hn::Zero(d)), bytes);
      united |= uint64_t{bytes[0]} << r;
    }
    tiles[tile] = united & used;
    count += hwy::PopCount(tiles[tile]);
  }
  return count;
}

size_t Nearest(const uint64_t* patterns, size_t words, uint32_t taken, const uint32_t* left, size_t count) {
  const uint64_t* const from = patterns + taken * words;
  size_t nearest = 0, least = std::numeric_limits<size_t>::max();
  for (size_t i = 0; i < count; ++i) {
    const uint64_t* const to = patterns + left[i] * words;
    size_t difference = 0;
    for (size_t w = 0; w < words; ++w) difference += hwy::PopCount(from[w] ^ to[w]);
    if (difference < least || (difference == least && left[i] < left[nearest]))
      least = difference, nearest = i;
  }
  return nearest;
}

// Moments of units that are off decay into subnormal numbers, which cost a hundred cycles each: they become
// zero.
template <class D>
HWY_INLINE hn::Vec<D> FlushSubnormal(D d, hn::Vec<D> x) {
  const auto smallest = hn::Set(d, std::numeric_limits<hn::TFromD<D>>::min());
  return hn::IfThenZeroElse(hn::Lt(hn::Abs(x), smallest), x);  // this way round NaN stays
}

template <class T>
struct AdamVector {
  const AdamConstants<T>& k;

  // Returns |p| before the cut.
  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, T* p, const T* g, T* m, T* v) const {
    auto parameter = hn::LoadU(d, p);
    const auto gradient = hn::MulAdd(hn::Set(d, k.decay), parameter, hn::LoadU(d, g));
    const auto first = FlushSubnormal(
        d, hn::MulAdd(hn::Set(d, k.rest1), gradient, hn::Mul(hn::Set(d, k.beta1), hn::LoadU(d, m))));
    const auto squares = hn::Mul(hn::Set(d, k.rest2), hn::Mul(gradient, gradient));
    const auto second = FlushSubnormal(d, hn::MulAdd(hn::Set(d, k.beta2), hn::LoadU(d, v), squares));
    const auto root = hn::MulAdd(hn::Set(d, k.scale), hn::Sqrt(second), hn::Set(d, k.epsilon));
    parameter = hn::NegMulAdd(hn::Set(d, k.step), hn::Div(first, root), parameter);
    const auto clip = hn::Set(d, k.clip);
    hn::StoreU(first, d, m);
    hn::StoreU(second, d, v);
    hn::StoreU(hn::Min(hn::Max(parameter, hn::Neg(clip)), clip), d, p);
    return hn::Abs(parameter);
  }
};

template <class T, bool kVelocity>
struct MomentumVector {
  const MomentumConstants<T>& k;

  template <class D>
  HWY_INLINE hn::Vec<D> operator()(D d, T* p, const T* g, T* u, T*) const {
    auto parameter = hn::LoadU(d, p);
    auto change = hn::MulAdd(hn::Set(d, k.decay), parameter, hn::LoadU(d, g));
    if (kVelocity) {
      const auto momentum = hn::Set(d, k.momentum);
      const auto velocity = FlushSubnormal(d, hn::MulAdd(momentum, hn::LoadU(d, u), change));
      hn::StoreU(velocity, d, u);
      change = k.nesterov ? hn::MulAdd(momentum, velocity, change) : velocity;
    }
    parameter = hn::NegMulAdd(hn::Set(d, k.rate), change, parameter);
    const auto clip = hn::Set(d, k.clip);
    hn::StoreU(hn::Min(hn::Max(parameter, hn::Neg(clip)), clip), d, p);
    return hn::Abs(parameter);
  }
};

// Runs `update` over whole vectors, and over the tail through copies padded with a harmless gradient of 1.
template <class T, class Update>
HWY_INLINE T ForAll(const Update& update, T* p, const T* g, T* m, T* v, size_t count) {
  const hn::ScalableTag<T> d;
  constexpr size_t lanes = hn::MaxLanes(hn::ScalableTag<T>());
  auto largest = hn::Zero(d);
  auto wrong = hn::Zero(d);  // NaN once a parameter is not finite: Max would lose that
  const auto note = [&](hn::Vec<decltype(d)> size) HWY_ATTR {
    largest = hn::Max(largest, size);
    wrong = hn::Add(wrong, hn::Mul(size, hn::Zero(d)));
  };
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) note(update(d, p + i, g + i, m ? m + i : m, v ? v + i : v));
  if (i < count) {
    T tail[4][lanes] = {};
    for (size_t j = 0; j < lanes; ++j) tail[1][j] = T{1};
    const size_t bytes = (count - i) * sizeof(T);
    std::memcpy(tail[0], p + i, bytes);
    std::memcpy(tail[1], g + i, bytes);
    if (m) std::memcpy(tail[2], m + i, bytes);
    if (v) std::memcpy(tail[3], v + i, bytes);
    note(update(d, tail[0], tail[1], tail[2], tail[3]));
    std::memcpy(p + i, tail[0], bytes);
    if (m) std::memcpy(m + i, tail[2], bytes);
    if (v) std::memcpy(v + i, tail[3], bytes);
  }
  if (!hn::AllTrue(d, hn::Eq(wrong, hn::Zero(d)))) return std::numeric_limits<T>::quiet_NaN();
  return hn::GetLane(hn::MaxOfLanes(d, largest));
}

template <class T>
T Adam(const AdamConstants<T>& constants, T* p, const T* g, T* m, T* v, size_t count) {
  return ForAll(AdamVector<T>{constants}, p, g, m, v, count);
}

template <class T>
T Momentum(const MomentumConstants<T>& constants, T* p, const T* g, T* u, size_t count) {
  T* const none = nullptr;
  if (u) return ForAll(MomentumVector<T, true>{constants}, p, g, u, none, count);
  return ForAll(MomentumVector<T, false>{constants}, p, g, u, none, count);
}

template <class T>
void FillVector(Kernels<T>& table) {
  table.transpose = Transpose<T>;
  table.scale_and_sum = ScaleAndSum<T>;
  table.sum_columns = SumColumns<T>;
  table.nonzero = Nonzero<T>;
  table.unite_rows = UniteRows;
  table.unite_columns = UniteColumns;
  table.nearest = Nearest;
  table.adam = Adam<T>;
  table.momentum = Momentum<T>;
}

void FillVectorF32(Kernels<float>& table) { FillVector(table); }
void FillVectorF64(Kernels<double>& table) { FillVector(table); }

}  // namespace HWY_NAMESPACE
}  // namespace basso::nn
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace basso::nn {

HWY_EXPORT(FillVectorF32);
HWY_EXPORT(FillVectorF64);

void fill_vector_kernels(Kernels<float>& table) { HWY_DYNAMIC_DISPATCH(FillVectorF32)(table); }
void fill_vector_kernels(Kernels<double>& table) { HWY_DYNAMIC_DISPATCH(FillVectorF64)(table); }

template <class T>
const Kernels<T>& kernels() {
  static const Kernels<T> table = [] {
    Kernels<T> filled{};
    fill_product_kernels(filled);
    fill_vector_kernels(filled);
    return filled;
  }();
  return table;
}

template const Kernels<float>& kernels();
template const Kernels<double>& kernels();

}  // namespace basso::nn
#endif

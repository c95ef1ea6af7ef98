// The vector kernels on every instruction set of this machine, against loops written out.
#include "nn/kernels.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <vector>

#include "every_target.hpp"
#include "nn/dense.hpp"

namespace basso::nn {
namespace {

template <class T>
class VectorKernels : public EveryTarget<T> {};
TYPED_TEST_SUITE(VectorKernels, Precisions);

TYPED_TEST(VectorKernels, ZerosAreFoundInUsedColumnsAndWhatIsNotFiniteIsTold) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    const size_t columns = 2 * table.lanes;
    Buffer<T> z(3 * columns);
    z[0] = T{1}, z[columns - 1] = T{2}, z[columns + 1] = T{-0.0}, z[2 * columns] = static_cast<T>(-1e-30);
    uint64_t masks[3] = {};
    EXPECT_TRUE(table.nonzero(z.data(), nullptr, 3, columns, ~uint64_t{0} >> (64 - columns), masks));
    EXPECT_EQ(masks[0], 1 | uint64_t{1} << (columns - 1));
    EXPECT_EQ(masks[1], 0u);
    EXPECT_EQ(masks[2], 1u);
    table.nonzero(z.data(), nullptr, 1, columns, 1, masks);
    EXPECT_EQ(masks[0], 1u);
    for (const T wrong : {std::numeric_limits<T>::infinity(), std::numeric_limits<T>::quiet_NaN()}) {
      z[columns] = wrong;
      EXPECT_FALSE(table.nonzero(z.data(), nullptr, 3, columns, ~uint64_t{0} >> (64 - columns), masks));
      EXPECT_EQ(masks[1], 1u);
    }
  });
}

TYPED_TEST(VectorKernels, MasksAreUnitedOverTilesOfRowsAndOfColumns) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    Stream stream(StreamKey{.kind = "test", .id = "masks"});
    std::vector<uint64_t> masks(64);
    for (const size_t rows : {1u, 6u, 63u, 64u}) {
      for (uint64_t& mask : masks)
        mask = stream.bits64() & stream.bits64() & stream.bits64() & stream.bits64();
      std::vector<uint64_t> columns((rows + tile_rows - 1) / tile_rows), expected_columns(columns.size());
      std::vector<uint64_t> of_columns(64 / tile_rows + 1), expected_rows(of_columns.size());
      for (size_t r = 0; r < rows; ++r)
        for (size_t c = 0; c < 64; ++c) {
          if ((masks[r] >> c & 1) == 0) continue;
          expected_columns[r / tile_rows] |= uint64_t{1} << c;
          expected_rows[c / tile_rows] |= uint64_t{1} << r;
        }
      const auto bits = [](const std::vector<uint64_t>& sets) {
        size_t count = 0;
        for (const uint64_t set : sets) count += static_cast<size_t>(std::popcount(set));
        return count;
      };
      EXPECT_EQ(table.unite_rows(masks.data(), rows, columns.data(), 1), bits(expected_columns));
      EXPECT_EQ(columns, expected_columns);
      EXPECT_EQ(table.unite_columns(masks.data(), rows, of_columns.data(), of_columns.size()),
                bits(expected_rows));
      EXPECT_EQ(of_columns, expected_rows);
      std::vector<uint64_t> apart(3 * columns.size(), 7);  // with a stride: what is between stays
      table.unite_rows(masks.data(), rows, apart.data(), 3);
      for (size_t i = 0; i < apart.size(); ++i) EXPECT_EQ(apart[i], i % 3 == 0 ? columns[i / 3] : 7);
    }
  });
}

TYPED_TEST(VectorKernels, TransposeMovesEveryElement) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    for (const size_t rows : {1u, 4u, 7u, 30u, 64u})
      for (const size_t cols : {1u, 3u, 8u, 37u}) {
        const auto from = normals<T>(rows * cols, 5);
        std::vector<T> to(cols * 64, T{7});
        table.transpose(from.data(), rows, cols, cols, to.data(), 64);
        for (size_t c = 0; c < cols; ++c)
          for (size_t r = 0; r < 64; ++r) ASSERT_EQ(to[c * 64 + r], r < rows ? from[r * cols + c] : T{7});
      }
  });
}

TYPED_TEST(VectorKernels, ScaleAndSumMultipliesAndAddsUpColumns) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    const size_t rows = 5, columns = 3 * table.lanes;
    std::vector<T> z = normals<T>(rows * columns, 6), sums = normals<T>(columns, 7);
    const std::vector<T> d = normals<T>(rows * columns, 8);
    std::vector<T> expected = sums, product = z;
    for (size_t r = 0; r < rows; ++r)
      for (size_t c = 0; c < columns; ++c) expected[c] += product[r * columns + c] *= d[r * columns + c];
    std::vector<T> plain = sums;
    table.scale_and_sum(z.data(), d.data(), rows, columns, sums.data());
    EXPECT_EQ(z, product);
    EXPECT_EQ(sums, expected);
    table.sum_columns(product.data(), rows, columns, plain.data());
    EXPECT_EQ(plain, expected);
  });
}

TYPED_TEST(VectorKernels, NearestIsTheFirstColumnOfThoseThatDifferLeast) {
  this->for_all([](const Kernels<TypeParam>& table) {
    const uint64_t all = ~uint64_t{0};
    const std::vector<uint64_t> patterns{0b1100, all, 0b0011, all, 0b1110, all, 0b1100, all >> 1, 0b1100, 0};
    const uint32_t left[] = {1, 3, 4, 2};  // they differ from column 0 in 4, 1, 64 and 1 bits
    EXPECT_EQ(table.nearest(patterns.data(), 2, 0, left, 4), 3u);
    EXPECT_EQ(table.nearest(patterns.data(), 2, 0, left, 3), 1u);
    EXPECT_EQ(table.nearest(patterns.data(), 2, 0, left, 1), 0u);
    EXPECT_EQ(table.nearest(patterns.data(), 2, 4, left, 2), 1u);
  });
}

TYPED_TEST(VectorKernels, UpdatesDoNotDependOnPositionOrCount) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    const size_t n = 41;
    const AdamConstants<T> k{T(0.9), T(0.1), T(0.99), T(0.01), T(0.1), T(1.5), T(1e-8), T(0.01), T(1.25)};
    const std::vector<T> p0 = normals<T>(n, 9), g = normals<T>(n, 10);
    std::vector<T> whole = p0, m(n), v(n), single = p0, m1(n), v1(n);
    EXPECT_TRUE(std::isfinite(table.adam(k, whole.data(), g.data(), m.data(), v.data(), n)));
    for (size_t i = 0; i < n; ++i)
      EXPECT_TRUE(std::isfinite(table.adam(k, &single[i], &g[i], &m1[i], &v1[i], 1)));
    EXPECT_EQ(whole, single);
    EXPECT_EQ(m, m1);
    EXPECT_EQ(v, v1);
    for (const T p : whole) EXPECT_LE(std::abs(p), T(1.25));
  });
}

TYPED_TEST(VectorKernels, UpdatesReportParametersThatAreNotFinite) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    const AdamConstants<T> k{T(0.9), T(0.1), T(0.99), T(0.01), T(0.1), T(1), T(1e-8), T(0), T(1)};
    const MomentumConstants<T> plain{T(0.1), T(0.9), T(0), T(1), false};
    for (const size_t at : {size_t{0}, size_t{20}})
      for (const T bad : {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity()}) {
        std::vector<T> p(21, T{1}), g(21, T{1}), m(21), v(21);
        g[at] = bad;
        EXPECT_FALSE(std::isfinite(table.adam(k, p.data(), g.data(), m.data(), v.data(), 21)));
        std::vector<T> q(21, T{1});
        EXPECT_FALSE(std::isfinite(table.momentum(plain, q.data(), g.data(), v.data(), 21)));
        std::vector<T> o(21, T{1});
        EXPECT_FALSE(std::isfinite(table.momentum(plain, o.data(), g.data(), nullptr, 21)));
      }
  });
}

TYPED_TEST(VectorKernels, MomentsBelowTheSmallestNormalNumberBecomeZero) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    const AdamConstants<T> k{T(0.9), T(0.1), T(0.99), T(0.01), T(0.1), T(1), T(1e-8), T(0), T(1)};
    const T tiny = std::numeric_limits<T>::min();
    T p{1}, g{0}, m = tiny, v = tiny;
    EXPECT_TRUE(std::isfinite(table.adam(k, &p, &g, &m, &v, 1)));
    EXPECT_EQ(m, T{0});
    EXPECT_EQ(v, T{0});
  });
}

TEST(Kernels, UseTheWidestInstructionSetOfThisMachine) {
  const int64_t all = hwy::SupportedTargets() & HWY_TARGETS;
  EXPECT_STREQ(kernels<float>().target, hwy::TargetName(all & -all));
  EXPECT_STREQ(kernels<double>().target, kernels<float>().target);
}

}  // namespace
}  // namespace basso::nn

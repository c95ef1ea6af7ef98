// The vector kernels on every instruction set of this machine, against chains of std::fma written out.
#include "nn/kernels.hpp"

#include <gtest/gtest.h>
#include <hwy/detect_targets.h>
#include <hwy/targets.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "nn/dense.hpp"
#include "nn/random.hpp"

namespace basso::nn {
namespace {

template <class T>
std::vector<T> normals(size_t count, uint64_t stream) {
  std::vector<double> values(count);
  Stream(StreamKey{.kind = "test", .id = "kernels", .stream = stream}).normals(values);
  return {values.begin(), values.end()};
}

template <class T>
class EveryTarget : public ::testing::Test {
 public:
  // Calls check(table) once for each instruction set.
  template <class Check>
  static void for_all(Check&& check) {
    const int64_t all = hwy::SupportedTargets();
    int64_t left = all & HWY_TARGETS;
    for (; left != 0; left &= left - 1) {
      hwy::SetSupportedTargetsForTest(left & -left);
      Kernels<T> table{};
      fill_product_kernels(table);
      fill_vector_kernels(table);
      SCOPED_TRACE(table.target);
      check(table);
    }
    hwy::SetSupportedTargetsForTest(0);
    ASSERT_EQ(hwy::SupportedTargets(), all);
  }
};

using Types = ::testing::Types<float, double>;
TYPED_TEST_SUITE(EveryTarget, Types);

// Instruction sets without a fused multiply-add round twice.
template <class T>
T chain(const Kernels<T>& table, T a, T b, T c) {
  const std::string name = table.target;
  return name == "AVX2" || name.substr(0, 4) == "AVX3" ? std::fma(a, b, c) : a * b + c;
}

template <class T>
struct Maps {
  size_t inputs, outputs, rows;
};

template <class T>
std::vector<Maps<T>> shapes() {
  std::vector<Maps<T>> all;
  for (const size_t inputs : {1u, 2u, 5u, 33u, 130u})
    for (const size_t outputs : {1u, 3u, 17u, 67u})
      for (const size_t rows : {1u, 25u, 141u}) all.push_back({inputs, outputs, rows});
  return all;
}

// Whole products, made of parts: in each panel some tiles of rows, then the rest.
template <class Body>
void for_parts(const Panels& panels, size_t rows, Body&& body) {
  const size_t first = rows / 2 / tile_rows * tile_rows;
  for (size_t p = 0; p < panels.count(); ++p)
    for (const Part& part : {Part{p, 0, first}, Part{p, first, rows - first}}) body(part);
}

template <class T>
size_t forward(const Dense<T>& map, const T* x, size_t rows, T* z, const Activity<T>* zeros_of_x) {
  size_t elements = 0;
  for_parts(map.out(), rows, [&](const Part& part) {
    map.forward(x, rows, part, z, zeros_of_x,
                [&](const Part& done) { elements += done.rows * map.out().columns(done.panel); });
  });
  return elements;
}

template <class T>
void input_gradient(const Dense<T>& map, const T* dz, size_t rows, T* dx, const Activity<T>* zeros_of_dz) {
  for_parts(map.in(), rows, [&](const Part& part) {
    map.input_gradient(dz, rows, part, zeros_of_dz, nullptr, [&](const Part& done, const T* values) {
      const size_t columns = map.in().columns(done.panel);
      std::copy_n(values, done.rows * columns, dx + map.in().offset(done.panel, rows) + done.row * columns);
    });
  });
}

template <class T>
void weight_gradient(const Dense<T>& map, const T* x, const T* dz, size_t rows, const Activity<T>* zeros_of_x,
                     const Activity<T>* zeros_of_dz, T* gradient) {
  std::vector<int> done(map.out().width());
  const size_t panels = map.out().count(), half = panels / 2;
  const auto make = [&](size_t first, size_t count) {
    map.weight_gradient(x, dz, rows, first, count, zeros_of_x, zeros_of_dz, gradient,
                        [&](size_t row, size_t complete) {
                          for (size_t r = row; r < row + complete; ++r) ++done[r];
                        });
  };
  make(half, panels - half);
  if (half > 0) make(0, half);
  EXPECT_EQ(done, std::vector<int>(map.out().width(), 1));
}

TYPED_TEST(EveryTarget, ForwardIsOneChainFromTheBiasForEachElement) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    for (const auto& s : shapes<T>()) {
      Dense<T> map(s.inputs, s.outputs, table);
      const auto x = normals<T>(s.rows * s.inputs, 1), b = normals<T>(s.outputs, 3);
      Buffer<T> w(s.outputs * s.inputs);
      std::copy_n(normals<T>(w.size(), 2).begin(), w.size(), w.data());
      map.pack(w.data());
      map.set_biases(b.data());
      Buffer<T> packed(s.rows * map.in().padded()), z(s.rows * map.out().padded());
      map.in().pack(x.data(), s.rows, packed.data());
      EXPECT_EQ(forward<T>(map, packed.data(), s.rows, z.data(), nullptr), s.rows * map.out().padded());
      std::vector<T> got(s.rows * s.outputs);
      map.out().unpack(z.data(), s.rows, got.data());
      const bool thin = s.outputs <= table.lanes / 4;  // summed by vectors: another order
      for (size_t r = 0; r < s.rows; ++r)
        for (size_t o = 0; o < s.outputs; ++o) {
          T sum = b[o];
          T size = std::abs(b[o]);
          for (size_t i = 0; i < s.inputs; ++i) {
            sum = chain(table, x[r * s.inputs + i], w[o * s.inputs + i], sum);
            size += std::abs(x[r * s.inputs + i] * w[o * s.inputs + i]);
          }
          if (thin)
            ASSERT_NEAR(got[r * s.outputs + o], sum, size * std::numeric_limits<T>::epsilon() * 8);
          else
            ASSERT_EQ(got[r * s.outputs + o], sum) << s.inputs << " to " << s.outputs << ", rows " << s.rows;
        }
    }
  });
}

TYPED_TEST(EveryTarget, BackwardProductsAreOneChainForEachElement) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    for (const auto& s : shapes<T>()) {
      Dense<T> map(s.inputs, s.outputs, table);
      const auto x = normals<T>(s.rows * s.inputs, 1), dz = normals<T>(s.rows * s.outputs, 4);
      Buffer<T> w(s.outputs * s.inputs), gradient(s.outputs * s.inputs);
      std::copy_n(normals<T>(w.size(), 2).begin(), w.size(), w.data());
      map.pack(w.data());
      Buffer<T> xs(s.rows * map.in().padded()), dzs(s.rows * map.out().padded()), dxs(xs.size());
      map.in().pack(x.data(), s.rows, xs.data());
      map.out().pack(dz.data(), s.rows, dzs.data());
      gradient[gradient.size()] = T{42};  // behind the end: must stay
      weight_gradient<T>(map, xs.data(), dzs.data(), s.rows, nullptr, nullptr, gradient.data());
      EXPECT_EQ(gradient[gradient.size()], T{42});
      input_gradient<T>(map, dzs.data(), s.rows, dxs.data(), nullptr);
      std::vector<T> dx(s.rows * s.inputs);
      map.in().unpack(dxs.data(), s.rows, dx.data());
      for (size_t o = 0; o < s.outputs; ++o)
        for (size_t i = 0; i < s.inputs; ++i) {
          T sum{0};
          for (size_t r = 0; r < s.rows; ++r)
            sum = chain(table, x[r * s.inputs + i], dz[r * s.outputs + o], sum);
          ASSERT_EQ(gradient[o * s.inputs + i], sum)
              << s.inputs << " to " << s.outputs << ", rows " << s.rows;
        }
      for (size_t r = 0; r < s.rows; ++r)
        for (size_t i = 0; i < s.inputs; ++i) {
          T sum{0};
          for (size_t o = 0; o < s.outputs; ++o)
            sum = chain(table, dz[r * s.outputs + o], w[o * s.inputs + i], sum);
          ASSERT_EQ(dx[r * s.inputs + i], sum) << s.inputs << " to " << s.outputs << ", rows " << s.rows;
        }
    }
  });
}

// In panels, with runs of zeros of both signs over the rows, as ReLU has on sorted inputs.
template <class T>
Buffer<T> with_zeros(const Panels& panels, size_t rows, uint64_t stream) {
  std::vector<T> values = normals<T>(rows * panels.width(), stream);
  const auto draws = normals<T>(2 * panels.width(), stream + 10);
  for (size_t c = 0; c < panels.width(); ++c) {
    const auto first = static_cast<size_t>(std::abs(draws[2 * c]) * static_cast<T>(rows) / 2);
    for (size_t r = 0; r < rows; ++r)
      if ((r < first) == (draws[2 * c + 1] < 0)) values[r * panels.width() + c] = c % 2 == 0 ? T{0} : T{-0.0};
  }
  Buffer<T> packed(rows * panels.padded());
  panels.pack(values.data(), rows, packed.data());
  return packed;
}

template <class T>
Activity<T> zeros_of(const Panels& panels, size_t rows, const Buffer<T>& values, const Kernels<T>& table) {
  Activity<T> zeros(panels, rows, table);
  zeros.begin(rows);
  for (size_t p = 0; p < panels.count(); ++p) {
    const size_t half = rows / 2;  // in two stretches
    const T* const panel = values.data() + panels.offset(p, rows);
    zeros.look(p, 0, half, panel);
    zeros.look(p, half, rows - half, panel + half * panels.columns(p));
  }
  zeros.unite_rows();
  zeros.unite_columns();
  return zeros;
}

template <class T>
::testing::AssertionResult same_bits(const Buffer<T>& a, const Buffer<T>& b) {
  if (std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0) return ::testing::AssertionSuccess();
  return ::testing::AssertionFailure() << "the bits differ";
}

TYPED_TEST(EveryTarget, ProductsThatLeaveOutZerosHaveTheBitsOfThoseThatDoNot) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    size_t used = 0;
    for (const auto& s : shapes<T>()) {
      Dense<T> map(s.inputs, s.outputs, table);
      Buffer<T> w(s.outputs * s.inputs);
      std::copy_n(normals<T>(w.size(), 2).begin(), w.size(), w.data());
      map.pack(w.data());
      map.set_biases(normals<T>(s.outputs, 3).data());
      const Buffer<T> x = with_zeros<T>(map.in(), s.rows, 4), dz = with_zeros<T>(map.out(), s.rows, 5);
      const Activity<T> of_x = zeros_of(map.in(), s.rows, x, table);
      const Activity<T> of_dz = zeros_of(map.out(), s.rows, dz, table);
      used += of_x.columns_pay() + of_dz.columns_pay() + of_dz.rows_pay();
      Buffer<T> z[2], dx[2], gradient[2];
      for (const size_t skip : {0u, 1u}) {
        z[skip] = Buffer<T>(s.rows * map.out().padded());
        dx[skip] = Buffer<T>(s.rows * s.inputs);
        gradient[skip] = Buffer<T>(w.size());
        forward(map, x.data(), s.rows, z[skip].data(), skip ? &of_x : nullptr);
        Buffer<T> in_panels(s.rows * map.in().padded());
        input_gradient(map, dz.data(), s.rows, in_panels.data(), skip ? &of_dz : nullptr);
        map.in().unpack(in_panels.data(), s.rows, dx[skip].data());
        weight_gradient(map, x.data(), dz.data(), s.rows, skip ? &of_x : nullptr, skip ? &of_dz : nullptr,
                        gradient[skip].data());
      }
      EXPECT_TRUE(same_bits(z[0], z[1])) << s.inputs << " to " << s.outputs << ", rows " << s.rows;
      EXPECT_TRUE(same_bits(dx[0], dx[1])) << s.inputs << " to " << s.outputs << ", rows " << s.rows;
      EXPECT_TRUE(same_bits(gradient[0], gradient[1]))
          << s.inputs << " to " << s.outputs << ", rows " << s.rows;
    }
    EXPECT_GT(used, shapes<T>().size());  // the sets were taken, not only offered
  });
}

// The product of the smallest normal number and its negative rounds to -0; zeros added behind it make +0 of
// that.
TYPED_TEST(EveryTarget, ASumThatUnderflowsIsPlusZeroWithZerosLeftOutOrNot) {
  using T = TypeParam;
  this->for_all([](const Kernels<T>& table) {
    Dense<T> map(70, 20, table);
    Buffer<T> w(20 * 70), x(6 * map.in().padded());
    for (size_t i = 0; i < w.size(); ++i) w[i] = -std::numeric_limits<T>::min();
    map.pack(w.data());
    for (size_t r = 0; r < 6; ++r) x[r * map.in().columns(0)] = std::numeric_limits<T>::min();
    const Activity<T> zeros = zeros_of(map.in(), 6, x, table);
    ASSERT_TRUE(zeros.columns_pay());
    Buffer<T> all(6 * map.out().padded()), fewer(all.size());
    forward<T>(map, x.data(), 6, all.data(), nullptr);
    forward(map, x.data(), 6, fewer.data(), &zeros);
    EXPECT_TRUE(same_bits(all, fewer));
    EXPECT_FALSE(std::signbit(all[0]));
  });
}

TYPED_TEST(EveryTarget, ZerosAreFoundInUsedColumnsAndWhatIsNotFiniteIsTold) {
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

TYPED_TEST(EveryTarget, MasksAreUnitedOverTilesOfRowsAndOfColumns) {
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

TYPED_TEST(EveryTarget, TransposeMovesEveryElement) {
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

TYPED_TEST(EveryTarget, ScaleAndSumMultipliesAndAddsUpColumns) {
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

TYPED_TEST(EveryTarget, UpdatesDoNotDependOnPositionOrCount) {
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

TYPED_TEST(EveryTarget, UpdatesReportParametersThatAreNotFinite) {
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

TYPED_TEST(EveryTarget, MomentsBelowTheSmallestNormalNumberBecomeZero) {
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

TEST(Panels, SplitColumnsIntoNearlyEqualPanelsOfWholeVectors) {
  const Panels panels(200, 16, 4);  // 13 vectors
  ASSERT_EQ(panels.count(), 4u);
  EXPECT_EQ(panels.padded(), 208u);
  EXPECT_EQ(panels.vectors(0), 4u);
  EXPECT_EQ(panels.vectors(3), 3u);
  EXPECT_EQ(panels.begin(3), 160u);
  EXPECT_EQ(panels.used(3), 40u);
  EXPECT_EQ(Panels(1, 16, 4).used(0), 1u);
}

}  // namespace
}  // namespace basso::nn

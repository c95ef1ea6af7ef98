// The products of linear maps on every instruction set of this machine, against chains of std::fma written
// out; and with zeros left out, against products that leave out nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "every_target.hpp"
#include "nn/dense.hpp"

namespace basso::nn {
namespace {

template <class T>
class Products : public EveryTarget<T> {};
TYPED_TEST_SUITE(Products, Precisions);

// Instruction sets without a fused multiply-add round twice.
template <class T>
T chain(const Kernels<T>& table, T a, T b, T c) {
  const std::string name = table.target;
  return name.substr(0, 3) == "AVX" || name == "NEON" ? std::fma(a, b, c) : a * b + c;
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

TYPED_TEST(Products, ForwardIsOneChainFromTheBiasForEachElement) {
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

TYPED_TEST(Products, BackwardProductsAreOneChainForEachElement) {
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

TYPED_TEST(Products, ProductsThatLeaveOutZerosHaveTheBitsOfThoseThatDoNot) {
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

// What a product leaves out it does not look at: here that is not a number.
TYPED_TEST(Products, ZerosAreLeftOutNotMultiplied) {
  using T = TypeParam;
  constexpr size_t width = 90, rows = 70;
  const auto on = [](size_t unit) { return unit % 18 < 6; };
  this->for_all([&](const Kernels<T>& table) {
    Dense<T> map(width, width, table);
    const Panels& panels = map.in();
    std::vector<T> values(rows * width);
    for (size_t i = 0; i < values.size(); ++i) values[i] = on(i % width) ? T{1} : T{0};
    Buffer<T> some(rows * panels.padded()), results(some.size()), gradient(width * width);
    panels.pack(values.data(), rows, some.data());
    const Activity<T> zeros = zeros_of(panels, rows, some, table);
    const T nan = std::numeric_limits<T>::quiet_NaN();

    Buffer<T> by_input(width * width), by_output(width * width);
    for (size_t o = 0; o < width; ++o)
      for (size_t i = 0; i < width; ++i) {
        by_input[o * width + i] = on(i) ? T{1} : nan;
        by_output[o * width + i] = on(o) ? T{1} : nan;
      }
    map.pack(by_input.data());
    map.set_biases(std::vector<T>(width).data());
    const auto expect_all = [&](T expected) {
      panels.unpack(results.data(), rows, values.data());
      EXPECT_EQ(values, std::vector<T>(values.size(), expected)) << table.target;
    };
    forward(map, some.data(), rows, results.data(), &zeros);
    expect_all(T{30});
    map.pack(by_output.data());
    input_gradient(map, some.data(), rows, results.data(), &zeros);
    expect_all(T{30});

    // Samples on which every unit is off.
    for (size_t r = 0; r < rows; ++r)
      for (size_t u = 0; u < width; ++u) values[r * width + u] = r % 2 ? T{1} : T{0};
    panels.pack(values.data(), rows, some.data());
    const Activity<T> off = zeros_of(panels, rows, some, table);
    for (T& value : values) value = value == T{0} ? nan : T{1};
    Buffer<T> x(some.size());
    panels.pack(values.data(), rows, x.data());
    weight_gradient<T>(map, x.data(), some.data(), rows, nullptr, &off, gradient.data());
    for (size_t i = 0; i < gradient.size(); ++i) ASSERT_EQ(gradient[i], T{35}) << table.target;
  });
}

TEST(Activity, SumsOfMoreTermsThanTheBoundAllowsAreNotTame) {
  Activity<float> zeros(Panels(16, kernels<float>().lanes, 1), 64, kernels<float>());
  zeros.begin(64);
  EXPECT_TRUE(zeros.tame());
  zeros.begin(most_terms + 1);
  EXPECT_FALSE(zeros.tame());
}

// The product of the smallest normal number and its negative rounds to -0; zeros added behind it make +0 of
// that.
TYPED_TEST(Products, ASumThatUnderflowsIsPlusZeroWithZerosLeftOutOrNot) {
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

// The loops of <basso/loops.h>: bits that depend on x and the numbers only, for every length, position and
// alignment, in place and out of place, at each dispatch level.
#include "loops_of.hpp"

#include <basso/activation.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

namespace {

using loops_test::Loops;

constexpr double numbers[BASSO_MAX_NUMBERS] = {0.25, 1.5};
constexpr std::size_t longest = 130;

template <class T>
struct Functions;
template <>
struct Functions<float> {
  explicit Functions(const Loops& loops) : value(loops.value_f32), derivative(loops.derivative_f32) {}
  decltype(Loops::value_f32) value;
  decltype(Loops::derivative_f32) derivative;
};
template <>
struct Functions<double> {
  explicit Functions(const Loops& loops) : value(loops.value_f64), derivative(loops.derivative_f64) {}
  decltype(Loops::value_f64) value;
  decltype(Loops::derivative_f64) derivative;
};

template <class T>
std::vector<T> samples(std::size_t count) {
  std::mt19937 random(11);
  std::uniform_real_distribution<double> uniform(-6.0, 6.0);
  std::vector<T> x(count);
  for (T& value : x) value = static_cast<T>(uniform(random));
  x[5] = std::numeric_limits<T>::quiet_NaN();
  x[77] = std::numeric_limits<T>::infinity();
  return x;
}

template <class T>
bool equal_bits(const T* a, const T* b, std::size_t count) {
  return std::memcmp(a, b, count * sizeof(T)) == 0;
}

// Each element computed alone is the reference.
template <class T>
void expect_bits_independent_of_place(const Loops& loops) {
  const Functions<T> functions(loops);
  const std::vector<T> x = samples<T>(longest + 16);
  std::vector<T> y(x.size()), d(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    functions.value(numbers, &x[i], &y[i], 1);
    functions.derivative(numbers, &x[i], &y[i], &d[i], 1);
  }
  std::vector<T> out(x.size() + 1), slopes(x.size() + 1);
  for (std::size_t offset = 0; offset < 16; ++offset) {
    for (std::size_t count = 0; count <= longest; ++count) {
      const T untouched = T(-12345);
      out[count] = slopes[count] = untouched;
      functions.value(numbers, x.data() + offset, out.data(), count);
      functions.derivative(numbers, x.data() + offset, out.data(), slopes.data(), count);
      ASSERT_TRUE(equal_bits(out.data(), y.data() + offset, count)) << offset << ' ' << count;
      ASSERT_TRUE(equal_bits(slopes.data(), d.data() + offset, count)) << offset << ' ' << count;
      ASSERT_EQ(out[count], untouched);
      ASSERT_EQ(slopes[count], untouched);

      std::vector<T> in_place(x.begin(), x.end());
      functions.value(numbers, in_place.data() + offset, in_place.data() + offset, count);
      ASSERT_TRUE(equal_bits(in_place.data() + offset, y.data() + offset, count)) << offset << ' ' << count;
      functions.derivative(numbers, x.data() + offset, in_place.data() + offset, in_place.data() + offset,
                           count);
      ASSERT_TRUE(equal_bits(in_place.data() + offset, d.data() + offset, count)) << offset << ' ' << count;
      std::vector<T> over_x(x.begin(), x.end());
      functions.derivative(numbers, over_x.data() + offset, out.data(), over_x.data() + offset, count);
      ASSERT_TRUE(equal_bits(over_x.data() + offset, d.data() + offset, count)) << offset << ' ' << count;
    }
  }
}

// Levels differ by fused multiply-adds only.
template <class T>
void expect_levels_agree(const Loops& a, const Loops& b, T tolerance) {
  const std::vector<T> x = samples<T>(longest);
  std::vector<T> ya(longest), yb(longest);
  Functions<T>(a).value(numbers, x.data(), ya.data(), longest);
  Functions<T>(b).value(numbers, x.data(), yb.data(), longest);
  for (std::size_t i = 0; i < longest; ++i) {
    if (!std::isfinite(ya[i]))
      EXPECT_TRUE(std::isnan(ya[i]) ? std::isnan(yb[i]) : ya[i] == yb[i]);
    else
      EXPECT_NEAR(ya[i], yb[i], tolerance * (1 + std::abs(ya[i])));
  }
}

TEST(Loops, BitsDependOnXAndTheNumbersOnlyInSse2) {
  expect_bits_independent_of_place<float>(loops_test::loops_at_0());
  expect_bits_independent_of_place<double>(loops_test::loops_at_0());
}
TEST(Loops, BitsDependOnXAndTheNumbersOnlyInAvx2) {
  expect_bits_independent_of_place<float>(loops_test::loops_at_1());
  expect_bits_independent_of_place<double>(loops_test::loops_at_1());
}
TEST(Loops, BitsDependOnXAndTheNumbersOnlyInTheWidestCode) {
  expect_bits_independent_of_place<float>(loops_test::loops_at_2());
  expect_bits_independent_of_place<double>(loops_test::loops_at_2());
}
TEST(Loops, TheLevelsAgreeToRounding) {
  expect_levels_agree<float>(loops_test::loops_at_0(), loops_test::loops_at_1(), 2e-6f);
  expect_levels_agree<float>(loops_test::loops_at_0(), loops_test::loops_at_2(), 2e-6f);
  expect_levels_agree<double>(loops_test::loops_at_0(), loops_test::loops_at_1(), 4e-15);
  expect_levels_agree<double>(loops_test::loops_at_0(), loops_test::loops_at_2(), 4e-15);
}

}  // namespace

// The functions of <basso/math.h> and <basso/math_special.h> against libm in a wider type: double for
// float32, long double for float64. A quick run takes every 499th float32 bit pattern; BASSO_EXHAUSTIVE=1
// takes them all (an hour).
#include <basso/math_special.h>
#include <gtest/gtest.h>

#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace {

constexpr float infinity32 = std::numeric_limits<float>::infinity();
constexpr double infinity = std::numeric_limits<double>::infinity();

// |got - want| in units of the spacing of T's numbers at want, subnormal ones included.
template <class T, class Wide>
Wide ulps(T got, Wide want) {
  if (std::isnan(got) || std::isnan(want)) return std::isnan(got) && std::isnan(want) ? 0 : infinity;
  if (std::isinf(static_cast<T>(want))) return std::abs(got) >= std::numeric_limits<T>::max() ? 0 : infinity;
  if (std::isinf(got)) return infinity;
  int exponent = 0;
  std::frexp(want, &exponent);
  const int lowest = std::numeric_limits<T>::min_exponent;
  const Wide spacing = std::ldexp(Wide(1), std::max(exponent, lowest) - std::numeric_limits<T>::digits);
  return std::abs(static_cast<Wide>(got) - want) / spacing;
}

template <class Function, class Reference>
void expect_f32_within(double bound, float largest, Function function, Reference reference) {
  const std::uint64_t step = std::getenv("BASSO_EXHAUSTIVE") != nullptr ? 1 : 499;
  double worst = 0.0;
  float where = 0.0f;
  for (std::uint64_t bits = 0; bits <= 0xffffffffu; bits += step) {
    const float x = basso_from_bits_f32(static_cast<std::uint32_t>(bits));
    if (std::abs(x) > largest) continue;
    const double error = ulps<float>(function(x), reference(static_cast<double>(x)));
    if (error > worst) worst = error, where = x;
  }
  EXPECT_LE(worst, bound) << "at x = " << where;
}

template <class Function, class Reference>
void expect_f64_within(double bound, double largest, Function function, Reference reference) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0), exponent(-40.0, std::log2(largest));
  long double worst = 0.0L;
  double where = 0.0;
  const auto look = [&](double x) {
    const long double error = ulps<double>(function(x), reference(static_cast<long double>(x)));
    if (error > worst) worst = error, where = x;
  };
  for (int i = 0; i < 200000; ++i) {
    look(uniform(random) * largest);
    look(uniform(random) * std::min(largest, 10.0));
    look(std::copysign(std::exp2(exponent(random)), uniform(random)));
  }
  EXPECT_LE(static_cast<double>(worst), bound) << "at x = " << where;
}

template <class T>
T logistic_reference(T x) {
  return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x));
}

TEST(MathF32, ExpIsWithin1AndAHalfUlpOverTheWholeRange) {
  expect_f32_within(1.5, infinity32, basso_expf, [](double x) { return std::exp(x); });
}
TEST(MathF32, Expm1IsWithin2AndAHalfUlpOverTheWholeRange) {
  expect_f32_within(2.5, infinity32, basso_expm1f, [](double x) { return std::expm1(x); });
}
TEST(MathF32, TanhIsWithin3UlpOverTheWholeRange) {
  expect_f32_within(3.0, infinity32, basso_tanhf, [](double x) { return std::tanh(x); });
}
TEST(MathF32, LogisticIsWithin3UlpOverTheWholeRange) {
  expect_f32_within(3.0, infinity32, basso_logisticf, logistic_reference<double>);
}
TEST(MathF32, SineIsWithin2AndAHalfUlpUpTo3Million) {
  expect_f32_within(2.5, 3e6f, basso_sinf, [](double x) { return std::sin(x); });
}
TEST(MathF32, CosineIsWithin2AndAHalfUlpUpTo3Million) {
  expect_f32_within(2.5, 3e6f, basso_cosf, [](double x) { return std::cos(x); });
}

TEST(MathF32, Log1pIsWithin1AndAHalfUlpOverTheWholeRange) {
  expect_f32_within(1.5, infinity32, basso_log1pf, [](double x) { return std::log1p(x); });
}
TEST(MathF32, ErfIsWithin3AndAHalfUlpOverTheWholeRange) {
  expect_f32_within(3.5, infinity32, basso_erff, [](double x) { return std::erf(x); });
}

TEST(MathF64, ExpIsWithin1AndAHalfUlpOverTheWholeRange) {
  expect_f64_within(1.5, 750.0, basso_exp, [](long double x) { return std::exp(x); });
}
TEST(MathF64, Expm1IsWithin2AndAHalfUlpOverTheWholeRange) {
  expect_f64_within(2.5, 750.0, basso_expm1, [](long double x) { return std::expm1(x); });
}
TEST(MathF64, TanhIsWithin3Ulp) {
  expect_f64_within(3.0, 25.0, basso_tanh, [](long double x) { return std::tanh(x); });
}
TEST(MathF64, LogisticIsWithin3UlpDownToTheSubnormalTail) {
  expect_f64_within(3.0, 745.0, basso_logistic, logistic_reference<long double>);
}
TEST(MathF64, SineIsWithin2AndAHalfUlpUpToAMillion) {
  expect_f64_within(2.5, 1e6, basso_sin, [](long double x) { return std::sin(x); });
}
TEST(MathF64, CosineIsWithin2AndAHalfUlpUpToAMillion) {
  expect_f64_within(2.5, 1e6, basso_cos, [](long double x) { return std::cos(x); });
}

TEST(MathF64, Log1pIsWithin1AndAHalfUlp) {
  expect_f64_within(1.5, 1.0, basso_log1p, [](long double x) { return std::log1p(x); });
  expect_f64_within(
      1.5, 1e300, [](double x) { return basso_log1p(std::abs(x)); },
      [](long double x) { return std::log1p(std::abs(x)); });
}
TEST(MathF64, ErfIsWithin3Ulp) {
  expect_f64_within(3.0, 7.0, basso_erf, [](long double x) { return std::erf(x); });
}

TEST(Math, InfinitiesGiveTheLimit) {
  EXPECT_EQ(basso_expf(infinity32), infinity32);
  EXPECT_EQ(basso_expf(-infinity32), 0.0f);
  EXPECT_EQ(basso_exp(infinity), infinity);
  EXPECT_EQ(basso_exp(-infinity), 0.0);
  EXPECT_EQ(basso_expm1f(infinity32), infinity32);
  EXPECT_EQ(basso_expm1f(-infinity32), -1.0f);
  EXPECT_EQ(basso_expm1(infinity), infinity);
  EXPECT_EQ(basso_expm1(-infinity), -1.0);
  EXPECT_EQ(basso_log1pf(-1.0f), -infinity32);
  EXPECT_EQ(basso_log1p(-1.0), -infinity);
  EXPECT_EQ(basso_log1pf(infinity32), infinity32);
  EXPECT_EQ(basso_log1p(infinity), infinity);
  EXPECT_TRUE(std::isnan(basso_log1pf(-2.0f)) && std::isnan(basso_log1p(-2.0)));
  for (const double sign : {-1.0, 1.0}) {
    const float x32 = static_cast<float>(sign) * infinity32;
    const double x64 = sign * infinity;
    EXPECT_EQ(basso_tanhf(x32), static_cast<float>(sign));
    EXPECT_EQ(basso_tanh(x64), sign);
    EXPECT_EQ(basso_erff(x32), static_cast<float>(sign));
    EXPECT_EQ(basso_erf(x64), sign);
    EXPECT_EQ(basso_logisticf(x32), sign > 0 ? 1.0f : 0.0f);
    EXPECT_EQ(basso_logistic(x64), sign > 0 ? 1.0 : 0.0);
    EXPECT_TRUE(std::isnan(basso_sinf(x32)) && std::isnan(basso_cosf(x32)));
    EXPECT_TRUE(std::isnan(basso_sin(x64)) && std::isnan(basso_cos(x64)));
  }
}

TEST(Math, NanGivesNan) {
  const float nan32 = std::numeric_limits<float>::quiet_NaN();
  const double nan64 = std::numeric_limits<double>::quiet_NaN();
  for (const float y :
       {basso_expf(nan32), basso_expm1f(nan32), basso_tanhf(nan32), basso_logisticf(nan32), basso_sinf(nan32),
        basso_cosf(nan32), basso_log1pf(nan32), basso_erff(nan32), basso_clipf(nan32, 0.0f, 1.0f)})
    EXPECT_TRUE(std::isnan(y));
  for (const double y :
       {basso_exp(nan64), basso_expm1(nan64), basso_tanh(nan64), basso_logistic(nan64), basso_sin(nan64),
        basso_cos(nan64), basso_log1p(nan64), basso_erf(nan64), basso_clip(nan64, 0.0, 1.0)})
    EXPECT_TRUE(std::isnan(y));
}

TEST(Math, SimpleArgumentsAreExact) {
  EXPECT_EQ(basso_expf(0.0f), 1.0f);
  EXPECT_EQ(basso_exp(0.0), 1.0);
  EXPECT_EQ(basso_cosf(0.0f), 1.0f);
  EXPECT_EQ(basso_cos(0.0), 1.0);
  EXPECT_EQ(basso_sinf(0.0f), 0.0f);
  EXPECT_EQ(basso_tanh(0.0), 0.0);
  EXPECT_TRUE(std::signbit(basso_tanhf(-0.0f)));
  EXPECT_EQ(basso_logisticf(0.0f), 0.5f);
}

TEST(Math, OddFunctionsAreOddAndStayInTheirBoundsBitForBit) {
  for (std::uint64_t bits = 0; bits <= 0x7f7fffffu; bits += 499) {
    const float x = basso_from_bits_f32(static_cast<std::uint32_t>(bits));
    if (x <= 3e6f) {
      ASSERT_EQ(basso_sinf(-x), -basso_sinf(x)) << x;
    }
    ASSERT_EQ(basso_tanhf(-x), -basso_tanhf(x)) << x;
    ASSERT_LE(std::abs(basso_sinf(x)), 1.0f) << x;
    ASSERT_LE(std::abs(basso_cosf(x)), 1.0f) << x;
    ASSERT_LE(std::abs(basso_tanhf(x)), 1.0f) << x;
  }
}

TEST(Math, SineAndCosineBeyondTheirRangeKeepTheStatedAbsoluteError) {
  for (double x = 3e6; x < 1e9; x *= 1.0001) {
    const float narrow = static_cast<float>(x);
    ASSERT_NEAR(basso_sinf(narrow), std::sin(static_cast<double>(narrow)), 3e-7) << x;
    ASSERT_NEAR(basso_cosf(narrow), std::cos(static_cast<double>(narrow)), 3e-7) << x;
  }
  for (double x = 1e6; x < 1e15; x *= 1.001) {
    ASSERT_NEAR(basso_sin(x), std::sin(x), 2e-16 * x) << x;
    ASSERT_NEAR(basso_cos(x), std::cos(x), 2e-16 * x) << x;
  }
}

}  // namespace

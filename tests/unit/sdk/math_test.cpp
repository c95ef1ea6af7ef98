// The functions of <basso/math.h>, <basso/math_special.h> and of the Rust template against libm in a wider
// type: double for float32, long double for float64. Each is measured through the loops that plugins use: the
// code for plain x86-64, the widest that this processor has (with fused multiply-adds), and Rust's. A quick
// run takes every 997th float32 bit pattern; BASSO_EXHAUSTIVE=N takes every Nth, 1 all of them, and prints
// the largest errors.
#include <basso/loops.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <random>
#include <string>
#include <vector>

#include "unit/sdk/math_reference.hpp"

namespace basso {
namespace {

constexpr float infinity32 = std::numeric_limits<float>::infinity();
constexpr double infinity = std::numeric_limits<double>::infinity();

// ---- What is measured ----

template <class T>
using Loop = void (*)(const T* x, T* out, std::uint64_t count);

constexpr double no_numbers[BASSO_MAX_NUMBERS] = {};

#define LOOPS_OF(name, T, NAME)                                   \
  BASSO_BINARY(name, T, (NAME(T, basso_x)))                       \
  void name##_on_plain(const T* x, T* out, std::uint64_t count) { \
    name##_plain(no_numbers, x, x, out, count);                   \
  }                                                               \
  void name##_on_widest(const T* x, T* out, std::uint64_t count) { name(no_numbers, x, x, out, count); }
#define LOOPS(name, NAME)           \
  LOOPS_OF(name##_f32, float, NAME) \
  LOOPS_OF(name##_f64, double, NAME)
#define EXP_NEGATIVE(T, x) BASSO_EXP_NEGATIVE(T, -BASSO_ABS(T, x))
#define EXPM1_NEGATIVE(T, x) BASSO_EXPM1_NEGATIVE(T, -BASSO_ABS(T, x))
LOOPS(exp, BASSO_EXP)
LOOPS(exp_negative, EXP_NEGATIVE)
LOOPS(exp2_normal, BASSO_EXP2_NORMAL)
LOOPS(expm1_negative, EXPM1_NEGATIVE)
LOOPS(sinpi, BASSO_SINPI)
LOOPS(cospi, BASSO_COSPI)
LOOPS(expm1, BASSO_EXPM1)
LOOPS(tanh, BASSO_TANH)
LOOPS(logistic, BASSO_LOGISTIC)
LOOPS(sin, BASSO_SIN)
LOOPS(cos, BASSO_COS)
LOOPS(log1p, BASSO_LOG1P)
LOOPS(erf, BASSO_ERF)
LOOPS(sqrt, BASSO_SQRT)

using Wide = long double;

template <Wide function(Wide)>
void each(const Wide* x, Wide* y, std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) y[i] = function(x[i]);
}
Wide logistic(Wide x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
Wide exp_negative(Wide x) { return std::exp(-std::abs(x)); }
Wide expm1_negative(Wide x) { return std::expm1(-std::abs(x)); }
// The nearest whole number is taken off first, which is exact; cosine from the nearest zero.
Wide sinpi(Wide x) {
  const Wide n = std::nearbyint(x), r = std::sin(std::numbers::pi_v<Wide> * (x - n));
  return std::fmod(n, 2) == 0 ? r : -r;
}
Wide cospi(Wide x) {
  const Wide n = std::nearbyint(x), r = std::sin(std::numbers::pi_v<Wide> * (Wide(0.5) - std::abs(x - n)));
  return std::fmod(n, 2) == 0 ? r : -r;
}

// A function with the bounds that its header states, in ulps, for |x| up to `largest`.
struct Function {
  std::string name;
  double bound_f32;
  float largest_f32;
  double bound_f64, largest_f64;
  test::Reference reference;
  void (*wide_reference)(const Wide*, Wide*, std::uint64_t);
  Loop<float> plain_f32, widest_f32;
  Loop<double> plain_f64, widest_f64;
};
#define FUNCTION(name, bound32, largest32, bound64, largest64, function)                     \
  Function {                                                                                 \
#name, bound32, largest32, bound64, largest64, test::name##_reference, each < function>, \
        name##_f32_on_plain, name##_f32_on_widest, name##_f64_on_plain, name##_f64_on_widest \
  }
const std::vector<Function> functions = {
    FUNCTION(exp, 1.5, infinity32, 1.5, 750.0, std::exp),
    FUNCTION(exp_negative, 1.5, infinity32, 1.5, 750.0, exp_negative),
    FUNCTION(exp2_normal, 1.5, 126.0f, 1.5, 1022.0, std::exp2),
    FUNCTION(expm1_negative, 2.5, infinity32, 2.5, 750.0, expm1_negative),
    FUNCTION(sinpi, 2.5, 0x1p22f, 2.5, 1e15, sinpi),
    FUNCTION(cospi, 2.5, 0x1p22f, 2.5, 1e15, cospi),
    FUNCTION(expm1, 2.5, infinity32, 2.5, 750.0, std::expm1),
    FUNCTION(tanh, 3.0, infinity32, 3.0, 25.0, std::tanh),
    FUNCTION(logistic, 3.0, infinity32, 3.0, 745.0, logistic),
    FUNCTION(sin, 2.5, 3e6f, 2.5, 1e6, std::sin),
    FUNCTION(cos, 2.5, 3e6f, 2.5, 1e6, std::cos),
    FUNCTION(log1p, 1.5, infinity32, 1.5, 1e300, std::log1p),
    FUNCTION(erf, 3.0, infinity32, 3.0, 7.0, std::erf),
    FUNCTION(sqrt, 0.5, infinity32, 0.5, 1e300, std::sqrt),
};

// A function of the library that rustc made of rust_math.rs; null where there is no rustc.
template <class T>
Loop<T> rust(const std::string& name) {
  if (std::string(RUST_MATH).empty()) return nullptr;
  static void* const library = dlopen(RUST_MATH, RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    ADD_FAILURE() << dlerror();
    return nullptr;
  }
  void* const found = dlsym(library, (name + (sizeof(T) == 4 ? "_f32" : "_f64")).c_str());
  EXPECT_NE(found, nullptr) << name;
  return reinterpret_cast<Loop<T>>(found);
}

// ---- How it is measured ----

// error[i] = |got[i] - want[i]| in units of the spacing of T's numbers at want[i], subnormal ones included;
// infinite where one alone is NaN or too large for T. The float32 ones without branches, for speed.
void find_errors(const float* got, const double* want, double* error, std::size_t count) {
  constexpr float largest = std::numeric_limits<float>::max();
  for (std::size_t i = 0; i < count; ++i) {
    const double w = want[i], g = static_cast<double>(got[i]);
    // The exponent of want, at least -126, in the bits of a double; 2^(23 - exponent), the inverse of the
    // spacing.
    const std::uint64_t biased = basso_bits_f64(w) >> 52 & 0x7ff;
    const std::uint64_t exponent = biased < 1023 - 126 ? 1023 - 126 : biased;
    const double off = std::abs(g - w) * basso_from_bits_f64((2046 + 23 - exponent) << 52);
    const double not_nan = off == off ? off : infinity;
    const double overflow = std::abs(g) >= static_cast<double>(largest) ? 0.0 : infinity;
    const double in_range = std::abs(static_cast<float>(w)) > largest ? overflow : not_nan;
    const double both_nan = g != g ? 0.0 : infinity;
    error[i] = w != w ? both_nan : in_range;
  }
}
void find_errors(const double* got, const Wide* want, Wide* error, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const Wide w = want[i];
    const double g = got[i];
    int exponent = 0;
    std::frexp(w, &exponent);
    const Wide spacing = std::ldexp(Wide(1), std::max(exponent, DBL_MIN_EXP) - DBL_MANT_DIG);
    if (std::isnan(g) || std::isnan(w))
      error[i] = std::isnan(g) && std::isnan(w) ? 0 : infinity;
    else if (std::isinf(static_cast<double>(w)))
      error[i] = std::abs(g) >= DBL_MAX ? 0 : infinity;
    else
      error[i] = std::abs(g - w) / spacing;
  }
}

// The largest error over the arguments that it is shown, which go through the loop in pieces.
template <class T, class Wider>
class Worst {
 public:
  Worst(Loop<T> loop, void (*reference)(const Wider*, Wider*, std::uint64_t))
      : loop_(loop), reference_(reference) {}
  void look(T x) {
    x_[count_++] = x;
    if (count_ == size) flush();
  }
  void expect_within(double bound, const std::string& what) {
    flush();
    EXPECT_GT(error_, 0) << what << " was not measured";
    EXPECT_LE(static_cast<double>(error_), bound) << what << " at x = " << where_;
    if (std::getenv("BASSO_EXHAUSTIVE") != nullptr)
      std::printf("%-14s %.3f ulp at x = %.9g\n", what.c_str(), static_cast<double>(error_),
                  static_cast<double>(where_));
  }

 private:
  void flush() {
    for (std::size_t i = 0; i < count_; ++i) wide_[i] = static_cast<Wider>(x_[i]);
    reference_(wide_.data(), want_.data(), count_);
    loop_(x_.data(), got_.data(), count_);
    find_errors(got_.data(), want_.data(), off_.data(), count_);
    for (std::size_t i = 0; i < count_; ++i)
      if (off_[i] > error_) error_ = off_[i], where_ = x_[i];
    count_ = 0;
  }

  static constexpr std::size_t size = 4096;
  Loop<T> loop_;
  void (*reference_)(const Wider*, Wider*, std::uint64_t);
  std::vector<T> x_ = std::vector<T>(size), got_ = x_;
  std::vector<Wider> wide_ = std::vector<Wider>(size), want_ = wide_, off_ = wide_;
  std::size_t count_ = 0;
  Wider error_ = 0;
  T where_ = 0;
};

// Every how manieth float32 bit pattern is taken.
std::uint64_t float32_step() {
  const char* const given = std::getenv("BASSO_EXHAUSTIVE");
  return given != nullptr ? std::max<std::uint64_t>(1, std::strtoull(given, nullptr, 10)) : 997;
}

void expect_f32_within_bound(const Function& function, Loop<float> loop) {
  Worst<float, double> worst(loop, function.reference);
  for (std::uint64_t bits = 0, step = float32_step(); bits <= 0xffffffffu; bits += step) {
    const float x = basso_from_bits_f32(static_cast<std::uint32_t>(bits));
    if (!(std::abs(x) > function.largest_f32)) worst.look(x);
  }
  worst.expect_within(function.bound_f32, function.name);
}

void expect_f64_within_bound(const Function& function, Loop<double> loop) {
  std::mt19937_64 random(7);
  const double largest = function.largest_f64, middle = std::min(largest, 10.0);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0), small(-40.0, std::log2(middle)),
      any(-40.0, std::log2(largest));
  Worst<double, Wide> worst(loop, function.wide_reference);
  for (int i = 0; i < 200000; ++i) {
    worst.look(uniform(random) * largest);
    worst.look(uniform(random) * middle);
    worst.look(std::copysign(std::exp2(small(random)), uniform(random)));
    worst.look(std::copysign(std::exp2(any(random)), uniform(random)));
  }
  worst.expect_within(function.bound_f64, function.name);
}

// ---- The bounds ----

class MathBound : public testing::TestWithParam<Function> {};

TEST_P(MathBound, OfFloat32HoldsInPlainCode) { expect_f32_within_bound(GetParam(), GetParam().plain_f32); }
TEST_P(MathBound, OfFloat32HoldsInTheWidestCode) {
  expect_f32_within_bound(GetParam(), GetParam().widest_f32);
}
TEST_P(MathBound, OfFloat32HoldsInRust) {
  const Loop<float> loop = rust<float>(GetParam().name);
  if (loop == nullptr) GTEST_SKIP() << "rustc is not installed";
  expect_f32_within_bound(GetParam(), loop);
}
TEST_P(MathBound, OfFloat64HoldsInPlainCode) { expect_f64_within_bound(GetParam(), GetParam().plain_f64); }
TEST_P(MathBound, OfFloat64HoldsInTheWidestCode) {
  expect_f64_within_bound(GetParam(), GetParam().widest_f64);
}
TEST_P(MathBound, OfFloat64HoldsInRust) {
  const Loop<double> loop = rust<double>(GetParam().name);
  if (loop == nullptr) GTEST_SKIP() << "rustc is not installed";
  expect_f64_within_bound(GetParam(), loop);
}
INSTANTIATE_TEST_SUITE_P(Each, MathBound, testing::ValuesIn(functions),
                         [](const auto& one) { return one.param.name; });

TEST(Math, InfinitiesGiveTheLimit) {
  EXPECT_EQ(basso_expf(infinity32), infinity32);
  EXPECT_EQ(basso_expf(-infinity32), 0.0f);
  EXPECT_EQ(basso_exp(infinity), infinity);
  EXPECT_EQ(basso_exp(-infinity), 0.0);
  EXPECT_EQ(basso_expm1f(infinity32), infinity32);
  EXPECT_EQ(basso_expm1f(-infinity32), -1.0f);
  EXPECT_EQ(basso_expm1(infinity), infinity);
  EXPECT_EQ(basso_expm1(-infinity), -1.0);
  EXPECT_EQ(basso_exp_negativef(-infinity32), 0.0f);
  EXPECT_EQ(basso_exp_negative(-infinity), 0.0);
  EXPECT_EQ(basso_expm1_negativef(-infinity32), -1.0f);
  EXPECT_EQ(basso_expm1_negative(-infinity), -1.0);
  EXPECT_EQ(basso_log1pf(-1.0f), -infinity32);
  EXPECT_EQ(basso_log1p(-1.0), -infinity);
  EXPECT_EQ(basso_sqrtf(infinity32), infinity32);
  EXPECT_EQ(basso_sqrt(infinity), infinity);
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
    EXPECT_TRUE(std::isnan(basso_sinpif(x32)) && std::isnan(basso_cospif(x32)));
    EXPECT_TRUE(std::isnan(basso_sinpi(x64)) && std::isnan(basso_cospi(x64)));
  }
}

TEST(Math, NanGivesNan) {
  const float nan32 = std::numeric_limits<float>::quiet_NaN();
  const double nan64 = std::numeric_limits<double>::quiet_NaN();
  for (const float y :
       {basso_expf(nan32), basso_expm1f(nan32), basso_tanhf(nan32), basso_logisticf(nan32), basso_sinf(nan32),
        basso_cosf(nan32), basso_sinpif(nan32), basso_cospif(nan32), basso_exp_negativef(nan32),
        basso_exp2_normalf(nan32), basso_expm1_negativef(nan32), basso_log1pf(nan32), basso_erff(nan32),
        basso_sqrtf(nan32), basso_clipf(nan32, 0.0f, 1.0f)})
    EXPECT_TRUE(std::isnan(y));
  for (const double y :
       {basso_exp(nan64), basso_expm1(nan64), basso_tanh(nan64), basso_logistic(nan64), basso_sin(nan64),
        basso_cos(nan64), basso_sinpi(nan64), basso_cospi(nan64), basso_exp_negative(nan64),
        basso_exp2_normal(nan64), basso_expm1_negative(nan64), basso_log1p(nan64), basso_erf(nan64),
        basso_sqrt(nan64), basso_clip(nan64, 0.0, 1.0)})
    EXPECT_TRUE(std::isnan(y));
}

TEST(Math, SimpleArgumentsAreExact) {
  EXPECT_EQ(basso_expf(0.0f), 1.0f);
  EXPECT_EQ(basso_exp(0.0), 1.0);
  EXPECT_EQ(basso_sqrtf(4.0f), 2.0f);
  EXPECT_TRUE(std::signbit(basso_sqrt(-0.0)));
  EXPECT_EQ(basso_cosf(0.0f), 1.0f);
  EXPECT_EQ(basso_cos(0.0), 1.0);
  EXPECT_EQ(basso_sinf(0.0f), 0.0f);
  for (const float n : {0.0f, 1.0f, 2.0f, 1001.0f, 0x1p22f - 1.0f}) {
    EXPECT_EQ(basso_sinpif(n), 0.0f);
    EXPECT_EQ(basso_cospif(n), std::fmod(n, 2.0f) == 0.0f ? 1.0f : -1.0f);
    EXPECT_EQ(basso_cospi(static_cast<double>(n) + 0.5), 0.0);
  }
  EXPECT_EQ(basso_exp2_normalf(-126.0f), 0x1p-126f);
  EXPECT_EQ(basso_exp2_normal(1022.0), 0x1p1022);
  EXPECT_EQ(basso_tanh(0.0), 0.0);
  EXPECT_TRUE(std::signbit(basso_tanhf(-0.0f)));
  EXPECT_EQ(basso_logisticf(0.0f), 0.5f);
}

TEST(Math, OddAndEvenFunctionsAreSoAndStayInTheirBoundsBitForBit) {
  for (std::uint64_t bits = 0; bits <= 0x7f7fffffu; bits += 499) {
    const float x = basso_from_bits_f32(static_cast<std::uint32_t>(bits));
    if (x <= 3e6f) {
      ASSERT_EQ(basso_sinf(-x), -basso_sinf(x)) << x;
    }
    if (x <= 0x1p22f) {
      ASSERT_EQ(basso_sinpif(-x), -basso_sinpif(x)) << x;
    }
    ASSERT_LE(std::abs(basso_sinpif(x)), 1.0f) << x;
    ASSERT_LE(std::abs(basso_cospif(x)), 1.0f) << x;
    ASSERT_EQ(basso_cosf(-x), basso_cosf(x)) << x;
    ASSERT_EQ(basso_tanhf(-x), -basso_tanhf(x)) << x;
    ASSERT_LE(std::abs(basso_sinf(x)), 1.0f) << x;
    ASSERT_LE(std::abs(basso_cosf(x)), 1.0f) << x;
    ASSERT_LE(std::abs(basso_tanhf(x)), 1.0f) << x;
  }
}

// Around its maximum, in the code that rounds otherwise than the calls above.
TEST(Math, SineIsNeverAboveOne) {
  std::vector<float> x(4096), y(4096);
  for (std::uint32_t bits = basso_bits_f32(1.0f); bits < basso_bits_f32(2.2f);) {
    for (float& one : x) one = basso_from_bits_f32(bits++);
    for (const auto loop : {sin_f32_on_widest, sin_f32_on_plain}) {
      loop(x.data(), y.data(), x.size());
      ASSERT_LE(*std::max_element(y.begin(), y.end()), 1.0f) << "from x = " << x[0] << " on";
    }
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
}  // namespace basso

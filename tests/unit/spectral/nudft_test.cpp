// The non-uniform transform against the direct sum in long double and against closed forms, by each method.
#include "spectral/nudft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <random>
#include <tuple>

#include "basso/error.hpp"

namespace basso::spectral {
namespace {

using Complex = std::complex<double>;
using Method = NudftPlan::Method;

constexpr long double two_pi = 2.0L * std::numbers::pi_v<long double>;

Complex direct_sum(const std::vector<double>& x, const std::vector<double>& y, double k) {
  std::complex<long double> sum = 0.0L;
  for (std::size_t j = 0; j < x.size(); ++j) {
    const long double turns = static_cast<long double>(x[j]) * k;
    const long double angle = -two_pi * (turns - std::nearbyint(turns));
    sum += static_cast<long double>(y[j]) * std::complex<long double>(std::cos(angle), std::sin(angle));
  }
  return Complex(sum);
}

std::vector<double> random_values(std::size_t n, double low, double high, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(low, high);
  std::vector<double> values(n);
  for (double& value : values) value = uniform(generator);
  return values;
}

std::vector<double> spaced(std::size_t n, double first, double step) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) values[i] = first + step * static_cast<double>(i);
  return values;
}

// Largest |F - direct sum| over the frequencies, relative to the sum of |y| (which bounds every |F|).
double worst_error(const NudftPlan& plan, const std::vector<double>& x, const std::vector<double>& y,
                   const std::vector<double>& k) {
  std::vector<Complex> out(k.size());
  plan.transform(y.data(), out.data());
  double scale = 0.0, worst = 0.0;
  for (const double value : y) scale += std::abs(value);
  for (std::size_t m = 0; m < k.size(); ++m) {
    worst = std::max(worst, std::abs(out[m] - direct_sum(x, y, k[m])) / scale);
  }
  return worst;
}

struct Case {
  const char* name;
  std::size_t memory_bound;
  Method method;
};

// 16 bytes for each of 300 x 90 pairs are 432 kB: the bounds below leave the table, the recurrence, nothing.
class NudftBy : public testing::TestWithParam<Case> {};

TEST_P(NudftBy, IsTheDirectSum) {
  const auto x = random_values(300, -3.0, 5.0, 1);
  const auto y = random_values(300, -1.0, 2.0, 2);
  const auto k = spaced(90, -2.5, 0.125);
  const NudftPlan plan(x, k, GetParam().memory_bound);
  EXPECT_EQ(plan.method(), GetParam().method);
  EXPECT_LT(worst_error(plan, x, y, k), 1e-14);
}

TEST_P(NudftBy, OfAUniformGridIsNAtMultiplesOfNAndZeroElsewhere) {
  constexpr std::size_t n = 60;
  const auto x = spaced(n, 0.0, 1.0 / n);
  const auto k = spaced(450, 0.0, 1.0);
  const std::vector<double> ones(n, 1.0);
  std::vector<Complex> out(k.size());
  NudftPlan(x, k, GetParam().memory_bound).transform(ones.data(), out.data());
  for (std::size_t m = 0; m < k.size(); ++m) {
    EXPECT_NEAR(std::abs(out[m] - (m % n == 0 ? double{n} : 0.0)), 0.0, 1e-13 * n) << "k = " << m;
  }
}

TEST_P(NudftBy, OfTheRampWithEndPointIsHalfPlusHalfCotangent) {
  constexpr std::size_t n = 101;  // y = x on the grid j / (N-1): 1/2 + (i/2) cot(pi k / (N-1))
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = static_cast<double>(j) / (n - 1);
  const auto k = spaced(99, 1.0, 1.0);
  std::vector<Complex> out(k.size());
  NudftPlan(x, k, GetParam().memory_bound / 2).transform(x.data(), out.data());
  for (std::size_t m = 0; m < k.size(); ++m) {
    const Complex expected(0.5, 0.5 / std::tan(std::numbers::pi * k[m] / (n - 1)));
    EXPECT_NEAR(std::abs(out[m] - expected), 0.0, 1e-12 * std::abs(expected) + 1e-13) << "k = " << k[m];
  }
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, NudftBy,
                         testing::Values(Case{"Table", 1 << 20, Method::table},
                                         Case{"Recurrence", 100000, Method::recurrence},
                                         Case{"Direct", 0, Method::direct}),
                         [](const auto& test) { return test.param.name; });

TEST(Nudft, UnequallySpacedFrequenciesNeverTakeTheRecurrence) {
  const auto x = random_values(300, 0.0, 1.0, 3);
  const auto y = random_values(300, -1.0, 1.0, 4);
  auto k = spaced(90, 0.0, 1.0);
  k[47] += 1e-9;
  const NudftPlan plan(x, k, 100000);
  EXPECT_EQ(plan.method(), Method::direct);
  EXPECT_LT(worst_error(plan, x, y, k), 1e-14);
}

TEST(Nudft, LargePhasesKeepTheirAccuracy) {
  const auto x = random_values(100, 900.0, 1000.0, 5);
  const auto y = random_values(100, -1.0, 1.0, 6);
  const auto k = random_values(20, 1e5, 1e6, 7);
  std::vector<Complex> out(k.size());
  NudftPlan(x, k).transform(y.data(), out.data());
  for (std::size_t m = 0; m < k.size(); ++m) {  // long double itself carries 1e9 turns to 1e-10
    EXPECT_NEAR(std::abs(out[m] - direct_sum(x, y, k[m])), 0.0, 1e-8);
  }
}

TEST(Nudft, NoPointsGiveZeroAndNoFrequenciesGiveNothing) {
  const std::vector<double> none, one = {1.0};
  Complex out(7.0, 7.0);
  NudftPlan(none, one).transform(nullptr, &out);
  EXPECT_EQ(out, Complex(0.0, 0.0));
  NudftPlan(one, none).transform(one.data(), nullptr);
}

TEST(Nudft, PointsAndFrequenciesMustBeFinite) {
  const std::vector<double> good = {0.5}, bad = {std::numeric_limits<double>::infinity()};
  EXPECT_THROW(NudftPlan(bad, good), Error);
  EXPECT_THROW(NudftPlan(good, bad), Error);
}

}  // namespace
}  // namespace basso::spectral

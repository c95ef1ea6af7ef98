// The non-uniform transform against the direct sum in long double, numpy and closed forms, by each method.
#include "spectral/nudft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstdint>
#include <fstream>
#include <limits>
#include <numbers>
#include <random>
#include <sstream>
#include <thread>

#include "basso/error.hpp"
#include "support/python.hpp"
#include "support/temporary_directory.hpp"

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
template <class Plan>
double worst_error(const Plan& plan, const std::vector<double>& x, const std::vector<double>& y,
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
  bool even;
  Method method;
};

class NudftBy : public testing::TestWithParam<Case> {
 protected:
  // With one frequency more that is out of step, so that the frequencies are not equally spaced, or without.
  static std::vector<double> frequencies(std::vector<double> k) {
    if (!GetParam().even) k.push_back(k.back() + 0.3125);
    return k;
  }
  static NudftPlan plan(const std::vector<double>& x, const std::vector<double>& k) {
    NudftPlan made(x, k, GetParam().memory_bound);
    EXPECT_EQ(made.method(), GetParam().method);
    return made;
  }
};

TEST_P(NudftBy, IsTheDirectSum) {
  const auto y = random_values(300, -1.0, 2.0, 2);
  struct {
    const char* name;
    std::vector<double> x, k;
  } const sets[] = {{"in a period", random_values(300, 0.0, 1.0, 1), spaced(90, 0.0, 1.0)},
                    {"outside", random_values(300, -3.0, 5.0, 1), spaced(90, -2.5, 0.125)},
                    {"clustered", random_values(300, 0.4999, 0.5001, 1), spaced(91, -45.0, 1.0)},
                    {"at one point", std::vector<double>(300, 0.75), spaced(90, 0.0, 1.0)},
                    {"above", random_values(300, 0.0, 1.0, 1), spaced(120, 7000.0, 1.0)},
                    {"below", random_values(300, 10.0, 11.0, 1), spaced(120, -7000.0, 3.0)},
                    {"downwards", random_values(300, 0.0, 1.0, 1), spaced(90, 40.0, -0.5)}};
  for (const auto& set : sets) {
    const auto k = frequencies(set.k);
    EXPECT_LT(worst_error(plan(set.x, k), set.x, y, k), 1e-14) << set.name;
  }
}

TEST_P(NudftBy, OfAUniformGridIsNAtMultiplesOfNAndZeroElsewhere) {
  constexpr std::size_t n = 60;
  const auto x = spaced(n, 0.0, 1.0 / n);
  const auto k = frequencies(spaced(450, 0.0, 1.0));
  const std::vector<double> ones(n, 1.0);
  std::vector<Complex> out(k.size());
  plan(x, k).transform(ones.data(), out.data());
  for (std::size_t m = 0; m < 450; ++m) {
    EXPECT_NEAR(std::abs(out[m] - (m % n == 0 ? double{n} : 0.0)), 0.0, 1e-13 * n) << "k = " << m;
  }
}

TEST_P(NudftBy, OfTheRampWithEndPointIsHalfPlusHalfCotangent) {
  constexpr std::size_t n = 101;  // y = x on the grid j / (N-1): 1/2 + (i/2) cot(pi k / (N-1))
  std::vector<double> x(n);
  for (std::size_t j = 0; j < n; ++j) x[j] = static_cast<double>(j) / (n - 1);
  const auto k = frequencies(spaced(99, 1.0, 1.0));
  std::vector<Complex> out(k.size());
  plan(x, k).transform(x.data(), out.data());
  for (std::size_t m = 0; m < 99; ++m) {
    const Complex expected(0.5, 0.5 / std::tan(std::numbers::pi * k[m] / (n - 1)));
    EXPECT_NEAR(std::abs(out[m] - expected), 0.0, 1e-12 * std::abs(expected) + 1e-13) << "k = " << k[m];
  }
}

// Points a / 2^20 and whole k: a k modulo 2^20, in integers, is the exact phase.
TEST_P(NudftBy, LargePhasesKeepTheirAccuracy) {
  constexpr std::uint64_t turn = std::uint64_t{1} << 20;
  std::mt19937_64 generator(5);
  std::vector<double> x(300);
  for (double& value : x) value = static_cast<double>(generator() % (turn << 10)) / turn;
  const auto y = random_values(300, -1.0, 1.0, 6);
  auto k = spaced(90, 1e9, 1.0);
  if (!GetParam().even) k.push_back(2e9);
  std::vector<Complex> out(k.size());
  plan(x, k).transform(y.data(), out.data());
  for (std::size_t m = 0; m < k.size(); ++m) {
    std::complex<long double> expected = 0.0L;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const auto a = static_cast<std::uint64_t>(x[j] * turn), whole = static_cast<std::uint64_t>(k[m]);
      const long double angle = -two_pi * static_cast<long double>(a * whole % turn) / turn;
      expected +=
          static_cast<long double>(y[j]) * std::complex<long double>(std::cos(angle), std::sin(angle));
    }
    EXPECT_NEAR(std::abs(out[m] - Complex(expected)), 0.0, 1e-12) << "k = " << k[m];
  }
}

INSTANTIATE_TEST_SUITE_P(EveryMethod, NudftBy,
                         testing::Values(Case{"Table", 1 << 20, false, Method::table},
                                         Case{"Gridding", 1 << 20, true, Method::gridding},
                                         Case{"Direct", 0, false, Method::direct}),
                         [](const auto& test) { return test.param.name; });

TEST(Nudft, TheMethodFollowsFromCounts) {
  const auto method = [](std::size_t points, const std::vector<double>& k, std::size_t bound = 1 << 20) {
    return NudftPlan(random_values(points, 0.0, 1.0, 3), k, bound).method();
  };
  EXPECT_EQ(method(300, spaced(10, 0.0, 1.0)), Method::table);  // 12,000 operations against 20,000
  EXPECT_EQ(method(300, spaced(10, 0.0, 1.0), 1000), Method::gridding);
  EXPECT_EQ(method(300, spaced(1, 0.0, 1.0), 1000), Method::direct);
  EXPECT_EQ(method(1, spaced(5000, 0.0, 1.0)), Method::table);
  EXPECT_EQ(method(10000, spaced(1000, 0.0, 1.0)), Method::gridding);
  auto uneven = spaced(90, 0.0, 1.0);
  uneven[47] += 1e-9;
  EXPECT_EQ(method(300, uneven), Method::table);
}

// At the sizes of docs/benchmarks.md.
TEST(Nudft, TenThousandPointsAtAThousandFrequenciesAreNumpys) {
  const auto x = random_values(10000, 0.0, 1.0, 21), y = random_values(10000, -1.0, 1.0, 22);
  const auto k = spaced(1000, -100.0, 1.0);
  const test::TemporaryDirectory directory;
  const auto write = [&](const char* name, const std::vector<double>& values) {
    std::ofstream(directory.file(name), std::ios::binary)
        .write(reinterpret_cast<const char*>(values.data()),
               static_cast<std::streamsize>(values.size() * sizeof(double)));
  };
  write("x", x);
  write("y", y);
  write("k", k);
  const std::string printed = test::run_python(
      "import os, numpy as np\n"
      "x, y, k = (np.fromfile(os.path.join('" +
      directory.path().string() +
      "', name)) for name in 'xyk')\n"
      "for block in np.split(k, 10):\n"
      "    for f in np.exp(-2j * np.pi * np.outer(block, x)) @ y: print(repr(f.real), repr(f.imag))\n");
  std::istringstream reference(printed);
  std::vector<Complex> out(k.size());
  NudftPlan(x, k).transform(y.data(), out.data());
  double scale = 0.0;
  for (const double value : y) scale += std::abs(value);
  for (std::size_t m = 0; m < k.size(); ++m) {
    double re = 0.0, im = 0.0;
    ASSERT_TRUE(reference >> re >> im);
    EXPECT_NEAR(std::abs(out[m] - Complex(re, im)), 0.0, 1e-12 * scale) << "k = " << k[m];
  }
}

TEST(Gridding, OfFewOrManyIsTheDirectSum) {
  for (const std::size_t points : {1u, 2u, 5u, 1000u}) {
    const auto x = random_values(points, -1.0, 1.0, 31), y = random_values(points, 0.5, 1.0, 32);
    for (const std::size_t frequencies : {1u, 2u, 3u, 15u, 16u, 17u, 33u, 251u, 2003u}) {
      const auto k = spaced(frequencies, -4.0, 1.0);
      const std::size_t middle = frequencies / 2;
      const Gridding plan(x, {k[middle], 1.0, middle, frequencies});
      EXPECT_LT(worst_error(plan, x, y, k), 5e-14) << points << " points, " << frequencies << " frequencies";
    }
  }
}

TEST(Gridding, GridsAreTwiceAsFineAtLeastAndSmooth) {
  EXPECT_EQ(Gridding::grid_size(1), 32U);
  EXPECT_EQ(Gridding::grid_size(16), 32U);
  EXPECT_EQ(Gridding::grid_size(17), 36U);
  EXPECT_EQ(Gridding::grid_size(1000), 2000U);
  EXPECT_EQ(Gridding::grid_size(1009), 2025U);
}

TEST(Gridding, HasTheSameBitsOnEveryThreadAndAfterOtherSizes) {
  const auto x = random_values(500, 0.0, 1.0, 41), y = random_values(500, -1.0, 1.0, 42);
  const Gridding plan(x, {50.0, 1.0, 50, 100}), larger(x, {500.0, 1.0, 500, 1000});
  std::vector<Complex> first(100), second(100), third(100), other(1000);
  plan.transform(y.data(), first.data());
  larger.transform(y.data(), other.data());
  plan.transform(y.data(), second.data());
  std::thread([&] { plan.transform(y.data(), third.data()); }).join();
  EXPECT_EQ(first, second);
  EXPECT_EQ(first, third);
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

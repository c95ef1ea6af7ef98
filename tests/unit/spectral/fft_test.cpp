// The FFT plans against the defining sum, for smooth, prime and mixed lengths, and under several threads.
#include "spectral/fft.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <thread>
#include <tuple>

#include "basso/error.hpp"

namespace basso::spectral {
namespace {

std::vector<Complex> random_values(std::size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  std::vector<Complex> values(n);
  for (Complex& value : values) value = Complex(uniform(generator), uniform(generator));
  return values;
}

// sum_j y_j e^{-2 pi i jk / n} in long double, the index product reduced modulo n.
std::vector<Complex> direct_sum(const std::vector<Complex>& y) {
  const std::size_t n = y.size();
  std::vector<Complex> out(n);
  for (std::size_t k = 0; k < n; ++k) {
    std::complex<long double> sum = 0.0L;
    for (std::size_t j = 0; j < n; ++j) {
      const long double angle = -2.0L * std::numbers::pi_v<long double> *
                                static_cast<long double>(j * k % n) / static_cast<long double>(n);
      sum += std::complex<long double>(y[j]) * std::complex<long double>(std::cos(angle), std::sin(angle));
    }
    out[k] = Complex(sum);
  }
  return out;
}

double norm(const std::vector<Complex>& values) {
  double sum = 0.0;
  for (const Complex& value : values) sum += std::norm(value);
  return std::sqrt(sum);
}

double relative_distance(const std::vector<Complex>& a, const std::vector<Complex>& b) {
  std::vector<Complex> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  return norm(difference) / norm(b);
}

class FftOfLength : public testing::TestWithParam<std::size_t> {};

TEST_P(FftOfLength, ForwardIsTheDirectSum) {
  const auto y = random_values(GetParam(), 1);
  std::vector<Complex> out(y.size());
  FftPlan(y.size()).forward(y.data(), out.data());
  EXPECT_LT(relative_distance(out, direct_sum(y)), 2e-15 * (1.0 + std::log2(static_cast<double>(y.size()))));
}

TEST_P(FftOfLength, InverseOfForwardIsTheInput) {
  const auto y = random_values(GetParam(), 2);
  const FftPlan plan(y.size());
  std::vector<Complex> transform(y.size()), back(y.size());
  plan.forward(y.data(), transform.data());
  plan.inverse(transform.data(), back.data());
  EXPECT_LT(relative_distance(back, y), 1e-14);
}

TEST_P(FftOfLength, RealForwardIsTheFirstHalfOfForward) {
  auto y = random_values(GetParam(), 3);
  std::vector<double> real(y.size());
  for (std::size_t j = 0; j < y.size(); ++j) y[j] = real[j] = y[j].real();
  const FftPlan plan(y.size());
  std::vector<Complex> half(plan.real_bins());
  plan.real_forward(real.data(), half.data());
  auto expected = direct_sum(y);
  expected.resize(plan.real_bins());
  EXPECT_EQ(plan.real_bins(), y.size() / 2 + 1);
  EXPECT_LT(relative_distance(half, expected), 2e-14);
}

INSTANTIATE_TEST_SUITE_P(SmoothPrimeAndMixed, FftOfLength,
                         testing::Values(1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 15, 40, 61, 97, 120, 121, 200, 251,
                                         256, 300, 301, 331, 600, 1000, 1009, 1022));

TEST(Fft, ASineOnTheGridHasOneLineOfHalfItsLength) {
  constexpr std::size_t n = 200, frequency = 35;
  std::vector<double> y(n);
  for (std::size_t j = 0; j < n; ++j) {
    y[j] = 1.5 * std::sin(2.0 * std::numbers::pi * static_cast<double>(frequency * j) / n + 0.3);
  }
  const FftPlan plan(n);
  std::vector<Complex> out(plan.real_bins());
  plan.real_forward(y.data(), out.data());
  for (std::size_t k = 0; k < out.size(); ++k) {
    EXPECT_NEAR(std::abs(out[k]), k == frequency ? 1.5 * n / 2 : 0.0, 1e-11) << "bin " << k;
  }
}

TEST(Fft, OnePlanServesManyThreadsWithTheSameBits) {
  for (const std::size_t n : {600U, 601U}) {
    const FftPlan plan(n);
    const auto y = random_values(n, 4);
    std::vector<Complex> expected(n);
    plan.forward(y.data(), expected.data());
    std::vector<int> wrong(4, 0);
    std::vector<std::thread> threads;
    for (int& count : wrong) {
      threads.emplace_back([&] {
        std::vector<Complex> out(n);
        for (int repeat = 0; repeat < 200; ++repeat) {
          plan.forward(y.data(), out.data());
          count += out != expected;
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(wrong, std::vector<int>(4, 0));
  }
}

TEST(Fft, SeveralAxesAreTransformedLikeTheDoubleSum) {
  const std::vector<std::size_t> shape = {6, 7, 5};
  const auto y = random_values(6 * 7 * 5, 5);
  std::vector<Complex> expected(y.size());
  for (std::size_t k = 0; k < y.size(); ++k) {
    for (std::size_t j = 0; j < y.size(); ++j) {
      const std::size_t rows = (k / 35) * (j / 35);
      const double turns = static_cast<double>(rows) / 6 +
                           static_cast<double>((k / 5 % 7) * (j / 5 % 7)) / 7 +
                           static_cast<double>((k % 5) * (j % 5)) / 5;
      expected[k] += y[j] * std::polar(1.0, -2.0 * std::numbers::pi * turns);
    }
  }
  const FftPlanNd plan(shape);
  std::vector<Complex> out(y.size());
  plan.forward(y.data(), out.data());
  EXPECT_LT(relative_distance(out, expected), 1e-13);
  plan.inverse(out.data(), out.data());
  EXPECT_LT(relative_distance(out, y), 1e-14);
}

TEST(Fft, ALengthOfZeroIsRefused) {
  EXPECT_THROW(FftPlan(0), Error);
  EXPECT_THROW(FftPlanNd(std::vector<std::size_t>{}), Error);
  EXPECT_THROW(FftPlanNd(std::vector<std::size_t>{4, 0}), Error);
}

}  // namespace
}  // namespace basso::spectral

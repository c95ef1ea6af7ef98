// Probes kernel-spectrum and gaussian-filter: total positivity, closed forms and sums by numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double pi = std::numbers::pi;

Reals normal_numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  Reals values(count);
  for (double& value : values) value = normal(random);
  return values;
}

// `rows` points in `inputs` dimensions.
Set cloud(std::size_t rows, std::uint32_t inputs, std::uint32_t outputs, unsigned seed) {
  Set set = periodic_set("train", "train", normal_numbers(rows * outputs, seed), outputs);
  set.axes.clear();
  set.input_names.clear();
  set.input_dim = inputs;
  set.inputs = normal_numbers(rows * inputs, seed + 1);
  return set;
}

std::string python_array(const std::string& name, const Reals& values, std::size_t columns) {
  std::ostringstream text;
  text.precision(17);
  text << name << " = np.array([";
  for (const double value : values) text << value << ",";
  text << "]).reshape(-1, " << columns << ")\n";
  return text.str();
}

int sign_changes(const double* values, std::size_t count) {
  int changes = 0;
  for (std::size_t i = 1; i < count; ++i) changes += values[i - 1] * values[i] < 0.0 ? 1 : 0;
  return changes;
}

// R Fig 12: 50 even points on [0,1]. The kernel is strictly totally positive (Gantmacher and Krein).
TEST(KernelSpectrum, InOneDimensionTheEigenvectorNHasNMinusOneSignChanges) {
  Set set = periodic_set("train", "train", Reals(50, 1.0));
  ProbeUnderTest probe("kernel-spectrum", {{"width", 0.02}, {"eigenvectors", true}}, {set});
  const auto seen = probe.observe({});
  const Reals& phi = seen.at("eigenvector");
  for (std::size_t n = 0; n < 50; ++n)
    EXPECT_EQ(sign_changes(&phi[n * 50], 50), static_cast<int>(n)) << n + 1;
  // R Fig 6: the index n corresponds to the frequency: n - 1 half waves are (n - 1)/2 cycles.
  const Reals& magnitude = seen.at("eigenvector_magnitude");
  for (std::size_t n = 5; n < 50; n += 9) {
    const auto first = magnitude.begin() + static_cast<std::ptrdiff_t>(n * 26);
    EXPECT_NEAR(static_cast<double>(std::max_element(first, first + 26) - first),
                static_cast<double>(n) / 2.0, 1.0)
        << n + 1;
  }
  EXPECT_EQ(probe.series("eigenvector_magnitude").axes.at(1).length, 26u);
  std::istringstream said(run_python("import numpy as np\n" + python_array("phi", phi, 50) +
                                     "p = abs(np.fft.fft(phi)) ** 2\nk = abs(np.fft.fftfreq(50, 1 / 50))\n"
                                     "print(*(p @ k / p.sum(axis=1)))\n"));
  for (const double frequency : seen.at("eigenvector_frequency")) {
    double expected = 0;
    said >> expected;
    EXPECT_NEAR(frequency, expected, 1e-9 * expected);
  }
  EXPECT_FALSE(probe.has("magnitude")) << "there is no network";
}

TEST(KernelSpectrum, IsTheProjectionOntoTheEigenvectorsByNumpy) {
  const Set set = cloud(30, 4, 2, 5);
  const Reals predictions = normal_numbers(60, 9);
  ProbeUnderTest probe("kernel-spectrum", {{"width", 1.5}}, {set}, {{1, 1}});
  const auto seen = probe.observe({{"predictions:train", predictions}});
  std::istringstream said(run_python(
      "import numpy as np\n" + python_array("x", set.inputs, 4) + python_array("y", set.outputs, 2) +
      python_array("t", predictions, 2) +
      "k = np.exp(-((x[:, None] - x[None]) ** 2).sum(-1) / (2 * 1.5 ** 2))\n"
      "w, v = np.linalg.eigh(k)\n"
      "w, v = w[::-1], v[:, ::-1]\n"
      "for values in (w, np.abs(v.T @ t).T, np.abs(v.T @ y).T, np.abs((v.T @ (y - t)) / (v.T @ y)).T):\n"
      "  for each in values.ravel(): print(repr(float(each)))\n"));
  for (const char* series : {"eigenvalue", "magnitude", "target_magnitude", "relative_error"})
    for (const double value : seen.at(series)) {
      double expected = -1.0;
      said >> expected;
      EXPECT_NEAR(value, expected, 1e-9 * std::max(1.0, expected)) << series;
    }
  EXPECT_EQ(probe.series("magnitude").axes.at(0).name, "output");
}

TEST(KernelSpectrum, NeighboursAreAveragedAndTheirErrorsPooled) {
  const Set set = cloud(7, 3, 1, 6);
  const Reals predictions = normal_numbers(7, 10);
  const auto one =
      ProbeUnderTest("kernel-spectrum", {}, {set}, {{1, 1}}).observe({{"predictions:train", predictions}});
  ProbeUnderTest probe("kernel-spectrum", {{"average", std::int64_t{3}}}, {set}, {{1, 1}});
  const auto three = probe.observe({{"predictions:train", predictions}});
  const Reals& m = one.at("magnitude");
  EXPECT_NEAR(three.at("magnitude")[0], (m[0] + m[1] + m[2]) / 3.0, 1e-14);
  EXPECT_NEAR(three.at("magnitude")[2], m[6], 1e-14);
  double error = 0.0, sum = 0.0;
  for (const std::size_t n : {3u, 4u, 5u}) {
    const double f = one.at("target_magnitude")[n];
    error += std::pow(one.at("relative_error")[n] * f, 2);
    sum += f * f;
  }
  EXPECT_NEAR(three.at("relative_error")[1], std::sqrt(error / sum), 1e-12);
  EXPECT_EQ(probe.series("magnitude").axes.at(0).values, (Reals{1, 4, 7}));
  EXPECT_EQ(three.at("eigenvalue").size(), 7u);
}

TEST(KernelSpectrum, AKernelTooLargeForTheMemoryIsRefusedWithTheEstimate) {
  Set set = periodic_set("train", "train", Reals(60000, 1.0));
  const Refusal said = ProbeUnderTest("kernel-spectrum", {}, {set}).refusal();
  EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(said.sentence, HasSubstr("5 matrices of 60000 x 60000 need 134 GiB, more than 4 GiB"));
  EXPECT_THAT(ProbeUnderTest("gaussian-filter", {{"memory", 0.5}}, {set}, {{1, 1}}).refusal().sentence,
              HasSubstr("6 matrices of 60000 x 60000 need 161 GiB, more than 0.5 GiB"));
}

TEST(GaussianFilter, ErrorsAreThoseOfNumpysSums) {
  const Set set = cloud(25, 3, 2, 7);
  const Reals predictions = normal_numbers(50, 11);
  ProbeUnderTest probe("gaussian-filter", {{"variances", Reals{0.3, 2.0, 9.0}}}, {set}, {{1, 1}});
  const auto seen = probe.observe({{"predictions:train", predictions}});
  std::istringstream said(run_python(
      "import numpy as np\n" + python_array("x", set.inputs, 3) + python_array("y", set.outputs, 2) +
      python_array("t", predictions, 2) +
      "for delta in (0.3, 2.0, 9.0):\n"
      "  g = np.exp(-((x[:, None] - x[None]) ** 2).sum(-1) / (2 * delta))\n"
      "  g = g / g.sum(1, keepdims=True)\n"
      "  low, t_low = g @ y, g @ t\n"
      "  print(repr(float(np.linalg.norm(low - t_low) / np.linalg.norm(low))))\n"
      "  print(repr(float(np.linalg.norm((y - low) - (t - t_low)) / np.linalg.norm(y - low))))\n"));
  for (std::size_t i = 0; i < 3; ++i)
    for (const char* series : {"low_error", "high_error"}) {
      double expected = -1.0;
      said >> expected;
      EXPECT_NEAR(seen.at(series)[i], expected, 1e-12) << series;
    }
  EXPECT_EQ(probe.series("low_error").axes.at(0).values, (Reals{0.3, 2.0, 9.0}));
}

TEST(GaussianFilter, ALearnedLowFrequencyLeavesTheHighError) {
  // sin 2 pi z is learned, sin 16 pi z is not; a filter of variance v keeps exp(-2 pi^2 k^2 v) of frequency
  // k.
  Reals y(200), t(200);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double z = static_cast<double>(i) / 200.0;
    t[i] = std::sin(2.0 * pi * z);
    y[i] = t[i] + std::sin(16.0 * pi * z);
  }
  ProbeUnderTest probe("gaussian-filter", {{"variances", Reals{1e-3}}}, {periodic_set("train", "train", y)},
                       {{1, 1}});
  const auto seen = probe.observe({{"predictions:train", t}});
  const double kept = std::exp(-2.0 * pi * pi * 64.0 * 1e-3);
  EXPECT_NEAR(seen.at("low_error")[0], kept / std::hypot(std::exp(-2.0 * pi * pi * 1e-3), kept), 0.1);
  EXPECT_GT(seen.at("high_error")[0], 0.95);
  EXPECT_LT(seen.at("high_error")[0], 1.05);
}

TEST(GaussianFilter, OfAConstantNothingIsHigh) {
  ProbeUnderTest probe("gaussian-filter", {}, {periodic_set("train", "train", Reals(9, 2.5))}, {{1, 1}});
  const auto seen = probe.observe({{"predictions:train", Reals(9, 2.0)}});
  for (const double error : seen.at("low_error")) EXPECT_NEAR(error, 0.2, 1e-14);
  for (const double error : seen.at("high_error")) EXPECT_TRUE(std::isnan(error));
  EXPECT_THAT(ProbeUnderTest("gaussian-filter", {{"variances", Reals{}}},
                             {periodic_set("train", "train", Reals(9, 2.5))}, {{1, 1}})
                  .refusal()
                  .sentence,
              HasSubstr("variances: the list is empty"));
}

}  // namespace
}  // namespace basso::test

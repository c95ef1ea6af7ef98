// Targets delta, flipped-spectrum and white-noise against numpy and direct sums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::HasSubstr;
using Reals = std::vector<double>;

// The series of the stated lines at the coordinates of the set's axis.
void expect_lines_are_the_samples(const Set& set) {
  ASSERT_FALSE(set.line_k.empty());
  for (std::size_t j = 0; j < set.rows; ++j) {
    double sum = 0.0;
    for (std::size_t i = 0; i < set.line_k.size(); ++i)
      sum += (set.line_amplitude[i] * std::polar(1.0, 2.0 * pi * set.line_k[i] * set.inputs[j])).real();
    EXPECT_NEAR(sum, set.outputs[j], 1e-11) << j;
  }
}

TEST(Delta, IsOneSampleWithTheConstantSpectrumOfRFigure14) {
  const TargetUnderTest target("delta", {});
  const Set& train = target.set("train");
  ASSERT_EQ(train.rows, 200u);
  for (std::size_t j = 0; j < 200; ++j) EXPECT_EQ(train.outputs[j], j == 100 ? 1.0 : 0.0);
  EXPECT_EQ(train.inputs[100], 0.5);
  for (const auto& f : direct_transform(train.inputs, train.outputs, even(101, 0.0, 1.0)))
    EXPECT_NEAR(std::abs(f) / 200.0, 0.005, 1e-15);
}

TEST(Delta, TheLinesAreTheSamplesForEvenAndOddGrids) {
  for (const std::int64_t samples : {200, 25, 1}) {
    const TargetUnderTest target("delta", {{"samples", samples},
                                           {"position", samples == 200  ? 0.13
                                                        : samples == 25 ? 0.48
                                                                        : 0.0},
                                           {"height", -3.0}});
    EXPECT_EQ(target.set("train").line_k.size(), static_cast<std::size_t>(samples / 2 + 1));
    expect_lines_are_the_samples(target.set("train"));
  }
}

TEST(Delta, APositionBetweenThePointsIsRefused) {
  const Refusal said = TargetUnderTest("delta", {{"samples", std::int64_t{201}}}).refusal();
  EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(said.sentence, HasSubstr("position: 0.500000 is no point of the grid j/201"));
}

TEST(FlippedSpectrum, IsNumpysInverseTransformOfTheTurnedTransform) {
  for (const int samples : {40, 6}) {
    const TargetUnderTest target("flipped-spectrum", {{"samples", std::int64_t{samples}}, {"low", -1.5}});
    const Set& train = target.set("train");
    std::istringstream said(run_python("import numpy as np\nx = np.linspace(-1.5, 1, " +
                                       std::to_string(samples) +
                                       ")\ng = np.fft.irfft(np.fft.rfft(x)[::-1])\nfor a, b in zip(x, g): "
                                       "print(repr(float(a)), repr(float(b)))"));
    ASSERT_EQ(train.rows, static_cast<std::uint64_t>(samples));
    for (std::size_t j = 0; j < train.rows; ++j) {
      double x = NAN, g = NAN;
      said >> x >> g;
      EXPECT_NEAR(train.inputs[j], x, 1e-14);
      EXPECT_NEAR(train.outputs[j], g, 1e-13);
    }
    expect_lines_are_the_samples(train);
  }
}

TEST(FlippedSpectrum, TheHighestPeakOfXFigure6IsTheNineteenthFrequency) {
  const TargetUnderTest target("flipped-spectrum", {});
  const auto f = direct_transform(even(40, 0.0, 1.0 / 40.0), target.set("train").outputs, even(21, 0.0, 1.0));
  for (std::size_t k = 1; k < 20; ++k) EXPECT_GT(std::abs(f[k]), std::abs(f[k - 1]));
  EXPECT_LT(std::abs(f[20]), 1e-12);  // the mean of y = x
  EXPECT_EQ(target.set("train").line_k.size(), 20u);
}

TEST(FlippedSpectrum, TheDenseSetPassesThroughThePointsAndHasNoPowerAboveTheirNyquistFrequency) {
  const TargetUnderTest target("flipped-spectrum", {{"dense_samples", std::int64_t{160}}});
  const Set &train = target.set("train"), &dense = target.set("dense");
  for (std::size_t j = 0; j < 40; ++j) EXPECT_NEAR(dense.outputs[4 * j], train.outputs[j], 1e-13);
  const auto f = direct_transform(even(160, 0.0, 1.0 / 160.0), dense.outputs, even(81, 0.0, 1.0));
  for (std::size_t k = 21; k <= 80; ++k) EXPECT_LT(std::abs(f[k]), 1e-11);
  expect_lines_are_the_samples(dense);
}

TEST(FlippedSpectrum, BadParametersAreRefused) {
  const auto refusal = [](const Given& given) {
    const Refusal said = TargetUnderTest("flipped-spectrum", given).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"samples", std::int64_t{41}}}), HasSubstr("samples: must be even"));
  EXPECT_THAT(refusal({{"low", 1.0}}), HasSubstr("low: must be less than high"));
  EXPECT_THAT(refusal({{"low", 1e9}, {"high", 1e9 + 1.0}}), HasSubstr("low, high: lie too far"));
}

TEST(WhiteNoise, ValuesAreIndependentWithTheStatedDistribution) {
  constexpr std::size_t n = 20000;
  for (const char* distribution : {"normal", "uniform"}) {
    const bool normal = distribution[0] == 'n';
    const TargetUnderTest target("white-noise", {{"distribution", std::string(distribution)},
                                                 {"scale", 3.0},
                                                 {"samples", static_cast<std::int64_t>(n)}});
    const Reals& y = target.set("train").outputs;
    double mean = 0.0, variance = 0.0, neighbours = 0.0;
    for (const double value : y) mean += value / n;
    for (std::size_t j = 0; j < n; ++j) {
      variance += std::pow(y[j] - mean, 2) / n;
      neighbours += (y[j] - mean) * (y[(j + 1) % n] - mean) / n;
    }
    const double expected = normal ? 9.0 : 9.0 / 12.0;  // 3^2, and a uniform width of 3: 3^2/12
    EXPECT_NEAR(mean, normal ? 0.0 : 1.5, 5.0 * std::sqrt(expected / n));
    EXPECT_NEAR(variance, expected, 5.0 * expected * std::sqrt(2.0 / n));
    EXPECT_NEAR(neighbours, 0.0, 5.0 * expected / std::sqrt(n));
  }
}

TEST(WhiteNoise, EachRepeatHasItsOwnValuesAndMorePointsKeepThoseOfFewer) {
  const auto values = [](std::int64_t samples, std::uint64_t seed) {
    return TargetUnderTest("white-noise", {{"samples", samples}}, seed).set("train").outputs;
  };
  const Reals few = values(10, 1), many = values(20, 1);
  EXPECT_EQ(few, Reals(many.begin(), many.begin() + 10));
  EXPECT_NE(few, values(10, 2));
}

TEST(WhiteNoise, TheGridIsNumpysLinspaceAndTheFlatManifoldFillsItsFirstCoordinates) {
  const Set grid = TargetUnderTest("white-noise", {{"samples", std::int64_t{5}}}).set("train");
  EXPECT_EQ(grid.inputs, (Reals{-1.0, -0.5, 0.0, 0.5, 1.0}));
  const Set flat = TargetUnderTest("white-noise", {{"inputs", std::string("flat")},
                                                   {"dimensions", std::int64_t{6}},
                                                   {"flat_dimensions", std::int64_t{2}},
                                                   {"samples", std::int64_t{4000}}})
                       .set("train");
  ASSERT_EQ(flat.input_dim, 6u);
  EXPECT_TRUE(flat.axes.empty());
  double mean[2] = {0.0, 0.0};
  for (std::size_t row = 0; row < 4000; ++row)
    for (std::size_t i = 0; i < 6; ++i) {
      const double x = flat.inputs[6 * row + i];
      EXPECT_TRUE(i < 2 ? x >= 0.0 && x < 1.0 : x == 0.0);
      if (i < 2) mean[i] += x / 4000.0;
    }
  EXPECT_NEAR(mean[0], 0.5, 5.0 / std::sqrt(12.0 * 4000.0));
  EXPECT_NEAR(mean[1], 0.5, 5.0 / std::sqrt(12.0 * 4000.0));
  EXPECT_THAT(
      TargetUnderTest("white-noise", {{"inputs", std::string("flat")}, {"dimensions", std::int64_t{3}}})
          .refusal()
          .sentence,
      HasSubstr("flat_dimensions: 64 do not fit into dimensions = 3"));
}

}  // namespace
}  // namespace basso::test

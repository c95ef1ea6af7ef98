// Probe parameter-fraction: functions whose fraction is known, and a ReLU network against draws and direct
// sums of its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double turn = 2.0 * std::numbers::pi;

constexpr double draws = 4000.0;
const Given few = {{"draws", std::int64_t{4000}}, {"clip", 2.0}, {"thresholds", Reals{0.5, 1.5}}};

// Four standard errors of a fraction p.
double four_errors(double p) { return 4.0 * std::sqrt(p * (1.0 - p) / draws) + 1e-12; }

// theta_0 cos 6 pi x + theta_1 sin 10 pi x: with |theta| <= 2, |theta_1| > epsilon has the fraction
// 1 - epsilon/2, either of them 1 - (epsilon/2)^2.
TEST(ParameterFraction, OfTwoWavesIsThatOfTheirAmplitudes) {
  ProbeUnderTest probe("parameter-fraction", few, {periodic_set("train", "train", Reals(16, 0.0))}, {{1, 1}});
  probe.host().network = [](const double* theta, const double* x) {
    return Reals{theta[0] * std::cos(3.0 * turn * x[0]) + theta[1] * std::sin(5.0 * turn * x[0])};
  };
  const Reals fraction = probe.observe_network({0.0, 0.0}).at("fraction");  // [2 x 9]
  ASSERT_EQ(fraction.size(), 18u);
  for (std::size_t t = 0; t < 2; ++t) {
    const double share = t == 0 ? 0.25 : 0.75;  // epsilon / clip
    for (std::size_t k = 0; k < 9; ++k) {
      const double expected = k < 3 ? 1.0 - share * share : (k < 5 ? 1.0 - share : 0.0);
      EXPECT_NEAR(fraction[9 * t + k], expected, four_errors(expected))
          << "threshold " << t << ", above " << k;
    }
  }
  EXPECT_TRUE(probe.observe_network({0.0, 0.0}, 1).empty()) << "only at the first recording";
}

// x theta has the moduli |theta| / (N sin(pi k/N)): strictly falling.
TEST(ParameterFraction, OfALineIsThatOfItsTransform) {
  ProbeUnderTest probe("parameter-fraction",
                       {{"draws", std::int64_t{4000}}, {"clip", 10.0}, {"thresholds", Reals{1.0}}},
                       {periodic_set("train", "train", Reals(32, 0.0))}, {{1, 1}});
  probe.host().network = [](const double* theta, const double* x) { return Reals{theta[0] * x[0]}; };
  const Reals fraction = probe.observe_network({0.0, 0.0}).at("fraction");
  for (std::size_t k = 1; k < 15; ++k) {
    const double needed = 32.0 * std::sin(turn / 64.0 * static_cast<double>(k + 1));
    const double expected = std::max(0.0, 1.0 - needed / 10.0);
    EXPECT_NEAR(fraction[k], expected, four_errors(expected)) << k;
  }
}

// The line's coefficients are those of its jump, which a Hann window takes away.
TEST(ParameterFraction, AWindowTakesTheJumpAway) {
  for (const char* window : {"none", "hann"}) {
    ProbeUnderTest probe("parameter-fraction",
                         {{"draws", std::int64_t{200}},
                          {"clip", 1.0},
                          {"thresholds", Reals{1e-3}},
                          {"window", std::string(window)}},
                         {periodic_set("train", "train", Reals(64, 0.0))}, {{1, 1}});
    probe.host().network = [](const double* theta, const double* x) { return Reals{theta[0] * x[0]}; };
    const double above_16 = probe.observe_network({0.0, 0.0}).at("fraction")[16];
    EXPECT_NEAR(above_16, std::string(window) == "none" ? 0.95 : 0.0, 0.05) << window;
  }
}

// relu 1-3-1 on 16 points.
double relu_network(const double* t, double x) {
  double f = t[9];  // W1 0-2, b1 3-5, W2 6-8, b2 9
  for (std::size_t j = 0; j < 3; ++j) f += t[6 + j] * std::max(0.0, t[j] * x + t[3 + j]);
  return f;
}

TEST(ParameterFraction, OfAReluNetworkIsThatOfIndependentDraws) {
  const Given given = {{"draws", std::int64_t{4000}}, {"thresholds", Reals{0.02}}};
  ProbeUnderTest probe("parameter-fraction", given, {periodic_set("train", "train", Reals(16, 0.0))},
                       {{3, 1}, {1, 3}});
  probe.host().network = [](const double* t, const double* x) { return Reals{relu_network(t, x[0])}; };
  const Reals fraction = probe.observe_network(Reals(10, 0.0)).at("fraction");
  std::mt19937 random(7);
  std::uniform_real_distribution<double> uniform(-1.0, 1.0);
  const Reals x = even(16, 0.0, 1.0 / 16.0), k = even(9, 0.0, 1.0);
  Reals expected(9, 0.0);
  for (int draw = 0; draw < 4000; ++draw) {
    Reals theta(10), y;
    for (double& each : theta) each = uniform(random);
    for (const double at : x) y.push_back(relu_network(theta.data(), at));
    const auto f = direct_transform(x, y, k);
    for (std::size_t above = 0; above < 9; ++above) {
      bool carries = false;
      for (std::size_t bin = above + 1; bin < 9; ++bin)
        carries = carries || std::abs(f[bin]) * (bin == 8 ? 1.0 : 2.0) / 16.0 > 0.02;
      expected[above] += carries ? 1.0 / draws : 0.0;
    }
  }
  for (std::size_t above = 0; above < 9; ++above)
    EXPECT_NEAR(fraction[above], expected[above], 1.5 * four_errors(expected[above])) << above;
  EXPECT_GT(expected[1], expected[6]);
}

TEST(ParameterFraction, WhatItCannotMeasureIsRefused) {
  const Set line = periodic_set("train", "train", Reals(16, 0.0));
  const auto refusal = [](const Given& given, const Set& set, const std::vector<Layer>& layers) {
    return ProbeUnderTest("parameter-fraction", given, {set}, layers).refusal().sentence;
  };
  EXPECT_THAT(refusal({}, line, {}), HasSubstr("needs a network"));
  EXPECT_THAT(refusal({}, periodic_set("train", "train", Reals(16, 0.0), 2), {{2, 1}}),
              HasSubstr("has 2 outputs"));
  EXPECT_THAT(refusal({{"thresholds", Reals{}}}, line, {{1, 1}}), HasSubstr("thresholds: the list is empty"));
}

}  // namespace
}  // namespace basso::test

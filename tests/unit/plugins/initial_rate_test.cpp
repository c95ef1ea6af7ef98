// Probe initial-rate: a network that is linear in its parameters, whose gradient flow is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double turn = 2.0 * std::numbers::pi;

// f = sum_j gains[j] theta_j sin(2 pi k_j x), k = 1, 2, 4: with L = sum h~_j^2 / 2 over the amplitudes h~_j
// of f - y, theta_j' = -gains[j] h~_j, so that h~_j' = -gains[j]^2 h~_j.
constexpr double frequencies[] = {1.0, 2.0, 4.0}, gains[] = {1.0, 0.5, 0.1};

Reals waves(const double* theta, const double* x) {
  double f = 0.0;
  for (std::size_t j = 0; j < 3; ++j) f += gains[j] * theta[j] * std::sin(turn * frequencies[j] * x[0]);
  return {f};
}

// y = 2 sin(2 pi x) - 3 sin(8 pi x), without a component at 2.
Set target() {
  Reals y(16);
  for (std::size_t i = 0; i < 16; ++i)
    y[i] = 2.0 * std::sin(turn * static_cast<double>(i) / 16.0) -
           3.0 * std::sin(4.0 * turn * static_cast<double>(i) / 16.0);
  return periodic_set("train", "train", y);
}

std::unique_ptr<ProbeUnderTest> probe_of(const Given& given) {
  auto probe = std::make_unique<ProbeUnderTest>("initial-rate", given, std::vector{target()},
                                                std::vector<Layer>{{1, 2}});
  probe->host().network = waves;
  return probe;
}

// The target A sin alone: h~ = gain theta - A.
TEST(InitialRate, IsThatOfEachSingleFrequencyTarget) {
  const auto probe = probe_of({{"amplitude", 2.0}});
  const auto seen = probe->observe_network({0.5, 0.5, 0.5});
  ASSERT_EQ(probe->series("rate").axes.at(0).values, (Reals{1.0, 2.0, 4.0}));
  for (std::size_t j = 0; j < 3; ++j)
    EXPECT_NEAR(seen.at("rate")[j], gains[j] * gains[j] * (2.0 - gains[j] * 0.5), 1e-13);
}

// A cosine is beyond this network: its sines alone are unlearned, and only where it has them.
TEST(InitialRate, AsksForTheGivenPhase) {
  const Given cosine = {{"phase", turn / 4.0}, {"frequencies", std::vector<std::int64_t>{1, 3}}};
  const auto seen = probe_of(cosine)->observe_network({0.5, 0.0, 0.0});
  EXPECT_NEAR(seen.at("rate")[0], 0.5, 1e-13);
  EXPECT_NEAR(seen.at("rate")[1], 0.0, 1e-13);
}

// -d log Delta_F/dt = gain^2, whatever the amplitudes.
TEST(InitialRate, TheConvergenceSpeedIsThatOfTheRelativeError) {
  const auto probe = probe_of({});
  const auto seen = probe->observe_network({0.7, 0.7, -0.3});
  EXPECT_NEAR(seen.at("convergence_speed")[0], 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(seen.at("convergence_speed")[1])) << "the target has no component";
  EXPECT_NEAR(seen.at("convergence_speed")[2], 0.01, 1e-13);
  EXPECT_TRUE(probe->observe_network({0.0, 0.0, 0.0}, 1).empty()) << "only at the first recording";
}

TEST(InitialRate, WhatItCannotMeasureIsRefused) {
  const Set pairs = periodic_set("train", "train", Reals(16, 0.0), 2);
  const auto refusal = [](const Given& given, const Set& set, const std::vector<Layer>& layers) {
    return ProbeUnderTest("initial-rate", given, {set}, layers).refusal().sentence;
  };
  EXPECT_THAT(refusal({}, target(), {}), HasSubstr("needs a network"));
  EXPECT_THAT(refusal({}, pairs, {{2, 1}}), HasSubstr("has 2 outputs"));
  EXPECT_THAT(refusal({{"frequencies", std::vector<std::int64_t>{9}}}, target(), {{1, 1}}),
              HasSubstr("frequencies: 9 lies above the last bin"));
}

}  // namespace
}  // namespace basso::test

// Probe stage-ratios: a network that is linear in its parameters, whose gradient flow is known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double pi = std::numbers::pi;

// h = sum_j theta_j sin(k_j angle) on a circle, with k = 1, 2, 4 and the target 0: L = sum theta_j^2 / 2, and
// along its gradient flow theta_j' = -theta_j, so that d(theta_j^2 / 2)/dt = -theta_j^2.
constexpr double frequencies[] = {1.0, 2.0, 4.0};

Reals waves(const double* theta, const double* x) {
  double h = 0.0;
  for (std::size_t j = 0; j < 3; ++j) h += theta[j] * std::sin(frequencies[j] * std::atan2(x[1], x[0]));
  return {h};
}

// 16 points of the unit circle.
Set circle() {
  Set set = periodic_set("train", "train", Reals(16, 0.0));
  set.input_dim = 2;
  set.inputs.clear();
  for (std::size_t i = 0; i < 16; ++i) {
    const double angle = 2.0 * pi * static_cast<double>(i) / 16.0;
    set.inputs.insert(set.inputs.end(), {std::cos(angle), std::sin(angle)});
  }
  set.input_names = {"x", "y"};
  return set;
}

const Given uniform = {{"density", std::string("uniform")}};

std::unique_ptr<ProbeUnderTest> probe_of(const Given& given) {
  auto probe = std::make_unique<ProbeUnderTest>("stage-ratios", given, std::vector{circle()},
                                                std::vector<Layer>{{1, 2}});
  probe->host().network = waves;
  return probe;
}

TEST(StageRatios, AreThoseOfTheGradientFlow) {
  const auto seen = probe_of(uniform)->observe_network({3.0, 2.0, 1.0}, 0, true);
  EXPECT_NEAR(seen.at("loss")[0], 7.0, 1e-13);
  EXPECT_NEAR(seen.at("rate")[0], -14.0, 1e-12);
  const Reals above = {7.0, 2.5, 0.5}, ratio = {1.0, 5.0 / 14.0, 1.0 / 14.0};  // from 1, 2, 4 on
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(seen.at("loss_above")[i], above[i], 1e-13);
    EXPECT_NEAR(seen.at("ratio")[i], ratio[i], 1e-13);
    EXPECT_NEAR(seen.at("stage_ratio")[i], ratio[i], 1e-13);      // initial
    EXPECT_NEAR(seen.at("stage_ratio")[6 + i], ratio[i], 1e-13);  // final
    EXPECT_TRUE(std::isnan(seen.at("stage_ratio")[3 + i])) << "there was no intermediate stage";
  }
}

TEST(StageRatios, TheIntermediateStageAddsUpTheChangesOfTheHighPart) {
  // L = 50, 40 (T1: at most 45), 20.5, 4.5 (T2: at most 5), 1/2. From 4 on, L+ = 0, 8, 2.5, 4.5.
  const Reals theta[] = {{10, 0, 0}, {8, 0, 4}, {6, 0, std::sqrt(5.0)}, {0, 0, 3}, {1, 0, 0}};
  const auto probe = probe_of(uniform);
  Reals stages;
  for (std::size_t i = 0; i < 5; ++i) {
    const auto seen = probe->observe_network(theta[i], i, i == 4);
    if (i == 4) stages = seen.at("stage_ratio");
  }
  EXPECT_NEAR(stages[2], 0.0, 1e-13);
  EXPECT_NEAR(stages[5], (5.5 + 2.0) / (40.0 - 4.5), 1e-12);
  EXPECT_NEAR(stages[8], 0.0, 1e-13);
  EXPECT_EQ(probe->series("stage_ratio").axes.at(0).labels,
            (std::vector<std::string>{"initial", "intermediate", "final"}));
}

TEST(StageRatios, WhatItRemembersSurvivesAnInterruption) {
  const Reals theta[] = {{10, 0, 0}, {8, 0, 4}, {6, 0, 2}, {0, 0, 3}};
  const auto unbroken = probe_of(uniform);
  for (std::size_t i = 0; i < 3; ++i) unbroken->observe_network(theta[i], i);
  const auto resumed = probe_of(uniform);
  resumed->load(unbroken->save());
  EXPECT_EQ(resumed->observe_network(theta[3], 3, true).at("stage_ratio"),
            unbroken->observe_network(theta[3], 3, true).at("stage_ratio"));
}

// A bump has no jump at its ends: sin 2 pi z under it has next to nothing from frequency 6 on, while a
// straight line under a sharp window would have coefficients 1/(2 pi k).
TEST(StageRatios, TheBumpHidesTheEndsOfTheWindow) {
  Set line = periodic_set("train", "train", Reals(256, 0.0));
  line.axes[0].period = 0.0;
  ProbeUnderTest probe("stage-ratios", {{"cutoffs", std::vector<std::int64_t>{4, 16, 64}}}, {line}, {{1, 1}});
  probe.host().network = [](const double* theta, const double* x) {
    return Reals{theta[0] * (2.0 * x[0] - 1.0) + theta[1]};
  };
  const auto seen = probe.observe_network({1.0, 0.0});
  EXPECT_LT(seen.at("ratio")[1], 1e-4);
  EXPECT_LT(seen.at("ratio")[2], 1e-9);
  // rho has mean 1, so that the loss of a constant is its square.
  EXPECT_NEAR(probe.observe_network({0.0, 3.0}, 1).at("loss")[0], 9.0, 1e-12);
}

TEST(StageRatios, ASharpWindowOrWrongStagesAreRefused) {
  // sinusoids, say: the axis is periodic, but no network is on a line.
  const Set line = periodic_set("train", "train", Reals(16, 0.0));
  const auto refusal = [&](const Given& given) {
    return ProbeUnderTest("stage-ratios", given, {line}, {{1, 2}}).refusal().sentence;
  };
  EXPECT_THAT(refusal(uniform), HasSubstr("do not lie on a closed curve"));
  EXPECT_THAT(refusal({{"from", 0.05}}), HasSubstr("to: must be less than from"));
  EXPECT_THAT(refusal({{"cutoffs", std::vector<std::int64_t>{9}}}),
              HasSubstr("cutoffs: 9 lies above the last bin"));
}

}  // namespace
}  // namespace basso::test

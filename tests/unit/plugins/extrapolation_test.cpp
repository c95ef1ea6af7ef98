// Probe extrapolation: powers that are known in closed form beside the fitted range.
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

// 20 points on [0, 1) and, with the margin 20/19, 20 on either side.
ProbeUnderTest::Emitted observe(double (*f)(double), double cutoff) {
  Reals y(20);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = 2.0 * std::sin(0.2 * pi * static_cast<double>(i));
  ProbeUnderTest probe("extrapolation", {{"margin", 20.0 / 19.0}, {"cutoff", cutoff}},
                       {periodic_set("train", "train", y)}, {{1, 1}});
  probe.host().network = [f](const double*, const double* x) { return Reals{f(x[0])}; };
  return probe.observe_network({});
}

TEST(Extrapolation, PowersAreMeanAndVarianceWithoutACutoff) {
  // 1/2 + sin 6 pi x before the range and in it, the constant 1/2 after it.
  const auto seen = observe([](double x) { return x < 0.999 ? 0.5 + std::sin(6.0 * pi * x) : 0.5; }, 0.0);
  for (const double low : seen.at("power_low")) EXPECT_NEAR(low, 0.25, 1e-14);
  EXPECT_NEAR(seen.at("power_high")[0], 0.5, 1e-14);
  EXPECT_NEAR(seen.at("power_high")[1], 0.5, 1e-14);
  EXPECT_NEAR(seen.at("power_high")[2], 0.0, 1e-14);
  EXPECT_NEAR(seen.at("target_power_low")[0], 0.0, 1e-14);
  EXPECT_NEAR(seen.at("target_power_high")[0], 2.0, 1e-14);  // 2 sin 4 pi x
}

TEST(Extrapolation, TheCutoffPartsTheFrequencies) {
  const auto wave = [](double x) { return 2.0 * std::sin(4.0 * pi * x) + std::sin(12.0 * pi * x); };
  for (const double cutoff : {2.0, 5.9}) {
    const auto seen = observe(wave, cutoff);
    for (std::size_t interval = 0; interval < 3; ++interval) {
      EXPECT_NEAR(seen.at("power_low")[interval], 2.0, 1e-13);
      EXPECT_NEAR(seen.at("power_high")[interval], 0.5, 1e-13);
    }
  }
  EXPECT_NEAR(observe(wave, 6.0).at("power_high")[1], 0.0, 1e-13);
}

TEST(Extrapolation, OutputAndTargetAreDrawnOverOneAxis) {
  ProbeUnderTest probe("extrapolation", {}, {periodic_set("train", "train", {1, 2, 3, 4, 5})}, {{1, 1}});
  probe.host().network = [](const double*, const double* x) { return Reals{10.0 * x[0]}; };
  const auto seen = probe.observe_network({});
  const Reals x = even(9, -0.4, 0.2);
  ASSERT_EQ(seen.at("output").size(), 9u);
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(probe.series("output").axes.at(0).values[i], x[i], 1e-15);
    EXPECT_NEAR(seen.at("output")[i], 10.0 * x[i], 1e-14);
    if (i < 2 || i > 6)
      EXPECT_TRUE(std::isnan(seen.at("target")[i])) << i;
    else
      EXPECT_EQ(seen.at("target")[i], static_cast<double>(i - 1));
  }
  EXPECT_EQ(probe.series("power_high").axes.at(0).labels,
            (std::vector<std::string>{"before", "fitted", "after"}));
}

TEST(Extrapolation, ATargetMayHaveASetOutsideOfItsOwn) {
  const std::vector<Set> sets = {periodic_set("train", "train", {1, 2, 3}),
                                 periodic_set("outside", "outside", {1, 2, 3})};
  ProbeUnderTest probe("extrapolation", {}, sets, {{1, 1}});
  EXPECT_EQ(probe.refusal().status, BASSO_OK) << probe.refusal().sentence;
}

TEST(Extrapolation, PointsWithoutARangeToLeaveAreRefused) {
  Set uneven = periodic_set("train", "train", {1, 2, 3, 4});
  uneven.inputs[1] += 0.05;
  EXPECT_THAT(ProbeUnderTest("extrapolation", {}, {uneven}, {{1, 1}}).refusal().sentence,
              HasSubstr("do not lie evenly along their input"));
  Set plane = periodic_set("train", "train", {1, 2});
  plane.input_dim = 2;
  plane.inputs = {0, 0, 1, 1};
  EXPECT_THAT(ProbeUnderTest("extrapolation", {}, {plane}, {{1, 2}}).refusal().sentence,
              HasSubstr("has 2 inputs, 1 outputs and 2 rows"));
}

}  // namespace
}  // namespace basso::test

// Probe robustness: networks that are linear in their parameters, for which the mean over the sphere is
// known.
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

// f(z) = sum_j theta_j sin(2 pi k_j z): |F(k_j)| is |theta_j| N/2, so that a move by delta d leaves
// |theta_j + delta d_j| / |theta_j| of it.
Reals retained(const Reals& amplitudes, const Reals& frequencies, const Reals& distances,
               std::int64_t directions) {
  Set set = periodic_set("train", "train", Reals(16, 1.0));
  set.line_k = frequencies;
  set.line_amplitude.assign(frequencies.size(), {1.0, 0.0});
  ProbeUnderTest probe("robustness", {{"distances", distances}, {"directions", directions}}, {set},
                       {{1, amplitudes.size() - 1}});
  probe.host().network = [&](const double* theta, const double* x) {
    double y = 0.0;
    for (std::size_t j = 0; j < frequencies.size(); ++j)
      y += theta[j] * std::sin(2.0 * pi * frequencies[j] * x[0]);
    return Reals{y};
  };
  return probe.observe_network(amplitudes).at("retained");
}

TEST(Robustness, NothingIsLostAtDistanceZero) {
  for (const double value : retained({0.5, -2.0}, {1, 3}, {0.0}, 7)) EXPECT_NEAR(value, 1.0, 1e-12);
}

TEST(Robustness, InTwoParametersItIsTheMeanOverTheCircle) {
  // Mean of |1 + r cos u| over the circle, r = delta/theta: 1 up to r = 1; 1/3 + 2 sqrt(3)/pi at r = 2;
  // 2r/pi far beyond.
  const Reals seen = retained({0.5, 1.0}, {1, 3}, {0.5, 1.0, 1e6}, 20000);
  const double at_two = 1.0 / 3.0 + 2.0 * std::sqrt(3.0) / pi;
  const Reals expected = {1.0, 1.0, at_two, 1.0, 4e6 / pi, 2e6 / pi};
  ASSERT_EQ(seen.size(), expected.size());
  for (std::size_t i = 0; i < seen.size(); ++i) EXPECT_NEAR(seen[i], expected[i], 0.02 * expected[i]) << i;
}

TEST(Robustness, InThreeParametersTheMeanCoordinateOnTheSphereIsOneHalf) {
  for (const double value : retained({1.0, 1.0, 1.0}, {1, 2, 3}, {1e6}, 20000))
    EXPECT_NEAR(value / 1e6, 0.5, 0.01);
}

TEST(Robustness, TheAxesAreDistanceAndFrequencyAndWhatTheNetworkLacksIsNotANumber) {
  ProbeUnderTest probe("robustness",
                       {{"at", std::string("list")},
                        {"frequencies", std::vector<std::int64_t>{1, 5}},
                        {"distances", Reals{0.0, 1.0}},
                        {"directions", std::int64_t{2}}},
                       {periodic_set("train", "train", Reals(16, 1.0))}, {{1, 1}});
  probe.host().network = [](const double* theta, const double* x) {
    return Reals{theta[0] * std::sin(2.0 * pi * x[0]) + theta[1]};
  };
  const auto seen = probe.observe_network({1.0, 0.0}).at("retained");
  EXPECT_NEAR(seen[0], 1.0, 1e-12);
  EXPECT_TRUE(std::isnan(seen[1]));
  const auto& axes = probe.series("retained").axes;
  EXPECT_EQ(axes.at(0).name, "distance");
  EXPECT_EQ(axes.at(0).values, (Reals{0.0, 1.0}));
  EXPECT_EQ(axes.at(1).values, (Reals{1.0, 5.0}));
}

TEST(Robustness, AnEmptyListATargetWithoutLinesAndFrequenciesThatAreNotReadAreRefused) {
  const std::vector<Set> sets = {periodic_set("train", "train", Reals(16, 1.0))};
  EXPECT_THAT(
      ProbeUnderTest("robustness", {{"at", std::string("all")}, {"distances", Reals{}}}, sets, {{1, 1}})
          .refusal()
          .sentence,
      HasSubstr("distances: the list is empty"));
  EXPECT_THAT(ProbeUnderTest("robustness", {}, sets, {{1, 1}}).refusal().sentence,
              HasSubstr("states no exact lines"));
  for (const char* at : {"lines", "all"})
    EXPECT_THAT(
        ProbeUnderTest("robustness", {{"at", std::string(at)}, {"frequencies", std::vector<std::int64_t>{3}}},
                       sets, {{1, 1}})
            .refusal()
            .sentence,
        HasSubstr("frequencies: are read with at = \"list\" only"));
}

}  // namespace
}  // namespace basso::test

// Probe lipschitz on networks whose constants are known by hand, and against difference quotients.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "engine_network.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;

// relu(1 - |x| - |y|) has the slope sqrt 2. |W1| = sqrt 2, |W2| = 2, |W3| = 1 and |theta|_max = 1 for
// matrices 4 x 2, 1 x 4, 1 x 1, so that R Eq 7 ends in sqrt(2) 4 1.
TEST(Lipschitz, OfAPyramidIsItsSlopeBetweenTheBounds) {
  EngineNetwork pyramid(2, {4, 1}, "relu", {1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 0, 0, -1, -1, -1, -1, 1, 1, 0});
  const auto seen = pyramid.observe("lipschitz");
  EXPECT_NEAR(seen.at("constant")[0], std::sqrt(2.0), 1e-14);
  EXPECT_NEAR(seen.at("product")[0], 2.0 * std::sqrt(2.0), 1e-9);
  EXPECT_NEAR(seen.at("parameter_bound")[0], 4.0 * std::sqrt(2.0), 1e-13);
}

TEST(Lipschitz, CountsTheSlopesOutsideOfTheData) {
  // 3 relu(x - 7) - x: -1 on the target's points, 2 beyond 7.
  EngineNetwork late(1, {2}, "relu", {1, 1, -7, 100, 3, -1, 0});
  const auto seen = late.observe("lipschitz");
  EXPECT_NEAR(seen.at("lower")[0], 1.0, 1e-14);
  EXPECT_NEAR(seen.at("constant")[0], 2.0, 1e-14);
  EXPECT_NEAR(seen.at("product")[0], std::sqrt(2.0) * std::sqrt(10.0), 1e-9);
  EXPECT_NEAR(seen.at("parameter_bound")[0], 1e4 * 2.0, 1e-9);
}

TEST(Lipschitz, IsTheLargestDifferenceQuotientOfARandomNetwork) {
  for (const char* activation : {"relu", "leaky-relu", "abs"}) {
    EngineNetwork network(1, {16, 16}, activation, {}, 4, 2.0);
    const std::size_t points = 200001;
    const double step = 1e-3;
    const Reals y = network(even(points, -100.0, step));
    double largest = 0.0;
    for (std::size_t i = 1; i < points; ++i) largest = std::max(largest, std::abs(y[i] - y[i - 1]) / step);
    const auto seen = network.observe("lipschitz");
    EXPECT_NEAR(seen.at("constant")[0], largest, 1e-9 * (1 + largest)) << activation;
    EXPECT_LE(seen.at("lower")[0], seen.at("constant")[0] * (1 + 1e-12)) << activation;
    EXPECT_LE(seen.at("constant")[0], seen.at("product")[0]) << activation;
    EXPECT_LE(seen.at("product")[0], seen.at("parameter_bound")[0]) << activation;
  }
}

// Of sine with omega = 30 each hidden layer counts 30 times; a network that is not piecewise linear, or has
// three inputs, has bounds only.
TEST(Lipschitz, WithoutLinearRegionsGivesTheBoundsAlone) {
  EngineNetwork waves(1, {1}, "sine", {2, 0, 0.5, 0});
  auto seen = waves.observe("lipschitz");
  EXPECT_EQ(seen.count("constant"), 0u);
  EXPECT_NEAR(seen.at("product")[0], 30.0, 1e-8);
  EXPECT_NEAR(seen.at("parameter_bound")[0], 30.0 * 4.0, 1e-9);

  Set set = periodic_set("train", "train", {0, 0});
  set.axes.clear();
  set.input_dim = 3;
  set.inputs = {1, 2, 3, 4, 5, 6};
  ProbeUnderTest probe("lipschitz", {}, {set}, {{1, 3}});
  probe.host().network = [](const double*, const double* x) { return Reals{2 * x[0] - x[1] + 2 * x[2]}; };
  seen = probe.observe_network({2, -1, 2, 7});
  EXPECT_EQ(seen.count("constant"), 0u);
  EXPECT_NEAR(seen.at("lower")[0], 3.0, 1e-13);
  EXPECT_NEAR(seen.at("product")[0], 3.0, 1e-9);
  EXPECT_NEAR(seen.at("parameter_bound")[0], 7.0 * std::sqrt(3.0), 1e-13);
}

TEST(Lipschitz, WithoutANetworkSaysSo) {
  EXPECT_THAT(ProbeUnderTest("lipschitz", {}, {periodic_set("train", "train", {1, 2})}).refusal().sentence,
              HasSubstr("needs a network"));
}

}  // namespace
}  // namespace basso::test

// Probes decision-map and radial-spectrum on functions of the plane whose values and spectra are known.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double pi = std::numbers::pi;

Set plane() {
  Set set = periodic_set("train", "train", {0, 1});
  set.axes.clear();
  set.input_names = {"x", "y"};
  set.input_dim = 2;
  set.inputs = {0, 0, 1, 1};
  return set;
}

const Given eight = {{"samples", std::int64_t{8}}, {"half_width", 2.0}, {"centre", Reals{1.0, -1.0}}};

ProbeUnderTest::Emitted observe(const std::string& id, Given given, double (*f)(double, double),
                                const std::string& loss = "mse") {
  given.insert(eight.begin(), eight.end());
  ProbeUnderTest probe(id, given, {plane()}, {{1, 2}}, loss);
  probe.host().network = [f](const double*, const double* x) { return Reals{f(x[0], x[1])}; };
  return probe.observe_network({});
}

TEST(DecisionMap, IsTheNetworkAtTheGridsPointsWithYTheSlowAxis) {
  const auto seen = observe("decision-map", {}, [](double x, double y) { return 10.0 * x + y; });
  // x from -1 to 3, y from -3 to 1, in steps of 1/2, the upper ends excluded.
  for (std::size_t i = 0; i < 64; ++i) {
    const std::size_t column = i % 8, row = i / 8;
    const double x = -1.0 + 0.5 * static_cast<double>(column), y = -3.0 + 0.5 * static_cast<double>(row);
    EXPECT_EQ(seen.at("value")[i], 10.0 * x + y) << i;
  }
  ProbeUnderTest probe("decision-map", eight, {plane()}, {{1, 2}});
  EXPECT_EQ(probe.series("value").axes.at(0).name, "y");
  EXPECT_EQ(probe.series("value").axes.at(1).name, "x");
  EXPECT_EQ(probe.series("value").axes.at(1).start, -1.0);
  EXPECT_EQ(probe.series("value").axes.at(1).step, 0.5);
}

TEST(DecisionMap, OfLogitsIsTheProbability) {
  const auto f = [](double, double) { return std::log(3.0); };
  const auto seen = observe("decision-map", {}, f, "bce");
  for (const double value : seen.at("value")) EXPECT_NEAR(value, 0.75, 1e-15);
}

// Of four training points, at the corners of the unit square with the values 0, 1, 2, 3, each grid point
// takes the nearest ones by hand; zeta is that of a network with these values.
TEST(RadialSpectrum, OfNearestNeighboursIsThatOfTheirMean) {
  static const auto nearest = [](double x, double y, std::size_t k) {
    std::vector<std::pair<double, double>> all;
    for (int i = 0; i < 4; ++i) all.emplace_back(std::hypot(x - i % 2, y - i / 2), i);
    std::sort(all.begin(), all.end());
    double sum = 0;
    for (std::size_t i = 0; i < k; ++i) sum += all[i].second;
    return sum / static_cast<double>(k);
  };
  Set corners = plane();
  corners.rows = 4;
  corners.inputs = {0, 0, 1, 0, 0, 1, 1, 1};
  corners.outputs = {0, 1, 2, 3};
  Given given = eight;
  given["neighbours"] = std::vector<std::int64_t>{1, 3};
  ProbeUnderTest probe("radial-spectrum", given, {corners}, {{1, 2}});
  probe.host().network = [](const double*, const double* x) { return Reals{nearest(x[0], x[1], 3)}; };
  const auto seen = probe.observe_network({});
  ASSERT_EQ(seen.at("neighbours_zeta").size(), 2 * seen.at("zeta").size());
  for (std::size_t k = 0; k < 5; ++k)
    EXPECT_NEAR(seen.at("neighbours_zeta")[5 + k], seen.at("zeta")[k], 1e-12);
  const auto one =
      observe("radial-spectrum", {}, [](double x, double y) { return nearest(x, y, 1); }).at("zeta");
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(seen.at("neighbours_zeta")[k], one[k], 1e-12);
  const double sum = one[1] + one[2] + one[3] + one[4];
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(seen.at("neighbours_share")[k], one[k] / sum, 1e-12);

  given["neighbours"] = std::vector<std::int64_t>{5};
  EXPECT_THAT(ProbeUnderTest("radial-spectrum", given, {corners}, {{1, 2}}).refusal().sentence,
              HasSubstr("neighbours: 5 of 4 points"));
}

// Of 1 + 3 cos(2 pi 2 x/4) + cos(2 pi y/4), three quarters of what varies lie at 2 and a quarter at 1,
// however large it is.
TEST(RadialSpectrum, TheShareDoesNotDependOnTheSize) {
  const auto large = [](double x, double y) { return 1.0 + 3.0 * std::cos(pi * x) + std::cos(0.5 * pi * y); };
  const auto small = [](double x, double y) {
    return 1e-3 * (1.0 + 3.0 * std::cos(pi * x) + std::cos(0.5 * pi * y));
  };
  for (const auto& share : {observe("radial-spectrum", {}, large).at("share"),
                            observe("radial-spectrum", {}, small).at("share")}) {
    EXPECT_NEAR(share[1], 0.25, 1e-9);
    EXPECT_NEAR(share[2], 0.75, 1e-9);
  }
}

// A cos(2 pi (p x + q y)/4 + 0.3): zeta is A at |(p, q)| rounded, and 0 elsewhere.
TEST(RadialSpectrum, OfAPlaneWaveIsItsAmplitudeAtItsRadialFrequency) {
  const auto wave = [](double x, double y) { return 3.0 * std::cos(0.5 * pi * (2.0 * x - y) + 0.3); };
  const auto zeta = observe("radial-spectrum", {}, wave).at("zeta");
  ASSERT_EQ(zeta.size(), 5u);
  for (std::size_t k = 0; k < 5; ++k) EXPECT_NEAR(zeta[k], k == 2 ? 3.0 : 0.0, 1e-12) << k;
  const auto constant = [](double, double) { return -2.0; };
  EXPECT_NEAR(observe("radial-spectrum", {}, constant).at("zeta")[0], 2.0, 1e-12);
  EXPECT_NEAR(observe("radial-spectrum", {{"window", std::string("hann")}}, constant).at("zeta")[0], 2.0,
              1e-12);
}

double bump(double x, double y) { return std::exp(-x * x - 2.0 * y * y) + 0.1 * x; }

TEST(RadialSpectrum, IsNumpysSumOverRings) {
  for (const char* window : {"none", "hann"}) {
    std::istringstream said(
        run_python(std::string("import numpy as np\n"
                               "x, y = -1 + np.arange(8) / 2, (-3 + np.arange(8) / 2)[:, None]\n"
                               "w = 1 - np.cos(2 * np.pi * (np.arange(8) + 0.5) / 8)\n"
                               "if '") +
                   window +
                   "' == 'none': w = np.ones(8)\n"
                   "f = np.abs(np.fft.fft2((np.exp(-x**2 - 2 * y**2) + 0.1 * x) * w * w[:, None])) / 64\n"
                   "k = np.fft.fftfreq(8, 1 / 8)\n"
                   "ring = np.floor(np.hypot(k, k[:, None]) + 0.5)\n"
                   "for r in range(5): print(repr(float(f[ring == r].sum())))\n"));
    const auto seen = observe("radial-spectrum", {{"window", std::string(window)}}, bump);
    for (const double value : seen.at("zeta")) {
      double expected = -1.0;
      said >> expected;
      EXPECT_NEAR(value, expected, 1e-13) << window;
    }
  }
}

TEST(BoxProbes, ATargetThatIsNoFunctionOfThePlaneIsRefused) {
  for (const char* id : {"decision-map", "radial-spectrum"}) {
    const Refusal said = ProbeUnderTest(id, {}, {periodic_set("train", "train", {1, 2})}, {{1, 1}}).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    EXPECT_THAT(said.sentence, HasSubstr("take a target with 2 inputs and 1 output"));
    EXPECT_THAT(ProbeUnderTest(id, {{"centre", Reals{1.0}}}, {plane()}, {{1, 2}}).refusal().sentence,
                HasSubstr("centre: has 1 numbers; expected 2"));
  }
}

}  // namespace
}  // namespace basso::test

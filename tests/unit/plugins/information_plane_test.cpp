// Probe information-plane: distributions whose information is known, and histograms by numpy.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using Reals = std::vector<double>;

std::map<std::string, Reals> observe(const Reals& x, const Reals& y, const Reals& t,
                                     const Given& given = {}) {
  Set set = periodic_set("train", "train", y);
  set.inputs = x;
  return ProbeUnderTest("information-plane", given, {set}).observe({{"predictions:train", t}});
}

TEST(InformationPlane, OfEquallyLikelyValuesIsTheLogarithmOfTheirNumber) {
  // T takes 4 values, Y is a function of it with 2; 8 different X.
  const auto seen = observe({1, 2, 3, 4, 5, 6, 7, 8}, {0, 0, 1, 1, 0, 0, 1, 1}, {0, 1, 2, 3, 0, 1, 2, 3});
  EXPECT_DOUBLE_EQ(seen.at("output")[0], 2.0);
  EXPECT_DOUBLE_EQ(seen.at("target_output")[0], 1.0);
  EXPECT_DOUBLE_EQ(seen.at("input_output")[0], 2.0);
  EXPECT_DOUBLE_EQ(seen.at("target")[0], 1.0);
  EXPECT_DOUBLE_EQ(seen.at("input")[0], 3.0);
}

TEST(InformationPlane, OfIndependentVariablesIsZeroAndOfAConstantOutputToo) {
  const Reals x = {1, 2, 3, 4}, y = {0, 0, 1, 1};
  EXPECT_EQ(observe(x, y, {0, 1, 0, 1}).at("target_output")[0], 0.0);
  for (const char* series : {"output", "target_output", "input_output"})
    EXPECT_EQ(observe(x, y, {5, 5, 5, 5}).at(series)[0], 0.0) << series;
}

TEST(InformationPlane, TiesGoToTheEvenMultipleOfTheBin) {
  // With b = 0.5, 0.25 -> 0, 0.75 -> 1 and 1.25 -> 1: the bins are {0, 0.25}, {0.75, 1, 1.25}, {1.5}.
  const Reals t = {0.0, 0.25, 0.75, 1.0, 1.25, 1.5};
  const double expected = std::log2(3.0) / 3.0 + 0.5 + std::log2(6.0) / 6.0;
  EXPECT_NEAR(observe(t, t, t, {{"bin", 0.5}}).at("output")[0], expected, 1e-15);
}

TEST(InformationPlane, IsWhatNumpyCountsInItsHistograms) {
  std::mt19937 random(4);
  std::normal_distribution<double> normal;
  Reals x(500), y(500), t(500);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = normal(random);
    y[i] = std::nearbyint(2.0 * x[i]) / 2.0;
    t[i] = y[i] + 0.1 * normal(random);
  }
  std::ostringstream script;
  script.precision(17);
  script << "import numpy as np\n";
  for (const auto& [name, values] : {std::pair("x", &x), std::pair("y", &y), std::pair("t", &t)}) {
    script << name << " = np.round(np.array([";
    for (const double value : *values) script << value << ",";
    script << "]) / 0.05)\n";
  }
  script << "def entropy(*u):\n"
            "  n = np.unique(np.stack(u), axis=1, return_counts=True)[1]\n"
            "  return -np.sum(n / 500 * np.log2(n / 500))\n"
            "for i in (entropy(t), entropy(y) + entropy(t) - entropy(y, t),\n"
            "          entropy(x) + entropy(t) - entropy(x, t), entropy(y), entropy(x)): "
            "print(repr(float(i)))\n";
  std::istringstream said(run_python(script.str()));
  const auto seen = observe(x, y, t);
  for (const char* series : {"output", "target_output", "input_output", "target", "input"}) {
    double expected = -1.0;
    said >> expected;
    EXPECT_NEAR(seen.at(series)[0], expected, 1e-12) << series;
  }
}

TEST(InformationPlane, OfSeveralOutputsCountsRowsThatAgreeInAllOfThem) {
  Set set = periodic_set("train", "train", {0, 0, 0, 1, 1, 0, 1, 1}, 2);
  ProbeUnderTest probe("information-plane", {}, {set});
  const auto seen = probe.observe({{"predictions:train", {0, 0, 0, 0, 0, 1, 0, 1}}});
  EXPECT_DOUBLE_EQ(seen.at("target")[0], 2.0);
  EXPECT_DOUBLE_EQ(seen.at("output")[0], 1.0);
  EXPECT_DOUBLE_EQ(seen.at("target_output")[0], 1.0);
  EXPECT_EQ(probe.observe({{"predictions:train", {0, 0, 0, 0, 0, 1, 0, 1}}}, 1).size(), 3u);
}

TEST(InformationPlane, OfAnOutputThatIsNotFiniteIsNotANumber) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {infinity, -infinity, std::nan("")})
    EXPECT_TRUE(std::isnan(observe({1, 2}, {0, 1}, {0, bad}).at("output")[0]));
}

}  // namespace
}  // namespace basso::test

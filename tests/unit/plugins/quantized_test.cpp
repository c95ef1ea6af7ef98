// Target quantized against numpy and T Fig 3 (Xu, Zhang, Xiao 2018).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;

TEST(Quantized, GridAndValuesAreThoseOfNumpysLinspaceAndRound) {
  const std::map<std::string, std::string> functions = {
      {"x", "x"}, {"abs", "np.abs(x)"}, {"square", "x**2"}, {"sin", "np.sin(x)"}};
  for (const auto& [name, numpy] : functions) {
    const TargetUnderTest target(
        "quantized",
        {{"function", name}, {"alpha", 0.3}, {"low", -10.0}, {"high", 10.0}, {"samples", std::int64_t{600}}});
    const Set& train = target.set("train");
    ASSERT_EQ(train.rows, 600u);
    std::istringstream said(
        run_python("import numpy as np\nx = np.linspace(-10, 10, 600)\nfor a, b in zip(x, 0.3*np.round(" +
                   numpy + "/0.3)): print(repr(float(a)), repr(float(b)))"));
    for (std::size_t j = 0; j < 600; ++j) {
      double x = NAN, y = NAN;
      said >> x >> y;
      EXPECT_NEAR(train.inputs[j], x, 4e-15) << name;
      EXPECT_NEAR(train.outputs[j], y, 1e-12) << name << " at " << x;
    }
  }
}

TEST(Quantized, TiesGoToTheEvenMultiple) {
  const TargetUnderTest target(
      "quantized", {{"low", -1.25}, {"high", 1.25}, {"samples", std::int64_t{11}}});  // multiples of 0.25
  EXPECT_EQ(target.set("train").outputs, (Reals{-1.0, -1.0, -1.0, -0.5, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0, 1.0}));
}

TEST(Quantized, AlphaZeroLeavesTheFunctionAsItIs) {
  const TargetUnderTest target("quantized", {{"function", std::string("sin")}, {"alpha", 0.0}});
  const Set& train = target.set("train");
  for (std::size_t j = 0; j < train.rows; ++j) EXPECT_EQ(train.outputs[j], std::sin(train.inputs[j]));
}

TEST(Quantized, TheGridHoldsBothEndsAndIsOddToTheLastBit) {
  for (const std::int64_t samples : {600, 119}) {
    const TargetUnderTest target("quantized", {{"samples", samples}});
    const Set& train = target.set("train");
    EXPECT_EQ(train.inputs.front(), -1.0);
    EXPECT_EQ(train.inputs.back(), 1.0);
    for (std::size_t j = 0; j < train.rows; ++j) {
      EXPECT_EQ(train.inputs[j], -train.inputs[train.rows - 1 - j]);
      EXPECT_EQ(train.outputs[j], -train.outputs[train.rows - 1 - j]);
      EXPECT_NEAR(train.inputs[j], train.axes[0].start + static_cast<double>(j) * train.axes[0].step, 1e-15);
    }
  }
}

TEST(Quantized, TheSpectrumOfTFigure3IsZeroAtTheMultiplesOfEight) {
  const TargetUnderTest target("quantized", {});
  const Set& train = target.set("train");
  const Reals position = even(600, 0.0, 1.0 / 600.0), bins = even(41, 0.0, 1.0);
  const auto f = direct_transform(position, train.outputs, bins);
  for (std::size_t bin = 0; bin <= 40; ++bin) {
    if (bin % 8 == 0)
      EXPECT_LT(std::abs(f[bin]), 1e-10) << bin;
    else
      EXPECT_GT(std::abs(f[bin]), 1.0) << bin;
  }
}

TEST(Quantized, TheSumOfSinesOfTFigure4IsRoundedToTwo) {
  const TargetUnderTest target(
      "quantized", {{"function", std::string("sines")}, {"alpha", 2.0}, {"low", -10.0}, {"high", 10.0}});
  std::istringstream said(run_python(
      "import numpy as np\nx = np.linspace(-10, 10, 600)\nf = np.sin(x) + 2*np.sin(3*x) + 3*np.sin(5*x)\n"
      "for a in 2*np.round(f/2): print(repr(float(a)))"));
  for (const double y : target.set("train").outputs) {
    double expected = NAN;
    said >> expected;
    EXPECT_EQ(y, expected);
  }
}

TEST(Quantized, NoiseIsOnTheTrainingSetAloneBeforeOrAfterTheRounding) {
  const Given given = {
      {"function", std::string("sin")}, {"low", -10.0},     {"high", 10.0},
      {"samples", std::int64_t{3000}},  {"noise_std", 0.1}, {"test_samples", std::int64_t{6000}}};
  Given after = given, clean = given;
  after["noise"] = std::string("after-rounding");
  clean["noise_std"] = 0.0;
  const TargetUnderTest before("quantized", given), later("quantized", after), none("quantized", clean);
  EXPECT_EQ(before.set("test").role, "test");
  EXPECT_EQ(before.set("test").outputs, none.set("test").outputs);
  EXPECT_EQ(before.set("train").inputs, none.set("train").inputs);
  double mean = 0.0, square = 0.0;
  for (std::size_t j = 0; j < 3000; ++j) {
    const double noise = later.set("train").outputs[j] - none.set("train").outputs[j];
    const double y = std::sin(before.set("train").inputs[j]) + noise;  // the same noise in both
    EXPECT_NEAR(before.set("train").outputs[j], 0.5 * std::nearbyint(2.0 * y), 1e-12);
    mean += noise / 3000.0;
    square += noise * noise / 3000.0;
  }
  EXPECT_NEAR(mean, 0.0, 4 * 0.1 / std::sqrt(3000.0));
  EXPECT_NEAR(std::sqrt(square), 0.1, 4 * 0.1 / std::sqrt(6000.0));
  EXPECT_NE(TargetUnderTest("quantized", after, 2).set("train").outputs, later.set("train").outputs);
}

TEST(Quantized, RandomPointsComeFromTheCandidatesEachOnceUnlessWithReplacement) {
  const auto points = [](const char* sampling, std::uint64_t seed) {
    return TargetUnderTest("quantized", {{"sampling", std::string(sampling)}}, seed).set("train");
  };
  const Set once = points("random", 1), again = points("random-with-replacement", 1);
  Reals grid(3000);
  for (std::size_t j = 0; j < 3000; ++j) grid[j] = -1.0 + 2.0 * static_cast<double>(j) / 2999.0;
  for (const Set* set : {&once, &again}) {
    ASSERT_EQ(set->rows, 600u);
    for (std::size_t j = 0; j < 600; ++j) {
      const auto nearest = static_cast<std::size_t>(std::lround((set->inputs[j] + 1.0) / 2.0 * 2999.0));
      EXPECT_NEAR(set->inputs[j], grid.at(nearest), 1e-15);
      EXPECT_NEAR(set->outputs[j], 0.5 * std::nearbyint(2.0 * set->inputs[j]), 1e-15);
    }
    EXPECT_TRUE(std::is_sorted(set->inputs.begin(), set->inputs.end()));
  }
  EXPECT_EQ(std::adjacent_find(once.inputs.begin(), once.inputs.end()), once.inputs.end());
  EXPECT_EQ(once.axes.at(0).values, once.inputs);
  EXPECT_NE(std::adjacent_find(again.inputs.begin(), again.inputs.end()), again.inputs.end());
  EXPECT_TRUE(again.axes.empty());
  EXPECT_NE(points("random", 2).inputs, once.inputs);
  // Every part of the interval gets its share: a fifth of 600 points is 120, with a deviation below 10.
  for (int fifth = 0; fifth < 5; ++fifth)
    EXPECT_NEAR(static_cast<double>(std::count_if(
                    once.inputs.begin(), once.inputs.end(),
                    [&](double x) { return std::min(4, static_cast<int>((x + 1.0) * 2.5)) == fifth; })),
                120.0, 40.0);
}

TEST(Quantized, AllCandidatesDrawnOnceAreTheGrid) {
  const Set drawn =
      TargetUnderTest("quantized", {{"sampling", std::string("random")}, {"candidates", std::int64_t{600}}})
          .set("train");
  EXPECT_EQ(drawn.inputs, TargetUnderTest("quantized", {}).set("train").inputs);
}

TEST(Quantized, OutsideContinuesTheGridBeyondBothEnds) {
  const TargetUnderTest target("quantized", {{"samples", std::int64_t{5}}, {"alpha", 0.0}, {"outside", 1.2}});
  const Set& outside = target.set("outside");
  EXPECT_EQ(outside.role, "outside");
  EXPECT_EQ(outside.inputs, (Reals{-2.0, -1.5, 1.5, 2.0}));
  EXPECT_EQ(outside.outputs, outside.inputs);
}

TEST(Quantized, BadParametersAreRefusedWithASentence) {
  EXPECT_THAT(TargetUnderTest("quantized", {{"low", 1.0}}).refusal().sentence,
              HasSubstr("low: must be less than high"));
  const Refusal dense = TargetUnderTest("quantized", {{"dense_samples", std::int64_t{1}}}).refusal();
  EXPECT_EQ(dense.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(dense.sentence, HasSubstr("dense_samples: must be 0, or at least 2"));
  EXPECT_THAT(TargetUnderTest("quantized", {{"amplitudes", Reals{1.0, 2.0}}}).refusal().sentence,
              HasSubstr("amplitudes: has 2 values for 3 frequencies"));
  EXPECT_THAT(
      TargetUnderTest("quantized", {{"sampling", std::string("random")}, {"candidates", std::int64_t{599}}})
          .refusal()
          .sentence,
      HasSubstr("samples: 600 points cannot be drawn from 599 candidates without replacement"));
  EXPECT_THAT(TargetUnderTest("quantized", {{"outside", 1e-3}}).refusal().sentence,
              HasSubstr("outside: is 0"));
  EXPECT_THAT(TargetUnderTest("quantized", {{"alpha", 1e-16}}).refusal().sentence,
              HasSubstr("nothing is rounded"));
}

}  // namespace
}  // namespace basso::test

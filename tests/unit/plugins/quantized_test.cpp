// Target quantized against numpy and T Fig 3 (Xu, Zhang, Xiao 2018).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(Quantized, BadParametersAreRefusedWithASentence) {
  EXPECT_THAT(TargetUnderTest("quantized", {{"low", 1.0}}).refusal().sentence,
              HasSubstr("low: must be less than high"));
  const Refusal dense = TargetUnderTest("quantized", {{"dense_samples", std::int64_t{1}}}).refusal();
  EXPECT_EQ(dense.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(dense.sentence, HasSubstr("dense_samples: must be 0, or at least 2"));
}

}  // namespace
}  // namespace basso::test

// Probe accuracy: its rules on values that can be counted by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;

// Share of rows classified like the target `y`, and share of its most frequent class.
std::pair<double, double> shares(const Reals& y, const Reals& predictions, const Given& given = {},
                                 std::uint32_t outputs = 1, const std::string& loss = "mse") {
  ProbeUnderTest probe("accuracy", given, {periodic_set("train", "train", y, outputs)}, {}, loss);
  const auto seen = probe.observe({{"predictions:train", predictions}});
  return {seen.at("train")[0], seen.at("train_majority")[0]};
}

TEST(Accuracy, OfOneOutputIsWhichSideOfTheThresholdValuesLieOn) {
  EXPECT_EQ(shares({0, 1, 1, 1, 0}, {0.2, 0.7, 0.4, 9.0, -3.0}), std::pair(0.8, 0.6));
  EXPECT_EQ(shares({-1, 1, 1, -1}, {-0.1, 0.1, 0.4, 0.2}, {{"threshold", 0.0}}), std::pair(0.75, 0.5));
}

TEST(Accuracy, WithLogitsTheSigmoidIsComparedWithTheThreshold) {
  // sigmoid(f) > 0.5 where f > 0; sigmoid(f) > 0.9 where f > log 9 = 2.197.
  EXPECT_EQ(shares({0, 1, 1, 0}, {-0.1, 0.1, -0.1, 0.4}, {}, 1, "bce").first, 0.5);
  EXPECT_EQ(shares({0, 1, 1, 0}, {2.19, 2.20, 5.0, 2.19}, {{"threshold", 0.9}}, 1, "bce").first, 1.0);
  const ProbeUnderTest refused("accuracy", {{"threshold", 1.0}}, {periodic_set("train", "train", {0, 1})}, {},
                               "bce");
  EXPECT_EQ(refused.refusal().status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(refused.refusal().sentence, HasSubstr("threshold: with the loss bce it is a probability"));
}

TEST(Accuracy, OfSeveralOutputsIsWhetherTheLargestStandsInTheSamePlace) {
  const Reals one_hot = {1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 1};
  const Reals predictions = {0.4, 0.3, 0.3, -5, -4, -6, 2, 1, 0, 0, 0.1, 0.2};
  EXPECT_EQ(shares(one_hot, predictions, {}, 3), std::pair(0.75, 0.5));
}

TEST(Accuracy, TheLargestOfOneOutputIsRefused) {
  const Refusal said =
      ProbeUnderTest("accuracy", {{"rule", std::string("largest")}}, {periodic_set("train", "train", {0, 1})})
          .refusal();
  EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(said.sentence, HasSubstr("rule: of one output the largest says nothing"));
}

TEST(Accuracy, OfDigitsAsNumbersIsWhetherTheNearestDigitIsTheirs) {
  const Reals digits = {3, 8, 8, 0};  // 5.5 lies between 3 and 8: the lower one
  EXPECT_EQ(shares(digits, {5.5, 5.6, 99.0, -7.0}, {{"rule", std::string("nearest")}}), std::pair(1.0, 0.5));
  EXPECT_EQ(shares(digits, {5.6, 5.4, 1.4, 1.6}, {{"rule", std::string("nearest")}}).first, 0.0);
}

TEST(Accuracy, TheThresholdOfSeveralOutputsCountsEachValue) {
  EXPECT_EQ(shares({0, 1, 1, 0}, {0.1, 0.9, 0.4, 0.3}, {{"rule", std::string("threshold")}}, 2).first, 0.75);
}

TEST(Accuracy, WhatIsNotANumberIsOfNoClass) {
  const double nan = std::nan("");
  EXPECT_EQ(shares({0, 1}, {nan, 1.0}).first, 0.5);
  EXPECT_EQ(shares({0, 1}, {nan, 1.0}, {{"rule", std::string("nearest")}}).first, 0.5);
  EXPECT_EQ(shares({1, 0, 1, 0}, {nan, -1.0, 2.0, 1.0}, {}, 2).first, 0.5);
}

TEST(Accuracy, IsRecordedForEachNamedSet) {
  const std::vector<Set> sets = {periodic_set("train", "train", {0, 1}),
                                 periodic_set("test", "test", {1, 1})};
  ProbeUnderTest probe("accuracy", {{"sets", std::string("train test")}}, sets);
  const auto seen = probe.observe({{"predictions:train", {0, 1}}, {"predictions:test", {0, 1}}});
  EXPECT_EQ(seen.at("train"), Reals{1.0});
  EXPECT_EQ(seen.at("test"), Reals{0.5});
  EXPECT_EQ(seen.at("test_majority"), Reals{1.0});
  EXPECT_EQ(probe.observe({{"predictions:train", {0, 1}}, {"predictions:test", {0, 1}}}, 1).size(), 2u);
  EXPECT_EQ(ProbeUnderTest("accuracy", {{"sets", std::string(" ")}}, sets).refusal().status,
            BASSO_ERROR_PARAMETER);
}

}  // namespace
}  // namespace basso::test

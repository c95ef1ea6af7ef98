// Probes loss and predictions: what they hand on, and the coordinate to draw it against.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;

TEST(Loss, IsRecordedForEachNamedSetUnderTheSetsName) {
  const std::vector<Set> sets = {periodic_set("train", "train", {1, 2}),
                                 periodic_set("test", "test", {3, 4})};
  ProbeUnderTest probe("loss", {{"sets", std::string("train test")}}, sets);
  const auto seen = probe.observe({{"loss:train", {0.5}}, {"loss:test", {0.75}}});
  EXPECT_EQ(seen.at("train"), Reals{0.5});
  EXPECT_EQ(seen.at("test"), Reals{0.75});
  EXPECT_TRUE(probe.series("train").axes.empty());
  EXPECT_THAT(probe.series("test").meaning, HasSubstr("loss (mse) on all of the set 'test'"));
  EXPECT_EQ(ProbeUnderTest("loss", {}, sets).observe({{"loss:train", {2.0}}}).size(), 1u);
}

TEST(Loss, AnUnknownOrMissingSetIsRefusedWithASentence) {
  const std::vector<Set> sets = {periodic_set("train", "train", {1, 2})};
  EXPECT_THAT(ProbeUnderTest("loss", {{"sets", std::string("train tset")}}, sets).refusal().sentence,
              HasSubstr("no set named 'tset'; its sets are: train"));
  EXPECT_EQ(ProbeUnderTest("loss", {{"sets", std::string(" ")}}, sets).refusal().status,
            BASSO_ERROR_PARAMETER);
}

TEST(Predictions, AreRecordedOverTheSetsAxisWithTheTargetOnce) {
  ProbeUnderTest probe("predictions", {}, {periodic_set("train", "train", {1, 2, 3, 4})});
  const auto first = probe.observe({{"predictions:train", {5, 6, 7, 8}}});
  EXPECT_EQ(first.at("prediction"), (Reals{5, 6, 7, 8}));
  EXPECT_EQ(first.at("target"), (Reals{1, 2, 3, 4}));
  EXPECT_EQ(first.at("x"), even(4, 0.0, 0.25));
  EXPECT_EQ(probe.series("prediction").axes.at(0).name, "z");
  EXPECT_EQ(probe.series("prediction").axes.at(0).values, even(4, 0.0, 0.25));
  EXPECT_EQ(probe.observe({{"predictions:train", {9, 9, 9, 9}}}, 1).size(), 1u);
}

TEST(Predictions, OfSeveralOutputsOnPointsWithoutAGridTakeTheFirstLatentOrInput) {
  Set set = periodic_set("train", "train", {1, 2, 3, 4, 5, 6}, 2);
  set.axes.clear();
  ProbeUnderTest by_input("predictions", {}, {set});
  EXPECT_EQ(by_input.series("x").axes.at(0).values, set.inputs);
  EXPECT_EQ(by_input.series("x").axes.at(0).name, "z");
  set.latent_dim = 1;
  set.latents = {0.5, 0.0, 1.0};
  ProbeUnderTest by_latent("predictions", {}, {set});
  const auto seen = by_latent.observe({{"predictions:train", {6, 5, 4, 3, 2, 1}}});
  EXPECT_EQ(seen.at("x"), set.latents);
  EXPECT_EQ(seen.at("prediction"), (Reals{6, 5, 4, 3, 2, 1}));
  ASSERT_EQ(by_latent.series("prediction").axes.size(), 2u);
  EXPECT_EQ(by_latent.series("prediction").axes[1].name, "output");
}

TEST(Predictions, OnAGridOfTwoAxesLieOverBoth) {
  Set set = periodic_set("test", "test", {1, 2, 3, 4, 5, 6});
  set.input_dim = 2;
  set.input_names = {"x", "y"};
  set.inputs = {0, 5, 1, 5, 2, 5, 0, 7, 1, 7, 2, 7};
  set.axes = {{"y", "", {}, 5.0, 2.0, 0.0, 2, {}}, {"x", "", {}, 0.0, 1.0, 0.0, 3, {}}};
  ProbeUnderTest probe("predictions", {{"set", std::string("test")}}, {set});
  ASSERT_EQ(probe.series("prediction").axes.size(), 2u);
  EXPECT_EQ(probe.series("prediction").axes[0].name, "y");
  EXPECT_EQ(probe.series("prediction").axes[0].values, (Reals{5, 7}));
  EXPECT_EQ(probe.series("prediction").axes[1].values, (Reals{0, 1, 2}));
  EXPECT_FALSE(probe.has("x"));
  const auto seen = probe.observe({{"predictions:test", {6, 5, 4, 3, 2, 1}}});
  EXPECT_EQ(seen.at("prediction"), (Reals{6, 5, 4, 3, 2, 1}));
  EXPECT_EQ(seen.at("target"), set.outputs);
}

// sin 2 pi z + sin 8 pi z on 16 points; the first peak of its spectrum is at 1.
Set two_waves() {
  Reals y(16);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double angle = 0.125 * 3.14159265358979323846 * static_cast<double>(i);
    y[i] = std::sin(angle) + std::sin(4.0 * angle);
  }
  return periodic_set("train", "train", y);
}

// The network has learned these shares of the two waves.
Reals learned(double low, double high) {
  Reals y(16);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double angle = 0.125 * 3.14159265358979323846 * static_cast<double>(i);
    y[i] = low * std::sin(angle) + high * std::sin(4.0 * angle);
  }
  return y;
}

const Given at_first_peak = {{"event", std::string("relative_error")}, {"prediction", false}};

TEST(Predictions, AtAnEventAreThoseOfTheFirstRecordingBelowTheLevel) {
  ProbeUnderTest probe("predictions", at_first_peak, {two_waves()});
  EXPECT_FALSE(probe.has("prediction"));
  probe.observe({{"predictions:train", learned(0.5, 1.0)}}, 0);
  probe.observe({{"predictions:train", learned(0.94, 0.0)}}, 1);   // 6 %: not yet
  probe.observe({{"predictions:train", learned(1.04, 0.25)}}, 2);  // 4 %
  probe.observe({{"predictions:train", learned(0.0, 0.0)}}, 3);
  const auto last = probe.observe({{"predictions:train", learned(1.0, 1.0)}}, 4, true);
  EXPECT_EQ(last.at("event_prediction"), learned(1.04, 0.25));
  EXPECT_EQ(last.at("event_step"), Reals{200.0});
}

TEST(Predictions, TheEventMayBeAtAnotherFrequencyOrInTheLoss) {
  Given given = at_first_peak;
  given["frequency"] = std::int64_t{4};
  ProbeUnderTest high("predictions", given, {two_waves()});
  high.observe({{"predictions:train", learned(1.0, 0.0)}}, 0);
  const auto seen = high.observe({{"predictions:train", learned(0.0, 1.0)}}, 1, true);
  EXPECT_EQ(seen.at("event_step"), Reals{100.0});
  ProbeUnderTest loss("predictions", {{"event", std::string("loss")}, {"level", 0.3}}, {two_waves()});
  loss.observe({{"predictions:train", learned(1.0, 0.0)}, {"loss:train", {0.3}}}, 0);
  EXPECT_EQ(loss.observe({{"predictions:train", learned(0.0, 1.0)}, {"loss:train", {0.2}}}, 1, true)
                .at("event_prediction"),
            learned(0.0, 1.0));
}

TEST(Predictions, AnEventThatNeverComesIsNotANumber) {
  ProbeUnderTest probe("predictions", at_first_peak, {two_waves()});
  const auto seen = probe.observe({{"predictions:train", learned(0.0, 1.0)}}, 0, true);
  EXPECT_TRUE(std::isnan(seen.at("event_step")[0]));
  for (const double value : seen.at("event_prediction")) EXPECT_TRUE(std::isnan(value));
}

TEST(Predictions, TheEventSurvivesAnInterruption) {
  ProbeUnderTest before("predictions", at_first_peak, {two_waves()});
  before.observe({{"predictions:train", learned(1.01, 0.5)}}, 0);
  ProbeUnderTest after("predictions", at_first_peak, {two_waves()});
  after.load(before.save());
  const auto seen = after.observe({{"predictions:train", learned(1.0, 1.0)}}, 1, true);
  EXPECT_EQ(seen.at("event_prediction"), learned(1.01, 0.5));
  EXPECT_EQ(seen.at("event_step"), Reals{0.0});
}

TEST(Predictions, AnEventThatCannotBeSeenIsRefused) {
  const auto refusal = [](Given given, const Set& set) {
    given.insert(at_first_peak.begin(), at_first_peak.end());
    return ProbeUnderTest("predictions", given, {set}).refusal().sentence;
  };
  EXPECT_THAT(refusal({}, periodic_set("train", "train", Reals(8, 1.0))),
              HasSubstr("frequency: the target's spectrum has no peak"));
  EXPECT_THAT(refusal({{"frequency", std::int64_t{9}}}, two_waves()),
              HasSubstr("frequency: 9 lies above the last bin"));
  EXPECT_THAT(refusal({}, periodic_set("train", "train", {1, 2, 3, 4}, 2)), HasSubstr("needs one output"));
}

}  // namespace
}  // namespace basso::test

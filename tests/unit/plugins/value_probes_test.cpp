// Probes loss and predictions: what they hand on, and the coordinate to draw it against.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

}  // namespace
}  // namespace basso::test

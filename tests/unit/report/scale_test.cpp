// Cells, ticks and thinning. References: by hand.
#include "report/scale.hpp"

#include <gmock/gmock.h>

namespace basso::report {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

SeriesAxis axis(std::vector<double> values) { return {"x", "", std::move(values), {}}; }

TEST(Scale, RoundNumbersAreOneTwoOrFiveTimesAPowerOfTenApart) {
  EXPECT_THAT(round_numbers(0, 80000, 9),
              ElementsAre(0, 10000, 20000, 30000, 40000, 50000, 60000, 70000, 80000));
  EXPECT_THAT(round_numbers(0, 80000, 5), ElementsAre(0, 20000, 40000, 60000, 80000));
  EXPECT_THAT(round_numbers(3, 17, 4), ElementsAre(5, 10, 15));
  EXPECT_THAT(round_numbers(-400, 400, 3), ElementsAre(-400, -200, 0, 200, 400)) << "one mark gives no scale";
  EXPECT_THAT(round_numbers(1, 1 + 3e-16, 8), ElementsAre(1)) << "finer than the numbers themselves";
  EXPECT_DOUBLE_EQ(round_step(0.3, 4), 0.1);
  EXPECT_DOUBLE_EQ(round_step(0, 4), 1.0) << "an axis of one value";
}

TEST(Scale, FewEntriesAreOneCellEachAndAllLabelled) {
  const Cells result = cells(axis({1, 4, 12, 20}), false, false, 100, 10);
  ASSERT_EQ(result.members.size(), 4u);
  EXPECT_THAT(result.members[2], ElementsAre(2u));
  ASSERT_EQ(result.ticks.size(), 4u);
  EXPECT_EQ(result.ticks[2].label, "12");
  EXPECT_EQ(result.ticks[2].position, 2.0);
}

TEST(Scale, LabelsAreThinnedWhereThereIsNoRoomForAll) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(i * i);
  const Cells result = cells(axis(values), false, false, 100, 10);
  EXPECT_EQ(result.members.size(), 30u);
  ASSERT_EQ(result.ticks.size(), 10u);
  EXPECT_EQ(result.ticks[1].label, "9");
}

TEST(Scale, NamedEntriesKeepTheirNames) {
  const Cells result = cells({"layer", "", {0, 1}, {"W1", "W2"}}, true, false, 100, 10);
  EXPECT_EQ(result.ticks[1].label, "W2");
}

TEST(Scale, UnequalStepsToScaleAreCutIntoEqualPartsThatHoldTheLastRecordingBefore) {
  const Cells result = cells(axis({0, 1, 10}), true, false, 10, 11);
  ASSERT_EQ(result.members.size(), 10u);
  EXPECT_THAT(result.members[0], ElementsAre(0u));
  EXPECT_THAT(result.members[1], ElementsAre(1u));
  EXPECT_THAT(result.members[5], ElementsAre(1u)) << "no recording between 1 and 10: that of 1";
  EXPECT_THAT(result.members[9], ElementsAre(2u));
}

TEST(Scale, ManyRecordingsShareCellsAndNoneIsLost) {
  std::vector<double> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(i);
  const Cells result = cells(axis(values), true, false, 400, 10);
  EXPECT_EQ(result.members.size(), 400u);
  std::size_t entries = 0;
  for (const auto& members : result.members) entries += members.size();
  EXPECT_EQ(entries, 1001u);
}

TEST(Scale, ALogarithmicAxisLeavesOutStepZeroAndLabelsPowersOfTen) {
  const Cells result = cells(axis({0, 1, 10, 100}), true, true, 20, 10);
  EXPECT_THAT(result.members.front(), ElementsAre(1u));
  ASSERT_EQ(result.ticks.size(), 3u);
  EXPECT_EQ(result.ticks[1].label, "10");
  EXPECT_THAT(result.ticks[1].position, DoubleNear(9.5, 1e-9)) << "half way between the edges of 20 cells";
  EXPECT_TRUE(cells(axis({-1, 0}), true, true, 20, 10).members.empty());
}

TEST(Scale, AShortLogarithmicAxisHasThreeLabelsOrMore) {
  EXPECT_THAT(logarithmic_numbers(1, 1e4, 9), ElementsAre(1, 10, 100, 1000, 10000));
  EXPECT_THAT(logarithmic_numbers(3, 70, 9), ElementsAre(5, 10, 20, 50));
  EXPECT_THAT(logarithmic_numbers(0.3, 0.7, 9),
              testing::Pointwise(testing::DoubleNear(1e-12), {0.3, 0.4, 0.5, 0.6, 0.7}));
  EXPECT_EQ(logarithmic_numbers(2.1, 2.6, 9).size(), 3u) << "2.2, 2.4, 2.6";
  EXPECT_LE(logarithmic_numbers(1, 99, 4).size(), 4u);
  const Cells result = cells(axis({0, 200, 400, 800}), true, true, 20, 10);
  ASSERT_EQ(result.ticks.size(), 7u);
  EXPECT_EQ(result.ticks.front().label, "200");
  EXPECT_EQ(result.ticks.back().label, "800");
}

TEST(Scale, ThinningKeepsTheFirstAndTheLastPoint) {
  std::vector<double> values;
  for (int i = 0; i <= 100000; ++i) values.push_back(i);
  const auto kept = thinned(values, false, 1000);
  EXPECT_LE(kept.size(), 1001u);
  EXPECT_GE(kept.size(), 900u);
  EXPECT_EQ(kept.front(), 0u);
  EXPECT_EQ(kept.back(), 100000u);
  const auto logarithmic = thinned(values, true, 1000);
  EXPECT_EQ(logarithmic.front(), 1u) << "step 0 has no logarithm";
  EXPECT_EQ(logarithmic[5], 6u) << "early steps are all kept";
  EXPECT_EQ(logarithmic.back(), 100000u);
  EXPECT_THAT(thinned({2, 3, 5}, false, 1000), ElementsAre(0u, 1u, 2u));
}

TEST(Scale, ThinningTakesDescendingValuesAsWell) {
  EXPECT_THAT(thinned({2, 1, 0.5, 0.1, 0}, true, 1000), ElementsAre(0u, 1u, 2u, 3u));
  const auto kept = thinned({9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, false, 4);
  EXPECT_THAT(kept, ElementsAre(0u, 3u, 6u, 9u));
}

}  // namespace
}  // namespace basso::report

// The steps of the three kinds of schedule.
#include <gtest/gtest.h>

#include "run/settings.hpp"

namespace basso {
namespace {

using Steps = std::vector<std::int64_t>;

TEST(Schedule, EveryNEndsWithTheLastStep) {
  Schedule schedule;
  schedule.every = 4;
  EXPECT_EQ(schedule.steps(10), (Steps{0, 4, 8, 10}));
  EXPECT_EQ(schedule.steps(8), (Steps{0, 4, 8}));
  EXPECT_EQ(schedule.steps(0), (Steps{0}));
}

TEST(Schedule, EveryNDoesNotOverflowNearTheGreatestInteger) {
  Schedule schedule;
  schedule.every = std::int64_t{1} << 62;
  EXPECT_EQ(schedule.steps(5), (Steps{0, 5}));
}

TEST(Schedule, PerDecadeIsEvenInTheLogarithmAndMergesWhatRoundsToOneStep) {
  Schedule schedule;
  schedule.kind = Schedule::Kind::logarithmic;
  schedule.per_decade = 5;
  // round(10^(i/5)): 1, 1.58, 2.51, 3.98, 6.31, 10, 15.8, 25.1, 39.8, 63.1, 100
  EXPECT_EQ(schedule.steps(100), (Steps{0, 1, 2, 3, 4, 6, 10, 16, 25, 40, 63, 100}));
}

TEST(Schedule, AListIsSortedMadeUniqueAndCutAtTheLastStep) {
  Schedule schedule;
  schedule.kind = Schedule::Kind::list;
  schedule.list = {50, 0, 7, 7, 1000};
  EXPECT_EQ(schedule.steps(60), (Steps{0, 7, 50}));
}

}  // namespace
}  // namespace basso

// Claims on series of known numbers, but those of the kind `order`. References: values by hand.
#include "run/claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "basso/error.hpp"
#include "synthetic_run.hpp"

namespace basso::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
using Outcome = Verdict::Outcome;
using testing::HasSubstr;
using testing::ThrowsMessage;

const SeriesAxis frequency{"frequency", "", {5, 10, 15, 20}, {}};
const std::vector<std::int64_t> steps{0, 100, 200, 300, 400, 500};

TEST(AnyClaim, IsNotEvaluatedUntilEveryRepeatHasEnded) {
  SyntheticRun run;
  run.repeats = 2;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"", 1));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.5; });
  run.fill(0, 0, 1, [](std::int64_t, std::size_t) { return 0.5; });
  EXPECT_EQ(run.check().outcome, Outcome::holds);
  std::filesystem::remove(run.directory.path() / "series" / "ended.npy");
  const data::NpySeries ended = data::NpySeries::create(run.directory.path() / "series" / "ended.npy", {2});
  const double last = 500;
  ended.write_at(0, {&last, 1});
  const Verdict verdict = run.check();
  EXPECT_EQ(verdict.outcome, Outcome::not_evaluated);
  EXPECT_NE(verdict.detail.find("repeat 1 did not reach its end"), std::string::npos) << verdict.detail;
}

TEST(AnyClaim, NamesTheSweepPointsThatDidNotReachTheirEnd) {
  SyntheticRun run;
  run.sweep = {{"target.petals", {}, {"0", "4"}, {0, 4}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"", 1));
  std::filesystem::remove(run.directory.path() / "series" / "ended.npy");
  const data::NpySeries ended =
      data::NpySeries::create(run.directory.path() / "series" / "ended.npy", {2, 1});
  const double last = 500;
  ended.write_at(0, {&last, 1});
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.5; });
  EXPECT_NE(run.check().detail.find("target.petals 4, repeat 0 did not reach its end (1 of 2 jobs;"),
            std::string::npos)
      << run.check().detail;
}

TEST(AnyClaim, IsNotEvaluatedWhereAValueIsNotANumber) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"", 1));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step == 200 ? nan : 0.5; });
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(AnyClaim, UsesOnlyTheRecordingsThatAStoppedJobMade) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"", 1));
  run.store->write_ended(0, 0, 200);
  for (std::int64_t step : {0, 100, 200}) {
    const double value = 0.5;
    run.store->write(0, run.points[0][0], 0, 0, step, {&value, 1});
  }
  EXPECT_EQ(run.check().outcome, Outcome::holds);
}

TEST(AnyClaim, RefusesAnEntryThatTheSeriesDoesNotHave) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5\nselect = { frequency = [5, 7] }", 0.8));
  try {
    run.check();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::usage);
    EXPECT_NE(std::string(error.what()).find("no entry 7 along frequency; it has 5, 10, 15, 20"),
              std::string::npos)
        << error.what();
  }
}

TEST(AnyClaim, NamesTheNearestSeriesWhereItsOwnIsUnknown) {
  SyntheticRun run;
  run.declare("b", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"", 1));
  try {
    run.check();
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("there is no series \"p.a\"; nearest: p.b"), std::string::npos)
        << error.what();
  }
}

TEST(TrendClaim, IsTauAlongTheRecordings) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("trend", "axis = \"recording\"", 0.8));
  run.fill(0, 0, 0,
           [](std::int64_t step, std::size_t) { return step == 300 ? 0.0 : static_cast<double>(step) + 1; });
  // Values 1, 101, 201, 0, 401, 501: 15 pairs, 3 discordant.
  EXPECT_NEAR(run.check().value, 9.0 / 15.0, 1e-14);
}

TEST(TrendClaim, FallingTurnsTheSign) {
  SyntheticRun run;
  run.declare("a", "final", {500}, {frequency});
  run.create(claim_text("trend", "axis = \"frequency\"\ndirection = \"falling\"", 0.8));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return -static_cast<double>(i); });
  EXPECT_DOUBLE_EQ(run.check().value, 1.0);
}

TEST(TrendClaim, OfAConstantIsNotEvaluated) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("trend", "axis = \"recording\"", 0.1));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(TrendClaim, GoesAlongASweepAxisOverTheMeanOfTheRest) {
  SyntheticRun run;
  run.sweep = {{"target.petals", {}, {"0", "4", "16"}, {0, 4, 16}}};
  run.points.resize(3);
  run.declare("a", "recording", steps, {frequency});
  run.create(
      claim_text("trend", "axis = \"petals\"\nselect = { frequency = [15, 20] }\ncombine = \"mean\"", 0.9));
  for (std::size_t p = 0; p < 3; ++p) {
    // Frequency 20 alone would fall at the last point; the mean rises.
    run.fill(0, p, 0,
             [&](std::int64_t, std::size_t i) { return i == 3 && p == 2 ? 0.5 : static_cast<double>(p); });
  }
  EXPECT_DOUBLE_EQ(run.check().value, 1.0);
}

struct Comparison {
  const char* keys;
  double first, second, expected;
  Outcome outcome;
};

class CompareClaim : public testing::TestWithParam<Comparison> {};

TEST_P(CompareClaim, IsTheDifferenceOrTheRatio) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.declare("b", "recording", steps, {});
  run.create(claim_text("compare", std::string("other = \"p.b\"\n") + GetParam().keys, 0.5));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return GetParam().first; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return GetParam().second; });
  const Verdict verdict = run.check();
  EXPECT_EQ(verdict.outcome, GetParam().outcome) << verdict.detail;
  if (!std::isnan(GetParam().expected)) {
    EXPECT_DOUBLE_EQ(verdict.value, GetParam().expected);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Operands, CompareClaim,
    testing::Values(Comparison{"relation = \">=\"", 3, 2, 1, Outcome::holds},
                    Comparison{"relation = \"<=\"", 3, 2, 1, Outcome::fails},
                    Comparison{"relation = \"<\"\nby = \"ratio\"", 1, 4, 0.25, Outcome::holds},
                    Comparison{"relation = \"<\"\nby = \"ratio\"", 1, 0, nan, Outcome::not_evaluated},
                    // Neither crosses: there is nothing to compare, and it must not pass.
                    Comparison{"relation = \"<=\"\nreduce = \"first_crossing\"\nlevel = 9.0", 1, 2, nan,
                               Outcome::not_evaluated}));

TEST(CompareClaim, ReducesItsFirstOperandBesideASingleValue) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.declare("b", "final", {500}, {});
  run.create(claim_text("compare", "other = \"p.b\"\nreduce = \"best_max\"\nrelation = \">=\"", 0.5));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step == 200 ? 7.0 : 1.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 3.0; });
  EXPECT_DOUBLE_EQ(run.check().value, 4);
}

TEST(CompareClaim, TakesASingleValueForAStepThatACrossingIsComparedWith) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.declare("b", "final", {500}, {});
  run.create(claim_text(
      "compare",
      "other = \"p.b\"\nreduce = \"first_crossing\"\nlevel = 0.5\nby = \"ratio\"\nrelation = \">=\"", 1.0));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step >= 300 ? 1.0 : 0.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 150.0; });
  EXPECT_DOUBLE_EQ(run.check().value, 2);
}

TEST(CompareClaim, PairsTheEntriesOfTwoSelections) {
  SyntheticRun run;
  run.sweep = {{"target.petals", {}, {"0", "16"}, {0, 16}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {frequency});
  run.create(
      claim_text("compare", "select = { petals = 16 }\nother_select = { petals = 0 }\nrelation = \">\"", 0));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return static_cast<double>(i); });
  run.fill(0, 1, 0,
           [](std::int64_t, std::size_t i) { return static_cast<double>(i) + (i == 2 ? -0.25 : 1.0); });
  const Verdict verdict = run.check();  // holds at three frequencies, fails at 15: the worst counts
  EXPECT_DOUBLE_EQ(verdict.value, -0.25);
  EXPECT_EQ(verdict.outcome, Outcome::fails);
}

struct Reduction {
  const char* name;
  double expected;
};

class BoundClaim : public testing::TestWithParam<Reduction> {};

TEST_P(BoundClaim, ReducesTheRecordings) {
  SyntheticRun run;
  std::vector<std::int64_t> many;
  for (std::int64_t step = 0; step < 20; ++step) many.push_back(step);
  run.declare("a", "recording", many, {});
  run.create(claim_text("bound", std::string("relation = \"<=\"\n") + GetParam().name, 100));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) {  // 20, 19, …, 3, then 50, 1
    return step == 18 ? 50.0 : static_cast<double>(20 - step);
  });
  EXPECT_DOUBLE_EQ(run.check().value, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, BoundClaim,
    testing::Values(Reduction{"reduce = \"last\"", 1}, Reduction{"reduce = \"best_min\"", 1},
                    Reduction{"reduce = \"best_max\"", 50},
                    Reduction{"reduce = \"median_tail\"", 25.5},  // of 50 and 1
                    Reduction{"reduce = \"mean\"", (210.0 - 2 + 50) / 20},
                    Reduction{"reduce = \"oscillations\"\nlevel = 46.0", 1},  // 50 rises by 47 out of the 3
                    Reduction{"reduce = \"oscillations\"\nlevel = 48.0", 0},
                    Reduction{"reduce = \"swing\"", 47}, Reduction{"reduce = \"rebound\"", 50.0 / 3.0},
                    Reduction{"reduce = \"first_crossing\"\nlevel = 10.0\ndirection = \"below\"", 11},
                    Reduction{"reduce = \"first_crossing\"\nlevel = 10.0\ndirection = \"below\"\nhold = 9",
                              std::numeric_limits<double>::infinity()}));

TEST(BoundClaim, KnowsACurveThatNeverRises) {
  for (const auto& [keys, expected] :
       {std::pair{"reduce = \"oscillations\"\nlevel = 0.1", 0.0}, std::pair{"reduce = \"swing\"", 0.0},
        std::pair{"reduce = \"rebound\"", 1.0}}) {
    SyntheticRun run;
    run.declare("a", "recording", steps, {});
    run.create(claim_text("bound", std::string("relation = \"<=\"\n") + keys, 100));
    run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return 600.0 - static_cast<double>(step); });
    EXPECT_DOUBLE_EQ(run.check().value, expected) << keys;
  }
}

TEST(BoundClaim, TakesNoReboundFromAValueThatIsNotPositive) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"\nreduce = \"rebound\"", 100));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step); });
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(BoundClaim, SaysThatALevelIsNeverCrossed) {
  SyntheticRun run;
  run.repeats = 2;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("bound", "relation = \"<=\"\nreduce = \"first_crossing\"\nlevel = 9.0", 300));
  for (std::size_t r = 0; r < 2; ++r) run.fill(0, 0, r, [](std::int64_t, std::size_t) { return 1.0; });
  const Verdict verdict = run.check();
  EXPECT_EQ(verdict.outcome, Outcome::fails) << "infinite is above 300";
  EXPECT_NE(verdict.detail.find("by repeat: never, never; 9 is never crossed"), std::string::npos)
      << verdict.detail;
}

// Of infinities alone there is no curve.
TEST(AnyClaim, AlongCrossingsThatAreAllNeverIsNotEvaluated) {
  for (const std::string kind : {"interior_minimum", "slope"}) {
    SyntheticRun run;
    run.declare("a", "recording", steps, {frequency});
    run.create(claim_text(kind,
                          std::string("axis = \"frequency\"\nreduce = \"first_crossing\"\nlevel = 0.5\n") +
                              (kind == "slope" ? "relation = \">\"" : ""),
                          0.5));
    run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.1; });
    const Verdict verdict = run.check();
    EXPECT_EQ(verdict.outcome, Outcome::not_evaluated) << kind;
    EXPECT_NE(verdict.detail.find("every crossing is \"never\""), std::string::npos) << verdict.detail;
  }
}

TEST(InteriorMinimumClaim, IsTheDepthBelowTheLowerEnd) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("interior_minimum", "axis = \"recording\"", 0.5));
  const std::vector<double> curve{4, 2, 1, 1.5, 2, 2.5};
  run.fill(0, 0, 0,
           [&](std::int64_t step, std::size_t) { return curve[static_cast<std::size_t>(step / 100)]; });
  EXPECT_DOUBLE_EQ(run.check().value, 1.5);  // min(4, 2.5) / 1 - 1
}

TEST(InteriorMinimumClaim, IsZeroForACurveThatFallsToItsEnd) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("interior_minimum", "axis = \"recording\"", 0.5));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return 1000.0 - static_cast<double>(step); });
  const Verdict verdict = run.check();
  EXPECT_DOUBLE_EQ(verdict.value, 0);
  EXPECT_EQ(verdict.outcome, Outcome::fails);
}

TEST(SlopeClaim, FindsThePowerOfAPowerLaw) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("slope", "axis = \"frequency\"\nrelation = \"<=\"", -1.5));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return 7 * std::pow(frequency.values[i], -2.0); });
  EXPECT_NEAR(run.check().value, -2, 1e-12);
}

TEST(SlopeClaim, LeavesStepZeroOut) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.create(claim_text("slope", "axis = \"recording\"\nrelation = \"<=\"", -0.4));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) {
    return step == 0 ? 3 : 1 / std::sqrt(static_cast<double>(step));
  });
  EXPECT_NEAR(run.check().value, -0.5, 1e-12);
}

TEST(SlopeClaim, OfAValueWithoutLogarithmIsNotEvaluated) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("slope", "axis = \"frequency\"\nrelation = \"<=\"", -1));
  run.fill(0, 0, 0,
           [](std::int64_t, std::size_t i) { return i == 1 ? 0.0 : 1.0 / static_cast<double>(i + 1); });
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(DisagreementClaim, IsTheShareOfEntriesOnAnotherSideThanInTheFirstRepeat) {
  SyntheticRun run;
  run.repeats = 3;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("disagreement", "level = 0.5\nrelation = \">=\"", 0.3));
  const std::vector<std::vector<double>> last{
      {0.2, 0.8, 0.8, 0.5}, {0.9, 0.8, 0.1, 0.49}, {0.1, 2, 0.6, 0.7}};
  for (std::size_t r = 0; r < 3; ++r)  // before the end all are apart
    run.fill(0, 0, r, [&](std::int64_t step, std::size_t i) {
      return step == 500 ? last[r][i] : static_cast<double>(r);
    });
  const Verdict verdict = run.check();
  EXPECT_DOUBLE_EQ(verdict.value, 0.375);  // of 3/4 and 0
  EXPECT_EQ(verdict.detail, "beside the first repeat: 0.75, 0");
  EXPECT_EQ(verdict.outcome, Outcome::holds);
}

TEST(DisagreementClaim, IsRefusedForOneRepeatAndForAThresholdThatNothingMisses) {
  SyntheticRun alone;
  alone.declare("a", "final", {500}, {frequency});
  alone.create(claim_text("disagreement", "level = 0.5\nrelation = \">=\"", 0.3));
  EXPECT_THAT([&] { alone.check(); }, ThrowsMessage<Error>(HasSubstr("repeats be 2 or more")));
  SyntheticRun sure;
  sure.repeats = 2;
  sure.declare("a", "final", {500}, {frequency});
  sure.create(claim_text("disagreement", "level = 0.5\nrelation = \">=\"", 0.0));
  EXPECT_THAT([&] { sure.check(); }, ThrowsMessage<Error>(HasSubstr("every share of entries")));
}

TEST(AnyClaim, SeesOnlyThePointsOwnRecordingsWhereSchedulesDiffer) {
  SyntheticRun run;
  run.sweep = {{"train.steps", {}, {"300", "500"}, {300, 500}}};
  run.points = {{{"p.a", "", "m", "recording", {}, {0, 150, 300}}},
                {{"p.a", "", "m", "recording", {}, {0, 250, 500}}}};
  run.create(claim_text("bound", "relation = \"<=\"\nreduce = \"mean\"", 2));
  for (std::size_t p = 0; p < 2; ++p) run.fill(0, p, 0, [](std::int64_t, std::size_t) { return 2.0; });
  const Verdict verdict = run.check();
  EXPECT_DOUBLE_EQ(verdict.value, 2) << verdict.detail;
  EXPECT_EQ(read_series(run.directory.path(), "p.a").axes[2].values,
            (std::vector<double>{0, 150, 250, 300, 500}));
}

}  // namespace
}  // namespace basso::test

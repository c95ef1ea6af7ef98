// Claims of the kind `order` on series of known crossings. References: values by hand, and scipy's
// kendalltau.
#include <gtest/gtest.h>

#include <cmath>

#include "run/claims.hpp"
#include "support/python.hpp"
#include "synthetic_run.hpp"

namespace basso::test {
namespace {

using Outcome = Verdict::Outcome;

const SeriesAxis frequency{"frequency", "", {5, 10, 15, 20}, {}};
const std::vector<std::int64_t> steps{0, 100, 200, 300, 400, 500};

// Entry i crosses 0.5 at crossing[i]; a negative one never does.
void fill_crossings(SyntheticRun& run, std::size_t repeat, const std::vector<std::int64_t>& crossing) {
  run.fill(0, 0, repeat, [&](std::int64_t step, std::size_t i) {
    return crossing[i] >= 0 && step >= crossing[i] ? 0.9 : 0.1;
  });
}

TEST(OrderClaim, IsTheMedianOverRepeatsOfKendallsTau) {
  SyntheticRun run;
  run.repeats = 3;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.8));
  const std::vector<std::vector<std::int64_t>> crossings{
      {100, 200, 300, 400}, {100, 300, 200, 400}, {200, 100, 400, 300}};
  std::string python = "from scipy.stats import kendalltau\nimport numpy\nt = [";
  for (std::size_t r = 0; r < 3; ++r) {
    fill_crossings(run, r, crossings[r]);
    python += fmt::format("kendalltau([5,10,15,20], [{}])[0],", fmt::join(crossings[r], ","));
  }
  const double expected = std::stod(run_python(python + "]\nprint(repr(float(numpy.median(t))))"));
  const Verdict verdict = run.check();
  EXPECT_NEAR(verdict.value, expected, 1e-14);
  EXPECT_EQ(verdict.outcome, Outcome::fails);
  EXPECT_DOUBLE_EQ(verdict.spread_low, 0.5);  // quartiles of 1, 2/3, 1/3 by hand
  EXPECT_NEAR(verdict.spread_high, 5.0 / 6.0, 1e-14);
}

TEST(OrderClaim, SaysHowManyRepeatsCrossWhereMostDoNot) {
  SyntheticRun run;
  run.repeats = 3;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.8));
  fill_crossings(run, 0, {100, 200, 300, -1});
  fill_crossings(run, 1, {100, 200, -1, -1});
  fill_crossings(run, 2, {100, 200, -1, -1});
  EXPECT_NE(run.check().detail.find("5 at 100, 10 at 200, 15 never (1 of 3 repeats crosses), 20 never"),
            std::string::npos)
      << run.check().detail;
}

TEST(OrderClaim, OfAPreciseOrderReachesAThresholdOfOne) {
  for (std::size_t entries = 2; entries < 40; ++entries) {
    SyntheticRun run;
    SeriesAxis axis{"frequency", "", {}, {}};
    std::vector<std::int64_t> moments, crossing;
    for (std::size_t i = 0; i < entries; ++i) {
      axis.values.push_back(static_cast<double>(i));
      moments.push_back(static_cast<std::int64_t>(i));
      crossing.push_back(static_cast<std::int64_t>(i));
    }
    run.declare("a", "recording", moments, {axis});
    run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 1.0));
    fill_crossings(run, 0, crossing);
    EXPECT_EQ(run.check().outcome, Outcome::holds) << entries;
  }
}

TEST(OrderClaim, TiesEntriesThatNeverCross) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.8));
  fill_crossings(run, 0, {100, 200, -1, -1});
  const Verdict verdict = run.check();
  // 5 concordant pairs, one tie in y of 6 pairs: 5 / sqrt(6 * 5).
  EXPECT_NEAR(verdict.value, 5 / std::sqrt(30.0), 1e-14);
  EXPECT_EQ(verdict.outcome, Outcome::holds);
}

TEST(OrderClaim, IsNotEvaluatedWhereNothingCrosses) {
  SyntheticRun run;
  run.repeats = 2;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.1));
  fill_crossings(run, 0, {100, 200, 300, 400});
  fill_crossings(run, 1, {-1, -1, -1, -1});
  const Verdict verdict = run.check();
  EXPECT_EQ(verdict.outcome, Outcome::not_evaluated);
  EXPECT_TRUE(std::isnan(verdict.value));
  EXPECT_NE(verdict.detail.find("repeat 1: nothing crosses 0.5"), std::string::npos) << verdict.detail;
}

TEST(OrderClaim, IsNotEvaluatedWhereAllCrossAtOnce) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.1));
  fill_crossings(run, 0, {0, 0, 0, 0});
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(OrderClaim, ALevelMustHoldForSoManyRecordings) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {SeriesAxis{"frequency", "", {1, 2}, {}}});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5\nhold = 2", 0.8));
  // Frequency 1 spikes at step 0 and holds from 400 on; frequency 2 holds from 200 on.
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t i) {
    if (i == 0) return step == 0 || step >= 400 ? 1.0 : 0.0;
    return step >= 200 ? 1.0 : 0.0;
  });
  EXPECT_DOUBLE_EQ(run.check().value, -1.0);
}

TEST(OrderClaim, BelowMeansFallingUnderTheLevel) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {SeriesAxis{"peak", "", {1, 2, 3}, {}}});
  run.create(claim_text("order", "axis = \"peak\"\nlevel = 0.1\ndirection = \"below\"", 0.8));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t i) {
    return step > 100 * static_cast<std::int64_t>(i) ? 0.05 : 1.0;
  });
  EXPECT_DOUBLE_EQ(run.check().value, 1.0);
}

TEST(OrderClaim, TheWorstEntryOfALeftOverAxisCounts) {
  SyntheticRun run;
  run.declare("a", "recording", steps,
              {SeriesAxis{"layer", "", {1, 2}, {}}, SeriesAxis{"frequency", "", {5, 10, 15}, {}}});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.8));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t i) {
    const std::size_t layer = i / 3, entry = layer == 0 ? i % 3 : 2 - i % 3;
    return step >= 100 * static_cast<std::int64_t>(entry + 1) ? 1.0 : 0.0;
  });
  const Verdict verdict = run.check();
  EXPECT_DOUBLE_EQ(verdict.value, -1.0);
  EXPECT_NE(verdict.detail.find("layer 2"), std::string::npos) << verdict.detail;
}

TEST(OrderClaim, NamesTheEntryThatCannotBeJudged) {
  SyntheticRun run;
  run.declare("a", "recording", steps,
              {SeriesAxis{"layer", "", {1, 2}, {}}, SeriesAxis{"frequency", "", {5, 10}, {}}});
  run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5", 0.8));
  fill_crossings(run, 0, {100, 200, -1, -1});
  const Verdict verdict = run.check();
  EXPECT_EQ(verdict.outcome, Outcome::not_evaluated);
  EXPECT_NE(verdict.detail.find("repeat 0, layer 2: nothing crosses 0.5"), std::string::npos)
      << verdict.detail;
}

// That there is no order is a claim, too: the entry that is most in order counts.
TEST(OrderClaim, MaySayThatTheOrderIsMissing) {
  for (const auto& [threshold, outcome] : {std::pair{0.5, Outcome::holds}, std::pair{0.1, Outcome::fails}}) {
    SyntheticRun run;
    run.declare("a", "recording", steps,
                {SeriesAxis{"layer", "", {1, 2}, {}}, SeriesAxis{"frequency", "", {5, 10, 15}, {}}});
    run.create(claim_text("order", "axis = \"frequency\"\nlevel = 0.5\nrelation = \"<\"", threshold));
    const std::vector<std::int64_t> crossing{300, 200, 100, 200, 100, 300};  // tau -1 and 1/3
    fill_crossings(run, 0, crossing);
    const Verdict verdict = run.check();
    EXPECT_NEAR(verdict.value, 1.0 / 3.0, 1e-14);
    EXPECT_EQ(verdict.outcome, outcome) << threshold;
  }
}

}  // namespace
}  // namespace basso::test

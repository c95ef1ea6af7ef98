// Claims that set two series beside each other, entry by entry: a trend along another series, a comparison
// recording by recording; and the depth of a dip. References: values by hand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "basso/error.hpp"
#include "run/claims.hpp"
#include "synthetic_run.hpp"

namespace basso::test {
namespace {

using Outcome = Verdict::Outcome;
using testing::HasSubstr;
using testing::ThrowsMessage;

const SeriesAxis frequency{"frequency", "", {5, 10, 15, 20}, {}};
const std::vector<std::int64_t> steps{0, 100, 200, 300, 400, 500};

// A run of three points with series a and b, whose last values at the points are given.
void create(SyntheticRun& run, const std::string& claim, const std::vector<double>& a,
            const std::vector<double>& b) {
  run.sweep = {{"target.petals", {}, {"1", "4", "16"}, {1, 4, 16}}};
  run.points.resize(3);
  run.declare("a", "recording", steps, {});
  run.declare("b", "recording", steps, {});
  run.create(claim);
  for (std::size_t p = 0; p < 3; ++p) {
    run.fill(0, p, 0, [&](std::int64_t, std::size_t) { return a[p]; });
    run.fill(1, p, 0, [&](std::int64_t, std::size_t) { return b[p]; });
  }
}

TEST(TrendAlongASeries, IsTauBetweenTheValuesOfBoth) {
  const std::string claim = claim_text("trend", "axis = \"petals\"\nother = \"p.b\"", 1);
  SyntheticRun agree;  // a and b rise and fall together, neither with the axis
  create(agree, claim, {2, 7, 5}, {10, 30, 20});
  EXPECT_DOUBLE_EQ(agree.check().value, 1);
  SyntheticRun one_pair;  // the first two are exchanged
  create(one_pair, claim, {7, 2, 9}, {10, 20, 30});
  EXPECT_NEAR(one_pair.check().value, 1.0 / 3, 1e-14);
  EXPECT_EQ(one_pair.check().outcome, Outcome::fails);
  SyntheticRun falling;
  create(falling, claim_text("trend", "axis = \"petals\"\nother = \"p.b\"\ndirection = \"falling\"", 1),
         {3, 2, 1}, {10, 20, 30});
  EXPECT_DOUBLE_EQ(falling.check().value, 1);
}

TEST(TrendAlongASeries, ThatIsConstantIsNotEvaluated) {
  SyntheticRun run;
  create(run, claim_text("trend", "axis = \"petals\"\nother = \"p.b\"", 1), {1, 2, 3}, {4, 4, 4});
  EXPECT_EQ(run.check().outcome, Outcome::not_evaluated);
}

TEST(TrendAlongASeries, NeedsAsManyEntriesOfIt) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.declare("b", "recording", steps, {frequency});
  run.create(claim_text("trend",
                        "axis = \"frequency\"\nother = \"p.b\"\nother_select = { frequency = [5, 10] }", 1));
  EXPECT_THAT([&] { run.check(); }, ThrowsMessage<Error>(HasSubstr("the operands have 4 and 2 entries")));
}

TEST(TrendAlongASeries, NeedsTheSameEntriesOfIt) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.declare("b", "recording", steps, {frequency});
  run.create(
      claim_text("trend",
                 "axis = \"frequency\"\nselect = { frequency = [5, 10] }\nother = \"p.b\"\nother_select = { "
                 "frequency = [15, 20] }",
                 1));
  EXPECT_THAT([&] { run.check(); },
              ThrowsMessage<Error>(HasSubstr("different entries along frequency: 5, 10 and 15, 20")));
}

// Over the points b rises at both frequencies; a rises at 5, and falls half as fast at 10: their mean rises.
TEST(TrendAlongASeries, JudgesEachOtherEntryOrTheirMean) {
  for (const auto& [combine, expected] : {std::pair{"worst", -1.0}, std::pair{"mean", 1.0}}) {
    SyntheticRun run;
    run.sweep = {{"target.petals", {}, {"1", "4", "16"}, {1, 4, 16}}};
    run.points.resize(3);
    run.declare("a", "recording", steps, {frequency});
    run.declare("b", "recording", steps, {frequency});
    run.create(claim_text("trend",
                          std::string("axis = \"petals\"\nselect = { frequency = [5, 10] }\nother = \"p.b\"\n"
                                      "other_select = { frequency = [5, 10] }\ncombine = \"") +
                              combine + '"',
                          1));
    for (std::size_t p = 0; p < 3; ++p) {
      const auto point = static_cast<double>(p);
      run.fill(0, p, 0, [&](std::int64_t, std::size_t i) { return i == 0 ? 2 * point : -point; });
      run.fill(1, p, 0, [&](std::int64_t, std::size_t i) { return point + static_cast<double>(i); });
    }
    EXPECT_DOUBLE_EQ(run.check().value, expected) << combine;
    if (combine == std::string("worst")) {
      EXPECT_THAT(run.check().detail, HasSubstr("first repeat: frequency 10"));
    }
  }
}

// a / b is 0.5 but at step 200, where it is 4/3; the greatest of a over the greatest of b is 0.5, too.
TEST(CompareClaim, JudgesEachRecordingForItself) {
  for (const auto& [reduce, expected] : {std::pair{"each", 4.0 / 3}, std::pair{"best_max", 0.5}}) {
    SyntheticRun run;
    run.declare("a", "recording", steps, {});
    run.declare("b", "recording", steps, {});
    run.create(claim_text(
        "compare",
        std::string("other = \"p.b\"\nby = \"ratio\"\nrelation = \"<=\"\nreduce = \"") + reduce + '"', 1));
    run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step == 200 ? 4.0 : 5.0; });
    run.fill(1, 0, 0, [](std::int64_t step, std::size_t) { return step == 200 ? 3.0 : 10.0; });
    EXPECT_DOUBLE_EQ(run.check().value, expected) << reduce;
    const bool each = reduce == std::string("each");
    EXPECT_EQ(run.check().detail.find("first repeat: step 200") != std::string::npos, each)
        << run.check().detail;
  }
}

TEST(CompareClaim, NamesTheRecordingThatHasNoRatio) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.declare("b", "recording", steps, {});
  run.create(
      claim_text("compare", "other = \"p.b\"\nby = \"ratio\"\nrelation = \"<=\"\nreduce = \"each\"", 1));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return static_cast<double>(i); });
  run.fill(1, 0, 0, [](std::int64_t step, std::size_t) { return step == 300 ? 0.0 : 1.0; });
  EXPECT_EQ(run.check().detail, "not evaluated: repeat 0, frequency 5: at step 300, 0 and 0 have no ratio");
}

TEST(CompareClaim, OfEachRecordingNeedsTheSameSteps) {
  SyntheticRun run;
  run.declare("a", "recording", steps, {});
  run.declare("b", "recording", {0, 500}, {});
  run.create(claim_text("compare", "other = \"p.b\"\nrelation = \"<=\"\nreduce = \"each\"", 1));
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  EXPECT_THAT(run.check().detail, HasSubstr("recorded at different steps"));
}

// By frequency: a rise from the start, a dip to 2 between 8 and 3, one to 2 between 6 and 5, a fall to the
// end.
TEST(TrendClaim, OfTheDepthOfADip) {
  const double values[4][6] = {
      {2, 3, 4, 5, 6, 7}, {8, 2, 2.5, 3, 3, 3}, {6, 2, 4, 5, 5, 5}, {8, 6, 5, 4, 3, 2}};
  const auto fill = [&](SyntheticRun& run) {
    run.fill(0, 0, 0, [&](std::int64_t step, std::size_t i) { return values[i][step / 100]; });
  };
  const double depths[4] = {0, 0.5, 1.5, 0};
  for (std::size_t i = 0; i < 4; ++i) {
    SyntheticRun run;
    run.declare("a", "recording", steps, {frequency});
    run.create(claim_text("bound",
                          fmt::format("select = {{ frequency = {} }}\nreduce = \"dip\"\nrelation = \">=\"",
                                      frequency.values[i]),
                          0.1));
    fill(run);
    EXPECT_DOUBLE_EQ(run.check().value, depths[i]) << i;
  }
  SyntheticRun run;
  run.declare("a", "recording", steps, {frequency});
  run.create(
      claim_text("trend", "axis = \"frequency\"\nselect = { frequency = [5, 10, 15] }\nreduce = \"dip\"", 1));
  fill(run);
  EXPECT_DOUBLE_EQ(run.check().value, 1);
}

}  // namespace
}  // namespace basso::test

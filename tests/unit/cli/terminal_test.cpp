// Text of the command line: columns, durations, progress, verdicts. References: by hand.
#include "cli/terminal.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "cli/progress.hpp"
#include "cli/verdicts.hpp"

namespace basso::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Terminal, ColumnsAlignByCharactersNotBytes) {
  EXPECT_EQ(columns({{"a", "bb"}, {"λλλ", "c"}, {"d"}}), "a    bb\nλλλ  c\nd\n");
  EXPECT_EQ(display_width("\x1b[31mΔ_F\x1b[0m"), 3u);
}

TEST(Terminal, ParagraphsBreakBetweenWords) {
  EXPECT_EQ(paragraph("one two three", 2, 9), "  one two\n  three\n");
  EXPECT_EQ(paragraph("", 2), "");
}

TEST(Terminal, NumbersHaveTheirUnits) {
  EXPECT_EQ(duration(0.2), "1 s");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(7500), "2 h 5 min");
  EXPECT_EQ(byte_size(512), "512 B");
  EXPECT_EQ(byte_size(1536), "1.5 KiB");
  EXPECT_EQ(byte_size(5ULL << 30), "5.0 GiB");
  EXPECT_EQ(grouped(80000), "80 000");
  EXPECT_EQ(grouped(-1234567), "-1 234 567");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(plural(1, "claim"), "1 claim");
  EXPECT_EQ(plural(2, "claim"), "2 claims");
}

TEST(Terminal, NothingIsColouredInAFile) { EXPECT_EQ(coloured("holds", Colour::green), "holds"); }

TEST(Progress, NamesStepLossRateAndTimeLeft) {
  Progress progress;
  progress.steps_done = 12400;
  progress.steps_total = 50000;
  progress.jobs_done = 1;
  progress.jobs_total = 4;
  progress.loss = 0.01234;
  progress.steps_per_second = 411.6;
  progress.seconds_left = 91.2;
  EXPECT_EQ(progress_text(progress),
            "step 12 400 of 50 000 (24 %)  1/4 jobs done  loss 0.0123  412 steps/s  1 min 32 s left");
  progress.loss = std::numeric_limits<double>::quiet_NaN();
  progress.seconds_left = -1;
  EXPECT_THAT(progress_text(progress), Not(HasSubstr("loss")));
  EXPECT_THAT(progress_text(progress), Not(HasSubstr("left")));
  EXPECT_THAT(progress_text({}), HasSubstr("100 %")) << "an experiment without training";
}

std::vector<Verdict> verdicts() {
  Verdict good, bad, open;
  good.claim = "low-first";
  good.kind = "order";
  good.outcome = Verdict::Outcome::holds;
  good.value = 0.91;
  good.spread_low = 0.87;
  good.spread_high = 1;
  good.threshold = 0.8;
  good.detail = "tau_b over 10 frequencies";
  bad = good;
  bad.claim = "high";
  bad.outcome = Verdict::Outcome::fails;
  bad.value = std::numeric_limits<double>::infinity();
  open = good;
  open.claim = "open";
  open.outcome = Verdict::Outcome::not_evaluated;
  open.value = std::numeric_limits<double>::quiet_NaN();
  return {good, bad, open};
}

TEST(Verdicts, AreATableWithTheSentenceBelowEachRow) {
  const std::string table = verdict_table(verdicts());
  EXPECT_EQ(table,
            "claim      value  quartiles  threshold  verdict\n"
            "low-first  0.91   0.87 to 1  0.8        holds\n"
            "  tau_b over 10 frequencies\n"
            "high       inf    0.87 to 1  0.8        FAILS\n"
            "  tau_b over 10 frequencies\n"
            "open       –      –          0.8        not evaluated\n"
            "  tau_b over 10 frequencies\n");
}

TEST(Verdicts, OnlyHoldingOnesPass) {
  EXPECT_FALSE(all_hold(verdicts()));
  EXPECT_TRUE(all_hold({verdicts()[0]}));
  EXPECT_FALSE(all_hold({verdicts()[2]})) << "not evaluated never passes";
  EXPECT_TRUE(all_hold({}));
}

TEST(Verdicts, AsJsonHaveTextForInfinityAndNullForMissingNumbers) {
  const auto json = nlohmann::json::parse(verdict_json(verdicts()));
  EXPECT_EQ(json.at(0).at("outcome"), "holds");
  EXPECT_EQ(json.at(0).at("spread"), nlohmann::json({0.87, 1.0}));
  EXPECT_EQ(json.at(1).at("value"), "infinity");
  EXPECT_TRUE(json.at(2).at("value").is_null());
  EXPECT_EQ(json.at(2).at("outcome"), "not evaluated");
}

}  // namespace
}  // namespace basso::cli

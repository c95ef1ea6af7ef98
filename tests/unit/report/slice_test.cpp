// Parts of a series: roles of axes, selection, quartiles. References: by hand.
#include "report/slice.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "basso/error.hpp"

namespace basso::report {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// [petals 2, repeat 3, recording 2, frequency 2] with value 1000 petals + 100 repeat + 10 recording +
// frequency index.
Series example() {
  Series series{"spectrum.relative_error", "series/x.npy", "", "", "recording", {}, {}};
  series.axes = {{"target.petals", "", {0, 4}, {"0", "4"}},
                 {"repeat", "", {0, 1, 2}, {}},
                 {"recording", "step", {0, 100}, {}},
                 {"frequency", "cycles per window", {5, 10}, {}}};
  for (int p = 0; p < 2; ++p)
    for (int r = 0; r < 3; ++r)
      for (int s = 0; s < 2; ++s)
        for (int f = 0; f < 2; ++f) series.data.push_back(1000 * p + 100 * r + 10 * s + f);
  return series;
}

TEST(Slice, TellsSweepRepeatRecordingAndOwnAxesApart) {
  const Roles role = roles(example());
  EXPECT_THAT(role.sweep, ElementsAre(0u));
  EXPECT_EQ(role.repeat, 1u);
  EXPECT_EQ(role.recording, 2u);
  EXPECT_THAT(role.own, ElementsAre(3u));
  Series final = example();
  final.when = "final";
  EXPECT_FALSE(roles(final).recording);
  EXPECT_THAT(roles(final).own, ElementsAre(2u, 3u));
}

TEST(Slice, FindsASweepAxisByItsKeyOrTheLastPartOfIt) {
  EXPECT_EQ(axis_position(example(), "petals", "f"), 0u);
  EXPECT_EQ(axis_position(example(), "target.petals", "f"), 0u);
  EXPECT_EQ(axis_position(example(), "recording", "f"), 2u);
  EXPECT_THROW(axis_position(example(), "repeat", "f"), Error) << "repeats become medians, never an axis";
}

TEST(Slice, SelectionKeepsTheEntriesNamedInTheOrderNamed) {
  const Series kept = select_entries(example(), {{"frequency", {10.0}}, {"petals", {std::string("4")}}}, "f");
  EXPECT_THAT(kept.axes[3].values, ElementsAre(10));
  EXPECT_THAT(kept.data, ElementsAre(1001, 1011, 1101, 1111, 1201, 1211));
  const Series turned = select_entries(example(), {{"frequency", {10.0, 5.0}}}, "f");
  EXPECT_EQ(turned.data[0], 1);
  EXPECT_EQ(turned.data[1], 0);
}

TEST(Slice, SelectionPassesOverAxesThatASeriesDoesNotHave) {
  EXPECT_EQ(select_entries(example(), {{"layer", {1.0}}}, "f").data, example().data);
}

TEST(Slice, QuartilesAreTakenOverTheRepeatsThatHaveAValue) {
  Series series = example();
  const Quartiles all = over_repeats(series, {1, 0, 1, 0});
  EXPECT_EQ(all.median, 1110);
  EXPECT_EQ(all.low, 1060);  // linear between order statistics, as numpy.quantile
  EXPECT_EQ(all.high, 1160);
  for (double& value : series.data) value = value == 1110 || value == 1210 ? nan : value;
  EXPECT_EQ(over_repeats(series, {1, 0, 1, 0}).median, 1010);
  for (double& value : series.data) value = nan;
  EXPECT_TRUE(std::isnan(over_repeats(series, {1, 0, 1, 0}).median));
}

TEST(Slice, RepeatsAreCountedWhereAnyHasAValue) {
  Series series = example();
  EXPECT_EQ(repeat_counts(series).least, 3u);
  EXPECT_EQ(repeat_counts(series).most, 3u);
  for (double& value : series.data) value = value == 1110 || value == 1210 ? nan : value;
  EXPECT_EQ(repeat_counts(series).least, 1u);
  EXPECT_EQ(repeat_counts(series).most, 3u);
  for (double& value : series.data) value = nan;
  EXPECT_EQ(repeat_counts(series).most, 0u);
}

TEST(Slice, TheRecordingAtAStepIsTheLastOneMadeByThen) {
  const SeriesAxis recording{"recording", "step", {0, 100, 1000}, {}};
  EXPECT_THAT(recordings_at(recording, {0, 999, 1000000000}), ElementsAre(0u, 1u, 2u));
  EXPECT_THAT(recordings_at(recording, {-5}), ElementsAre(0u));
  EXPECT_THAT(recordings_at(recording, {5000, 0, 80000, 2000}), ElementsAre(2u, 0u)) << "each once";
}

TEST(Slice, TheLastRecordingIsTheLastWithAnyValue) {
  Series series = example();
  EXPECT_EQ(last_recorded(series), 1u);
  for (double& value : series.data) value = static_cast<int>(value) / 10 % 10 == 1 ? nan : value;
  EXPECT_EQ(last_recorded(series), 0u);
}

TEST(Slice, TitlesAreWordsWithUnits) {
  const Series series = example();
  EXPECT_EQ(axis_title(series.axes[3]), "frequency (cycles per window)");
  EXPECT_EQ(axis_title(series.axes[2]), "training step");
  EXPECT_EQ(value_title(series), "spectrum: relative error");
  EXPECT_EQ(entry_with_name(series.axes[0], 1), "petals = 4");
  EXPECT_EQ(entry_text({"network.activation", "", {0}, {"\"relu\""}}, 0), "relu");
  EXPECT_EQ(entry_text({"network.activation", "", {0}, {R"({ plugin = "ricker", a = 0.03 })"}}, 0),
            "ricker, a = 0.03");
  EXPECT_EQ(entry_text({"target.frequencies", "", {0}, {"[50]"}}, 0), "50");
  EXPECT_EQ(entry_text({"network.widths", "", {0}, {"[16, 16]"}}, 0), "[16, 16]");
  const SeriesAxis files{"target.values", "", {0, 1}, {R"("/a/b/x.csv")", R"("/a/c/x.csv")"}};
  EXPECT_EQ(entry_text(files, 1), "c/x.csv") << "what they share does not tell them apart";
  EXPECT_EQ(entry_text({"target.values", "", {0}, {R"("/a/b/x.csv")"}}, 0), "x.csv");
}

TEST(Slice, ASeriesWithoutRepeatsIsRefusedAsDamaged) {
  Series series = example();
  series.axes[1].name = "x";
  try {
    roles(series);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::data);
    EXPECT_THAT(error.what(), HasSubstr("repeat"));
  }
}

}  // namespace
}  // namespace basso::report

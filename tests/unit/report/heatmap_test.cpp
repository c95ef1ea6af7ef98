// Heat maps, seen through the pixels of the PNG and the words of the SVG.
#include <cmath>
#include <limits>

#include "basso/error.hpp"
#include "run/config.hpp"
#include "run/figure_axes.hpp"
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr const char* viridis_middle = "#21908d";
const std::vector<std::int64_t> steps{0, 100, 200, 300, 400, 500, 600, 700};
const SeriesAxis two_frequencies{"frequency", "cycles per window", {5, 10}, {}};
const std::string heatmap = R"(
[[figure]]
name = "map"
kind = "heatmap"
title = "A map"
series = ["p.a"]
color_range = [0.0, 1.0]
)";

TEST(Heatmap, BecomesAPngOf1200PixelsAndAnSvgThatNamesItsAxesWithTheirUnits) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap + "note = \"made up: 100% [x_1] {y}\"\n");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return i == 0 ? 1.0 : 0.0; });

  const auto files = plot_runs({run.directory.path()});

  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(files[0], run.figure("map.png"));
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_EQ(picture.width, 1200u);
  EXPECT_GT(picture.height, 400u);
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05) << "one column each";
  EXPECT_GT(picture.patches[0].count, 0.2 * 1200 * static_cast<double>(picture.height));
  EXPECT_LT(picture.patches[1].column, picture.patches[0].column) << "frequency 5 is left of frequency 10";
  const std::string svg = file_text(run.figure("map.svg"));
  for (const char* text :
       {"A map", "made up: 100% [x_1] {y}", "profile reduced", "frequency (cycles per window)",
        "training step", "p: a", "Colour: a number", "image-rendering:pixelated"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
}

TEST(Heatmap, ShowsTheMedianOverRepeatsAndTimeRunningDown) {
  DrawnRun run;
  run.repeats = 3;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap);
  for (std::size_t repeat = 0; repeat < 3; ++repeat) {
    // Two of three repeats are at 0 before step 400 and at 1 from then on; the third does the opposite.
    run.fill(0, 0, repeat,
             [&](std::int64_t step, std::size_t) { return (step >= 400) == (repeat < 2) ? 1.0 : 0.0; });
  }
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05);
  EXPECT_LT(picture.patches[0].row + 100, picture.patches[1].row);
  EXPECT_NE(file_text(run.figure("map.svg")).find("median of 3 repeats"), std::string::npos);
}

TEST(Heatmap, ClipsToItsColourRangeAndTurnsColoursRoundWhereTheRangeIsDescending) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(R"(
[[figure]]
name = "map"
kind = "heatmap"
series = ["p.a"]
color_range = [0.3, 0.05]
)");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return i == 0 ? -7.0 : 9.0; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_GT(picture.patches[0].count, 100000);
  EXPECT_LT(picture.patches[1].column, picture.patches[0].column) << "the low value is bright";
}

// Frequency 5 crosses 0.5 at the last step, 10 at the first one, 15 never.
TEST(Heatmap, WithALevelShowsTheStepsAtWhichItIsCrossed) {
  DrawnRun run;
  run.sweep = {{"target.petals", {}, {"0", "4"}, {0, 4}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {SeriesAxis{"frequency", "", {5, 10, 15}, {}}});
  run.create_with(R"(
[[figure]]
name = "map"
kind = "heatmap"
series = ["p.a"]
x = "frequency"
y = "petals"
level = 0.5
)");
  for (std::size_t point = 0; point < 2; ++point)
    run.fill(0, point, 0, [](std::int64_t step, std::size_t i) {
      return step >= (i == 0 ? 700 : i == 1 ? 0 : 800) ? 0.7 : 0.2;
    });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {dark, bright, grey});
  for (const Patch& patch : picture.patches) EXPECT_GT(patch.count, 50000);
  EXPECT_LT(picture.patches[1].column, picture.patches[0].column) << "late is bright";
  EXPECT_LT(picture.patches[0].column, picture.patches[2].column) << "never is grey";
  const std::string svg = file_text(run.figure("map.svg"));
  for (const char* text : {"first step at which p.a is above 0.5 (grey: never)", ">crossing (step)<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
}

TEST(Heatmap, NamesEachOfTwentyFiveRows) {
  DrawnRun run;
  SweepAxis activation{"network.activation", {}, {}, {}};
  for (int i = 0; i < 25; ++i) {
    activation.labels.push_back("\"name" + std::to_string(100 + i) + "\"");
    activation.values.push_back(i);
  }
  run.sweep = {activation};
  run.points.resize(25);
  run.declare("a", "final", {700}, {two_frequencies});
  run.create_with(
      "[[figure]]\nname = \"map\"\nkind = \"heatmap\"\nseries = [\"p.a\"]\nx = \"frequency\"\ny = "
      "\"activation\"\n");
  for (std::size_t point = 0; point < 25; ++point)
    run.fill(0, point, 0, [&](std::int64_t, std::size_t i) { return static_cast<double>(point + i); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("map.svg"));
  for (int i = 0; i < 25; ++i) EXPECT_NE(svg.find("name" + std::to_string(100 + i)), std::string::npos) << i;
}

// Crossings at 1 (dark), 10 (the middle of the colours) and 100 (bright), and one that never comes (grey).
TEST(Heatmap, MayHaveLogarithmicColoursAndItsValuesInTheCells) {
  DrawnRun run;
  run.sweep = {{"network.activation", {}, {"\"early\"", "\"late\""}, {0, 1}}};
  run.points.resize(2);
  run.declare("a", "recording", {0, 1, 10, 100}, {two_frequencies});
  run.create_with(R"(
[[figure]]
name = "map"
kind = "heatmap"
series = ["p.a"]
x = "frequency"
y = "activation"
level = 0.5
log_color = true
numbers = true
)");
  const std::int64_t crossing[2][2] = {{1, 10}, {100, 1000}};
  for (std::size_t point = 0; point < 2; ++point)
    run.fill(0, point, 0,
             [&](std::int64_t step, std::size_t i) { return step >= crossing[point][i] ? 0.7 : 0.2; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {dark, viridis_middle, bright, grey});
  for (const Patch& patch : picture.patches) EXPECT_GT(patch.count, 50000);
  EXPECT_LT(picture.patches[0].row + 100, picture.patches[2].row) << "names run down, the first one above";
  const std::string svg = file_text(run.figure("map.svg"));
  for (const char* text : {">1<", ">10<", ">100<", ">never<", ">early<", ">late<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
}

TEST(Heatmap, RefusesNumbersInMoreCellsThanHaveRoom) {
  DrawnRun run;
  SeriesAxis many{"frequency", "", {}, {}};
  for (int i = 0; i < 15; ++i) many.values.push_back(i);
  run.declare("a", "recording", steps, {many});
  run.create_with(heatmap + "numbers = true\n");
  try {
    check_shapes(read_description(run.directory.path()).figures.front(),
                 {read_series(run.directory.path(), "p.a")});
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("8 rows and 15 columns, there is room in at most 30 and 14"),
              std::string::npos)
        << error.what();
  }
}

TEST(Heatmap, LeavesWhatWasNotRecordedGrey) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap);
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step < 400 ? 1.0 : nan; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {grey, bright});
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05);
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row);
}

TEST(Heatmap, IsDrawnEvenWhenNothingWasRecorded) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with("[[figure]]\nname = \"map\"\nkind = \"heatmap\"\nseries = [\"p.a\"]\n");
  plot_runs({run.directory.path()});
  EXPECT_GT(look_at(run.figure("map.png"), {grey}).patches[0].count, 200000);
}

TEST(Heatmap, KeepsUnequalStepsToScale) {
  DrawnRun run;
  run.declare("a", "recording", {0, 1, 10, 100, 1000}, {two_frequencies});
  run.create_with(heatmap);
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step < 100 ? 0.0 : 1.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[1].count / picture.patches[0].count, 9.0, 0.5)
      << "step 100 is a tenth of the way";
}

TEST(Heatmap, ShowsRecordedValuesWhereRecordingsShareACell) {
  DrawnRun run;
  std::vector<std::int64_t> many;
  for (std::int64_t step = 0; step <= 1600; ++step) many.push_back(step);
  run.declare("a", "recording", many, {two_frequencies});
  run.create_with(heatmap);
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step % 2); });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright, viridis_middle});
  EXPECT_GT(picture.patches[0].count + picture.patches[1].count, 200000);
  EXPECT_LT(picture.patches[2].count, 1000) << "no mean of 0 and 1 is drawn";
}

TEST(Heatmap, TakesRoundEndsBeyondTheDataAndLabelsThemShortly) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with("[[figure]]\nname = \"map\"\nkind = \"heatmap\"\nseries = [\"p.a\"]\n");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return i == 0 ? 0.0012345 : 0.90321; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("map.svg"));
  for (const char* text : {">0<", ">0.2<", ">0.8<", ">1<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  EXPECT_EQ(svg.find(">0.00000<"), std::string::npos);
}

// What lies beyond an end has its colour, which the end's number says.
TEST(Heatmap, LabelsTheEndsOfAGivenRangeAndSaysBeyondWhichThereAreValues) {
  const std::string ranged = "[[figure]]\nname = \"map\"\nkind = \"heatmap\"\nseries = [\"p.a\"]\n";
  const auto labels = [&](const std::string& keys, double low, double high) {
    DrawnRun run;
    run.declare("a", "recording", steps, {two_frequencies});
    run.create_with(ranged + keys);
    run.fill(0, 0, 0, [&](std::int64_t, std::size_t i) { return i == 0 ? low : high; });
    plot_runs({run.directory.path()});
    return file_text(run.figure("map.svg"));
  };
  const auto expect = [](const std::string& svg, const std::string& low, const std::string& high) {
    EXPECT_NE(svg.find(">" + low + "<"), std::string::npos) << low;
    EXPECT_NE(svg.find(">" + high + "<"), std::string::npos) << high;
  };
  expect(labels("color_range = [0.33, 0.07]\n", 0.07, 0.33), "0.07", "0.33");
  expect(labels("color_range = [0.33, 0.07]\n", 0, 0.3), "≤ 0.07", "0.33");
  expect(labels("color_range = [0.07, 0.33]\n", 0.1, 1), "0.07", "≥ 0.33");
  expect(labels("color_range = [0.07, 0.33]\nlog_color = true\n", 0.01, 1), "≤ 0.07", "≥ 0.33");
}

TEST(Heatmap, GivesEachSweepPointAPanelNamedAfterIt) {
  DrawnRun run;
  run.sweep = {{"target.petals", {}, {"0", "4"}, {0, 4}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap);
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.0; });
  run.fill(0, 1, 0, [](std::int64_t, std::size_t) { return 1.0; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05);
  EXPECT_LT(picture.patches[0].column + 200, picture.patches[1].column);
  const std::string svg = file_text(run.figure("map.svg"));
  EXPECT_NE(svg.find("petals = 0"), std::string::npos);
  EXPECT_NE(svg.find("petals = 4"), std::string::npos);
}

// At step 0 all is dark, from step 200 on bright.
TEST(Heatmap, GivesEachOfSeveralStepsAPanelWhereRecordingsAreNoAxis) {
  DrawnRun run;
  run.declare("a", "recording", steps, {two_frequencies, {"layer", "", {1, 2, 3}, {}}});
  run.create_with(heatmap + "x = \"frequency\"\ny = \"layer\"\nsteps = [0, 250]\n");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step >= 200 ? 1.0 : 0.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05);
  EXPECT_LT(picture.patches[0].column + 200, picture.patches[1].column);
  const std::string svg = file_text(run.figure("map.svg"));
  for (const char* text : {">step = 0<", ">step = 200<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
}

TEST(Heatmap, CountsThePanelsOfAllStepsBeforeItDraws) {
  DrawnRun run;
  std::vector<std::int64_t> many;
  std::string list;
  for (std::int64_t step = 0; step < 13; ++step) many.push_back(step), list += std::to_string(step) + ", ";
  run.declare("a", "recording", many, {two_frequencies, {"layer", "", {1, 2, 3}, {}}});
  run.create_with(heatmap + "x = \"frequency\"\ny = \"layer\"\nsteps = [" + list + "]\n");
  try {
    check_shapes(read_description(run.directory.path()).figures.front(),
                 {read_series(run.directory.path(), "p.a")});
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("13 panels, at most 12 are drawn"), std::string::npos)
        << error.what();
  }
}

// The first of three repeats is dark, the others are bright: no median is taken.
TEST(Heatmap, MayShowEachRepeat) {
  DrawnRun run;
  run.repeats = 3;
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap + "each_repeat = true\n");
  for (std::size_t repeat = 0; repeat < 3; ++repeat)
    run.fill(0, 0, repeat, [&](std::int64_t, std::size_t) { return repeat == 0 ? 0.0 : 1.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[1].count / picture.patches[0].count, 2.0, 0.1);
  EXPECT_LT(picture.patches[0].column + 200, picture.patches[1].column);
  const std::string svg = file_text(run.figure("map.svg"));
  EXPECT_NE(svg.find(">repeat number = 2<"), std::string::npos);
  EXPECT_EQ(svg.find("median"), std::string::npos);
}

TEST(Heatmap, MayHaveASweepKeyAsAnAxis) {
  DrawnRun run;
  run.sweep = {{"target.petals", {}, {"0", "4"}, {0, 4}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {two_frequencies});
  run.create_with(heatmap + "x = \"frequency\"\ny = \"petals\"\n");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.0; });
  run.fill(0, 1, 0, [](std::int64_t step, std::size_t) { return step == 700 ? 1.0 : 0.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row)
      << "values rise upwards, the last recording counts";
}

// On [-1, 1] x [-1, 1] the right upper quarter is bright: a square of half the height.
TEST(Heatmap, OfThePlaneHasItsShape) {
  DrawnRun run;
  const std::vector<double> places{-1, -0.5, 0.5, 1};
  run.declare("a", "recording", {0, 1}, {{"y", "", places, {}}, {"x", "", places, {}}});
  run.create_with(heatmap + "x = \"x\"\ny = \"y\"\n");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return i / 4 >= 2 && i % 4 >= 2 ? 1.0 : 0.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("map.png"), {dark, bright});
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 3.0, 0.1);
  EXPECT_NEAR(picture.patches[0].count + picture.patches[1].count, 480.0 * 480.0, 5000);
}

TEST(Heatmap, OfSeveralRunsShowsThemSideBySide) {
  DrawnRun first, second;
  for (DrawnRun* run : {&first, &second}) {
    run->declare("a", "recording", steps, {two_frequencies});
    run->create_with(heatmap);
  }
  first.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.0; });
  second.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  const TemporaryDirectory out;
  plot_runs({first.directory.path(), second.directory.path()}, out.file("figures"));

  const Picture picture = look_at(out.file("figures") / "map.png", {dark, bright});
  EXPECT_LT(picture.patches[0].column + 300, picture.patches[1].column);
  EXPECT_FALSE(std::filesystem::exists(first.figure("map.png")));
  const std::string svg = file_text(out.file("figures") / "map.svg");
  EXPECT_NE(svg.find(first.directory.path().filename().string()), std::string::npos);
  EXPECT_NE(svg.find(second.directory.path().filename().string()), std::string::npos);
}

}  // namespace
}  // namespace basso::test

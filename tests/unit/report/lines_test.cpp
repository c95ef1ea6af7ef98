// Lines, seen through pixels and words.
#include <cmath>

#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

const std::vector<std::int64_t> steps{0, 1, 10, 100, 1000, 10000};
constexpr const char* blue = "#0072b2";    // first category
constexpr const char* orange = "#d55e00";  // second category

TEST(Lines, PutsTheSeriesOfOneProbeIntoOnePanelWithALegend) {
  DrawnRun run;
  run.declare("train", "recording", steps, {});
  run.declare("test", "recording", steps, {});
  run.create_with(R"(
[[figure]]
name = "loss"
kind = "lines"
series = ["p.train", "p.test"]
log_x = true
log_y = true
)");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return 1.0 / (1.0 + static_cast<double>(step)); });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("loss.png"), {blue, orange});
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row + 50)
      << "the falling line lies below the constant one";
  EXPECT_GT(picture.patches[0].count, 500);
  const std::string svg = file_text(run.figure("loss.svg"));
  for (const char* text : {">train<", ">test<", "training step", ">p<", ">10000<", ">0.001<"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
}

TEST(Lines, ALogarithmicAxisSpansAllThatIsPositive) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.declare("b", "recording", steps, {});
  run.create_with(R"(
[[figure]]
name = "falling"
kind = "lines"
series = ["p.a"]
log_y = true
[[figure]]
name = "diverging"
kind = "lines"
series = ["p.b"]
log_y = true
)");
  // From 1 to 1e-20, then zero; and from 1e8 to 1e38.
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) {
    return step == 10000 ? 0.0 : std::pow(static_cast<double>(std::max<std::int64_t>(1, step)), -20.0 / 3);
  });
  run.fill(1, 0, 0, [](std::int64_t step, std::size_t) {
    return 1e8 * std::pow(static_cast<double>(std::max<std::int64_t>(1, step)), 7.5);
  });
  plot_runs({run.directory.path()});
  const std::string falling = file_text(run.figure("falling.svg")),
                    diverging = file_text(run.figure("diverging.svg"));
  EXPECT_NE(falling.find(">1e-18<"), std::string::npos);
  EXPECT_NE(diverging.find(">1e+08<"), std::string::npos);
}

TEST(Lines, OutsideOfTheAskedRangeLieOnItsEnds) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with(R"(
[[figure]]
name = "a"
kind = "lines"
series = ["p.a"]
log_y = true
y_range = [1e-4, 1.0]
)");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step < 5000 ? 1e-17 : 1e3; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  EXPECT_NE(svg.find(">0.0001<"), std::string::npos);
  EXPECT_EQ(svg.find("e-1"), std::string::npos) << "no mark beyond the range";
  EXPECT_EQ(svg.find(">1000<"), std::string::npos);
  // Along the lower end, then up to the upper one: around the middle; cut off it would stand at the right.
  const Picture picture = look_at(run.figure("a.png"), {blue});
  EXPECT_GT(picture.patches[0].count, 500);
  EXPECT_LT(picture.patches[0].column, 750);
}

TEST(Lines, ShadesTheBandBetweenTheQuartilesOfTheRepeats) {
  DrawnRun run;
  run.repeats = 5;
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  for (std::size_t repeat = 0; repeat < 5; ++repeat) {
    run.fill(0, 0, repeat, [&](std::int64_t, std::size_t) { return static_cast<double>(repeat); });
  }
  plot_runs({run.directory.path()});

  // Quartiles 1 and 3 of the range 0.92 to 3.08 (quartiles with margin): almost the whole height is shaded.
  const Picture picture = look_at(run.figure("a.png"), {blue, "#d6e8f2"});
  EXPECT_GT(picture.patches[1].count, 200000);
  EXPECT_NEAR(picture.patches[0].row, picture.patches[1].row, 8) << "the median, 2, lies in the middle";
  EXPECT_NE(file_text(run.figure("a.svg")).find("median of 5 repeats; band: first to third quartile"),
            std::string::npos);
}

// One of three repeats never crosses at 5 and 10, and none does at 15: there the band reaches to the upper
// end, here there is none.
TEST(Lines, ABandUpToNeverReachesToTheUpperEnd) {
  DrawnRun run;
  run.repeats = 3;
  run.declare("a", "recording", {0, 10, 20, 1000}, {SeriesAxis{"frequency", "", {5, 10, 15}, {}}});
  run.create_with(R"(
[[figure]]
name = "a"
kind = "lines"
series = ["p.a"]
x = "frequency"
level = 0.5
log_y = true
)");
  const std::int64_t never = 10000;
  const std::int64_t crossing[3][3] = {{10, 10, never}, {10, 10, never}, {never, never, never}};
  for (std::size_t repeat = 0; repeat < 3; ++repeat)
    run.fill(0, 0, repeat,
             [&](std::int64_t step, std::size_t i) { return step >= crossing[repeat][i] ? 1.0 : 0.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("a.png"), {"#d6e8f2"});
  const double middle = (98.0 + 1200.0 - 30.0) / 2.0;
  EXPECT_GT(picture.patches[0].count, 100000);
  EXPECT_NEAR(picture.patches[0].column, (98.0 + middle) / 2.0, 10) << "from 5 to 10 alone";
}

TEST(Lines, LabelTheEndsOfALogarithmicAxisAndFillItsHeight) {
  DrawnRun run;
  run.declare("a", "recording", {10, 100, 1000}, {});
  run.create_with(
      "[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\nlog_x = true\nlog_y = true\n");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step == 10 ? 1.5 : 1.4; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  EXPECT_NE(svg.find(">10<"), std::string::npos) << "the left end";
  for (const char* text : {">1<", ">1.2<", ">1.6<", ">2<"})
    EXPECT_EQ(svg.find(text), std::string::npos) << "far from the data: " << text;
}

TEST(Lines, SayHowManyRepeatsThereAreWhereSomeEndedEarlier) {
  DrawnRun run;
  run.repeats = 2;
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  for (std::size_t repeat = 0; repeat < 2; ++repeat) {
    run.fill(0, 0, repeat,
             [&](std::int64_t step, std::size_t) { return repeat == 1 && step > 100 ? std::nan("") : 1.0; });
  }
  plot_runs({run.directory.path()});
  EXPECT_NE(file_text(run.figure("a.svg")).find("median of 1 to 2 repeats"), std::string::npos);
}

TEST(Lines, DrawsOneLineForEachEntryOfTheOtherAxisAndKeepsThoseSelected) {
  DrawnRun run;
  run.declare("a", "recording", steps, {{"layer", "", {0, 1, 2, 3, 4}, {"W1", "W2", "W3", "W4", "W5"}}});
  run.create_with(R"(
[[figure]]
name = "all"
kind = "lines"
series = ["p.a"]
[[figure]]
name = "two"
kind = "lines"
series = ["p.a"]
select = { layer = ["W2", "W4"] }
)");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return static_cast<double>(i); });
  plot_runs({run.directory.path()});
  const std::string all = file_text(run.figure("all.svg")), two = file_text(run.figure("two.svg"));
  for (const char* label : {">W1<", ">W2<", ">W3<", ">W4<", ">W5<"})
    EXPECT_NE(all.find(label), std::string::npos) << label;
  EXPECT_EQ(two.find(">W1<"), std::string::npos);
  EXPECT_NE(two.find(">W4<"), std::string::npos);
  EXPECT_NE(two.find(">layer<"), std::string::npos) << "the legend's title";
}

TEST(Lines, SayWhichEntryWasSelectedAndThatTheRunIsNotComplete) {
  DrawnRun run;
  run.declare("a", "recording", steps, {{"layer", "", {0, 1, 2}, {"W1", "W2", "W3"}}});
  run.create_with(R"(
[[figure]]
name = "one"
kind = "lines"
series = ["p.a"]
select = { layer = "W2", repeat = 0 }
)",
                  "interrupted");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return static_cast<double>(i); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("one.svg"));
  EXPECT_NE(svg.find("layer = W2 · repeat = 0"), std::string::npos);
  EXPECT_NE(svg.find("run interrupted"), std::string::npos);
}

TEST(Lines, SayWhichPointOfASweepWasSelectedByItsName) {
  DrawnRun run;
  run.sweep = {{"target.amplitude_range", {}, {"[1.0, 1.0]", "[1.0, 0.1]"}, {0, 1}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {});
  run.create_with(
      "[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\n"
      "select = { \"target.amplitude_range\" = [1.0] }\n");
  run.fill(0, 1, 0, [](std::int64_t, std::size_t) { return 1.0; });
  plot_runs({run.directory.path()});
  EXPECT_NE(file_text(run.figure("a.svg")).find("amplitude range = [1.0, 0.1]"), std::string::npos);
}

TEST(Lines, OfASweepAreOnePanelAPointOrOneLineAPoint) {
  DrawnRun run;
  run.sweep = {{"network.activation", {}, {"\"relu\"", "\"sine\""}, {0, 1}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {{"layer", "", {0, 1}, {}}});
  run.declare("b", "recording", steps, {});
  run.create_with(R"(
[[figure]]
name = "panels"
kind = "lines"
series = ["p.a"]
[[figure]]
name = "curves"
kind = "lines"
series = ["p.b"]
)");
  for (std::size_t point = 0; point < 2; ++point) {
    run.fill(0, point, 0, [](std::int64_t, std::size_t layer) { return static_cast<double>(layer); });
    run.fill(1, point, 0, [](std::int64_t, std::size_t) { return 1.0; });
  }
  plot_runs({run.directory.path()});
  const std::string panels = file_text(run.figure("panels.svg")),
                    curves = file_text(run.figure("curves.svg"));
  EXPECT_NE(panels.find("activation = relu"), std::string::npos);
  EXPECT_NE(panels.find("activation = sine"), std::string::npos);
  EXPECT_EQ(curves.find("activation = relu"), std::string::npos);
  EXPECT_NE(curves.find(">sine<"), std::string::npos) << "a legend entry";
}

TEST(Lines, OfARunWithoutASweepHaveItsNameBesideThoseOfASweep) {
  DrawnRun plain, swept;
  swept.sweep = {{"network.activation", {}, {"\"relu\"", "\"sine\""}, {0, 1}}};
  swept.points.resize(2);
  for (DrawnRun* run : {&plain, &swept}) {
    run->declare("a", "recording", steps, {});
    run->create_with("[[figure]]\nname = \"curves\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
    for (std::size_t point = 0; point < run->points.size(); ++point)
      run->fill(0, point, 0, [](std::int64_t, std::size_t) { return 1.0; });
  }
  const TemporaryDirectory out;
  plot_runs({plain.directory.path(), swept.directory.path()}, out.file("figures"));
  const std::string svg = file_text(out.file("figures") / "curves.svg");
  EXPECT_NE(svg.find(">" + plain.directory.path().filename().string() + "<"), std::string::npos);
  EXPECT_NE(svg.find(">sine, " + swept.directory.path().filename().string() + "<"), std::string::npos);
}

TEST(Lines, NameInTheLegendWhatOnlyALaterPanelHas) {
  DrawnRun run;
  run.sweep = {{"network.activation", {}, {"\"relu\"", "\"sine\""}, {0, 1}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {{"stage", "", {0, 1, 2}, {"early", "middle", "late"}}});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  for (std::size_t point = 0; point < 2; ++point) {
    run.fill(0, point, 0, [&](std::int64_t, std::size_t stage) {
      return stage == 2 || (stage == 1 && point == 0) ? std::nan("") : 1.0;
    });
  }
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  const std::size_t early = svg.find(">early<"), middle = svg.find(">middle<");
  ASSERT_NE(middle, std::string::npos);
  EXPECT_LT(early, middle);
  EXPECT_EQ(svg.find(">late<"), std::string::npos) << "no line anywhere";
}

TEST(Lines, NarrowPanelsHaveFewerLabelsOnALogarithmicAxis) {
  DrawnRun run;
  run.sweep = {{"target.L", {}, {"0", "4", "16"}, {0, 4, 16}}};
  run.points.resize(3);
  run.declare("a", "recording", {500, 1000, 40000}, {{"layer", "", {0, 1}, {}}});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\nlog_x = true\n");
  for (std::size_t point = 0; point < 3; ++point)
    run.fill(0, point, 0, [](std::int64_t, std::size_t layer) { return static_cast<double>(layer); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  for (const char* text : {">500<", ">2000<", ">10000<"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  for (const char* text : {">1000<", ">5000<", ">20000<"})
    EXPECT_EQ(svg.find(text), std::string::npos) << text;
}

TEST(Lines, TitlesOfPanelsAreComplete) {
  DrawnRun run;
  run.sweep = {{"network.activation", {}, {"\"relu\"", "\"sine\""}, {0, 1}},
               {"train.optimizer.learning_rate", {}, {"0.000125", "0.000250"}, {0.000125, 0.00025}}};
  run.points.resize(4);
  run.declare("a", "recording", steps, {{"layer", "", {0, 1}, {}}});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  for (const char* text :
       {"activation = relu", "activation = sine", "learning rate = 0.000125", "learning rate = 0.000250"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  EXPECT_EQ(svg.find("…"), std::string::npos);
}

TEST(Lines, NameTheEntriesOfAnAxisWithoutNumbers) {
  DrawnRun run;
  run.sweep = {{"network.activation", {}, {"\"relu\"", "\"sine\""}, {0, 1}}};
  run.points.resize(2);
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\nx = \"activation\"\n");
  for (std::size_t point = 0; point < 2; ++point)
    run.fill(0, point, 0, [](std::int64_t, std::size_t) { return 1.0; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  EXPECT_NE(svg.find(">relu<"), std::string::npos);
  EXPECT_NE(svg.find(">sine<"), std::string::npos);
}

TEST(Lines, MayRunOverAnotherAxisAtChosenSteps) {
  DrawnRun run;
  run.declare("a", "recording", steps, {{"frequency", "cycles per window", {5, 10, 15}, {}}});
  run.create_with(R"(
[[figure]]
name = "spectrum"
kind = "lines"
series = ["p.a"]
x = "frequency"
steps = [10, 5000]
)");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("spectrum.svg"));
  EXPECT_NE(svg.find("frequency (cycles per window)"), std::string::npos);
  EXPECT_NE(svg.find(">10<"), std::string::npos);
  EXPECT_NE(svg.find(">1000<"), std::string::npos) << "the last recording made by step 5000";
}

TEST(Lines, TellProbesApartThatHaveOutputsOfOneName) {
  DrawnRun run;
  run.declare("train", "recording", steps, {});
  run.declare("train", "recording", steps, {});
  run.points[0].back().name = "q.train";
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.train\", \"q.train\"]\n");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 2.0; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("a.svg"));
  for (const char* text : {">p<", ">q<", ">train<"}) EXPECT_NE(svg.find(text), std::string::npos) << text;
  const Picture picture = look_at(run.figure("a.png"), {blue, orange});
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row + 50) << "two lines in two colours";
}

TEST(Lines, MayShowEachRepeatInPlaceOfTheMedian) {
  DrawnRun run;
  run.repeats = 2;
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"a\"\nkind = \"lines\"\nseries = [\"p.a\"]\neach_repeat = true\n");
  for (std::size_t repeat = 0; repeat < 2; ++repeat)
    run.fill(0, 0, repeat, [&](std::int64_t, std::size_t) { return repeat == 0 ? 1.0 : 2.0; });
  plot_runs({run.directory.path()});
  const Picture picture = look_at(run.figure("a.png"), {blue, orange});
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row + 50) << "two lines, the second one above";
  const std::string svg = file_text(run.figure("a.svg"));
  EXPECT_NE(svg.find("repeat number"), std::string::npos);
  EXPECT_EQ(svg.find("median"), std::string::npos);
}

}  // namespace
}  // namespace basso::test

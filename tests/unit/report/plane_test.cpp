// One series against another, seen through pixels and words.
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

// A path from (300, 0) to (100, 1): in the middle of the picture as a whole, whichever way it goes.
TEST(Plane, OfTwoSeriesHasAPathWithACircleAtItsBeginning) {
  DrawnRun run;
  run.declare("output", "recording", {0, 1, 2}, {});
  run.declare("target_output", "recording", {0, 1, 2}, {});
  run.create_with(R"(
[[figure]]
name = "plane"
kind = "lines"
series = ["p.target_output"]
against = "p.output"
)");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return 300.0 - 100.0 * static_cast<double>(step); });
  run.fill(1, 0, 0, [](std::int64_t step, std::size_t) { return 0.5 * static_cast<double>(step); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("plane.svg"));
  for (const char* text :
       {">p: output<", ">p: target output<", ">100<", ">300<", "circle: the first recording"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  EXPECT_EQ(svg.find("training step"), std::string::npos);
  // The circle is hollow and larger than the points: two thirds of the line's pixels lie in its right half.
  const Picture picture = look_at(run.figure("plane.png"), {"#0072b2"});
  const double middle = (98.0 + 1200.0 - 30.0) / 2.0;
  EXPECT_GT(picture.patches[0].count, 500);
  EXPECT_NEAR(picture.patches[0].column, middle, 25);
  EXPECT_GT(picture.patches[0].column, middle + 1) << "the circle stands at the right";
}

}  // namespace
}  // namespace basso::test

// Images, seen through the pixels of the PNG and the words of the SVG.
#include <gmock/gmock.h>

#include "basso/error.hpp"
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr const char* dark_grey = "#404040";   // a quarter of the way from black to white
constexpr const char* light_grey = "#bfbfbf";  // three quarters
const SeriesAxis rows{"y", "", {-1, 1}, {}}, columns{"x", "", {-1, 0, 1}, {}};

std::string image(const std::string& series, const std::string& keys) {
  return "[[figure]]\nname = \"f\"\nkind = \"image\"\nseries = " + series + "\n" + keys;
}

TEST(Image, HasItsFirstRowOnTop) {
  DrawnRun run;
  run.declare("a", "recording", {0, 100, 200}, {rows, columns});
  run.create_with(image("[\"p.a\"]", "steps = [100, 200]\ncolor_range = [0.0, 1.0]\n"));
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t i) { return step == 0 ? 0.5 : i < 3 ? 0.25 : 0.75; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("f.png"), {dark_grey, light_grey, "#808080"});
  EXPECT_GT(picture.patches[0].count, 30000);
  EXPECT_NEAR(picture.patches[0].count / picture.patches[1].count, 1.0, 0.05);
  EXPECT_LT(picture.patches[0].row + 60, picture.patches[1].row);
  EXPECT_LT(picture.patches[2].count, 1000) << "step 0 is not asked for";
  const std::string svg = file_text(run.figure("f.svg"));
  for (const char* text : {"step 100", "step 200", "first repeat"})
    EXPECT_NE(svg.find(text), std::string::npos) << text;
}

TEST(Image, StandsBesideItsTargetInTheTargetsRange) {
  DrawnRun run;
  run.declare("a", "recording", {0, 100}, {rows, columns});
  run.declare("target", "once", {0}, {rows, columns});
  run.create_with(image("[\"p.a\", \"p.target\"]", "steps = [100]\n"));
  // The target has black, white, and a dark column between; outputs beyond its range are white.
  run.fill(0, 0, 0, [](std::int64_t, std::size_t i) { return i == 5 ? 50.0 : 0.75; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t i) { return i % 3 == 0 ? 0.0 : i % 3 == 1 ? 0.25 : 1.0; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("f.png"), {dark_grey, light_grey});
  EXPECT_NEAR(picture.patches[1].count / picture.patches[0].count, 5.0 / 2.0, 0.2);
  EXPECT_LT(picture.patches[0].column + 200, picture.patches[1].column) << "the target is first";
  EXPECT_NE(file_text(run.figure("f.svg")).find("target"), std::string::npos);
}

TEST(Image, IsRefusedWithoutRowsAndColumnsOrBesideATargetOfAnotherSize) {
  DrawnRun run;
  run.declare("a", "recording", {0, 100}, {rows, columns});
  run.declare("line", "once", {0}, {columns});
  run.declare("other", "once", {0}, {columns, rows});
  run.create_with(image("[\"p.line\"]", ""));
  EXPECT_THAT([&] { plot_runs({run.directory.path()}); },
              ThrowsMessage<Error>(HasSubstr("series p.line has one axis with more than one entry")));
  DrawnRun unlike;
  unlike.declare("a", "recording", {0, 100}, {rows, columns});
  unlike.declare("other", "once", {0}, {columns, rows});
  unlike.create_with(image("[\"p.a\", \"p.other\"]", ""));
  EXPECT_THAT([&] { plot_runs({unlike.directory.path()}); },
              ThrowsMessage<Error>(HasSubstr("images of different sizes")));
}

}  // namespace
}  // namespace basso::test

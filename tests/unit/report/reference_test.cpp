// Dashed lines beside the lines of a figure, seen through pixels and words.
#include <gmock/gmock.h>

#include "basso/error.hpp"
#include "run/config.hpp"
#include "run/figure_axes.hpp"
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

constexpr const char* blue = "#0072b2";
constexpr const char* orange = "#d55e00";
constexpr const char* dashes = "#444444";
const std::vector<std::int64_t> steps{0, 100, 200};

// The series p.a and p.b, recorded, and p.end, once.
struct ReferenceRun : DrawnRun {
  explicit ReferenceRun(const std::string& keys, std::size_t count = 1) {
    if (count > 1) sweep = {{"target.alpha", {}, {"0.0", "0.5"}, {0, 0.5}}};
    points.resize(count);
    declare("a", "recording", steps, {});
    declare("b", "recording", steps, {});
    declare("end", "once", {0}, {});
    create_with("[[figure]]\nname = \"f\"\nkind = \"lines\"\n" + keys);
  }
};

TEST(Reference, IsADashedLineAtItsValueInThePanelOfEachSweepPoint) {
  ReferenceRun run("series = [\"p.a\", \"p.b\"]\nreference = [\"p.end\"]\n", 2);
  for (std::size_t point = 0; point < 2; ++point) {
    for (const std::size_t series : {0u, 1u})
      run.fill(series, point, 0, [](std::int64_t, std::size_t) { return 0.0; });
    run.fill(2, point, 0, [&](std::int64_t, std::size_t) { return point == 0 ? 4.0 : 2.0; });
  }
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("f.svg"));
  EXPECT_THAT(svg, HasSubstr("dashed: p: end"));
  // Half of the way up one panel and near the top of the other: three quarters up in the mean, with gaps.
  const Picture picture = look_at(run.figure("f.png"), {dashes});
  EXPECT_GT(picture.patches[0].count, 300);
  EXPECT_LT(picture.patches[0].count, 900);
  EXPECT_NEAR(picture.patches[0].row, 80 + 480 * 0.28, 40);
}

TEST(Reference, OfTheOneLineOfASweepPointHasItsColour) {
  const auto pixels = [](const std::string& reference) {
    ReferenceRun run("series = [\"p.a\"]\n" + reference, 2);
    for (std::size_t point = 0; point < 2; ++point) {
      run.fill(0, point, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step); });
      run.fill(2, point, 0, [&](std::int64_t, std::size_t) { return point == 0 ? 50.0 : 150.0; });
    }
    plot_runs({run.directory.path()});
    const Picture picture = look_at(run.figure("f.png"), {blue, orange});
    return std::pair(picture.patches[0].count, picture.patches[1].count);
  };
  const auto without = pixels(""), with = pixels("reference = [\"p.end\"]\n");
  EXPECT_GT(with.first, without.first + 300);
  EXPECT_GT(with.second, without.second + 300);
}

// The path goes from 0 to 200 along x; at 300, in both directions, the axes have to reach further.
TEST(Reference, InAPlaneIsUprightTooAndTheAxesReachIt) {
  ReferenceRun run("series = [\"p.a\"]\nagainst = \"p.b\"\nreference = [\"p.end\"]\n");
  for (const std::size_t series : {0u, 1u})
    run.fill(series, 0, 0, [](std::int64_t step, std::size_t) { return static_cast<double>(step); });
  run.fill(2, 0, 0, [](std::int64_t, std::size_t) { return 300.0; });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("f.svg"));
  EXPECT_THAT(svg, HasSubstr("circle: the first recording · dashed: p: end"));
  EXPECT_THAT(svg, HasSubstr(">300<"));
  const Picture picture = look_at(run.figure("f.png"), {dashes});
  EXPECT_GT(picture.patches[0].count, 600) << "one as wide as the panel, one as high";
}

TEST(Reference, MustBeOneNumberARun) {
  ReferenceRun run("series = [\"p.a\"]\nreference = [\"p.b\"]\n");
  try {
    const auto series = [&](const char* name) { return read_series(run.directory.path(), name); };
    check_shapes(read_description(run.directory.path()).figures.front(), {series("p.a"), series("p.b")});
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("reference: series p.b is not one number a run"));
  }
}

TEST(Reference, CannotLieBesideAnAxisOfTheSweep) {
  ReferenceRun run("series = [\"p.a\"]\nx = \"alpha\"\nreference = [\"p.end\"]\n", 2);
  try {
    const auto series = [&](const char* name) { return read_series(run.directory.path(), name); };
    check_shapes(read_description(run.directory.path()).figures.front(), {series("p.a"), series("p.end")});
    FAIL() << "it was not refused";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("x is a sweep key"));
  }
}

}  // namespace
}  // namespace basso::test

// Learned functions over their targets, seen through pixels and words.
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

const std::vector<std::int64_t> steps{0, 1, 10, 100, 1000, 10000};

TEST(Function, ShowsTheLearnedFunctionOverItsTargetAtEachStep) {
  DrawnRun run;
  const SeriesAxis z{"z", "", {0.75, 0.25, 0.0, 0.5}, {}};  // in any order
  run.declare("prediction", "recording", steps, {z});
  run.declare("target", "once", {0}, {z});
  run.create_with(R"(
[[figure]]
name = "function"
kind = "function"
series = ["p.prediction", "p.target"]
steps = [0, 100, 10000]
)");
  run.fill(0, 0, 0, [](std::int64_t step, std::size_t) { return step == 0 ? 0.0 : 1.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t) { return 1.0; });
  plot_runs({run.directory.path()});

  const Picture picture = look_at(run.figure("function.png"), {"#b03a00", "#56b4e9"});
  EXPECT_GT(picture.patches[0].count, 300);
  EXPECT_GT(picture.patches[0].row, picture.patches[1].row) << "at step 0 the learned function lies below";
  const std::string svg = file_text(run.figure("function.svg"));
  for (const char* text : {"step 0", "step 100", "step 10000", ">target<", ">learned<", ">z<", "first repeat",
                           ">prediction and target<"}) {
    EXPECT_NE(svg.find(text), std::string::npos) << text;
  }
}

TEST(Function, ShowsARecordingOnceWhereTheTrainingEndedBeforeLaterSteps) {
  DrawnRun run;
  const SeriesAxis z{"z", "", {0, 0.25, 0.5}, {}};
  run.declare("prediction", "recording", {0, 100}, {z});
  run.declare("target", "once", {0}, {z});
  run.create_with(R"(
[[figure]]
name = "function"
kind = "function"
series = ["p.prediction", "p.target"]
steps = [100, 1000, 10000, 80000]
)");
  run.fill(0, 0, 0, [](std::int64_t, std::size_t) { return 0.0; });
  run.fill(1, 0, 0, [](std::int64_t, std::size_t i) { return static_cast<double>(i); });
  plot_runs({run.directory.path()});
  const std::string svg = file_text(run.figure("function.svg"));
  const std::size_t first = svg.find("step 100");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(svg.find("step 100", first + 1), std::string::npos);
}

}  // namespace
}  // namespace basso::test

// What plot_runs refuses, and what it says.
#include <gmock/gmock.h>

#include <cstdlib>

#include "basso/error.hpp"
#include "unit/report/pictures.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

const std::vector<std::int64_t> steps{0, 100, 200};

// The error of plot_runs, which must throw one.
Error error_of(const std::vector<std::filesystem::path>& directories, const std::filesystem::path& out = {}) {
  try {
    plot_runs(directories, out);
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return {Exit::ok, ""};
}

// The error of drawing one figure of a run with the series p.a [recording, frequency].
Error error_of_figure(const std::string& keys) {
  DrawnRun run;
  run.declare("a", "recording", steps, {{"frequency", "", {5, 10}, {}}});
  run.declare("number", "final", {200}, {});
  run.create_with("[[figure]]\nname = \"f\"\n" + keys);
  return error_of({run.directory.path()});
}

TEST(PlotErrors, NameWhatIsNoRunDirectory) {
  const Error missing = error_of({"/no/such/run"});
  EXPECT_EQ(missing.code(), Exit::usage);
  EXPECT_THAT(missing.what(), HasSubstr("/no/such/run"));
  const TemporaryDirectory empty;
  EXPECT_EQ(error_of({empty.path()}).code(), Exit::usage);
  EXPECT_THAT(error_of({empty.path()}).what(), HasSubstr("manifest.json"));
}

// One run's own figures are not written over with those of several.
TEST(PlotErrors, WantAFolderForSeveralRuns) {
  const std::string lines = "[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"p.a\"]\n";
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with(lines);
  const std::filesystem::path directory = run.directory.path();
  const Error error = error_of({directory, directory});
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("--out"));
  EXPECT_FALSE(std::filesystem::exists(directory / "figures"));
}

TEST(PlotErrors, SayThatAManifestIsDamaged) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with("");
  std::filesystem::resize_file(run.directory.file("manifest.json"), 20);
  const Error error = error_of({run.directory.path()});
  EXPECT_EQ(error.code(), Exit::data);
  EXPECT_THAT(error.what(), HasSubstr("damaged"));
}

TEST(PlotErrors, NameTheSeriesThatThereIsNot) {
  const Error error = error_of_figure("kind = \"lines\"\nseries = [\"p.b\"]\n");
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("figure f"));
  EXPECT_THAT(error.what(), HasSubstr("p.b"));
  EXPECT_THAT(error.what(), HasSubstr("p.a"));
}

TEST(PlotErrors, NameTheAxisThatThereIsNotAndThoseThatThereAre) {
  const Error error = error_of_figure("kind = \"heatmap\"\nseries = [\"p.a\"]\nx = \"frequencies\"\n");
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("no axis frequencies"));
  EXPECT_THAT(error.what(), HasSubstr("recording, frequency"));
}

TEST(PlotErrors, NameTheEntryThatAnAxisHasNot) {
  const Error error = error_of_figure("kind = \"lines\"\nseries = [\"p.a\"]\nselect = { frequency = 7 }\n");
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("no entry 7"));
  EXPECT_THAT(error.what(), HasSubstr("5, 10"));
}

TEST(PlotErrors, SayWhatAKindNeeds) {
  EXPECT_THAT(error_of_figure("kind = \"heatmap\"\nseries = [\"p.number\"]\n").what(),
              HasSubstr("two different axes"));
  EXPECT_THAT(error_of_figure("kind = \"lines\"\nseries = [\"p.number\"]\n").what(),
              HasSubstr("one number a run"));
  EXPECT_THAT(error_of_figure("kind = \"function\"\nseries = [\"p.a\"]\n").what(),
              HasSubstr("[learned, target]"));
  EXPECT_THAT(error_of_figure("kind = \"heatmap\"\nseries = [\"p.a\", \"p.a\"]\n").what(),
              HasSubstr("exactly one series"));
  EXPECT_THAT(error_of_figure("kind = \"lines\"\nseries = [\"p.a\"]\nagainst = \"p.number\"\n").what(),
              HasSubstr("the values of p.a and p.number are no pairs"));
  EXPECT_THAT(error_of_figure("kind = \"lines\"\nseries = [\"p.a\"]\nagainst = \"p.b\"\n").what(),
              HasSubstr("no series p.b"));
  EXPECT_THAT(error_of_figure("kind = \"heatmap\"\nseries = [\"p.a\"]\nagainst = \"p.a\"\n").what(),
              HasSubstr("has no meaning for a figure of kind heatmap"));
}

TEST(PlotErrors, NameTheFiguresThatCouldNotBeDrawnAndLeaveTheOthersDrawn) {
  DrawnRun run;
  run.declare("a", "recording", steps, {{"frequency", "", {5, 10}, {}}});
  run.create_with(
      "[[figure]]\nname = \"bad\"\nkind = \"lines\"\nseries = [\"p.b\"]\n"
      "[[figure]]\nname = \"worse\"\nkind = \"function\"\nseries = [\"p.a\"]\n"
      "[[figure]]\nname = \"good\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  const Error error = error_of({run.directory.path()});
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("2 of 3 figures could not be drawn"));
  EXPECT_THAT(error.what(), HasSubstr("figure bad: "));
  EXPECT_THAT(error.what(), HasSubstr("figure worse: "));
  EXPECT_TRUE(std::filesystem::exists(run.figure("good.png")));
  EXPECT_FALSE(std::filesystem::exists(run.figure("bad.png")));
}

TEST(PlotErrors, SayWhichPackageBringsGnuplot) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  const Error error = error_of({run.directory.path()});
  ::setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(error.code(), Exit::run_failed);
  EXPECT_THAT(error.what(), HasSubstr("gnuplot-nox"));
  EXPECT_FALSE(std::filesystem::exists(run.figure("f.png")));
}

TEST(PlotErrors, NameTheFolderThatCannotBeMade) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with("");
  const Error error = error_of({run.directory.path()}, run.directory.file("manifest.json") / "figures");
  EXPECT_EQ(error.code(), Exit::usage);
  EXPECT_THAT(error.what(), HasSubstr("manifest.json/figures"));
}

TEST(Plot, ReplacesFiguresThatThereAreAndLeavesNothingElseBehind) {
  DrawnRun run;
  run.declare("a", "recording", steps, {});
  run.create_with("[[figure]]\nname = \"f\"\nkind = \"lines\"\nseries = [\"p.a\"]\n");
  plot_runs({run.directory.path()});
  const std::string first = file_text(run.figure("f.svg"));
  plot_runs({run.directory.path()});
  EXPECT_EQ(file_text(run.figure("f.svg")), first) << "the same series give the same picture";
  std::size_t files = 0;
  for ([[maybe_unused]] const auto& entry :
       std::filesystem::directory_iterator(run.directory.path() / "figures"))
    ++files;
  EXPECT_EQ(files, 2u);
}

}  // namespace
}  // namespace basso::test

// basso run, check and plot on experiments that take milliseconds.
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace basso::test {
namespace {

using nlohmann::json;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string claim(const std::string& name, double threshold) {
  return "\n[[claim]]\nname = \"" + name +
         "\"\nkind = \"bound\"\nseries = \"loss.train\"\nrelation = \"<=\"\nthreshold = " +
         std::to_string(threshold) + "\nquote = \"it learns\"\nreason = \"made up\"\n";
}
const std::string figure =
    "\n[[figure]]\nname = \"loss\"\nkind = \"lines\"\nseries = [\"loss.train\"]\nlog_y = true\n";

TEST(Run, WritesARunDirectoryWithFiguresAndPrintsItsPathLast) {
  const Workplace place;
  place.write("tiny.toml", tiny + spectrum + claim("learns", 100.0) + figure);
  const Outcome outcome = place.basso("run tiny.toml");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(last_line(outcome.out), "runs/tiny-001");
  EXPECT_THAT(outcome.out, HasSubstr("learns"));
  EXPECT_THAT(outcome.out, HasSubstr("holds"));
  for (const char* file : {"manifest.json", "config.toml", "config.resolved.toml", "log.txt", "series.json",
                           "series/recorded.npy", "series/loss.train.npy", "series/spectrum.normalised.npy",
                           "figures/loss.png", "figures/loss.svg"}) {
    EXPECT_TRUE(place.exists(std::string("runs/tiny-001/") + file)) << file;
  }
  EXPECT_EQ(place.read("runs/tiny-001/config.toml"), place.read("tiny.toml"));
  EXPECT_EQ(json::parse(place.read("runs/tiny-001/manifest.json")).at("state"), "finished");
  EXPECT_EQ(last_line(place.basso("run tiny.toml").out), "runs/tiny-002") << "nothing is overwritten";
}

TEST(Run, QuietPrintsTheDirectoryOnly) {
  const Workplace place;
  place.write("tiny.toml", tiny + claim("learns", 100.0));
  const Outcome outcome = place.basso("run tiny.toml --quiet --out here");
  EXPECT_EQ(outcome.out, "here\n");
  EXPECT_THAT(outcome.error, IsEmpty());
}

TEST(Run, GivesTheSameBytesForAnyNumberOfThreads) {
  const Workplace place;
  place.write("tiny.toml", tiny + spectrum);
  ASSERT_EQ(place.basso("run tiny.toml --threads 1 --out one").code, 0);
  ASSERT_EQ(place.basso("run tiny.toml --threads 2 --out two").code, 0);
  EXPECT_EQ(place.shell("diff -r one/series two/series").code, 0);
  EXPECT_EQ(place.shell("diff one/config.resolved.toml two/config.resolved.toml").code, 0);
}

TEST(Run, CheckTurnsAFailedClaimIntoExitCodeFive) {
  const Workplace place;
  place.write("tiny.toml", tiny + claim("too-good", 1e-9));
  const Outcome without = place.basso("run tiny.toml --out a");
  EXPECT_EQ(without.code, 0);
  EXPECT_THAT(without.out, HasSubstr("FAILS"));
  EXPECT_EQ(place.basso("run tiny.toml --out b --check").code, 5);
  const Outcome again = place.basso("check a");
  EXPECT_EQ(again.code, 5);
  EXPECT_THAT(again.out, HasSubstr("FAILS"));
  const json verdicts = json::parse(place.basso("check a --json").out);
  EXPECT_EQ(verdicts.at(0).at("claim"), "too-good");
  EXPECT_EQ(verdicts.at(0).at("outcome"), "fails");
  EXPECT_EQ(verdicts.at(0).at("quote"), "it learns");
}

TEST(Run, CheckJudgesTheClaimsOfAnotherFileOverTheSeriesOfTheRun) {
  const Workplace place;
  place.write("tiny.toml", tiny + claim("too-good", 1e-9));
  ASSERT_EQ(place.basso("run tiny.toml --out a --no-figures").code, 0);
  const std::string before = place.read("a/manifest.json");

  place.write("later.toml", tiny + claim("good-enough", 1e9));
  const Outcome later = place.basso("check a --claims later.toml --json");
  EXPECT_EQ(later.code, 0) << later.error;
  const json verdicts = json::parse(later.out), own = json::parse(place.basso("check a --json").out);
  ASSERT_EQ(verdicts.size(), 1u);
  EXPECT_EQ(verdicts.at(0).at("claim"), "good-enough");
  EXPECT_EQ(verdicts.at(0).at("outcome"), "holds");
  EXPECT_EQ(verdicts.at(0).at("value"), own.at(0).at("value"));
  EXPECT_EQ(place.read("a/manifest.json"), before);

  std::string other = claim("elsewhere", 1);
  place.write("other.toml", other.replace(other.find("loss."), 5, "lost."));
  const Outcome unknown = place.basso("check a --claims other.toml");
  EXPECT_EQ(unknown.code, 2);
  EXPECT_THAT(unknown.error, HasSubstr("other.toml:"));
  EXPECT_THAT(unknown.error, HasSubstr("claim elsewhere"));
  place.write("none.toml", tiny);
  const Outcome none = place.basso("check a --claims none.toml");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.error, HasSubstr("none.toml: no [[claim]] table says what to judge"));
  place.write("empty.toml", "claim = []\n");
  EXPECT_EQ(place.basso("check a --claims empty.toml").code, 2);
  EXPECT_EQ(place.basso("check a --claims absent.toml").code, 2);
}

TEST(Run, DryRunSaysWhatItWouldDoAndWritesNothing) {
  const Workplace place;
  place.write("tiny.toml", tiny);
  const Outcome outcome = place.basso("run tiny.toml --dry-run");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.out, HasSubstr("sinusoids"));
  EXPECT_THAT(outcome.out, HasSubstr("40 steps in all"));
  EXPECT_THAT(outcome.out, HasSubstr("about "));
  EXPECT_THAT(outcome.error, HasSubstr("basso: building target sinusoids, probe"));
  EXPECT_EQ(place.basso("run tiny.toml --dry-run --quiet").error, "");
  EXPECT_FALSE(place.exists("runs"));
}

TEST(Run, AppliesProfilesInOrderAndOverridesLast) {
  const Workplace place;
  place.write("tiny.toml",
              tiny + "[profile.a]\ntrain.steps = 5\nrecord.every = 1\n[profile.b]\ntrain.steps = 6\n");
  const Outcome outcome =
      place.basso("run tiny.toml --profile a,b --set experiment.repeats=1 --out r --no-figures");
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  const json series = json::parse(place.read("r/series.json"));
  EXPECT_EQ(series.at("series").at(0).at("shape"), json({1, 7}));
  EXPECT_EQ(place.basso("run tiny.toml --profile c --out s").code, 2);
}

TEST(Run, SaysWhenFiguresCouldNotBeDrawnAndKeepsTheRun) {
  const Workplace place;
  place.write("tiny.toml", tiny + figure);
  const Outcome outcome = place.basso("run tiny.toml --out r", "PATH=/nowhere");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("gnuplot-nox"));
  EXPECT_EQ(last_line(outcome.out), "r");
  EXPECT_EQ(json::parse(place.read("r/manifest.json")).at("state"), "finished");
  const Outcome later = place.basso("plot r");
  EXPECT_EQ(later.code, 0);
  EXPECT_EQ(later.out, "r/figures/loss.png\nr/figures/loss.svg\n");
}

TEST(Plot, OverlaysSeveralRuns) {
  const Workplace place;
  place.write("tiny.toml", tiny + figure);
  ASSERT_EQ(place.basso("run tiny.toml --no-figures --out first").code, 0);
  ASSERT_EQ(place.basso("run tiny.toml --no-figures --out second --set experiment.seed=1").code, 0);
  const Outcome outcome = place.basso("plot first second --out both");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(place.read("both/loss.svg"), HasSubstr(">second<"));
  EXPECT_FALSE(place.exists("first/figures/loss.png"));
}

TEST(Run, ADivergingRunEndsWithCodeOneAndWhatWasRecordedStaysReadable) {
  const Workplace place;
  place.write("tiny.toml", with(tiny, R"({ kind = "adam", learning_rate = 1e-2 })",
                                R"({ kind = "gd", learning_rate = 1e12 })") +
                               figure);
  const Outcome outcome = place.basso("run tiny.toml --out r");
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("step"));
  EXPECT_EQ(last_line(outcome.out), "r");
  EXPECT_EQ(json::parse(place.read("r/manifest.json")).at("state"), "failed");
  EXPECT_EQ(place
                .shell("/usr/bin/python3 -c \"import numpy; a = numpy.load('r/series/loss.train.npy'); "
                       "assert a.shape == (2, 5) and numpy.isfinite(a[:, 0]).all()\"")
                .code,
            0);
  EXPECT_TRUE(place.exists("r/figures/loss.png")) << "what there is is drawn";
}

TEST(Run, TakesAPluginMadeByOneCompilerCallFromTheSdkFolderAlone) {
  const std::string sanitize = BASSO_SANITIZE;
  if (!sanitize.empty()) GTEST_SKIP() << "the call is made without sanitizers";
  const Workplace place;
  const std::string examples = BASSO_SOURCE "/sdk/examples", include = " -I '" BASSO_SOURCE "/sdk/include' ";
  std::filesystem::create_directories(place.path() / "mine");
  const Outcome c =
      place.shell("'" C_COMPILER "' -O3 -shared -fPIC" + include + examples + "/softsign.c -o mine/c.so");
  ASSERT_EQ(c.code, 0) << c.error;
  const Outcome cpp = place.shell("'" CXX_COMPILER "' -std=c++17 -O3 -shared -fPIC" + include + examples +
                                  "/softsign.cpp -o mine/cpp.so");
  ASSERT_EQ(cpp.code, 0) << cpp.error;
  place.write("tiny.toml", tiny);
  for (const std::string id : {"softsign", "softsign-cpp"}) {
    const Outcome outcome = place.basso("run tiny.toml --plugin-dir mine --out run-" + id +
                                        " --set 'network.activation=\"" + id + "\"'");
    EXPECT_EQ(outcome.code, 0) << outcome.error;
    EXPECT_THAT(place.read("run-" + id + "/manifest.json"), HasSubstr("\"" + id + "\""));
  }
}

}  // namespace
}  // namespace basso::test

// basso resume: an interrupted run goes on as if nothing had happened, or says why it cannot.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "command.hpp"

namespace basso::test {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

const std::string sweep = R"(
[sweep]
train.batch = [5, 10]
)";

std::string many_jobs() {
  return with(with(with(tiny + sweep, "repeats = 2", "repeats = 5"), "steps = 20", "steps = 10000"),
              "every = 5", "every = 100");
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Starts the run in the background and interrupts it once some jobs have ended.
void interrupt_run(const Workplace& place, const char* setting = "experiment.seed=0") {
  const pid_t child = fork();
  if (child == 0) {
    if (chdir(place.path().c_str()) != 0 || dup2(open("/dev/null", O_WRONLY), 2) != 2) _exit(99);
    if (dup2(2, 1) == 1)
      execl(BASSO_BINARY, "basso", "run", "a.toml", "--set", setting, "--threads", "2", "--out", "r",
            nullptr);
    _exit(99);
  }
  ASSERT_GT(child, 0);
  for (int i = 0; i < 4000 && count(place.read("r/log.txt"), " ended") < 3; ++i)
    std::this_thread::sleep_for(5ms);
  kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  ASSERT_EQ(WEXITSTATUS(status), 130) << "the run was over before it was interrupted";
}

TEST(Resume, KeepsWhatHasEndedAndGivesTheBytesOfAnUninterruptedRun) {
  const Workplace place;
  place.write("a.toml", many_jobs());
  interrupt_run(place);
  const std::size_t before = count(place.read("r/log.txt"), " ended");
  EXPECT_EQ(json::parse(place.read("r/manifest.json")).at("jobs").at("ended"), before);

  const Outcome outcome = place.basso("resume r");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(last_line(outcome.out), "r");
  EXPECT_EQ(count(place.read("r/log.txt"), " ended"), 10u) << "none is run twice";
  const json manifest = json::parse(place.read("r/manifest.json"));
  EXPECT_EQ(manifest.at("state"), "finished");
  EXPECT_EQ(manifest.at("jobs").at("ended"), 10);
  EXPECT_EQ(manifest.at("resumed").size(), 1u);
  ASSERT_EQ(manifest.at("interruptions").size(), 1u);
  EXPECT_EQ(manifest.at("interruptions")[0].at("how"), "interrupted");
  EXPECT_TRUE(manifest.at("interruptions")[0].at("at").is_string());

  EXPECT_EQ(place.basso("run a.toml --threads 1 --out whole").code, 0);
  EXPECT_EQ(place.shell("diff -r r/series whole/series").code, 0) << place.read("stdout.txt");
}

TEST(Resume, OfTheReferenceEngine) {
  const Workplace place;
  place.write("a.toml", many_jobs() + R"(
[[claim]]
name = "learns"
kind = "bound"
series = "loss.train"
relation = "<="
threshold = 0.6
quote = "it learns"
reason = "made up"
)");
  interrupt_run(place, "train.engine=\"reference\"");
  const Outcome outcome = place.basso("resume r");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(place.read("r/config.resolved.toml"), HasSubstr("engine = \"reference\"\n"));
  EXPECT_EQ(place.basso("run a.toml --set 'train.engine=\"reference\"' --threads 1 --out whole").code, 0);
  EXPECT_EQ(place.shell("diff -r r/series whole/series").code, 0) << place.read("stdout.txt");

  EXPECT_EQ(place.basso("run a.toml --out fast").code, 0);
  EXPECT_THAT(place.read("fast/config.resolved.toml"), Not(HasSubstr("engine")));
  EXPECT_EQ(place.shell("diff -r r/series fast/series").code, 1) << "the other engine rounds otherwise";
  for (const std::string run : {"r", "fast"}) {
    EXPECT_EQ(place.basso("check " + run).code, 0) << place.read("stdout.txt");
    EXPECT_THAT(place.read("stdout.txt"), HasSubstr("learns"));
  }
}

TEST(Resume, DropsAndAddsProbes) {
  const Workplace place;
  place.write("a.toml", many_jobs() + spectrum);
  place.write("more.toml", "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n");
  interrupt_run(place);
  const Outcome outcome = place.basso("resume r --drop spectrum --probes more.toml");
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr("note: added probes see the steps from "));
  EXPECT_EQ(place.basso("verify r").code, 0) << place.read("stdout.txt");
  EXPECT_THAT(place.basso("resume r").error, HasSubstr("nothing to do"));

  EXPECT_EQ(place.basso("run a.toml --out whole").code, 0);
  for (const char* file : {"loss.train.npy", "recorded.npy", "ended.npy"})
    EXPECT_EQ(place.read(std::string("r/series/") + file), place.read(std::string("whole/series/") + file));
  const Outcome compared = place.basso("compare whole r");
  EXPECT_EQ(compared.code, 5);
  EXPECT_THAT(compared.out, HasSubstr("norm.norm"));
  const Outcome late = place.basso("resume r --drop loss");
  EXPECT_EQ(late.code, 2);
  EXPECT_THAT(late.error, HasSubstr("r: the run is finished, no probe can be dropped or added any more"));
}

TEST(Resume, OfAFinishedRunDoesNothingTwice) {
  const Workplace place;
  place.write("a.toml", tiny);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  EXPECT_EQ(place.basso("resume r").code, 0);
  EXPECT_EQ(count(place.read("r/log.txt"), " ended"), 2u);
}

TEST(Resume, RefusesWhatCouldChangeANumber) {
  const Workplace place;
  place.write("a.toml", tiny);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  const std::string manifest = place.read("r/manifest.json"), resolved = place.read("r/config.resolved.toml");
  const auto refused = [&](const std::string& file, const std::string& text, int code, const char* says) {
    place.write(file, text);
    const Outcome outcome = place.basso("resume r");
    EXPECT_EQ(outcome.code, code) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr(says));
    place.write("r/manifest.json", manifest);
    place.write("r/config.resolved.toml", resolved);
  };
  json other = json::parse(manifest);
  other["plugins"][0]["hash"] = "0";
  refused("r/manifest.json", other.dump(), 3, "is another build of target/sinusoids than the run began with");
  other = json::parse(manifest);
  other["basso"]["version"] = "0.0.1";
  refused("r/manifest.json", other.dump(), 2, "was begun by another build of basso (0.0.1");
  other = json::parse(manifest);
  other["basso"]["hash"] = "0";
  refused("r/manifest.json", other.dump(), 2, "was begun by another build of basso");
  other = json::parse(manifest);
  other["host"]["kernels"] = "ABACUS";
  refused("r/manifest.json", other.dump(), 2, "was begun with the kernels for ABACUS");
  refused("r/config.resolved.toml", with(resolved, "steps = 20", "steps = 21"), 4,
          "config.resolved.toml: not what the run began with");
  refused("r/config.resolved.toml", "no TOML", 4, "config.resolved.toml: not what the run began with");
  refused("r/manifest.json", "{}", 4, "manifest.json: damaged");
  std::filesystem::remove(place.path() / "r/series/loss.train.npy");
  refused("r/manifest.json", manifest, 4, "loss.train.npy");
}

TEST(Resume, KnowsInitialParametersByTheirContent) {
  const Workplace place;
  const auto write_parameters = [&](const char* scale) {
    const std::string arrays =
        "W1=s*numpy.ones((8, 1)), b1=numpy.zeros(8), W2=s*numpy.ones((8, 8)), b2=numpy.zeros(8), "
        "W3=s*numpy.ones((1, 8)), b3=numpy.zeros(1)";
    ASSERT_EQ(place
                  .shell("/usr/bin/python3 -c 'import numpy; s = " + std::string(scale) +
                         "; numpy.savez(\"w.npz\", " + arrays + ")'")
                  .code,
              0);
  };
  write_parameters("0.5");
  place.write("a.toml", with(tiny, "activation = \"relu\"",
                             "activation = \"relu\"\ninit = { law = \"file\", file = \"w.npz\" }"));
  const Outcome outcome = place.basso("run a.toml --out r");
  ASSERT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(json::parse(place.read("r/manifest.json")).at("data").size(), 1u);
  EXPECT_EQ(place.basso("resume r").code, 0);
  write_parameters("0.25");
  const Outcome refused = place.basso("resume r");
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.error, HasSubstr("w.npz is not what the run began with"));
}

TEST(Resume, OfAFinishedRunSaysSoAndChangesNothing) {
  const Workplace place;
  place.write("a.toml", tiny);
  ASSERT_EQ(place.basso("run a.toml --out r --no-figures").code, 0);
  const std::string manifest = place.read("r/manifest.json"), log = place.read("r/log.txt");
  const Outcome outcome = place.basso("resume r");
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.error, HasSubstr("nothing to do: every job of r has ended"));
  EXPECT_EQ(place.read("r/manifest.json"), manifest);
  EXPECT_EQ(place.read("r/log.txt"), log);
}

TEST(Resume, RefusesARunThatAnotherProcessWrites) {
  const Workplace place;
  place.write("a.toml", tiny);
  ASSERT_EQ(place.basso("run a.toml --out r").code, 0);
  const int held = open((place.path() / "r/lock").c_str(), O_RDWR);
  ASSERT_GE(held, 0);
  ASSERT_EQ(flock(held, LOCK_EX), 0);
  const Outcome outcome = place.basso("resume r");
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, testing::ContainsRegex("r: process [0-9]+ on .+ since 20.+Z writes this run"));
  close(held);
}

TEST(Resume, NamesAFolderThatIsNoRun) {
  const Workplace place;
  EXPECT_THAT(place.basso("resume nowhere").error, HasSubstr("nowhere: no such run directory"));
  EXPECT_THAT(place.basso("resume .").error, HasSubstr(". is not a run directory"));
}

}  // namespace
}  // namespace basso::test

// Interrupting a run: it stops soon, keeps what it has, and says so in its exit code. One that is killed can
// say nothing, and whoever looks at it is told.
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "command.hpp"

namespace basso::test {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Starts `basso run` in the workplace, output into files.
pid_t start(const Workplace& place) {
  const pid_t child = fork();
  if (child != 0) return child;
  const bool sound = chdir(place.path().c_str()) == 0 &&
                     dup2(open("out.txt", O_CREAT | O_WRONLY, 0600), 1) == 1 &&
                     dup2(open("err.txt", O_CREAT | O_WRONLY, 0600), 2) == 2;
  if (sound) execl(BASSO_BINARY, "basso", "run", "long.toml", "--out", "r", nullptr);
  _exit(99);
}

// The same with a training that does not end by itself, once it goes on.
pid_t start_long(const Workplace& place) {
  place.write("long.toml",
              with(with(tiny, "steps = 20", "steps = 200000000"), "every = 5", "every = 200000"));
  const pid_t child = start(place);
  for (int i = 0; i < 200 && !place.exists("r/series/recorded.npy"); ++i) std::this_thread::sleep_for(50ms);
  std::this_thread::sleep_for(300ms);
  return child;
}

TEST(FileSizeLimit, IsAnErrorThatNamesTheFile) {
  const Workplace place;
  place.write("a.toml", tiny);
  const Outcome outcome = place.shell("ulimit -f 2; '" BASSO_BINARY "' run a.toml --out r");
  EXPECT_EQ(outcome.code, 1) << outcome.error;
  EXPECT_THAT(outcome.error, HasSubstr(": cannot write: File too large; nothing was run\n"));
  EXPECT_FALSE(place.exists("r"));
}

class Interrupted : public testing::TestWithParam<int> {};

TEST_P(Interrupted, StopsSoonAndKeepsWhatWasRecorded) {
  const Workplace place;
  const pid_t child = start_long(place);
  ASSERT_GT(child, 0);
  kill(child, GetParam());
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 128 + GetParam());
  EXPECT_EQ(last_line(place.read("out.txt")), "r");
  EXPECT_THAT(place.read("err.txt"), HasSubstr("interrupt again to end at once"));
  EXPECT_EQ(nlohmann::json::parse(place.read("r/manifest.json")).at("state"), "interrupted");
  EXPECT_EQ(place
                .shell("/usr/bin/python3 -c \"import numpy; a = numpy.load('r/series/loss.train.npy'); "
                       "assert a.shape == (2, 1001) and numpy.isfinite(a[:, 0]).any()\"")
                .code,
            0)
      << place.read("stderr.txt");
}
INSTANTIATE_TEST_SUITE_P(By, Interrupted, testing::Values(SIGHUP, SIGINT, SIGTERM), [](const auto& tested) {
  return tested.param == SIGHUP ? "SIGHUP" : tested.param == SIGINT ? "SIGINT" : "SIGTERM";
});

const char* const looks[] = {"verify r", "check r", "compare r r", "plot r", "probe r --probes p.toml"};

TEST(Killed, IsSaidByEveryVerbThatLooksAtTheRunAndByNoneBefore) {
  const Workplace place;
  const pid_t child = start_long(place);
  ASSERT_GT(child, 0);
  place.write("p.toml", "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n");
  const std::string word = "ended without a word";
  for (const char* verb : looks) EXPECT_THAT(place.basso(verb).error, testing::Not(HasSubstr(word))) << verb;
  EXPECT_THAT(place.basso("verify r").error, HasSubstr("the run goes on"));
  kill(child, SIGKILL);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);

  for (const char* verb : looks) {
    const Outcome outcome = place.basso(verb);
    EXPECT_LE(outcome.code, 5) << verb << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr("basso: note: r: the process that wrote this run since ")) << verb;
    EXPECT_THAT(outcome.error, HasSubstr(word)) << verb;
    EXPECT_THAT(outcome.error, HasSubstr("basso resume r goes on")) << verb;
  }
  const Outcome resumed = place.shell("timeout -s INT 1 '" BASSO_BINARY "' resume r");
  EXPECT_THAT(resumed.error, HasSubstr(word));
  EXPECT_THAT(resumed.error, testing::Not(HasSubstr("ended at once")));  // timeout sends two signals
  EXPECT_TRUE(place.exists("r/checkpoints"));
  const std::string manifest = place.read("r/manifest.json");
  EXPECT_EQ(nlohmann::json::parse(manifest).at("interruptions").at(0).at("how"), "killed");
  EXPECT_EQ(nlohmann::json::parse(manifest).at("state"), "interrupted");
  for (const char* verb : looks) EXPECT_THAT(place.basso(verb).error, testing::Not(HasSubstr(word))) << verb;
}

}  // namespace
}  // namespace basso::test

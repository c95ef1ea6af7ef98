// An interrupted run goes on from its checkpoints and gives the bytes of an uninterrupted one: for every way
// to train, every shipped probe, and stops at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <map>

#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "interrupted_runs.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

void expect_resumed(const fs::path& whole, const fs::path& part, int threads) {
  const RunResult resumed = resume_run(part, plugins(), options_of(threads));
  EXPECT_THAT(resumed.failures, IsEmpty());
  EXPECT_THAT(resumed.notes, IsEmpty());
  EXPECT_EQ(resumed.state, "finished");
  EXPECT_FALSE(fs::exists(part / "checkpoints"));
  EXPECT_THAT(differences(whole, part), IsEmpty());
}

// Stopped at `step` and resumed it has the bytes of an uninterrupted run.
void expect_same_bytes(const Case& what, std::int64_t step, int threads) {
  const TemporaryDirectory directory;
  const fs::path whole = directory.file("whole"), stopped = directory.file("stopped");
  event_step = -1;
  ASSERT_THAT(run(text_of(what, never), whole, options_of(threads)).failures, IsEmpty());
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) stop = SIGTERM;
  };
  event_step = step;
  const RunResult interrupted = run(text_of(what, never), stopped, options_of(threads, &stop));
  ASSERT_EQ(interrupted.state, "interrupted");
  EXPECT_EQ(interrupted.exit, Exit::terminated);
  EXPECT_TRUE(fs::exists(stopped / "checkpoints"));
  expect_resumed(whole, stopped, threads);
}

// The same for a copy at `step`, which is what a kill there leaves.
void expect_same_bytes_after_kill(const Case& what, std::int64_t step) {
  const TemporaryDirectory directory;
  const fs::path whole = directory.file("whole"), running = directory.file("running"),
                 killed = directory.file("killed");
  event_step = -1;
  ASSERT_THAT(run(text_of(what, never), whole, options_of(1)).failures, IsEmpty());
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (inside) fs::copy(running, killed, fs::copy_options::recursive);
    stop = SIGTERM;
  };
  event_step = step;
  run(text_of(what), running, options_of(1, &stop));
  ASSERT_TRUE(fs::exists(killed / "checkpoints"));
  expect_resumed(whole, killed, 1);
}

class Training : public testing::TestWithParam<const char*> {};

TEST_P(Training, InterruptedGivesTheSameBytes) {
  Case what;
  what.train = std::string("steps = 40\n") + GetParam();
  expect_same_bytes(what, 20, 2);
}
INSTANTIATE_TEST_SUITE_P(
    Optimizers, Training,
    testing::Values("optimizer = { kind = \"gd\", learning_rate = 0.1 }",
                    "optimizer = { kind = \"sgd\", learning_rate = 0.1 }",
                    "optimizer = { kind = \"sgd\", learning_rate = 0.05, momentum = 0.9 }",
                    "optimizer = { kind = \"sgd\", learning_rate = 0.05, momentum = 0.9, nesterov = true }",
                    "optimizer = { kind = \"adam\" }",
                    "optimizer = { kind = \"adam\", form = \"tensorflow\" }"));
INSTANTIATE_TEST_SUITE_P(Batches, Training,
                         testing::Values("batch = 0", "batch = 24", "batch = 7", "batch = 1"));
INSTANTIATE_TEST_SUITE_P(
    Settings, Training,
    testing::Values("precision = \"float64\"", "l2 = 0.1", "clip = 0.2", "stop_when = { loss_below = 0.3 }",
                    "engine = \"reference\"\nbatch = 0", "engine = \"reference\"\nbatch = 7",
                    "precision = \"float64\"\nbatch = 7\nl2 = 0.01\noptimizer = { kind = \"sgd\", "
                    "learning_rate = 0.05, momentum = 0.9 }"));
INSTANTIATE_TEST_SUITE_P(
    Losses, Training,
    testing::Values("loss = \"mse\"", "loss = \"mae\"",
                    "loss = { kind = \"frequency-weighted\", order = \"all\" }",
                    "loss = { kind = \"frequency-weighted\", order = \"low-to-high\", peaks = [1, 3], "
                    "check_every = 3, patience = 4 }",
                    "loss = { kind = \"frequency-weighted\", order = \"high-to-low\", peaks = [1, 3], "
                    "check_every = 3, patience = 4 }"));

// Cross-entropies need targets in [0, 1], and rows that sum to 1.
class CrossEntropy : public testing::TestWithParam<const char*> {};

TEST_P(CrossEntropy, InterruptedGivesTheSameBytes) {
  const TemporaryDirectory data;
  std::ofstream points(data.file("points.csv")), values(data.file("values.csv"));
  for (int i = 0; i < 20; ++i) {
    points << i / 20.0 << '\n';
    values << i % 3 / 2.0 << ',' << 1 - i % 3 / 2.0 << '\n';
  }
  points.close();
  values.close();
  Case what;
  what.target = "plugin = \"file\"\npoints = \"" + data.file("points.csv").string() + "\"\nvalues = \"" +
                data.file("values.csv").string() + "\"";
  what.train = std::string("steps = 40\nloss = \"") + GetParam() + "\"";
  expect_same_bytes(what, 21, 2);
}
INSTANTIATE_TEST_SUITE_P(Losses, CrossEntropy, testing::Values("bce", "softmax"));

class Networks : public testing::TestWithParam<const char*> {};

TEST_P(Networks, InterruptedGiveTheSameBytes) {
  Case what;
  what.network = GetParam();
  what.train = "steps = 140\nbatch = 0\noptimizer = { kind = \"adam\", learning_rate = 0.01 }";
  expect_same_bytes(what, 132, 2);  // behind the engine's first change of the order of units, at 129
}
INSTANTIATE_TEST_SUITE_P(
    Resume, Networks,
    testing::Values(
        "widths = []", "widths = [48, 40]\nactivation = \"relu\"",
        "widths = [20, 20]\nactivation = [\"prelu\", \"snake\"]",
        "widths = [20]\nactivation = { plugin = \"sine\", omega = 10.0 }\ninit = \"activation\""));

TEST(Resume, OfOneLargeNetworkOnSeveralCoresGivesTheSameBytes) {
  Case what;
  what.experiment = "repeats = 1";
  what.target = "plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 200";
  what.network = "widths = [256, 256]\nactivation = \"relu\"";
  what.train = "steps = 8";
  what.record = "every = 3";
  expect_same_bytes(what, 4, 3);
}

TEST(Resume, OfASweepOfManyJobsGivesTheSameBytes) {
  Case what;
  what.probes += "[sweep]\ntrain.batch = [0, 6]\ntarget.samples = [12, 18, 24]\n";
  expect_same_bytes(what, 33, 3);
}

TEST(Resume, AtEachStepOfATrainingGivesTheSameBytes) {
  Case what;
  what.experiment = "repeats = 1";
  what.train = "steps = 6\nbatch = 5";
  what.record = "every = 2";
  for (std::int64_t step = 1; step < 6; ++step) {
    expect_same_bytes(what, step, 1);
    expect_same_bytes_after_kill(what, step);
  }
}

// Each shipped probe with its defaults, in the first of these in which it can be had.
struct Scene {
  const char* target;
  const char* network;
};
const Scene scenes[] = {
    {"plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 24",
     "widths = [10]\nactivation = \"tanh\""},
    {"plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 24",
     "widths = [8, 8]\nactivation = \"relu\""},
    {"plugin = \"flower\"\nfrequencies = [1.0, 3.0]\nsamples = 24", "widths = [8, 8]\nactivation = \"relu\""},
    {"plugin = \"flower\"\npetals = 0\nfrequencies = [1.0, 3.0]\nsamples = 24",
     "widths = [10]\nactivation = \"relu\""}};

bool can_be_had(const Case& what) {
  try {
    check_experiment(Experiment::parse(text_of(what), "t.toml", plugins()), options_of(1));
    return true;
  } catch (const Error&) {
    return false;
  }
}

TEST(Resume, OfEveryShippedProbeGivesTheSameBytes) {
  std::map<const Scene*, std::string> probes;
  for (const Listing& listing : plugins().list()) {
    if (listing.kind != "probe" || listing.id == "witness") continue;
    const std::string probe = "[[probe]]\nname = \"" + listing.id + "\"\nplugin = \"" + listing.id + "\"\n";
    const auto scene = std::find_if(std::begin(scenes), std::end(scenes), [&](const Scene& one) {
      Case what;
      what.target = one.target;
      what.network = one.network;
      what.probes = probe;
      return can_be_had(what);
    });
    ASSERT_NE(scene, std::end(scenes)) << listing.id << " can be had in no scene: add one";
    probes[scene] += probe;
  }
  ASSERT_EQ(probes.size(), std::size(scenes));
  for (const auto& [scene, list] : probes) {
    Case what;
    what.experiment = "repeats = 1";
    what.target = scene->target;
    what.network = scene->network;
    what.train = "steps = 6";
    what.record = "every = 2";
    what.probes = list;
    expect_same_bytes(what, 3, 2);
    expect_same_bytes_after_kill(what, 4);
  }
}

}  // namespace
}  // namespace basso::test

// An interrupted run goes on from its checkpoints and gives the bytes of an uninterrupted one: for every way
// to train, every shipped probe, and stops at any moment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <basso/probe.hpp>

#include <atomic>
#include <csignal>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "basso/own_plugins.hpp"
#include "basso/run.hpp"
#include "experiments.hpp"
#include "run/lock.hpp"
#include "support/temporary_directory.hpp"

namespace {

// What happens at the observation of this step, once.
std::atomic<std::int64_t> event_step{-1};
std::function<void(bool inside)> event;  // within the observation, or after it has emitted

// A probe that remembers (the sum of the steps that it has seen), and at which a test steps in.
struct Witness {
  Witness(basso::probe_setup& setup, const basso::values&)
      : sum(setup.each("sum", "", "Sum of the steps seen.")) {}
  void observe(const basso::observation& seen) {
    total += static_cast<double>(seen.step());
    std::int64_t now = seen.step();
    const bool due = event_step.compare_exchange_strong(now, -1);
    if (due) event(true);
    seen.emit(sum, total);
    if (due) event(false);
  }
  std::vector<std::uint8_t> save() const {
    std::vector<std::uint8_t> bytes(sizeof(total));
    std::memcpy(bytes.data(), &total, sizeof(total));
    return bytes;
  }
  void load(basso::view<const std::uint8_t> bytes) {
    if (bytes.size != sizeof(total)) throw basso::failure(BASSO_ERROR_DATA, "no state of this probe");
    std::memcpy(&total, bytes.data, sizeof(total));
  }
  basso::series sum;
  double total = 0;
};

BASSO_PROBE_CLASS(witness, Witness, "witness", "1.0.0", "Sum of the steps seen", "", "", BASSO_NONE)

}  // namespace

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const Catalogue& plugins() {
  static const Catalogue catalogue = [] {
    Catalogue all({BASSO_TEST_PLUGINS});
    all.add(OwnPlugins{&witness});
    return all;
  }();
  return catalogue;
}

// The names of the series whose files differ in a byte.
std::vector<std::string> differences(const fs::path& a, const fs::path& b) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(a / "series")) {
    const fs::path name = entry.path().filename();
    if (bytes_of(entry.path()) != bytes_of(b / "series" / name)) names.push_back(name);
  }
  return names;
}

const std::string witness_probe = R"(
[[probe]]
name = "witness"
plugin = "witness"
record = { every = 1 }
)";

struct Case {
  std::string target = "plugin = \"sinusoids\"\nfrequencies = [1.0, 3.0]\nsamples = 24";
  std::string network = "widths = [16, 16]\nactivation = \"relu\"";
  std::string train = "steps = 40";
  std::string record = "every = 6";
  std::string probes = "[[probe]]\nname = \"loss\"\nplugin = \"loss\"\n";
  std::string experiment = "repeats = 2";
};

Case brief() {
  Case what;
  what.experiment = "repeats = 1";
  what.train = "steps = 9";
  what.record = "every = 3";
  return what;
}

constexpr const char* never = "1e9";
constexpr const char* each_step = "1e-9";

std::string text_of(const Case& what, const std::string& seconds = each_step) {
  return "[experiment]\nname = \"t\"\nseed = 5\n" + what.experiment + "\n[target]\n" + what.target +
         "\n[network]\n" + what.network + "\n[train]\n" + what.train + "\n[record]\n" + what.record +
         "\n[checkpoint]\nseconds = " + seconds + "\n" + what.probes + witness_probe;
}

RunOptions options_of(int threads, const std::atomic<int>* stop = nullptr) {
  RunOptions options;
  options.threads = threads;
  options.stop = stop;
  return options;
}

RunResult run(const std::string& text, const fs::path& out, RunOptions options) {
  options.out = out;
  return run_experiment(Experiment::parse(text, "t.toml", plugins()), plugins(), options);
}

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

// ---- stops and failures within an observation ----

TEST(Resume, AfterAnObservationThatHeardOfTheStopMakesItAgain) {
  const TemporaryDirectory directory;
  const std::string text = text_of({}, never);
  run(text, directory.file("whole"), options_of(1));
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) return;
    stop = SIGINT;
    throw basso::failure(BASSO_ERROR_CANCELLED, "stopped");
  };
  event_step = 17;
  EXPECT_EQ(run(text, directory.file("r"), options_of(1, &stop)).exit, Exit::interrupted);
  EXPECT_THAT(resume_run(directory.file("r"), plugins(), options_of(1)).failures, IsEmpty());
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

TEST(Resume, OfAFailedProbeGoesOnRightThere) {
  const TemporaryDirectory directory;
  const std::string text = text_of({}, never);
  run(text, directory.file("whole"), options_of(1));
  event = [&](bool inside) {
    if (inside) throw basso::failure(BASSO_ERROR_INTERNAL, "a bad day");
  };
  event_step = 17;
  const RunResult failed = run(text, directory.file("r"), options_of(1));
  EXPECT_EQ(failed.state, "failed");
  ASSERT_EQ(failed.failures.size(), 1u);
  EXPECT_THAT(failed.failures[0], HasSubstr("probe witness: observe: a bad day"));
  EXPECT_TRUE(fs::exists(directory.file("r/checkpoints/0-0-17.checkpoint")));
  EXPECT_EQ(resume_run(directory.file("r"), plugins(), options_of(1)).state, "finished");
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

// What it finds there may change until it holds the lock.
TEST(Resume, LooksAtTheRunOnceNobodyElseWritesIt) {
  const TemporaryDirectory directory;
  const std::string text = text_of(brief());
  run(text, directory.file("r"), options_of(1));
  const auto refusal = [&] {
    try {
      resume_run(directory.file("r"), plugins(), options_of(1));
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  std::ofstream(directory.file("r/config.resolved.toml")) << "no TOML";
  EXPECT_THAT(refusal(), HasSubstr("config.resolved.toml:1:"));
  const RunLock lock(directory.file("r"));
  EXPECT_THAT(refusal(), HasSubstr("writes this run"));
}

// ---- damaged and old checkpoints ----

class Damaged : public testing::Test {
 protected:
  void SetUp() override {
    text = text_of(brief());
    run(text, directory.file("whole"), options_of(1));
    event = [&](bool inside) {
      if (!inside) stop = SIGTERM;
    };
    event_step = 5;
    run(text, directory.file("r"), options_of(1, &stop));
  }
  void damage(const char* name) const {
    const fs::path file = directory.file("r/checkpoints") / name;
    std::string bytes = bytes_of(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    std::ofstream(file, std::ios::binary) << bytes;
  }

  const TemporaryDirectory directory;
  std::string text;
  std::atomic<int> stop{0};
};

TEST_F(Damaged, CheckpointsAreReportedAndLeftOut) {
  damage("0-0-5.checkpoint");
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  ASSERT_EQ(result.notes.size(), 1u);
  EXPECT_THAT(result.notes[0], HasSubstr("0-0-5.checkpoint: damaged: "));
  EXPECT_EQ(result.state, "finished");
  EXPECT_THAT(bytes_of(directory.file("r/log.txt")), HasSubstr("goes on from step 4"));
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

TEST_F(Damaged, AllOfThemTheJobBeginsAgain) {
  damage("0-0-5.checkpoint");
  damage("0-0-4.checkpoint");
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  EXPECT_EQ(result.notes.size(), 2u);
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

TEST_F(Damaged, OnesOfAnotherRunAreLeftOut) {
  Case other = brief();
  other.experiment += "\ntitle = \"another\"";
  stop = 0;
  event_step = 7;
  run(text_of(other), directory.file("other"), options_of(1, &stop));
  fs::copy(directory.file("other/checkpoints"), directory.file("r/checkpoints"), fs::copy_options::recursive);
  const RunResult result = resume_run(directory.file("r"), plugins(), options_of(1));
  ASSERT_EQ(result.notes.size(), 2u);
  EXPECT_THAT(result.notes[0], HasSubstr("belongs to another run"));
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

// ---- a directory that takes no more ----

TEST(Run, WhoseDirectoryVanishesEndsWithOneError) {
  const TemporaryDirectory directory;
  event = [&](bool inside) {
    if (inside) fs::remove_all(directory.file("r"));
  };
  event_step = 5;
  try {
    run(text_of(brief()), directory.file("r"), options_of(1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::run_failed);
    EXPECT_THAT(error.what(), HasSubstr("r: this run directory is gone"));
  }
  EXPECT_FALSE(fs::exists(directory.file("r")));
}

TEST(Run, ThatCannotKeepACheckpointEndsWithOneErrorAndGoesOnLater) {
  const TemporaryDirectory directory;
  const std::string text = text_of(brief());
  run(text, directory.file("whole"), options_of(1));
  event = [&](bool inside) {  // a file in the place of the folder
    if (!inside) return;
    fs::remove_all(directory.file("r/checkpoints"));
    std::ofstream(directory.file("r/checkpoints")) << "in the way";
  };
  event_step = 5;
  const RunResult result = run(text, directory.file("r"), options_of(1));
  EXPECT_EQ(result.state, "failed");
  EXPECT_EQ(result.exit, Exit::run_failed);
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_THAT(result.failures[0], HasSubstr("checkpoints/"));
  EXPECT_EQ(nlohmann::json::parse(bytes_of(directory.file("r/manifest.json"))).at("state"), "failed");
  fs::remove(directory.file("r/checkpoints"));
  EXPECT_EQ(resume_run(directory.file("r"), plugins(), options_of(1)).state, "finished");
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

}  // namespace
}  // namespace basso::test

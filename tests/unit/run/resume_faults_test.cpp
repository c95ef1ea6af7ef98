// Runs that stop or fail within an observation, or can no longer be written, and go on.
#include <basso/abi.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "basso/error.hpp"
#include "interrupted_runs.hpp"
#include "run/lock.hpp"
#include "support/temporary_directory.hpp"

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Resume, AfterAnObservationThatHeardOfTheStopMakesItAgain) {
  const TemporaryDirectory directory;
  const std::string text = text_of({}, never);
  run(text, directory.file("whole"), options_of(1));
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) return;
    stop = SIGINT;
    fail_observation(BASSO_ERROR_CANCELLED, "stopped");
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
    if (inside) fail_observation(BASSO_ERROR_INTERNAL, "a bad day");
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
  EXPECT_THAT(refusal(), HasSubstr("config.resolved.toml: not what the run began with"));
  const RunLock lock(directory.file("r"));
  EXPECT_THAT(refusal(), HasSubstr("writes this run"));
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

// Whoever moves a run away and begins another in its place finds both whole.
TEST(Run, WhoseDirectoryIsMovedLeavesTheOneInItsPlaceAlone) {
  const TemporaryDirectory directory;
  const std::string text = text_of(brief());
  run(text, directory.file("whole"), options_of(1));
  run(text_of(brief(), never) + "[snapshot]\nsteps = []\n", directory.file("other"), options_of(1));
  const std::string manifest = bytes_of(directory.file("other/manifest.json"));
  for (const char* seconds : {each_step, never}) {  // found out at the next checkpoint, or snapshot
    event = [&](bool inside) {
      if (!inside) return;
      fs::rename(directory.file("r"), directory.file("moved"));
      fs::copy(directory.file("other"), directory.file("r"), fs::copy_options::recursive);
    };
    event_step = 5;
    try {
      run(text_of(brief(), seconds), directory.file("r"), options_of(1));
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Exit::run_failed);
      EXPECT_THAT(error.what(), HasSubstr("r: this run directory is gone"));
    }
    EXPECT_EQ(bytes_of(directory.file("r/manifest.json")), manifest);
    for (const char* name : {"checkpoints", "snapshots"})
      EXPECT_FALSE(fs::exists(directory.file("r") / name));
    EXPECT_EQ(resume_run(directory.file("moved"), plugins(), options_of(1)).state, "finished");
    EXPECT_THAT(differences(directory.file("whole"), directory.file("moved")), IsEmpty());
    for (const char* name : {"r", "moved"}) fs::remove_all(directory.file(name));
  }
}

TEST(Replay, OfADirectoryThatIsMovedLeavesTheOneInItsPlaceAlone) {
  const TemporaryDirectory directory;
  run(text_of(brief()), directory.file("r"), options_of(1));
  fs::copy(directory.file("r"), directory.file("other"), fs::copy_options::recursive);
  const std::string manifest = bytes_of(directory.file("r/manifest.json"));
  std::ofstream(directory.file("p.toml")) << "[[probe]]\nname = \"again\"\nplugin = \"witness\"\n";
  event = [&](bool inside) {
    if (!inside) return;
    fs::rename(directory.file("r"), directory.file("moved"));
    fs::rename(directory.file("other"), directory.file("r"));
  };
  event_step = 1;
  try {
    probe_run(directory.file("r"), directory.file("p.toml"), plugins(), options_of(1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("r: this run directory is gone"));
    EXPECT_THAT(error.what(), HasSubstr("no series was added"));
  }
  EXPECT_EQ(bytes_of(directory.file("r/manifest.json")), manifest);
  EXPECT_EQ(bytes_of(directory.file("moved/manifest.json")), manifest);
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
  EXPECT_THAT(result.failures[0], HasSubstr("r/checkpoints: cannot be made: "));
  EXPECT_EQ(nlohmann::json::parse(bytes_of(directory.file("r/manifest.json"))).at("state"), "failed");
  fs::remove(directory.file("r/checkpoints"));
  EXPECT_EQ(resume_run(directory.file("r"), plugins(), options_of(1)).state, "finished");
  EXPECT_THAT(differences(directory.file("whole"), directory.file("r")), IsEmpty());
}

// Files cannot become longer than so many bytes, as on a disk that is nearly full.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, SIG_DFL);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

 private:
  rlimit before_{};
};

TEST(Run, OnAFullDiskNamesTheFileAndWhatGoesOn) {
  const TemporaryDirectory directory;
  const std::string text = text_of(brief(), never), r = directory.file("r").string();
  run(text, directory.file("whole"), options_of(1));
  std::optional<FullDisk> full;
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (inside) return;
    full.emplace(2000);
    stop = SIGTERM;
  };
  event_step = 5;
  const RunResult result = run(text, r, options_of(1, &stop));
  full.reset();
  EXPECT_EQ(result.exit, Exit::run_failed);
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_THAT(result.failures[0],
              testing::StartsWith(r + "/checkpoints/0-0-5.checkpoint: cannot write: File too large"));
  EXPECT_THAT(result.failures[0], HasSubstr("basso resume " + r + " goes on once it can be written"));
  EXPECT_EQ(resume_run(r, plugins(), options_of(1)).state, "finished");
  EXPECT_THAT(differences(directory.file("whole"), r), IsEmpty());
}

// What a resumption, or probes, write before they begin.
TEST(Resume, OnAFullDiskSaysWhatGoesOnFromTheFirstFileOn) {
  const TemporaryDirectory directory;
  const std::string text = text_of(brief(), never), r = directory.file("r").string();
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) stop = SIGTERM;
  };
  event_step = 5;
  run(text, r, options_of(1, &stop));
  event = nullptr;
  std::ofstream(directory.file("p.toml")) << "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n";
  const auto refused = [&](const auto& work, bool full) -> std::string {
    const FullDisk disk(full ? 0 : 1 << 20);
    try {
      work();
      return "";
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Exit::run_failed);
      return error.what();
    }
  };
  const auto resume = [&] { resume_run(r, plugins(), options_of(1)); };
  const auto probe = [&] { probe_run(r, directory.file("p.toml"), plugins(), options_of(1)); };
  const std::string goes_on =
      "; what was recorded is kept, basso resume " + r + " goes on once it can be written";
  EXPECT_EQ(refused(resume, true), r + "/lock: cannot write: File too large" + goes_on);
  EXPECT_EQ(refused(probe, true), r + "/lock: cannot write: File too large; no series was added");
  fs::remove(r + "/log.txt");
  fs::create_directory(r + "/log.txt");
  EXPECT_THAT(refused(resume, false),
              testing::AllOf(testing::StartsWith(r + "/log.txt"), testing::EndsWith(goes_on)));
  EXPECT_THAT(refused(probe, false), testing::StartsWith(r + "/log.txt"));
}

TEST(Run, ThatCannotBeLaidDownNamesItsDirectoryAndLeavesNone) {
  const TemporaryDirectory directory;
  try {
    const FullDisk full(100);
    run(text_of(brief()), directory.file("r"), options_of(1));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), Exit::run_failed);
    EXPECT_THAT(error.what(),
                testing::StartsWith(directory.file("r/config.toml").string() + ": cannot write: "));
    EXPECT_THAT(error.what(), HasSubstr("; nothing was run"));
  }
  EXPECT_TRUE(fs::is_empty(directory.path()));
}

// Two containers may give their processes one number.
TEST(Run, LeavesTheUnfinishedDirectoryOfALiveProcessAndRemovesThatOfADeadOne) {
  const TemporaryDirectory directory;
  const fs::path ours = directory.file(".r.part" + std::to_string(getpid()));
  const fs::path dead = directory.file(".r.part1-2"), other = directory.file(".r.partition");
  for (const fs::path& path : {ours, dead, other}) {
    fs::create_directory(path);
    std::ofstream(path / "lock") << "process 1 on another machine\n";
  }
  {
    const RunLock live(ours);
    run(text_of(brief()), directory.file("r"), options_of(1));
  }
  EXPECT_TRUE(fs::exists(ours / "lock"));
  EXPECT_TRUE(fs::exists(other / "lock"));
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_TRUE(fs::exists(directory.file("r/manifest.json")));
}

TEST(Resume, RemovesWhatInterruptedWritesLeft) {
  const TemporaryDirectory directory;
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) stop = SIGTERM;
  };
  event_step = 5;
  run(text_of(brief()), directory.file("r"), options_of(1, &stop));
  const fs::path snapshots = directory.file("r/snapshots/point-0/repeat-0");
  const std::vector<fs::path> remains{
      directory.file("r/manifest.json.part12"), directory.file("r/series.json.part"),
      directory.file("r/series/new.one.npy.part"), snapshots / "step-3.npz.part7"};
  for (const fs::path& file : remains) std::ofstream(file) << "half";
  const fs::path notes = directory.file("r/notes.part1");
  std::ofstream(notes) << "of the user";
  resume_run(directory.file("r"), plugins(), options_of(1));
  for (const fs::path& file : remains) EXPECT_FALSE(fs::exists(file)) << file;
  EXPECT_TRUE(fs::exists(notes));
}

}  // namespace
}  // namespace basso::test

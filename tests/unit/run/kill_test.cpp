// A process is killed at each of the moments at which something becomes last, one after the other: what it
// leaves can be mended, and then is what it would have left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "basso/verify.hpp"
#include "interrupted_runs.hpp"
#include "support/temporary_directory.hpp"

namespace {

std::vector<std::filesystem::path>* synced = nullptr;  // where these are collected

int calls_left = -1;  // until the process is killed; negative: it is not

void approach_the_end() {
  if (calls_left >= 0 && calls_left-- == 0) kill(getpid(), SIGKILL);
}

}  // namespace

// The linker has the host call these in place of the C library's (--wrap).
extern "C" {
int __real_rename(const char* from, const char* to);
int __wrap_rename(const char* from, const char* to);
int __wrap_fsync(int descriptor);

int __wrap_rename(const char* from, const char* to) {
  approach_the_end();
  return __real_rename(from, to);
}
int __wrap_fsync(int descriptor) {  // which counts after a power cut only
  approach_the_end();
  if (synced) synced->push_back(std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor)));
  return 0;
}
}

namespace basso::test {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;

// Whether `work`, in a process of its own, was killed before it had made so many calls; else it came to its
// end.
template <class Work>
bool killed_after(int calls, Work work) {
  const pid_t child = fork();
  if (child == 0) {
    calls_left = calls;
    try {
      work();
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s\n", error.what());
      _exit(1);
    }
    _exit(0);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) return true;
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "calls: " << calls;
  return false;
}

void copy_run(const fs::path& from, const fs::path& to) { fs::copy(from, to, fs::copy_options::recursive); }

nlohmann::json manifest_of(const fs::path& run) {
  return nlohmann::json::parse(bytes_of(run / "manifest.json"));
}

// Nothing that is half done is left, and verify finds nothing.
void expect_sound(const fs::path& run) {
  for (const auto& entry : fs::recursive_directory_iterator(run))
    EXPECT_EQ(entry.path().string().find(".part"), std::string::npos) << entry.path();
  for (const auto& finding : verify_run(run, plugins()).findings)
    ADD_FAILURE() << finding.file << ": " << finding.what;
}

const std::string further =
    "[[probe]]\nname = \"function\"\nplugin = \"predictions\"\n"
    "[[probe]]\nname = \"norm\"\nplugin = \"spectral-norm\"\n";

TEST(Run, MakesTheNamesOfAllFoldersLastThatItMakes) {
  const TemporaryDirectory directory;
  std::vector<fs::path> folders;
  synced = &folders;
  run(text_of(brief()), directory.file("a/b/c/r"), options_of(1));
  synced = nullptr;
  for (const char* folder : {"", "a", "a/b", "a/b/c"})  // each holds the name of the next
    EXPECT_THAT(folders, testing::Contains(fs::canonical(directory.path() / folder))) << folder;
}

TEST(Kill, AtEachMomentOfAProbe) {
  const TemporaryDirectory directory;
  const fs::path run_only = directory.file("r"), whole = directory.file("whole"), k = directory.file("k");
  const fs::path file = directory.file("p.toml");
  std::ofstream(file) << further;
  run(text_of(brief(), never), run_only, options_of(1));
  copy_run(run_only, whole);
  probe_run(whole, file, plugins(), options_of(1));
  int before = 0, after = 0;
  for (int calls = 0;; ++calls) {
    fs::remove_all(k);
    copy_run(run_only, k);
    if (!killed_after(calls, [&] { probe_run(k, file, plugins(), options_of(1)); })) break;
    if (manifest_of(k).contains("replays")) {  // the next writer finishes what it announces
      EXPECT_TRUE(resume_run(k, plugins(), options_of(1)).nothing_to_do);
      ++after;
    } else {
      probe_run(k, file, plugins(), options_of(1));
      ++before;
    }
    expect_sound(k);
    EXPECT_THAT(differences(whole, k), IsEmpty()) << calls;
    EXPECT_EQ(bytes_of(k / "series.json"), bytes_of(whole / "series.json"));
    EXPECT_EQ(manifest_of(k).at("replays").size(), 1u);
    EXPECT_EQ(manifest_of(k).at("files"), manifest_of(whole).at("files"));
  }
  EXPECT_GT(before, 3);
  EXPECT_GT(after, 3);
}

TEST(Kill, AtEachMomentOfAProbeThatMakesASeriesAgain) {
  const TemporaryDirectory directory;
  const fs::path r = directory.file("r"), k = directory.file("k"), file = directory.file("p.toml");
  std::ofstream(file) << further;
  run(text_of(brief(), never), r, options_of(1));
  const ProbeResult first = probe_run(r, file, plugins(), options_of(1));
  for (int calls = 0;; ++calls) {
    fs::remove_all(k);
    copy_run(r, k);
    for (const std::string& name : first.series) fs::remove(k / "series" / (name + ".npy"));
    if (!killed_after(calls, [&] { probe_run(k, file, plugins(), options_of(1)); })) break;
    if (manifest_of(k).at("replays").size() == 1) {
      probe_run(k, file, plugins(), options_of(1));
    } else {
      resume_run(k, plugins(), options_of(1));
    }
    expect_sound(k);
    EXPECT_THAT(differences(r, k), IsEmpty()) << calls;
    EXPECT_EQ(manifest_of(k).at("replays").size(), 2u);
  }
}

TEST(Kill, AtEachMomentOfAResumeThatChangesProbes) {
  const TemporaryDirectory directory;
  const fs::path stopped = directory.file("r"), whole = directory.file("whole"), k = directory.file("k");
  std::ofstream(directory.file("p.toml")) << further;
  std::atomic<int> stop{0};
  event = [&](bool inside) {
    if (!inside) stop = SIGTERM;
  };
  event_step = 4;
  run(text_of(brief(), never), stopped, options_of(1, &stop));
  RunOptions options = options_of(1);
  options.drop = {"witness"};
  options.probes = directory.file("p.toml");
  copy_run(stopped, whole);
  resume_run(whole, plugins(), options);
  for (int calls = 0;; ++calls) {
    fs::remove_all(k);
    copy_run(stopped, k);
    if (!killed_after(calls, [&] { resume_run(k, plugins(), options); })) break;
    const bool changed = manifest_of(k).contains("changes");
    EXPECT_EQ(resume_run(k, plugins(), changed ? options_of(1) : options).state, "finished") << calls;
    expect_sound(k);
    EXPECT_THAT(differences(whole, k), IsEmpty()) << calls;
    EXPECT_EQ(manifest_of(k).at("changes").size(), 1u);
  }
}

TEST(Kill, AtEachMomentOfARun) {
  const TemporaryDirectory directory;
  const fs::path whole = directory.file("whole"), k = directory.file("k");
  const std::string text = text_of(brief(), never);
  run(text, whole, options_of(1));
  for (int calls = 0;; ++calls) {
    fs::remove_all(k);
    if (!killed_after(calls, [&] { run(text, k, options_of(1)); })) break;
    const RunResult result =
        fs::exists(k) ? resume_run(k, plugins(), options_of(1)) : run(text, k, options_of(1));
    EXPECT_EQ(result.state, "finished") << calls;
    expect_sound(k);
    EXPECT_THAT(differences(whole, k), IsEmpty()) << calls;
    EXPECT_EQ(std::distance(fs::directory_iterator(directory.path()), {}), 2)
        << "an unfinished directory is left";
  }
}

}  // namespace
}  // namespace basso::test

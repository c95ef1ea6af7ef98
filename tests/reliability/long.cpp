// Runs, interrupts, resumes, probes, fails and reads back over and over in one process, and prints after each
// round what the process holds: "seconds rounds resident_kib heap_kib files threads mappings". long.py judges
// these. usage: long SECONDS FOLDER
#include <basso/catalogue.hpp>
#include <basso/experiment.hpp>
#include <basso/own_plugins.hpp>
#include <basso/plugin.hpp>
#include <basso/run.hpp>
#include <basso/verify.hpp>

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <string>

namespace {

namespace fs = std::filesystem;

std::atomic<int> stop{0};
std::atomic<std::int64_t> stop_at{-1};

// Interrupts the run from within at the step that was chosen.
class Interrupter {
 public:
  Interrupter(basso::probe_setup& setup, const basso::values&) : step_(setup.each("step", "", "the step")) {}
  void observe(const basso::observation& look) const {
    look.emit(step_, static_cast<double>(look.step()));
    if (look.step() == stop_at) stop = SIGINT;
  }

 private:
  basso::series step_;
};

BASSO_PROBE_CLASS(interrupter, Interrupter, "interrupter", "1.0.0", "Interrupts", "own work", "", BASSO_NONE)

const char* const description = R"(
[experiment]
name = "long"
repeats = 2
[target]
plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 48
[network]
widths = [32, 32]
activation = "prelu"
[train]
steps = 200
optimizer = { kind = "adam", learning_rate = 2e-3 }
[record]
every = 20
[snapshot]
every = 100
[sweep]
train.batch = [0, 20]
[[claim]]
name = "small"
kind = "bound"
series = "loss.train"
relation = "<="
threshold = 10.0
quote = "none"
reason = "Sinusoids of amplitude 1."
[[figure]]
name = "loss"
kind = "lines"
series = ["loss.train"]
[[probe]]
name = "loss"
plugin = "loss"
[[probe]]
name = "spectrum"
plugin = "spectrum"
[[probe]]
name = "stages"
plugin = "stage-ratios"
[[probe]]
name = "interrupter"
plugin = "interrupter"
)";

const char* const further = R"(
[[probe]]
name = "weights"
plugin = "weights"
)";

void expect(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error(what);
}

std::map<std::string, std::string> series_bytes(const fs::path& directory) {
  std::map<std::string, std::string> all;
  for (const auto& file : fs::directory_iterator(directory / "series")) {
    std::ifstream stream(file.path(), std::ios::binary);
    all[file.path().filename()] = {std::istreambuf_iterator<char>(stream), {}};
  }
  return all;
}

// One life of a run, and what the library refuses on the way.
class Round {
 public:
  Round(const fs::path& place, std::int64_t number)
      : place_(place), number_(number), plugins_(basso::plugin_search_path()) {
    plugins_.add(basso::OwnPlugins{&interrupter});
    options_.out = place / "run";
    options_.threads = 2;
    options_.figures = false;
    options_.stop = &stop;
  }

  std::map<std::string, std::string> live() {
    run_and_resume();
    look_back();
    fail();
    auto bytes = series_bytes(options_.out);
    if (number_ % 50 == 0) expect(!basso::plot_runs({options_.out}).empty(), "no figure was drawn");
    fs::remove_all(options_.out);
    return bytes;
  }

 private:
  void run_and_resume() {
    const auto experiment = basso::Experiment::parse(description, "long", plugins_);
    stop_at = 20 * (number_ % 10);
    stop = 0;
    const basso::RunResult result = basso::run_experiment(experiment, plugins_, options_);
    expect(result.state == "interrupted", "the run is " + result.state + ", not interrupted");
    stop_at = -1;
    stop = 0;
    const basso::RunResult rest = basso::resume_run(options_.out, plugins_, options_);
    expect(rest.state == "finished", "the resumed run is " + rest.state);
  }

  void look_back() {
    const fs::path probes = place_ / "further.toml";
    std::ofstream(probes) << further;
    const basso::ProbeResult seen = basso::probe_run(options_.out, probes, plugins_, options_);
    expect(seen.exit == basso::Exit::ok && !seen.series.empty(), "further probes failed");
    for (const std::string& name : basso::series_names(options_.out))
      expect(!basso::read_series(options_.out, name).data.empty(), name + " is empty");
    const auto verdicts = basso::check_run(options_.out);
    expect(verdicts.size() == 1 && verdicts[0].outcome == basso::Verdict::Outcome::holds, "the claim fails");
    const basso::Verification verified = basso::verify_run(options_.out, plugins_);
    expect(verified.findings.empty(), "verify has findings");
  }

  // A training that stops being finite, a file that is refused, a directory that exists.
  void fail() {
    basso::RunOptions options = options_;
    options.out = place_ / "failed";
    const auto wild = basso::Experiment::parse(description, "long", plugins_,
                                               {.set = {"train.optimizer={kind=\"gd\",learning_rate=1e30}"}});
    expect(basso::run_experiment(wild, plugins_, options).state == "failed", "a wild training did not fail");
    fs::remove_all(options.out);
    refused([&] { basso::Experiment::parse("[target]\nplugin = \"none\"\n", "bad", plugins_); });
    refused([&] { basso::run_experiment(wild, plugins_, options_); });
  }

  template <class Body>
  static void refused(Body&& body) {
    try {
      body();
    } catch (const basso::Error&) {
      return;
    }
    throw std::runtime_error("what is wrong was not refused");
  }

  const fs::path& place_;
  std::int64_t number_;
  basso::Catalogue plugins_;
  basso::RunOptions options_;
};

std::int64_t entries(const char* folder) {
  return std::distance(fs::directory_iterator(folder), fs::directory_iterator());
}

void print_holdings(double seconds, std::int64_t rounds) {
  std::ifstream statm("/proc/self/statm"), maps("/proc/self/maps");
  long total = 0, resident = 0;
  statm >> total >> resident;
  const auto mappings = std::count(std::istreambuf_iterator<char>(maps), {}, '\n');
  const struct mallinfo2 heap = mallinfo2();
  std::printf("%.2f %lld %ld %zu %lld %lld %lld\n", seconds, static_cast<long long>(rounds),
              resident * (sysconf(_SC_PAGESIZE) / 1024), (heap.uordblks + heap.hblkhd) / 1024,
              static_cast<long long>(entries("/proc/self/fd")),
              static_cast<long long>(entries("/proc/self/task")), static_cast<long long>(mappings));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    const double limit = std::stod(argv[1]);
    const fs::path place = argv[2];
    const auto begun = std::chrono::steady_clock::now();
    std::map<std::string, std::string> first;
    double seconds = 0;
    for (std::int64_t round = 0; seconds < limit; ++round) {
      auto bytes = Round(place, round).live();
      if (round == 0)
        first = std::move(bytes);
      else
        expect(bytes == first, "the series differ from those of the first round");
      seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
      print_holdings(seconds, round + 1);
    }
  } catch (const std::exception& error) {
    std::fprintf(stderr, "long: %s\n", error.what());
    return 1;
  }
  return 0;
}

// basso::run_experiment and basso::resume_run: the run directory, the jobs over the cores, the verdicts.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <limits>
#include <thread>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "basso/run.hpp"
#include "data/file.hpp"
#include "plugin/default_float_environment.hpp"
#include "run/config.hpp"
#include "run/crew.hpp"
#include "run/layout.hpp"
#include "run/manifest.hpp"
#include "run/runner.hpp"
#include "services/memory.hpp"
#include "services/status.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& file, const std::string& text) {
  data::write_file_atomically(file,
                              {data::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())});
}

// A new directory: the one that was asked for, or runs/<name>-NNN with the next free number.
fs::path make_directory(const fs::path& out, const std::string& name) {
  std::error_code failure;
  if (!out.empty()) {
    const fs::path parent = fs::absolute(out).parent_path();
    fs::create_directories(parent, failure);
    const bool made = fs::create_directory(out, failure);
    if (failure)
      throw Error(Exit::usage,
                  fmt::format("{}: the run directory cannot be made: {}", out.string(), failure.message()));
    if (!made)
      throw Error(Exit::usage, fmt::format("{}: exists already; nothing is written over, name another --out",
                                           out.string()));
    return out;
  }
  fs::create_directories("runs", failure);
  for (int number = 1; number < 1000000 && !failure; ++number) {
    const fs::path directory = fs::path("runs") / fmt::format("{}-{:03}", name, number);
    if (fs::create_directory(directory, failure)) return directory;
  }
  throw Error(Exit::usage, fmt::format("runs: no run directory can be made here: {}; name one with --out",
                                       failure.message()));
}

void check_out(const fs::path& out) {
  std::error_code failure;
  if (!out.empty() && fs::exists(out, failure)) {
    throw Error(Exit::usage,
                fmt::format("{}: exists already; nothing is written over, name another --out", out.string()));
  }
}

// Jobs that go on side by side are in memory together.
void check_memory(const Layout& layout, std::int64_t jobs, int threads) {
  const auto largest = *std::max_element(layout.memory.begin(), layout.memory.end());
  const auto together = static_cast<std::uint64_t>(std::min<std::int64_t>(jobs, threads));
  const std::uint64_t machine = services::physical_memory();
  if (largest > machine / together) {
    throw Error(Exit::usage,
                fmt::format("{} jobs side by side need {} MiB each, this machine has {} MiB: take "
                            "fewer --threads, or a smaller batch or network",
                            together, largest >> 20, machine >> 20));
  }
}

// `directory` need not exist yet.
void check_space(const fs::path& directory, std::uint64_t bytes) {
  std::error_code failure;
  fs::path there = fs::absolute(directory);
  while (there.has_relative_path() && !fs::exists(there, failure)) there = there.parent_path();
  const fs::space_info space = fs::space(there, failure);
  const bool counted = !failure && space.capacity > 0;  // /proc and its kind have none
  if (counted && space.available < bytes) {
    throw Error(Exit::run_failed,
                fmt::format("{}: the series need {} bytes, the disk has {}; record less often",
                            directory.string(), bytes, space.available));
  }
}

std::int64_t job_count(const ExperimentData& experiment) {
  return static_cast<std::int64_t>(experiment.points.size()) * experiment.repeats;
}

// Runs the jobs that have not ended, judges the claims, keeps the manifest.
RunResult execute(const ExperimentData& data, const Layout& layout, const SeriesStore& store,
                  services::Shared& shared, const RunOptions& options, const fs::path& directory, Log& log,
                  Manifest manifest) {
  shared.log = [&log](int level, const std::string& line) {
    log.write((level > 0 ? "warning: " : "") + line);
  };
  JobContext context{data, layout.points, store, shared};
  Crew crew(context, options, log, store.ended());
  manifest.experiment = &data;
  manifest.threads = threads_to_use(options);
  manifest.jobs_total = crew.jobs();
  manifest.jobs_ended = crew.ended();
  manifest.data_files = shared.files.hashes();
  write_manifest(directory, manifest);

  crew.run(manifest.threads);
  store.sync();
  RunResult result;
  result.directory = directory;
  const int signal = options.stop ? options.stop->load() : 0;
  result.failures = crew.failures();
  if (const std::string lost = log.failure(); !lost.empty()) result.failures.push_back(lost);
  result.state = signal != 0 && crew.ended() < crew.jobs() ? "interrupted"
                 : result.failures.empty()                 ? "finished"
                                                           : "failed";
  if (result.state == "interrupted") result.exit = services::exit_of_signal(signal);
  if (result.state == "failed") result.exit = Exit::run_failed;
  result.verdicts = check_run(directory);
  log.write(result.state);
  manifest.state = result.state;
  manifest.over = true;
  manifest.jobs_ended = crew.ended();
  manifest.failures = result.failures;
  manifest.data_files = shared.files.hashes();
  manifest.verdicts = result.verdicts;
  write_manifest(directory, manifest);
  return result;
}

}  // namespace

int threads_to_use(const RunOptions& options) {
  if (options.threads > 0) return options.threads;
  cpu_set_t set;
  CPU_ZERO(&set);
  const int allowed = sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 0;
  return std::max(1, allowed > 0 ? allowed : static_cast<int>(std::thread::hardware_concurrency()));
}

// Loops of plugins get the cores that the jobs leave.
std::unique_ptr<services::Shared> make_shared_services(const ExperimentData& experiment,
                                                       const RunOptions& options) {
  const int threads = threads_to_use(options);
  auto shared = std::make_unique<services::Shared>(
      job_count(experiment) < threads ? static_cast<unsigned>(threads) : 1u);
  shared->seed = experiment.seed;
  shared->data_dirs = options.data_dirs;
  shared->stop = options.stop;
  return shared;
}

RunResult run_experiment(const Experiment& experiment, const Catalogue&, const RunOptions& options) {
  const plugin::DefaultFloatEnvironment environment;
  const ExperimentData& data = experiment.data();
  const fs::path out =
      options.out.has_filename() ? options.out : options.out.parent_path();  // "run/" is "run"
  check_out(out);
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Layout layout = make_layout(data, *shared);
  check_memory(layout, job_count(data), threads_to_use(options));

  check_space(out.empty() ? "runs" : out, series_bytes(layout.index));
  const fs::path directory = make_directory(out, data.name);
  Log log(directory / "log.txt");
  write_text(directory / "config.toml", data.source_toml);
  write_text(directory / "config.resolved.toml", data.resolved_toml);
  const SeriesStore store = SeriesStore::create(directory, layout.index);
  return execute(data, layout, store, *shared, options, directory, log, {});
}

RunResult resume_run(const fs::path& directory, const Catalogue& catalogue, const RunOptions& options) {
  const StoredManifest before = read_manifest(directory);
  const fs::path file = directory / "config.resolved.toml";
  ExperimentData data = load_experiment(read_experiment_file(file), file.string(), directory, catalogue, {});
  data.profiles = before.profiles;
  data.set = before.set;
  check_same_parts(before, data, directory);
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Layout layout = make_layout(data, *shared);
  check_same_data(before, shared->files.hashes(), directory);
  check_memory(layout, job_count(data), threads_to_use(options));

  Log log(directory / "log.txt");
  const SeriesStore store = SeriesStore::open(directory, layout.index);
  if (before.state == "finished") {
    RunResult result;
    result.directory = directory;
    result.state = before.state;
    result.verdicts = check_run(directory);
    result.nothing_to_do = true;
    return result;
  }
  log.write("resumed");
  Manifest manifest;
  manifest.started = before.started;
  manifest.seconds_before = before.seconds;
  manifest.resumed = before.resumed;
  manifest.resumed.push_back(now_text());
  return execute(data, layout, store, *shared, options, directory, log, manifest);
}

}  // namespace basso

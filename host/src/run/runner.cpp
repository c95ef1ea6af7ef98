// basso::run_experiment and basso::resume_run: the run directory, the jobs over the cores, the verdicts.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <thread>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "basso/run.hpp"
#include "data/file.hpp"
#include "plugin/default_float_environment.hpp"
#include "run/checkpoint.hpp"
#include "run/config.hpp"
#include "run/crew.hpp"
#include "run/directory.hpp"
#include "run/layout.hpp"
#include "run/lock.hpp"
#include "run/manifest.hpp"
#include "run/probe_changes.hpp"
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

std::int64_t job_count(const ExperimentData& experiment) {
  return static_cast<std::int64_t>(experiment.points.size()) * experiment.repeats;
}

Manifest begin_manifest(const ExperimentData& data, const services::Shared& shared,
                        const RunOptions& options) {
  Manifest manifest;
  manifest.experiment = &data;
  manifest.threads = threads_to_use(options);
  manifest.jobs_total = job_count(data);
  manifest.data_files = shared.files.hashes();
  return manifest;
}

// All of a run directory but what its jobs make.
void lay_down(const fs::path& directory, const ExperimentData& data, const Layout& layout,
              const Manifest& manifest) {
  write_text(directory / "config.toml", data.source_toml);
  write_text(directory / "config.resolved.toml", data.resolved_toml);
  SeriesStore::create(directory, layout.index).sync();
  write_manifest(directory, manifest);
}

// That of a run that goes on.
Manifest resumed_manifest(const StoredManifest& before, Manifest manifest) {
  manifest.started = before.started;
  manifest.seconds_before = before.seconds;
  manifest.data_before = before.data_files;
  manifest.replays = before.replays;
  manifest.changes = before.changes;
  manifest.resumed = before.resumed;
  manifest.resumed.push_back(now_text());
  manifest.interruptions = before.interruptions;
  manifest.interruptions.push_back({before.state == "running" ? "killed" : before.state, before.finished});
  return manifest;
}

// What a run works on.
struct Work {
  const ExperimentData& data;
  const Layout& layout;
  const RunOptions& options;
  const fs::path& directory;
  const SeriesStore& store;
  services::Shared& shared;
  Log& log;
};

// Also of jobs that ended in the moment before a kill.
void drop_old_checkpoints(const Checkpoints& checkpoints, const std::vector<double>& ended,
                          std::int64_t repeats) {
  for (std::size_t job = 0; job < ended.size(); ++job) {
    const auto count = static_cast<std::size_t>(repeats);
    if (!std::isnan(ended[job])) checkpoints.remove(job / count, job % count);
  }
  checkpoints.tidy();
}

// Behind what could not be written.
std::string goes_on_text(const fs::path& directory) {
  return fmt::format("; what was recorded is kept, basso resume {} goes on once it can be written",
                     directory.string());
}

std::string state_of(const RunResult& result, bool stopped) {
  if (!result.failures.empty() && !stopped) return "failed";
  return stopped ? "interrupted" : "finished";
}

// Runs the jobs that have not ended, judges the claims, keeps the manifest.
RunResult execute(const Work& work, Manifest manifest) {
  RunResult result;
  result.directory = work.directory;
  std::mutex noting;
  const auto note = [&](const std::string& line) {
    const std::lock_guard lock(noting);
    work.log.write("warning: " + line);
    result.notes.push_back(line);
  };
  work.shared.log = [&](int level, const std::string& line) {
    work.log.write((level > 0 ? "warning: " : "") + line);
  };
  const Checkpoints checkpoints(work.directory, config_hash(work.data));
  drop_old_checkpoints(checkpoints, work.store.ended(), work.data.repeats);
  JobContext context{work.data,   work.layout.points, work.store, checkpoints,
                     work.shared, work.directory,     note};
  Crew crew(context, work.options, work.log, work.store.ended());
  manifest.jobs_ended = crew.ended();
  try {
    write_manifest(work.directory, manifest);
  } catch (const Error& error) {
    throw Error(error.code(), error.what() + goes_on_text(work.directory));
  }
  if (work.options.began) work.options.began(work.directory);

  crew.run(manifest.threads);
  std::error_code failure;
  if (!fs::exists(work.directory / "manifest.json", failure)) {
    throw Error(Exit::run_failed, fmt::format("{}: this run directory is gone, and what was recorded in it; "
                                              "start the run again",
                                              work.directory.string()));
  }
  const int signal = work.options.stop ? work.options.stop->load() : 0;
  result.failures = crew.failures();
  if (crew.halted()) result.failures.back() += goes_on_text(work.directory);
  const std::string unlogged = work.log.failure();
  if (!unlogged.empty() && !crew.halted()) result.failures.push_back(unlogged);
  result.state = state_of(result, signal != 0 && !crew.halted() && crew.ended() < crew.jobs());
  if (result.state == "interrupted") result.exit = services::exit_of_signal(signal);
  if (result.state == "failed") result.exit = Exit::run_failed;
  result.verdicts = check_run(work.directory);
  work.log.write(result.state);
  checkpoints.tidy();
  manifest.state = result.state;
  manifest.over = true;
  manifest.jobs_ended = crew.ended();
  manifest.failures = result.failures;
  manifest.data_files = work.shared.files.hashes();
  manifest.verdicts = result.verdicts;
  try {
    work.store.sync();
    write_manifest(work.directory, manifest);
  } catch (const Error& error) {
    if (!crew.halted()) result.failures.push_back(error.what() + goes_on_text(work.directory));
    result.state = "failed";
    result.exit = Exit::run_failed;
  }
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

  check_space(out.empty() ? "runs" : out, series_bytes(layout.index) + layout.snapshot_bytes);
  NewDirectory fresh(out, data.name);
  const RunLock lock(fresh.path());
  const Manifest manifest = begin_manifest(data, *shared, options);
  try {
    lay_down(fresh.path(), data, layout, manifest);
  } catch (const Error& error) {
    throw fresh.named(error);
  }
  const fs::path directory = fresh.publish();
  Log log(directory / "log.txt");
  const SeriesStore store = SeriesStore::open(directory, layout.index);
  return execute({data, layout, options, directory, store, *shared, log}, manifest);
}

RunResult resume_run(const fs::path& directory, const Catalogue& catalogue, const RunOptions& options) {
  const plugin::DefaultFloatEnvironment environment;
  read_manifest(directory);  // no lock is made in a folder that is no run directory
  const RunLock lock(directory);
  settle(directory);
  const StoredManifest before = read_manifest(directory);
  ProbeChanges changes(directory, before, catalogue, options);
  ExperimentData data = changes.load();
  data.profiles = before.profiles;
  data.set = before.set;
  check_same_parts(before, data, directory);
  changes.add_probes(data);
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Layout layout = make_layout(data, *shared);
  const auto check_data = options.probes.empty() ? check_same_data : check_run_data;
  check_data(before, shared->files.hashes(), directory);
  check_memory(layout, job_count(data), threads_to_use(options));

  Log log(directory / "log.txt");
  if (before.state == "finished") {
    SeriesStore::open(directory, layout.index);  // all there
    RunResult result;
    result.directory = directory;
    result.state = before.state;
    result.verdicts = check_run(directory);
    result.nothing_to_do = true;
    return result;
  }
  log.write("resumed");
  Manifest manifest = resumed_manifest(before, begin_manifest(data, *shared, options));
  const std::string note = changes.any() ? changes.apply(data, layout, manifest) : "";
  const SeriesStore store = SeriesStore::open(directory, layout.index);
  RunResult result = execute({data, layout, options, directory, store, *shared, log}, manifest);
  if (!note.empty()) result.notes.insert(result.notes.begin(), note);
  return result;
}

}  // namespace basso

// basso::run_experiment and basso::resume_run: the run directory, the jobs over the cores, the verdicts.
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "basso/run.hpp"
#include "data/file.hpp"
#include "plugin/default_float_environment.hpp"
#include "plugin/text.hpp"
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
  const RunLock& lock;
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
                     plugin::shell_word(directory.string()));
}

std::string state_of(const RunResult& result, bool stopped) {
  if (!result.failures.empty() && !stopped) return "failed";
  return stopped ? "interrupted" : "finished";
}

// Where the manifest cannot be written, the old one stays.
void say_failed(const fs::path& directory, Manifest manifest, const std::vector<std::string>& failures) {
  manifest.state = "failed";
  manifest.over = true;
  manifest.failures = failures;
  try {
    write_manifest(directory, manifest);
  } catch (const Error&) {
  }
}

// `body`; where that throws, the manifest says so.
template <class Body>
RunResult or_say_failed(const fs::path& directory, const RunLock& lock, const Manifest& manifest, Body body) {
  try {
    return body();
  } catch (const Error& error) {
    lock.check_place(directory);
    const std::string reason = error.what() + goes_on_text(directory);
    say_failed(directory, manifest, {reason});
    throw Error(Exit::run_failed, reason);
  }
}

// Judges the claims and completes manifest and log. Where the run directory takes no more, one reason is
// enough.
void conclude(const Work& work, const Crew& crew, Manifest manifest, RunResult& result) {
  const int signal = work.options.stop ? work.options.stop->load() : 0;
  const bool stopped = signal != 0 && !crew.halted() && crew.ended() < crew.jobs();
  bool halted = crew.halted();
  const auto lose = [&](const std::string& reason) {
    if (!halted) result.failures.push_back(reason + goes_on_text(work.directory));
    halted = true;
  };
  const auto attempt = [&](auto&& what) {
    try {
      what();
      return true;
    } catch (const Error& error) {
      lose(error.what());
      return false;
    }
  };
  result.failures = crew.failures();
  result.blamed = crew.blamed();
  if (crew.halted()) result.failures.back() += goes_on_text(work.directory);
  attempt([&] { result.verdicts = check_run(work.directory); });
  attempt([&] { work.store.sync(); });
  work.log.write(state_of(result, stopped));
  if (const std::string unlogged = work.log.failure(); !unlogged.empty()) lose(unlogged);
  manifest.state = state_of(result, stopped);
  manifest.over = true;
  manifest.jobs_ended = crew.ended();
  manifest.failures = result.failures;
  manifest.data_files = work.shared.files.hashes();
  manifest.verdicts = result.verdicts;
  result.state = manifest.state;
  if (!attempt([&] { write_manifest(work.directory, manifest); })) {
    result.state = "failed";
    say_failed(work.directory, manifest, result.failures);
  }
  if (result.state == "interrupted") result.exit = services::exit_of_signal(signal);
  if (result.state == "failed") result.exit = Exit::run_failed;
}

// Runs the jobs that have not ended.
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
                     work.shared, work.directory,     work.lock,  note};
  Crew crew(context, work.options, work.log, work.store.ended());
  manifest.jobs_ended = crew.ended();
  write_manifest(work.directory, manifest);
  if (work.options.began) work.options.began(work.directory);

  crew.run(manifest.threads);
  work.lock.check_place(work.directory);
  checkpoints.tidy();
  conclude(work, crew, manifest, result);
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

  check_space(out.empty() ? "runs" : out, series_bytes(layout.index) + layout.snapshot_bytes,
              "record less often");
  NewDirectory fresh(out, data.name);
  std::optional<RunLock> lock;
  fs::path directory;
  const Manifest manifest = begin_manifest(data, *shared, options);
  try {
    lock.emplace(fresh.path());
    lay_down(fresh.path(), data, layout, manifest);
    directory = fresh.publish();
  } catch (const Error& error) {
    throw fresh.named(error);
  }
  return or_say_failed(directory, *lock, manifest, [&] {
    data::sync_directory(directory.parent_path());
    Log log(directory / "log.txt");
    const SeriesStore store = SeriesStore::open(directory, layout.index);
    return execute({data, layout, options, directory, store, *shared, log, *lock}, manifest);
  });
}

RunResult resume_run(const fs::path& directory, const Catalogue& catalogue, const RunOptions& options) {
  const plugin::DefaultFloatEnvironment environment;
  read_manifest(directory);  // no lock is made in a folder that is no run directory
  const std::string advice = goes_on_text(directory);
  const RunLock lock = advising(advice, [&] { return RunLock(directory); });
  advising(advice, [&] { settle(directory); });
  const StoredManifest before = read_manifest(directory);
  check_same_config(directory);
  ProbeChanges changes(directory, before, catalogue, options);
  ExperimentData data = changes.load();
  data.profiles = before.profiles;
  data.set = before.set;
  check_same_parts(before, data, directory);
  check_same_series(before, directory, true);
  changes.add_probes(data);
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Layout layout = make_layout(data, *shared);
  const auto check_data = options.probes.empty() ? check_same_data : check_run_data;
  check_data(before, shared->files.hashes(), directory);
  check_memory(layout, job_count(data), threads_to_use(options));

  Log log = advising(advice, [&] { return Log(directory / "log.txt"); });
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
  const std::string note =
      advising(advice, [&] { return changes.any() ? changes.apply(data, layout, manifest) : std::string(); });
  const SeriesStore store = advising(advice, [&] { return SeriesStore::open(directory, layout.index); });
  RunResult result = or_say_failed(directory, lock, manifest, [&] {
    return execute({data, layout, options, directory, store, *shared, log, lock}, manifest);
  });
  if (!note.empty()) result.notes.insert(result.notes.begin(), note);
  return result;
}

}  // namespace basso

// basso::probe_run: probes over the snapshots of a run. The networks, the evaluations and the order in which
// probes look are those of the run itself, so that their series get the bytes that they would have got there.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/run.hpp"
#include "data/hash.hpp"
#include "plugin/default_float_environment.hpp"
#include "run/assembly.hpp"
#include "run/config.hpp"
#include "run/directory.hpp"
#include "run/layout.hpp"
#include "run/lock.hpp"
#include "run/log.hpp"
#include "run/manifest.hpp"
#include "run/recorder.hpp"
#include "run/runner.hpp"
#include "run/snapshots.hpp"
#include "services/status.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_named = 8;  // steps in a message
constexpr const char* not_added = "; no series was added";

std::string steps_text(const std::vector<std::int64_t>& steps) {
  const std::vector<std::int64_t> first(
      steps.begin(), steps.begin() + static_cast<std::ptrdiff_t>(std::min(steps.size(), most_named)));
  return fmt::format("{}{}", fmt::join(first, ", "), steps.size() > first.size() ? ", …" : "");
}

// What a probe of the file looks at where it does not say so: all snapshots.
void give_schedule(ProbeSettings& probe, const PointSettings& point) {
  const std::vector<std::int64_t> stored = point.train ? snapshot_steps(point) : std::vector<std::int64_t>{0};
  if (!probe.schedule) probe.schedule = Schedule{Schedule::Kind::list, 100, 10, stored};
  std::vector<std::int64_t> missing;
  for (const std::int64_t step : probe_steps(point, probe)) {
    if (!std::binary_search(stored.begin(), stored.end(), step)) missing.push_back(step);
  }
  if (stored.empty())
    throw Error(Exit::usage,
                "the run stored no networks (snapshot.steps = []): run it again with [snapshot]");
  if (!missing.empty())
    throw Error(
        Exit::usage,
        fmt::format("{}: the run has no snapshots of the steps {}; it has {}: give the probe a record of "
                    "its own, or none, which takes all",
                    probe.use.where, steps_text(missing), steps_text(stored)));
}

// The run with the probes of the file instead of its own.
ExperimentData with_probes(const ExperimentData& run, const std::string& text, const fs::path& file,
                           const Catalogue& catalogue) {
  ExperimentData data = run;
  for (PointSettings& point : data.points) {
    point.probes = read_probes_file(text, file, point, catalogue, every_probe);
    for (ProbeSettings& probe : point.probes) give_schedule(probe, point);
  }
  return data;
}

// A series that there is can be made again where each of its recordings has a snapshot.
void check_made_again(const fs::path& directory, const ExperimentData& run, const SeriesIndex& added) {
  std::set<double> stored;
  for (const PointSettings& point : run.points) {
    if (!point.train) return;  // what does not train is looked at once
    for (const std::int64_t step : snapshot_steps(point)) stored.insert(static_cast<double>(step));
  }
  const SeriesIndex before = read_series_index(directory);
  for (const StoredSeries& one : added.series) {
    const StoredSeries* there = before.find(one.series.name);
    if (!there || !there->has_recordings()) continue;
    std::vector<std::int64_t> missing;
    for (const SeriesAxis& axis : there->series.axes)
      for (const double step : axis.values)
        if (axis.name == "recording" && stored.count(step) == 0)
          missing.push_back(static_cast<std::int64_t>(step));
    if (missing.empty()) continue;
    throw Error(
        Exit::usage,
        fmt::format(
            "{}: there is a series {} already, recorded at steps without a snapshot ({}): it cannot be "
            "made again from snapshots; give the probe another name",
            directory.string(), one.series.name, steps_text(missing)));
  }
}

std::string hash_of(const std::string& text) {
  return data::hash_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

// Which snapshots there were: their number, and the hash of lines "hash path".
void describe_snapshots(const fs::path& directory, const ExperimentData& data, Replay& replay) {
  std::string lines;
  for (std::size_t point = 0; point < data.points.size(); ++point) {
    for (std::int64_t repeat = 0; repeat < data.repeats; ++repeat) {
      const Snapshots snapshots(directory, data.points[point], point, static_cast<std::size_t>(repeat));
      for (const std::int64_t step : snapshots.stored()) {
        const fs::path file = snapshots.file(step);
        lines += fmt::format("{} {}\n", data::hash_file(file), file.lexically_relative(directory).string());
        ++replay.snapshots;
      }
    }
  }
  replay.snapshots_hash = hash_of(lines);
}

// What all jobs share.
struct ReplayContext {
  const ExperimentData& experiment;
  const std::vector<std::vector<DeclaredSeries>>& layout;  // [points]
  const SeriesStore& store;
  services::Shared& shared;
  const fs::path& directory;  // of the run
  std::atomic<std::int64_t> looks{0};
};

// Lets the probes of one job look at its snapshots at each step at which they would have looked while it was
// trained, as far as it went: `ended` is the step at which it ended as planned, NaN where it has not. Stops
// where it is asked to. Throws Error where a probe fails, or a snapshot is missing or damaged.
void replay_job(ReplayContext& context, std::size_t point, std::int64_t repeat, double ended) {
  const PointSettings& settings = context.experiment.points[point];
  Assembly assembly(context.experiment, settings, context.shared, repeat);
  const std::string difference = layout_difference(context.layout[point], assembly.declared());
  if (!difference.empty()) throw Error(Exit::run_failed, difference);
  assembly.start();
  Recorder recorder(assembly, context.store, point, static_cast<std::size_t>(repeat));
  const Snapshots snapshots(context.directory, settings, point, static_cast<std::size_t>(repeat));
  const std::vector<std::int64_t> stored = snapshots.stored();
  std::set<std::int64_t> steps;
  for (const Assembly::Probe& probe : assembly.probes()) steps.insert(probe.steps.begin(), probe.steps.end());
  const bool stopped = assembly.trains() && ended < static_cast<double>(settings.train->steps);
  if (stopped) steps.insert(static_cast<std::int64_t>(ended));  // there every probe has looked

  for (const std::int64_t step : steps) {
    if (context.shared.stopping()) return;
    if (static_cast<double>(step) > ended) break;
    const bool ends = stopped && static_cast<double>(step) == ended;
    if (assembly.trains()) {
      // A job that has not ended has been no further.
      if (std::isnan(ended) && !std::binary_search(stored.begin(), stored.end(), step)) break;
      snapshots.show(step, assembly.training());
    }
    assembly.refresh();
    if (!recorder.may_look(step, ends)) break;  // the job failed here
    try {
      recorder.look(step, ends);
    } catch (const Error&) {
      if (!recorder.may_look(step, true)) break;  // here, too
      throw;
    }
    ++context.looks;
  }
}

// The jobs over the threads; this one reports.
class ReplayCrew {
 public:
  ReplayCrew(ReplayContext& context, const RunOptions& options, std::vector<double> ended)
      : context_(context), options_(options), ended_(std::move(ended)) {}

  void run(int threads) {
    std::vector<std::jthread> workers;
    for (int i = 0; i < std::min(threads, static_cast<int>(ended_.size())); ++i)
      workers.emplace_back([this] { work(); });
    std::unique_lock lock(mutex_);
    const auto all_done = [this] { return done_ == ended_.size(); };
    while (!changed_.wait_for(lock, std::chrono::milliseconds(250), all_done)) {
      if (!options_.progress) continue;
      Progress progress;
      progress.steps_done = context_.looks;
      progress.steps_total = static_cast<std::int64_t>(ended_.size()) * snapshots_of_a_job();
      progress.jobs_done = static_cast<std::int64_t>(done_);
      progress.jobs_total = static_cast<std::int64_t>(ended_.size());
      progress.loss = std::nan("");
      progress.seconds_left = -1;
      lock.unlock();
      options_.progress(progress);
      lock.lock();
    }
  }

  const std::map<std::size_t, Error>& failures() const { return failures_; }
  const std::optional<Error>& lost() const { return lost_; }  // what could not be written

 private:
  std::int64_t snapshots_of_a_job() const {
    std::int64_t most = 1;
    for (const PointSettings& point : context_.experiment.points)
      most = std::max(most, static_cast<std::int64_t>(snapshot_steps(point).size()));
    return most;
  }

  void work() {
    for (std::size_t job = next_++; job < ended_.size(); job = next_++) {
      if (!context_.shared.stopping()) run_one(job);
      const std::lock_guard lock(mutex_);
      ++done_;
      changed_.notify_one();
    }
  }

  void run_one(std::size_t job) {
    const auto repeats = static_cast<std::size_t>(context_.experiment.repeats);
    const std::size_t point = job / repeats;
    const auto repeat = static_cast<std::int64_t>(job % repeats);
    try {
      replay_job(context_, point, repeat, ended_[job]);
    } catch (const CannotRecord& error) {
      const std::lock_guard lock(mutex_);
      lost_ = error;
    } catch (const std::exception& error) {
      const auto* known = dynamic_cast<const Error*>(&error);
      const std::string name = job_name(context_.experiment, point, repeat);
      const std::lock_guard lock(mutex_);
      failures_.emplace(job, Error(known ? known->code() : Exit::run_failed,
                                   (name.empty() ? "" : name + ": ") + error.what()));
    }
  }

  ReplayContext& context_;
  const RunOptions& options_;
  std::vector<double> ended_;  // [jobs]
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::size_t done_ = 0;
  std::map<std::size_t, Error> failures_;
  std::optional<Error> lost_;
};

// Lets the probes look; names the series, but where all jobs failed or the process is to stop.
void replay(const ExperimentData& data, const Layout& layout, const SeriesStore& store,
            services::Shared& shared, const RunOptions& options, ProbeResult& result) {
  ReplayContext context{data, layout.points, store, shared, result.directory};
  ReplayCrew crew(context, options, store.ended());
  crew.run(threads_to_use(options));
  if (crew.lost()) throw Error(Exit::run_failed, std::string(crew.lost()->what()) + not_added);
  if (shared.stopping())
    throw Error(services::exit_of_signal(options.stop->load()), std::string("interrupted") + not_added);
  for (const auto& [job, failure] : crew.failures()) {
    result.failures.emplace_back(failure.what());
    result.exit = failure.code();
  }
  if (crew.failures().size() == store.ended().size()) return store.withdraw();
  for (const StoredSeries& stored : layout.index.series) result.series.push_back(stored.series.name);
}

// Says in the manifest where the series come from, and that they are to get their names.
void announce(const ExperimentData& data, const std::string& probes, const std::vector<std::string>& pending,
              const ProbeResult& result) {
  Replay replay{&data, probes, result.series, result.failures, 0, ""};
  describe_snapshots(result.directory, data, replay);
  add_replay(result.directory, replay, pending);
}

// As far as the manifest can be read.
bool is_announced(const fs::path& directory) {
  try {
    return !read_manifest(directory).pending.empty();
  } catch (const Error&) {
    return true;
  }
}

}  // namespace

ProbeResult probe_run(const fs::path& directory, const fs::path& probes, const Catalogue& catalogue,
                      const RunOptions& options) {
  const plugin::DefaultFloatEnvironment environment;
  read_manifest(directory);  // no lock is made in a folder that is no run directory
  const RunLock lock = advising(not_added, [&] { return RunLock(directory); });
  advising(not_added, [&] { settle(directory); });
  const StoredManifest before = read_manifest(directory);
  check_same_config(directory);
  check_same_series(before, directory, false);
  Log log = advising(not_added, [&] { return Log(directory / "log.txt"); });
  const ProbeChoice none = [](const std::string&) { return false; };
  const ExperimentData run = load_run(directory, catalogue, none);
  const std::string text = read_experiment_file(probes, probes_file);  // once, as it may be a pipe
  const ExperimentData data = with_probes(run, text, probes, catalogue);
  ProbeResult result;
  result.directory = directory;
  result.note = differences_text(before, data);

  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  shared->log = [&log](int level, const std::string& line) {
    log.write((level > 0 ? "warning: " : "") + line);
  };
  const Layout layout = make_layout(data, *shared);
  check_run_data(before, shared->files.hashes(), directory);
  check_memory(layout, static_cast<std::int64_t>(data.points.size()) * data.repeats, threads_to_use(options));
  check_made_again(directory, data, layout.index);
  check_space(directory, series_bytes(layout.index), "let the probes look at fewer steps (record)");

  const SeriesStore store = advising(not_added, [&] { return SeriesStore::add(directory, layout.index); });
  try {
    replay(data, layout, store, *shared, options, result);
    advising(not_added, [&] { lock.check_place(directory); });
    if (!result.series.empty()) announce(data, text, store.promise(), result);
  } catch (...) {
    if (!is_announced(directory)) store.withdraw();
    throw;
  }
  finish_pending(directory);
  log.write(
      fmt::format("probes of {} looked at the snapshots: {} series", probes.string(), result.series.size()));
  return result;
}

}  // namespace basso

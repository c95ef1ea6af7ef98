// basso::run_experiment: the run directory, the jobs over the cores, the verdicts.
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sched.h>

#include <algorithm>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>

#include "basso/error.hpp"
#include "basso/experiment.hpp"
#include "basso/run.hpp"
#include "data/file.hpp"
#include "run/job.hpp"
#include "run/layout.hpp"
#include "run/manifest.hpp"
#include "run/runner.hpp"
#include "services/memory.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

void write_text(const fs::path& file, const std::string& text) {
  data::write_file_atomically(file,
                              {data::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())});
}

// log.txt, a line at a time from any thread.
class Log {
 public:
  explicit Log(const fs::path& file) : file_(data::File::create(file)) {}
  void write(const std::string& line) {
    const std::lock_guard lock(mutex_);
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const std::string text = fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {}\n", fmt::gmtime(now), line);
    try {
      file_.write_at(size_, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
      size_ += text.size();
    } catch (const Error& error) {
      failure_ = error.what();
    }
  }
  // Why a line was lost, or nothing. A run goes on without its log, but says so.
  std::string failure() {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

 private:
  std::mutex mutex_;
  data::File file_;
  std::uint64_t size_ = 0;
  std::string failure_;
};

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

void check_space(const fs::path& directory, std::uint64_t bytes) {
  std::error_code failure;
  const fs::space_info space = fs::space(directory, failure);
  if (!failure && space.available < bytes) {
    throw Error(Exit::run_failed,
                fmt::format("{}: the series need {} bytes, the disk has {}; record less often",
                            directory.string(), bytes, space.available));
  }
}

// Jobs over threads. The calling thread waits and reports.
class Crew {
 public:
  Crew(JobContext& context, const RunOptions& options, Log& log)
      : context_(context), options_(options), log_(log) {
    const ExperimentData& experiment = context.experiment;
    jobs_ = static_cast<std::int64_t>(experiment.points.size()) * experiment.repeats;
    for (const PointSettings& point : experiment.points)
      steps_total_ += point.train ? point.train->steps * experiment.repeats : 0;
  }

  void run(int threads) {
    started_ = std::chrono::steady_clock::now();
    std::vector<std::jthread> workers;
    running_ = static_cast<int>(std::min<std::int64_t>(threads, jobs_));
    for (int i = running_; i > 0; --i) workers.emplace_back([this] { work(); });
    std::unique_lock lock(mutex_);
    while (!all_done_.wait_for(lock, std::chrono::milliseconds(250), [this] { return running_ == 0; })) {
      lock.unlock();
      report();
      lock.lock();
    }
    lock.unlock();
    report();
  }

  std::int64_t jobs() const { return jobs_; }
  std::int64_t ended() const { return ended_; }
  bool interrupted() const { return interrupted_; }
  std::vector<std::string> failures() const {  // in the order of the jobs
    std::vector<std::string> texts;
    for (const auto& [job, text] : failures_) texts.push_back(text);
    return texts;
  }

 private:
  void work() {
    for (std::int64_t job = next_++; job < jobs_; job = next_++) {
      if (!context_.shared.stopping()) run_one(job);
      if (context_.shared.stopping()) break;
    }
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) all_done_.notify_one();
  }

  void run_one(std::int64_t job) {
    const auto point = static_cast<std::size_t>(job / context_.experiment.repeats);
    const std::int64_t repeat = job % context_.experiment.repeats;
    std::string name = job_name(context_.experiment, point, repeat);
    if (!name.empty()) name += ": ";
    try {
      const bool ended = run_job(context_, point, repeat);
      const std::lock_guard lock(mutex_);
      ended_ += ended ? 1 : 0;
      interrupted_ = interrupted_ || !ended;
      log_.write(name + (ended ? "ended" : "stopped"));
    } catch (const std::exception& error) {
      const std::lock_guard lock(mutex_);
      failures_[job] = name + error.what();
      log_.write("failed: " + failures_[job]);
    }
    ++jobs_done_;
  }

  void report() {
    if (!options_.progress) return;
    Progress progress;
    progress.steps_done = context_.steps_done;
    progress.steps_total = steps_total_ - context_.steps_skipped;
    progress.jobs_done = jobs_done_;
    progress.jobs_total = jobs_;
    progress.loss = context_.loss;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
    progress.steps_per_second = seconds > 0 ? static_cast<double>(progress.steps_done) / seconds : 0;
    const auto left = static_cast<double>(progress.steps_total - progress.steps_done);
    progress.seconds_left = progress.steps_per_second > 0 ? left / progress.steps_per_second : -1;
    options_.progress(progress);
  }

  JobContext& context_;
  const RunOptions& options_;
  Log& log_;
  std::int64_t jobs_ = 0, steps_total_ = 0;
  std::chrono::steady_clock::time_point started_;
  std::atomic<std::int64_t> next_{0}, jobs_done_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable all_done_;
  int running_ = 0;
  std::int64_t ended_ = 0;
  bool interrupted_ = false;
  std::map<std::int64_t, std::string> failures_;
};

void lay_down(const fs::path& directory, const ExperimentData& experiment) {
  write_text(directory / "config.toml", experiment.source_toml);
  write_text(directory / "config.resolved.toml", experiment.resolved_toml);
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
  const auto jobs = static_cast<std::int64_t>(experiment.points.size()) * experiment.repeats;
  auto shared = std::make_unique<services::Shared>(jobs < threads ? static_cast<unsigned>(threads) : 1u);
  shared->seed = experiment.seed;
  shared->data_dirs = options.data_dirs;
  shared->stop = options.stop;
  return shared;
}

RunResult run_experiment(const Experiment& experiment, const Catalogue&, const RunOptions& options) {
  const ExperimentData& data = experiment.data();
  check_out(options.out);
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Layout layout = make_layout(data, *shared);
  check_memory(layout, static_cast<std::int64_t>(data.points.size()) * data.repeats, threads_to_use(options));

  RunResult result;
  result.directory = make_directory(options.out, data.name);
  check_space(result.directory, series_bytes(layout.index));
  lay_down(result.directory, data);
  Log log(result.directory / "log.txt");
  shared->log = [&log](int level, const std::string& line) {
    log.write((level > 0 ? "warning: " : "") + line);
  };
  const SeriesStore store(result.directory, layout.index);
  JobContext context{data, layout.points, store, *shared};
  Crew crew(context, options, log);
  Manifest manifest;
  manifest.experiment = &data;
  manifest.threads = threads_to_use(options);
  manifest.jobs_total = crew.jobs();
  manifest.data_files = shared->files.hashes();
  write_manifest(result.directory, manifest);

  crew.run(manifest.threads);
  store.sync();
  const int signal = options.stop ? options.stop->load() : 0;
  result.failures = crew.failures();
  if (const std::string lost = log.failure(); !lost.empty()) result.failures.push_back(lost);
  result.state = signal != 0 && crew.ended() < crew.jobs() ? "interrupted"
                 : result.failures.empty()                 ? "finished"
                                                           : "failed";
  if (result.state == "interrupted") result.exit = signal == SIGTERM ? Exit::terminated : Exit::interrupted;
  if (result.state == "failed") result.exit = Exit::run_failed;
  result.verdicts = check_run(result.directory);
  log.write(result.state);
  manifest.state = result.state;
  manifest.over = true;
  manifest.jobs_ended = crew.ended();
  manifest.failures = result.failures;
  manifest.data_files = shared->files.hashes();
  manifest.verdicts = result.verdicts;
  write_manifest(result.directory, manifest);
  return result;
}

}  // namespace basso

// Jobs over threads, and the reports of how far they are.
#include "run/crew.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <thread>

#include "basso/error.hpp"
#include "basso/plugin_calls.hpp"
#include "plugin/calls.hpp"
#include "run/directory.hpp"
#include "run/layout.hpp"

namespace basso {

Crew::Crew(JobContext& context, const RunOptions& options, Log& log, const std::vector<double>& ended)
    : context_(context), options_(options), log_(log) {
  const ExperimentData& experiment = context.experiment;
  jobs_ = static_cast<std::int64_t>(experiment.points.size()) * experiment.repeats;
  for (std::int64_t job = 0; job < jobs_; ++job) {
    const PointSettings& point = experiment.points[static_cast<std::size_t>(job / experiment.repeats)];
    if (std::isnan(ended[static_cast<std::size_t>(job)])) {
      waiting_.push_back(job);
      steps_total_ += point.train ? point.train->steps : 0;
    } else {
      ++ended_;
      ++jobs_done_;
    }
  }
}

void Crew::run(int threads) {
  started_ = stopping_since_ = std::chrono::steady_clock::now();
  std::vector<std::jthread> workers;
  const int with_job =
      static_cast<int>(std::min<std::size_t>(static_cast<std::size_t>(threads), waiting_.size()));
  running_ = with_job;
  for (int i = 0; with_job > 0 && i < threads; ++i)
    workers.emplace_back([this, has_job = i < with_job] { work(has_job); });
  std::unique_lock lock(mutex_);
  while (!all_done_.wait_for(lock, std::chrono::milliseconds(250), [this] { return running_ == 0; })) {
    lock.unlock();
    report();
    log_what_hangs();
    lock.lock();
  }
  lock.unlock();
  report();
}

std::vector<std::string> Crew::failures() const {
  if (!lost_.empty()) return {lost_};
  std::vector<std::string> texts;
  for (const auto& [job, text] : failures_) texts.push_back(text);
  return texts;
}

void Crew::work(bool has_job) {
  if (has_job) run_jobs();
  context_.team.help();
}

void Crew::run_jobs() {
  for (std::size_t i = next_++; i < waiting_.size(); i = next_++) {
    if (!context_.stopping()) run_one(waiting_[i]);
    if (context_.stopping()) break;
  }
  const std::lock_guard lock(mutex_);
  if (--running_ > 0) return;
  context_.team.close();
  all_done_.notify_one();
}

void Crew::run_one(std::int64_t job) {
  const auto point = static_cast<std::size_t>(job / context_.experiment.repeats);
  const std::int64_t repeat = job % context_.experiment.repeats;
  std::string name = job_name(context_.experiment, point, repeat);
  if (!name.empty()) name += ": ";
  const auto over = [&](bool ended) {
    const std::string how = ended ? ended_text(job) : "stopped";
    const std::lock_guard lock(mutex_);
    ended_ += ended ? 1 : 0;
    log_.write(name + how);
  };
  try {
    over(run_job(context_, point, repeat));
  } catch (const CannotRecord& error) {
    const std::lock_guard lock(mutex_);
    if (lost_.empty()) lost_ = error.what();
    context_.halted = true;
  } catch (const Error& error) {
    if (context_.shared.stopping() && error.code() >= Exit::hung_up)
      over(false);  // a plugin in a long computation that heard of it
    else
      fail(job, name + error.what(), &error);
  } catch (const std::bad_alloc&) {
    fail(job, name + "out of memory: take fewer --threads, or a smaller batch or network");
  } catch (const std::exception& error) {
    fail(job, name + error.what());
  }
  ++jobs_done_;
}

void Crew::fail(std::int64_t job, const std::string& text, const Error* reason) {
  const std::lock_guard lock(mutex_);
  failures_[job] = text;
  const auto* of_plugin = dynamic_cast<const plugin::PluginFailure*>(reason);
  if (of_plugin && !of_plugin->who().empty()) blamed_.insert(of_plugin->who());
  log_.write("failed: " + text);
}

// A training that stop_when stopped has ended, too, but not where the file says.
std::string Crew::ended_text(std::int64_t job) const {
  const PointSettings& point =
      context_.experiment.points[static_cast<std::size_t>(job / context_.experiment.repeats)];
  double step = 0;
  recording([&] { step = context_.store.ended()[static_cast<std::size_t>(job)]; });
  if (!point.train || step >= static_cast<double>(point.train->steps)) return "ended";
  return fmt::format("ended at step {:.0f} of {}: stop_when, the loss was below {:g}", step,
                     point.train->steps, point.train->stop_loss_below);
}

// For whoever finds the run after a kill that followed a signal to stop.
void Crew::log_what_hangs() {
  const auto now = std::chrono::steady_clock::now();
  if (!context_.stopping()) stopping_since_ = now;
  if (hangs_ || now - stopping_since_ < std::chrono::seconds(2)) return;
  const std::string calls = plugin_calls_text();
  hangs_ = !calls.empty();
  if (hangs_) log_.write("still in " + calls);
}

void Crew::report() {
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

}  // namespace basso

// The life of one job. A recording at step s sees the parameters after s updates. Nothing that a probe does
// reaches the trainer, so that the training has the same bytes with any probes or none.
#include "run/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "basso/error.hpp"
#include "plugin/float_environment.hpp"
#include "run/assembly.hpp"
#include "run/layout.hpp"
#include "run/recorder.hpp"

namespace basso {

namespace {

constexpr std::int64_t steps_between_reports = 16;

class Job {
 public:
  Job(JobContext& context, std::size_t point, std::int64_t repeat)
      : context_(context),
        settings_(context.experiment.points[point]),
        point_(point),
        repeat_(static_cast<std::size_t>(repeat)),
        assembly_(context.experiment, settings_, context.shared, repeat),
        recorder_(assembly_, context.store, point_, repeat_),
        last_step_(settings_.train ? settings_.train->steps : 0) {
    const std::string difference = layout_difference(context.layout[point], assembly_.declared());
    if (!difference.empty()) throw Error(Exit::run_failed, difference);
  }

  bool run() {
    context_.store.write_recorded(point_, repeat_, 0);
    assembly_.start(&context_.team);
    for (const std::int64_t step : moments()) {
      if (!train_until(step)) return skip_rest(false);
      const bool stop = loss_is_low_enough(step);
      if (recorder_.look(step, stop)) context_.store.write_recorded(point_, repeat_, ++recorded_);
      if (stop) {
        end(step);
        return skip_rest(true);
      }
    }
    end(last_step_);
    return true;
  }

  // The steps that were not made count as done for the progress.
  bool skip_rest(bool result) {
    const std::int64_t made = assembly_.started() ? assembly_.training().steps() : 0;
    context_.steps_done += made - reported_;
    reported_ = made;
    context_.steps_skipped += last_step_ - made;
    return result;
  }

 private:
  // Every step at which something is recorded or looked at.
  std::set<std::int64_t> moments() {
    std::set<std::int64_t> steps{last_step_};
    for (const Assembly::Probe& probe : assembly_.probes())
      steps.insert(probe.steps.begin(), probe.steps.end());
    if (settings_.train && settings_.train->stop_loss_below > 0) {
      record_steps_ = settings_.record.steps(last_step_);
      steps.insert(record_steps_.begin(), record_steps_.end());
    }
    return steps;
  }

  // False when the run is to stop.
  bool train_until(std::int64_t step) {
    if (context_.shared.stopping()) return false;
    if (!assembly_.trains()) return true;
    nn::TrainingRun& training = assembly_.training();
    const plugin::FloatEnvironment environment;
    while (training.steps() < step) {
      training.step();
      if (const std::string changed = environment.restored(); !changed.empty()) fail_environment(changed);
      if (!training.finite()) fail_not_finite(training.failure());
      if (training.steps() - reported_ >= steps_between_reports || training.steps() == step) report(training);
      if (context_.shared.stopping()) return false;
    }
    return true;
  }

  // Numbers would depend on which other jobs this thread has run.
  [[noreturn]] void fail_environment(const std::string& changed) {
    throw Error(Exit::run_failed,
                fmt::format("an activation changed the floating-point environment in step {}: {}; "
                            "basso plugin check finds which one and says what to do",
                            assembly_.training().steps(), changed));
  }

  [[noreturn]] static void fail_not_finite(const std::string& what) {
    throw Error(
        Exit::run_failed,
        fmt::format("the training is not finite: {}; a lower learning rate or clip may help; what was "
                    "recorded before is kept",
                    what));
  }

  // Each step looks at the loss before its update: what the last update did is looked at here.
  void end(std::int64_t step) {
    if (assembly_.trains()) {
      const double loss = assembly_.loss();
      if (!std::isfinite(loss))
        fail_not_finite(fmt::format("the loss after the last step, {}, is {}", step, loss));
    }
    context_.store.write_ended(point_, repeat_, step);
  }

  void report(const nn::TrainingRun& training) {
    context_.steps_done += training.steps() - reported_;
    reported_ = training.steps();
    context_.loss = training.loss();
  }

  bool loss_is_low_enough(std::int64_t step) {
    if (!settings_.train || settings_.train->stop_loss_below <= 0 || step == last_step_) return false;
    if (!std::binary_search(record_steps_.begin(), record_steps_.end(), step)) return false;
    return assembly_.training().loss() < settings_.train->stop_loss_below;  // NaN before the first step
  }

  JobContext& context_;
  const PointSettings& settings_;
  std::size_t point_, repeat_;
  Assembly assembly_;
  Recorder recorder_;
  std::int64_t last_step_;
  std::int64_t reported_ = 0, recorded_ = 0;
  std::vector<std::int64_t> record_steps_;
};

}  // namespace

bool run_job(JobContext& context, std::size_t point, std::int64_t repeat) {
  Job job(context, point, repeat);
  try {
    return job.run();
  } catch (...) {
    job.skip_rest(false);
    throw;
  }
}

}  // namespace basso

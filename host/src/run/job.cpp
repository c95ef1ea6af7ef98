// The life of one job. A recording at step s sees the parameters after s updates. Nothing that a probe does
// reaches the trainer, so that the training has the same bytes with any probes or none. A job that goes on
// from a checkpoint makes again what it had recorded behind it, with the same bytes.
#include "run/job.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <set>

#include "basso/error.hpp"
#include "plugin/calls.hpp"
#include "plugin/float_environment.hpp"
#include "run/assembly.hpp"
#include "run/directory.hpp"
#include "run/layout.hpp"
#include "run/recorder.hpp"
#include "run/snapshots.hpp"

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
        snapshots_(context.directory, settings_, point_, repeat_),
        snapshot_steps_(snapshot_steps(settings_)),
        counted_(counted_steps(settings_)),
        last_step_(settings_.train ? settings_.train->steps : 0),
        clock_(context.experiment.checkpoint_seconds) {
    const std::string difference = layout_difference(context.layout[point], assembly_.declared());
    if (!difference.empty()) throw Error(Exit::run_failed, difference);
  }

  bool run() {
    begin();
    for (const std::int64_t step : moments()) {
      if (past(step)) continue;
      if (!train_until(step)) return skip_rest(false);
      const bool stop = loss_is_low_enough(step);
      look_at_network(step, stop || step == last_step_);
      look(step, stop);
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
  void begin() {
    assembly_.start(&context_.team);
    if (assembly_.trains()) {
      if (const auto saved = context_.checkpoints.newest(point_, repeat_, context_.note)) restore(*saved);
    }
    for (const std::int64_t step : counted_) recorded_ += past(step) ? 1 : 0;
    context_.store.write_recorded(point_, repeat_, recorded_);
  }

  // Every step at which something is recorded, stored or looked at.
  std::set<std::int64_t> moments() {
    std::set<std::int64_t> steps = counted_;
    for (const Assembly::Probe& probe : assembly_.probes())
      steps.insert(probe.steps.begin(), probe.steps.end());
    steps.insert(snapshot_steps_.begin(), snapshot_steps_.end());
    steps.insert(last_step_);
    if (settings_.train && settings_.train->stop_loss_below > 0) {
      record_steps_ = settings_.record.steps(last_step_);
      steps.insert(record_steps_.begin(), record_steps_.end());
    }
    return steps;
  }

  // Whether it was recorded before this process took the job up.
  bool past(std::int64_t step) const { return step < from_.step || (step == from_.step && from_.looked); }

  // False when the run is to stop.
  bool train_until(std::int64_t step) {
    if (!assembly_.trains()) return !context_.stopping();
    nn::TrainingRun& training = assembly_.training();
    const plugin::FloatEnvironment environment;
    for (;;) {
      if (!goes_on()) return false;
      if (training.steps() >= step) return true;
      training.step();
      if (const std::string changed = environment.restored(); !changed.empty()) fail_environment(changed);
      if (!training.finite()) fail_not_finite(training.failure());
      if (training.steps() - reported_ >= steps_between_reports || training.steps() == step) report(training);
    }
  }

  // Between two steps: false when the run is to stop. Saves what was reached then, and where it is due.
  bool goes_on() {
    const bool stop = context_.stopping();
    if (stop || clock_.due()) save(recorder_.memory(), looked_at_ == assembly_.training().steps());
    return !stop;
  }

  // Writes a checkpoint, behind the recordings that it says were made, unless the newest one says the same.
  void save(std::vector<ProbeMemory> probes, bool looked) {
    if (!assembly_.started()) return;
    const auto begun = std::chrono::steady_clock::now();
    nn::TrainingRun& training = assembly_.training();
    const Moment now{training.steps(), looked};
    if (now == saved_) return;
    Checkpoint checkpoint;
    checkpoint.point = point_;
    checkpoint.repeat = repeat_;
    checkpoint.step = now.step;
    checkpoint.looked = now.looked;
    checkpoint.parameters.resize(assembly_.parameter_count());
    training.parameters(checkpoint.parameters);
    checkpoint.training = training.state();
    checkpoint.probes = std::move(probes);
    context_.store.sync();
    recording([&] { context_.lock.check_place(context_.directory); });
    context_.checkpoints.write(std::move(checkpoint));
    saved_ = now;
    const auto taken = std::chrono::steady_clock::now() - begun;
    clock_.took(taken);
    checkpoint_time_ += taken;
    ++checkpoints_;
  }

  void restore(const Checkpoint& saved) {
    nn::TrainingRun& training = assembly_.training();
    training.set_parameters(saved.parameters);
    training.restore(saved.training);
    if (training.steps() != saved.step || saved.step > last_step_)
      throw Error(Exit::data, fmt::format("the checkpoint of step {} holds another step", saved.step));
    recorder_.recall(saved.probes);
    from_ = saved_ = {saved.step, saved.looked};
    looked_at_ = saved.looked ? saved.step : -1;
    reported_ = saved.step;
    context_.steps_skipped += saved.step;
    log(fmt::format("goes on from step {}", saved.step));
  }

  // Numbers would depend on which other jobs this thread has run.
  [[noreturn]] void fail_environment(const std::string& changed) {
    throw Error(Exit::run_failed,
                fmt::format("an activation changed the floating-point environment in step {}: {}; "
                            "basso plugin check finds which one and says what to do",
                            assembly_.training().steps(), changed));
  }

  [[noreturn]] void fail_not_finite(const std::string& what) {
    throw Error(
        Exit::run_failed,
        fmt::format("the training is not finite: {}; {}; a lower learning rate or clip may help; what "
                    "was recorded before is kept",
                    what, keep_last_network()));
  }

  // A step that is refused for its loss has changed nothing; one whose update was not finite has, and the
  // network before it is trained once more. Returns where it is.
  std::string keep_last_network() {
    nn::TrainingRun& training = assembly_.training();
    std::vector<double> parameters(assembly_.parameter_count());
    training.parameters(parameters);
    const bool sound =
        std::all_of(parameters.begin(), parameters.end(), [](double p) { return std::isfinite(p); });
    const std::int64_t step = training.steps() - (sound ? 0 : 1);
    try {
      const std::unique_ptr<nn::TrainingRun> again = sound ? nullptr : train_again(step);
      if (again && (!again->finite() || again->steps() < step)) return "its last finite network was not kept";
      store_network(step, sound ? training : *again);
      return fmt::format("its last finite network, of step {}, is {}", step, snapshots_.file(step).string());
    } catch (const Error& error) {
      return fmt::format("its last finite network, of step {}, was not kept: {}", step, error.what());
    }
  }

  // From the newest checkpoint, or from the start.
  std::unique_ptr<nn::TrainingRun> train_again(std::int64_t step) {
    std::unique_ptr<nn::TrainingRun> again = assembly_.new_training(&context_.team);
    const auto saved = context_.checkpoints.newest(point_, repeat_, context_.note);
    if (saved && saved->step <= step) {
      again->set_parameters(saved->parameters);
      again->restore(saved->training);
    }
    while (again->finite() && again->steps() < step && !context_.stopping()) again->step();
    return again;
  }

  // Before the probes look: stores the network where that is due. Refuses one beside whose arrays something
  // was written, and one whose loss is not finite, which each step sees only before its own update.
  void look_at_network(std::int64_t step, bool ends) {
    assembly_.refresh();
    if (!assembly_.trains()) return;
    if (const auto damage = assembly_.training().damage()) fail_damaged(*damage);
    const bool due = std::binary_search(snapshot_steps_.begin(), snapshot_steps_.end(), step);
    if (due || (ends && !snapshot_steps_.empty())) {
      recording([&] { store_network(step, assembly_.training()); });
    }
    if (!recorder_.may_look(step, ends)) fail_loss(step);
  }

  void store_network(std::int64_t step, const nn::TrainingRun& training) {
    context_.lock.check_place(context_.directory);
    snapshots_.write(step, training);
  }

  [[noreturn]] void fail_damaged(const nn::TrainingRun::Damage& damage) {
    const std::string who = "activation " + damage.activation;
    throw plugin::PluginFailure(Exit::run_failed,
                                fmt::format("{}: {}; basso plugin check activation/{} finds where", who,
                                            damage.what, damage.activation),
                                who);
  }

  [[noreturn]] void fail_loss(std::int64_t step) {
    const std::string where = assembly_.training().not_finite_at();
    fail_not_finite(fmt::format("the loss after step {} is {}{}", step, std::abs(assembly_.loss()),
                                where.empty() ? "" : "; first seen in " + where));
  }

  void end(std::int64_t step) {
    // A job that is cheap to make again may be lost to a power cut.
    if (std::chrono::steady_clock::now() - begun_ > std::chrono::seconds(1)) context_.store.sync();
    context_.store.write_ended(point_, repeat_, step);
    context_.checkpoints.remove(point_, repeat_);
    if (checkpoints_ > 0) log_checkpoints();
  }

  void log_checkpoints() {
    using seconds = std::chrono::duration<double>;
    const seconds all = std::chrono::steady_clock::now() - begun_, theirs = checkpoint_time_;
    log(fmt::format("{} checkpoint{} took {:.3g} s of {:.3g} s", checkpoints_, checkpoints_ == 1 ? "" : "s",
                    theirs.count(), all.count()));
  }

  void log(const std::string& line) {
    const std::string name = job_name(context_.experiment, point_, static_cast<std::int64_t>(repeat_));
    context_.shared.write_log(0, name.empty() ? line : name + ": " + line);
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

  // A probe that fails here, or hears of the stop, may have changed its state on the way: the checkpoint is
  // of the moment before.
  void look(std::int64_t step, bool stop) {
    std::vector<ProbeMemory> before = recorder_.memory();
    try {
      recorder_.look(step, stop);
      if (counted_.count(step) > 0) context_.store.write_recorded(point_, repeat_, ++recorded_);
    } catch (const CannotRecord&) {
      throw;
    } catch (...) {
      try {
        save(std::move(before), false);
      } catch (const Error& error) {
        context_.note(error.what());
      }
      // On numbers that are not finite it may well fail: then it is the training that is to blame.
      if (!recorder_.may_look(step, true)) fail_loss(step);
      throw;
    }
    looked_at_ = step;
  }

  JobContext& context_;
  const PointSettings& settings_;
  std::size_t point_, repeat_;
  Assembly assembly_;
  Recorder recorder_;
  Snapshots snapshots_;
  std::vector<std::int64_t> snapshot_steps_;
  std::set<std::int64_t> counted_;
  std::int64_t last_step_;
  CheckpointClock clock_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration checkpoint_time_{};
  int checkpoints_ = 0;
  struct Moment {
    std::int64_t step;
    bool looked;  // the recording at this step was made
    bool operator==(const Moment&) const = default;
  };
  Moment from_{0, false}, saved_{0, false};  // taken up, last kept
  std::int64_t looked_at_ = -1;              // step of the last recording
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

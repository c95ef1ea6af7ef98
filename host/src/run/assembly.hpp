// Everything that one (sweep point, repeat) is made of: target, network, trainer and probes, put together
// from the settings. Layout, plan and job build on it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "nn/trainer.hpp"
#include "run/series_store.hpp"
#include "run/settings.hpp"
#include "services/engine_view.hpp"
#include "services/probe.hpp"
#include "services/target.hpp"

namespace basso {

// Steps at which a probe looks: its own schedule's, else [record]'s; {0} without training.
std::vector<std::int64_t> probe_steps(const PointSettings& point, const ProbeSettings& probe);
// Steps of the recordings that recorded.npy counts: at which a probe of the experiment looks, or would if it
// had not been dropped.
std::set<std::int64_t> counted_steps(const PointSettings& point);

// Members refer to each other: an assembly stays where it is. Used by one thread at a time.
class Assembly {
 public:
  // Creates the target and the probes; nothing is trained. Throws Error as the plugins' creations do, for
  // networks that do not fit, and for initial parameters that a file or an activation cannot give.
  Assembly(const ExperimentData& experiment, const PointSettings& point, services::Shared& shared,
           std::int64_t repeat);
  Assembly(const Assembly&) = delete;
  Assembly& operator=(const Assembly&) = delete;

  const PointSettings& settings() const { return point_; }
  const services::Target& target() const { return target_; }
  const std::vector<DeclaredSeries>& declared() const { return declared_; }
  std::size_t parameter_count() const { return scene_.layout.size(); }
  std::uint64_t bytes() const;  // of memory once started, about

  const nn::ParameterLayout& layout() const { return scene_.layout; }
  // At its first step.
  std::unique_ptr<nn::TrainingRun> new_training(nn::Team* team) const;

  // Draws the parameters, makes the trainer, which `team` helps where it is not null, and prepares the
  // probes.
  void start(nn::Team* team = nullptr);
  bool trains() const { return point_.train.has_value(); }
  bool started() const { return training_ != nullptr; }  // false as well where nothing is trained
  nn::TrainingRun& training() { return *training_; }     // once started

  struct Probe {
    const ProbeSettings* settings;
    std::vector<std::int64_t> steps;
    std::size_t first_series;  // of its series in declared()
    std::unique_ptr<services::Probe> instance;
  };
  std::vector<Probe>& probes() { return probes_; }
  // Before the probes look at one step, or loss() is asked for.
  void refresh();
  // Of the network as it stands, over all of the training set.
  double loss();

 private:
  void make_engine(services::Shared& shared);
  void check_neighbours();
  void check_labels() const;
  void check_grid() const;
  void check_engine() const;
  void make_probe(const ProbeSettings& settings, services::Shared& shared);

  const ExperimentData& experiment_;
  const PointSettings& point_;
  std::uint64_t repeat_;
  services::Target target_;
  nn::NetworkSpec network_;
  nn::TrainSpec train_;
  services::SceneSpec scene_;  // without recorded steps
  std::unique_ptr<nn::TrainingRun> training_;
  std::unique_ptr<services::NetworkView> view_;
  std::vector<Probe> probes_;
  std::vector<DeclaredSeries> declared_;
};

}  // namespace basso

// A small experiment for probes to look at: a target and a network of the checker's own, without any plugin.
#pragma once

#include <array>
#include <memory>

#include "nn/trainer.hpp"
#include "services/engine_view.hpp"
#include "services/probe.hpp"
#include "services/scene.hpp"
#include "services/target.hpp"

namespace basso::check {

// amplitude sin(2 pi frequency z + phase)
struct Sine {
  double frequency, amplitude = 1, phase = 0;
};
constexpr std::array<Sine, 2> kTarget = {{{1, 1, 0}, {3, 0.5, 1}}};

// The target is y(z) = the sum of kTarget, z in [0, 1), with its exact lines, on the sets
//   train  32 rows, a periodic grid in z     dense  128 rows, the same     test  20 rows, no grid
// each with the latent z. The input is z itself, or the point (cos 2 pi z, sin 2 pi z).
enum class Inputs { line = 1, ring = 2 };
enum class Bend { smooth, kinked };  // the checker's own "tanh", or "relu" with its kink stated
struct Setting {
  Inputs inputs = Inputs::line;
  Bend bend = Bend::smooth;
  int layers = 2;      // hidden ones
  int recordings = 4;  // enough to tell one behaviour from another
  double scale = 1;    // of y
};

// The network inputs-6-5-1, or inputs-6-1 with one hidden layer, float64, Adam on the mean squared error,
// initialised from the seed.
class Experiment {
 public:
  Experiment(services::Shared& shared, const Setting& setting);

  const services::Target& target() const { return *target_; }
  const services::SceneSpec& scene() const { return scene_; }
  services::EngineView& view() { return *view_; }
  nn::TrainingRun& run() { return *run_; }
  std::int64_t step() const { return run_->steps(); }
  // Makes so many training steps and refreshes the view.
  void train(int steps);
  // From one recording to the next, as the scene says.
  static constexpr int steps_between = 2;

 private:
  std::unique_ptr<services::Target> target_;
  nn::NetworkSpec network_;
  nn::TrainSpec train_;
  services::SceneSpec scene_;
  std::unique_ptr<nn::TrainingRun> run_;
  std::unique_ptr<services::EngineView> view_;
};

}  // namespace basso::check

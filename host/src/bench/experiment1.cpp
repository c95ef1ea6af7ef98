// See experiment1.hpp.
#include "bench/experiment1.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "basso/error.hpp"

namespace basso::bench {

std::unique_ptr<nn::TrainingRun> experiment1_run(const nn::Activation& f) {
  nn::NetworkSpec network;
  network.widths.assign(experiment1_layers, experiment1_width);
  network.activations.assign(experiment1_layers, f);
  nn::TrainSpec train;
  train.optimizer.kind = nn::OptimizerKind::adam;
  train.optimizer.rate = 1e-12;
  std::vector<double> x(experiment1_samples), y(experiment1_samples);
  for (std::size_t j = 0; j < x.size(); ++j) {
    x[j] = static_cast<double>(j) / static_cast<double>(x.size());
    for (int k = 5; k <= 50; k += 5) y[j] += std::sin(2.0 * std::numbers::pi * k * x[j]);
  }
  const std::vector<double> parameters = nn::initial_parameters(network, {.seed = 1, .kind = "init"});
  return nn::make_training_run(network, train, x, y, x.size(), parameters, {.kind = "batch"});
}

void train(nn::TrainingRun& run, std::uint64_t times) {
  for (std::uint64_t i = 0; i < times; ++i) run.step();
  if (!run.finite())
    throw Error(
        Exit::run_failed,
        fmt::format("a training step cannot be timed, as its values are not finite: {}", run.failure()));
}

}  // namespace basso::bench

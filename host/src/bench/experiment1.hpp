// The training step that costs are compared with: Experiment 1 of Rahaman et al. 2019, section 3.1: six
// hidden layers of 256 units, one input, one output, all of N = 200 samples in every step, float32, Adam.
#pragma once

#include <memory>

#include "nn/trainer.hpp"

namespace basso::bench {

inline constexpr int experiment1_layers = 6;
inline constexpr int experiment1_width = 256;
inline constexpr std::size_t experiment1_samples = 200;

// The run with this activation behind every hidden layer. Its learning rate is so small that the parameters
// stay where they are: the time of a step does not depend on it. `f` and its library outlive the run.
std::unique_ptr<nn::TrainingRun> experiment1_run(const nn::Activation& f);

// `times` steps; throws Error(Exit::run_failed) where the network's values stop being finite.
void train(nn::TrainingRun& run, std::uint64_t times);

}  // namespace basso::bench

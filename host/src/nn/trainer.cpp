// Choice of engine and precision, and the checks and sizes that need no data.
#include "nn/trainer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <new>

#include "basso/error.hpp"
#include "nn/engine.hpp"
#include "nn/reference_run.hpp"
#include "plugin/calls.hpp"

namespace basso::nn {

void validate(const NetworkSpec& network, const TrainSpec& train, size_t rows) {
  validate(network);
  validate(train.optimizer);
  if (rows == 0) throw Error(Exit::usage, "the training set is empty; expected at least one sample");
  if (rows > UINT32_MAX)
    throw Error(Exit::usage, fmt::format("{} training samples; at most {}", rows, UINT32_MAX));
  if (!(train.l2 >= 0.0) || !std::isfinite(train.l2))
    throw Error(Exit::usage, fmt::format("l2 is {}; expected a finite number, 0 or above", train.l2));
  if (train.clip && !(*train.clip > 0.0))
    throw Error(Exit::usage, fmt::format("clip is {}; expected a number above 0", *train.clip));
  if (train.loss == LossKind::softmax_cross_entropy && network.outputs < 2)
    throw Error(Exit::usage, "softmax cross-entropy needs at least 2 network outputs, one for each class");
  if (!train.frequencies) return;
  if (network.outputs != 1)
    throw Error(Exit::usage, fmt::format("a frequency-weighted loss needs one output, and the target has {}",
                                         network.outputs));
  if (train.batch != 0 && train.batch < rows)
    throw Error(Exit::usage, "a frequency-weighted loss needs all samples in each step: batch = 0");
}

namespace {

template <class T>
std::unique_ptr<TrainingRun> make(const NetworkSpec& network, const TrainSpec& train,
                                  std::span<const double> inputs, std::span<const double> outputs,
                                  size_t rows, std::span<const double> parameters, const StreamKey& batches,
                                  Team* team) {
  if (train.engine == Engine::reference)
    return std::make_unique<ReferenceRun<T>>(network, train, inputs, outputs, rows, parameters, batches);
  return std::make_unique<Trainer<T>>(network, train, inputs, outputs, rows, parameters, batches, team);
}

}  // namespace

std::unique_ptr<TrainingRun> make_training_run(const NetworkSpec& network, const TrainSpec& train,
                                               std::span<const double> inputs,
                                               std::span<const double> outputs, size_t rows,
                                               std::span<const double> parameters, const StreamKey& batches,
                                               Team* team) {
  const plugin::CallScope none(nullptr);  // this thread's slot is taken now, not in a step
  try {
    const auto make_run = train.precision == Precision::float64 ? make<double> : make<float>;
    return make_run(network, train, inputs, outputs, rows, parameters, batches, team);
  } catch (const std::bad_alloc&) {
    throw Error(Exit::run_failed,
                fmt::format("out of memory: training needs about {} MiB; use a smaller batch or network",
                            training_bytes(network, train, rows) >> 20));
  }
}

uint64_t training_bytes(const NetworkSpec& network, const TrainSpec& train, size_t rows) {
  validate(network, train, rows);
  const uint64_t batch = train.batch == 0 ? rows : std::min(train.batch, rows);
  const ParameterLayout layout(network);
  const uint64_t moments = train.optimizer.kind == OptimizerKind::adam               ? 2
                           : train.optimizer.kind == OptimizerKind::gradient_descent ? 0
                                                                                     : 1;
  const auto outs = static_cast<uint64_t>(network.outputs);
  const bool plain = train.engine == Engine::reference;
  uint64_t elements = layout.size() * (3 + moments);  // parameters, gradient, packed weights or a copy
  uint64_t widest = outs;
  uint64_t sets = 0;  // bytes that say where activations are zero
  for (size_t l = 0; l < network.widths.size(); ++l) {
    const auto w = static_cast<uint64_t>(network.widths[l]);
    elements += batch * w * (plain || !network.activations[l].trainables.empty() ? 3 : 2);
    if (network.activations[l].has_zeros && !plain) sets += 2 * batch * w;
    widest = std::max(widest, w);
  }
  if (sets > 0) elements += widest * widest;  // at most, to move units
  if (plain) elements += 3 * batch * widest;  // of the backward pass
  elements += batch * (static_cast<uint64_t>(network.inputs) + 3 * outs) + rows * outs;
  if (batch < rows) elements += rows * static_cast<uint64_t>(network.inputs) + batch * outs;
  return sets + elements * (train.precision == Precision::float64 ? 8 : 4);
}

}  // namespace basso::nn

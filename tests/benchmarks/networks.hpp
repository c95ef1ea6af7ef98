// The papers' networks as training tasks.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::bench {

struct Task {
  std::string name;
  nn::NetworkSpec network;
  nn::TrainSpec train;
  size_t samples;
  bool flower = false;  // inputs on R's curve with 16 petals, in its order; else uniform, sorted where they
                        // are numbers

  size_t rows() const { return train.batch ? train.batch : samples; }
};

inline Task task(std::string name, int inputs, std::vector<int> widths, int outputs, const nn::Activation& f,
                 size_t samples, size_t batch = 0) {
  Task t{std::move(name), nn::testing::network(inputs, std::move(widths), outputs, f), {}, samples};
  t.train.optimizer.rate = 1e-4;
  t.train.batch = batch;
  return t;
}

inline Task exp1() {
  return task("rahaman/exp1_relu_6x256_n200", 1, std::vector<int>(6, 256), 1, nn::testing::relu(), 200);
}
inline Task exp1_dense() {
  Task t = exp1();
  t.name = "rahaman/exp1_dense";
  t.train.skip_zeros = t.train.reorder = false;
  return t;
}
inline Task exp1_float64() {
  Task t = exp1();
  t.name += "_float64";
  t.train.precision = nn::Precision::float64;
  return t;
}
inline Task exp5() {
  Task t = task("rahaman/exp5_flower_n1000", 2, std::vector<int>(6, 256), 1, nn::testing::relu(), 1000);
  t.flower = true;
  return t;
}
inline Task xu(size_t samples) {
  return task("xu/tanh_200x3_100_n" + std::to_string(samples), 1, {200, 200, 200, 100}, 1,
              nn::testing::tanh(), samples);
}
inline Task image() {
  return task("xu/image_tanh_n1800", 2, {500, 400, 300, 200, 200, 100, 100}, 1, nn::testing::tanh(), 1800);
}
inline Task mnist() {
  return task("xu/mnist_tanh_batch400", 784, {800, 400, 200, 100}, 10, nn::testing::tanh(), 2000, 400);
}

inline std::unique_ptr<nn::TrainingRun> make_run(const Task& task, nn::Team* team) {
  const auto inputs = static_cast<size_t>(task.network.inputs);
  const auto outputs = static_cast<size_t>(task.network.outputs);
  std::vector<double> x(task.samples * inputs);
  std::vector<double> y(task.samples * outputs);
  nn::Stream(nn::StreamKey{.kind = "benchmark", .id = "x"}).uniforms(x);
  if (inputs == 1) std::sort(x.begin(), x.end());
  for (size_t i = 0; task.flower && i < task.samples; ++i) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(task.samples);
    const double radius = 1.0 + 0.5 * std::sin(16.0 * angle);  // Rahaman et al. 2019, section 4
    x[2 * i] = radius * std::cos(angle);
    x[2 * i + 1] = radius * std::sin(angle);
  }
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = std::sin(20.0 * x[i / outputs * inputs] + static_cast<double>(i % outputs));
  return nn::make_training_run(task.network, task.train, x, y, task.samples,
                               nn::initial_parameters(task.network, nn::StreamKey{.kind = "init"}),
                               nn::StreamKey{.kind = "batch"}, team);
}

// Flops of a step: by the convention, 6 N Σ (entries of the weight matrices), and those of the products that
// are needed: nobody asks for the first map's gradient by its inputs.
struct Flops {
  double convention, needed;
};
inline Flops flops(const Task& task) {
  double entries = 0.0, first = 0.0;
  const nn::ParameterLayout layout(task.network);
  for (const auto& block : layout.blocks()) {
    if (block.kind != nn::ParameterLayout::Kind::weight) continue;
    entries += static_cast<double>(block.size());
    if (block.layer == 0) first = static_cast<double>(block.size());
  }
  const double rows = static_cast<double>(task.rows());
  return {6.0 * rows * entries, 6.0 * rows * entries - 2.0 * rows * first};
}

}  // namespace basso::bench

// Long runs of the engine against the plain network with an Adam of its own, over seeds; and what leaving out
// zeros does where numbers are too large for it.
#include <gtest/gtest.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <vector>

#include "nn/reference.hpp"
#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using Vector = Reference<double>::Vector;
using Matrix = Reference<double>::Matrix;

struct Samples {
  Matrix x{64, 1}, y{64, 1};
  Samples() {
    for (Eigen::Index i = 0; i < 64; ++i) {
      x(i, 0) = static_cast<double>(i) / 64;
      y(i, 0) = std::sin(2 * std::numbers::pi * 3 * x(i, 0)) + std::cos(2 * std::numbers::pi * x(i, 0));
    }
  }
};

Vector drawn(const NetworkSpec& spec, uint64_t seed) {
  const std::vector<double> p = initial_parameters(spec, StreamKey{.seed = seed, .kind = "init"});
  return Eigen::Map<const Vector>(p.data(), static_cast<Eigen::Index>(p.size()));
}

std::unique_ptr<TrainingRun> run_of(const NetworkSpec& spec, const TrainSpec& train, const Vector& theta,
                                    const Samples& samples) {
  return make_training_run(spec, train, {samples.x.data(), 64}, {samples.y.data(), 64}, 64,
                           {theta.data(), static_cast<size_t>(theta.size())},
                           StreamKey{.seed = 1, .kind = "batch"});
}

struct Trained {
  Vector theta;
  double loss;
};

// Kingma and Ba 2015, Algorithm 1, in float64.
Trained by_plain_adam(const NetworkSpec& spec, Vector theta, const Samples& samples, double rate, int steps) {
  const Reference<double> net(spec);
  Vector gradient, m = Vector::Zero(theta.size()), v = Vector::Zero(theta.size());
  for (int t = 1; t <= steps; ++t) {
    net.loss(LossKind::mean_squared, theta, samples.x, samples.y, &gradient);
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient.cwiseAbs2();
    const Vector first = m / (1 - std::pow(0.9, t)), second = v / (1 - std::pow(0.999, t));
    theta.array() -= rate * first.array() / (second.array().sqrt() + 1e-8);
  }
  const double loss = net.loss(LossKind::mean_squared, theta, samples.x, samples.y, nullptr);
  return {std::move(theta), loss};
}

TEST(LongRun, TheReferenceEngineFollowsThePlainNetwork) {
  const NetworkSpec spec = testing::network(1, {16, 16}, 1, testing::tanh());
  const Samples samples;
  TrainSpec train;
  train.engine = Engine::reference;
  train.precision = Precision::float64;
  train.optimizer.rate = 2e-3;
  const Vector theta = drawn(spec, 1);
  const auto run = run_of(spec, train, theta, samples);
  for (int t = 0; t < 200; ++t) run->step();
  std::vector<double> parameters(run->layout().size());
  run->parameters(parameters);
  const Trained plain = by_plain_adam(spec, theta, samples, train.optimizer.rate, 200);
  for (size_t i = 0; i < parameters.size(); ++i)
    ASSERT_NEAR(parameters[i], plain.theta[static_cast<Eigen::Index>(i)], 1e-9) << i;
}

// Rounding moves single runs of some hundred steps; over seeds their losses are the same.
TEST(LongRun, LossesInFloat32AreThoseOfThePlainNetworkOverSeeds) {
  const NetworkSpec spec = testing::network(1, {32, 32, 32}, 1, testing::relu());
  const Samples samples;
  TrainSpec train;
  train.optimizer.rate = 2e-3;
  const int steps = 500, seeds = 12;
  double sum = 0.0, squares = 0.0, learned = 0.0;
  for (int seed = 0; seed < seeds; ++seed) {
    const Vector theta = drawn(spec, static_cast<uint64_t>(seed));
    const auto run = run_of(spec, train, theta, samples);
    run->step();
    const double before = run->loss();
    for (int t = 1; t < steps; ++t) run->step();
    ASSERT_TRUE(run->finite()) << run->failure();
    const double difference =  // the engine's loss is that before its last step
        std::log(run->loss()) -
        std::log(by_plain_adam(spec, theta, samples, train.optimizer.rate, steps - 1).loss);
    sum += difference;
    squares += difference * difference;
    learned += std::log(before / run->loss()) / seeds;
  }
  const double mean = sum / seeds;
  const double error = std::sqrt(std::max(0.0, squares / seeds - mean * mean) / (seeds - 1));
  EXPECT_GT(learned, 2.0);
  EXPECT_LE(std::abs(mean), 3.0 * error + 1e-3) << "mean " << mean << ", standard error " << error;
  EXPECT_LE(std::abs(mean), 0.2);
}

// Activations beyond 2^50: with them a product may overflow, and an infinity times a zero must be seen.
TEST(LongRun, LeavingOutZerosChangesNothingWhereNumbersAreHuge) {
  const NetworkSpec spec = testing::network(1, {64, 64, 64}, 1, testing::relu());
  const Samples samples;
  for (const double factor : {1e3, 1e5, 1e7, 1e10, 1e13}) {
    std::vector<double> parameters[2];
    std::string failures[2];
    for (const size_t skip : {0u, 1u}) {
      TrainSpec train;
      train.skip_zeros = skip == 1;
      const auto run = run_of(spec, train, factor * drawn(spec, 5), samples);
      for (int t = 0; t < 20 && run->finite(); ++t) run->step();
      parameters[skip].resize(run->layout().size());
      run->parameters(parameters[skip]);
      failures[skip] = run->failure();
    }
    EXPECT_EQ(parameters[0], parameters[1]) << factor;
    EXPECT_EQ(failures[0], failures[1]) << factor;
    EXPECT_EQ(failures[1].empty(), factor < 1e7) << factor << failures[1];
  }
}

}  // namespace
}  // namespace basso::nn

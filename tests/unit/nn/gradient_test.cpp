// The reference network against finite differences, and the engine's step against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "basso/error.hpp"
#include "nn/reference.hpp"
#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using Matrix = Reference<double>::Matrix;
using Vector = Reference<double>::Vector;

constexpr LossKind losses[] = {LossKind::mean_squared, LossKind::mean_absolute,
                               LossKind::binary_cross_entropy, LossKind::softmax_cross_entropy};

Matrix normal_matrix(Eigen::Index rows, Eigen::Index cols, uint64_t stream) {
  Matrix m(rows, cols);
  Stream(StreamKey{.kind = "test", .id = "gradient", .stream = stream})
      .normals(std::span<double>(m.data(), static_cast<size_t>(m.size())));
  return m;
}

Vector parameters_of(const NetworkSpec& spec) {
  NetworkSpec copy = spec;
  copy.init.law = InitLaw::pytorch;
  const std::vector<double> p = initial_parameters(copy, StreamKey{.seed = 3, .kind = "init"});
  return Eigen::Map<const Vector>(p.data(), static_cast<Eigen::Index>(p.size()));
}

// Targets that suit every loss: rows of class weights.
Matrix one_hot(Eigen::Index rows, Eigen::Index cols) {
  Matrix y = Matrix::Zero(rows, cols);
  for (Eigen::Index r = 0; r < rows; ++r) y(r, r % cols) = 1.0;
  return y;
}

std::vector<NetworkSpec> networks(int outputs) {
  std::vector<NetworkSpec> all;
  for (const Activation& f :
       {testing::relu(), testing::tanh(), testing::sine(3.0), testing::scaled(0.8, 1.7)}) {
    all.push_back(testing::network(1, {5, 4}, outputs, f));
    all.push_back(testing::network(3, {1}, outputs, f));
    all.push_back(testing::network(2, {1, 70, 3}, outputs, f));
  }
  all.push_back(testing::network(3, {}, outputs, testing::tanh()));
  NetworkSpec mixed = testing::network(2, {6, 7}, outputs, testing::tanh());
  mixed.activations[1] = testing::scaled(1.2, 0.4);
  all.push_back(mixed);
  return all;
}

TEST(Reference, GradientEqualsCentralDifferencesForEveryLossActivationAndShape) {
  for (const LossKind kind : losses)
    for (const int outputs : {1, 3}) {
      if (kind == LossKind::softmax_cross_entropy && outputs == 1) continue;
      for (const NetworkSpec& spec : networks(outputs)) {
        const Reference<double> net(spec);
        Vector theta = parameters_of(spec);
        const Matrix x = normal_matrix(4, spec.inputs, 1), y = 2.0 * one_hot(4, outputs);
        Vector gradient;
        net.loss(kind, theta, x, y, &gradient);
        for (Eigen::Index i = 0; i < theta.size(); ++i) {
          const double h = 1e-6, at = theta[i];
          theta[i] = at + h;
          const double above = net.loss(kind, theta, x, y, nullptr);
          theta[i] = at - h;
          const double below = net.loss(kind, theta, x, y, nullptr);
          theta[i] = at;
          ASSERT_NEAR(gradient[i], (above - below) / (2 * h), 2e-8)
              << name(kind) << ", " << (spec.activations.empty() ? "linear" : spec.activations[0].id)
              << ", parameter " << i;
        }
      }
    }
}

TEST(Reference, PullbacksAndPushforwardAreDerivativesAndAdjointToEachOther) {
  for (const NetworkSpec& spec : networks(3)) {
    const Reference<double> net(spec);
    const Vector theta = parameters_of(spec);
    const Matrix x = normal_matrix(4, spec.inputs, 2), v = normal_matrix(4, 3, 3);
    const Vector u = normal_matrix(theta.size(), 1, 4);
    const Matrix dx = normal_matrix(4, spec.inputs, 5);
    const Matrix jvp = net.pushforward(theta, x, u);
    const double h = 1e-6;
    const Matrix difference = (net.evaluate(theta + h * u, x) - net.evaluate(theta - h * u, x)) / (2 * h);
    EXPECT_LT((jvp - difference).cwiseAbs().maxCoeff(), 1e-7 * (1.0 + jvp.cwiseAbs().maxCoeff()));
    EXPECT_NEAR(net.pullback_parameters(theta, x, v).dot(u), jvp.cwiseProduct(v).sum(),
                1e-12 * (1.0 + u.norm() * v.norm()));
    const Matrix by_inputs = (net.evaluate(theta, x + h * dx) - net.evaluate(theta, x - h * dx)) / (2 * h);
    EXPECT_NEAR(net.pullback_inputs(theta, x, v).cwiseProduct(dx).sum(), by_inputs.cwiseProduct(v).sum(),
                1e-7);
  }
}

std::unique_ptr<TrainingRun> run_of(const NetworkSpec& spec, const TrainSpec& train, const Vector& theta,
                                    const Matrix& x, const Matrix& y) {
  return make_training_run(spec, train, {x.data(), static_cast<size_t>(x.size())},
                           {y.data(), static_cast<size_t>(y.size())}, static_cast<size_t>(x.rows()),
                           {theta.data(), static_cast<size_t>(theta.size())},
                           StreamKey{.seed = 1, .kind = "batch"});
}

// Loss, predictions, gradient and parameters after one step of gradient descent.
void compare_step(const NetworkSpec& spec, LossKind kind, Precision precision, Eigen::Index rows,
                  double tolerance) {
  const Reference<double> net(spec);
  const Vector theta = parameters_of(spec);
  const Matrix x = normal_matrix(rows, spec.inputs, 6), y = one_hot(rows, spec.outputs);
  TrainSpec train;
  train.loss = kind;
  train.precision = precision;
  train.optimizer.kind = OptimizerKind::gradient_descent;
  train.optimizer.rate = 0.125;
  const auto run = run_of(spec, train, theta, x, y);
  run->step();
  Vector gradient;
  EXPECT_NEAR(run->loss(), net.loss(kind, theta, x, y, &gradient), tolerance);
  const std::vector<double> ours = run->last_gradient(), predictions = run->last_predictions();
  const Matrix output = net.evaluate(theta, x);
  const double scale = 1.0 + gradient.cwiseAbs().maxCoeff();
  for (Eigen::Index i = 0; i < output.size(); ++i)
    ASSERT_NEAR(predictions[static_cast<size_t>(i)], output.data()[i],
                tolerance * (1.0 + std::abs(output.data()[i])));
  std::vector<double> after(run->layout().size());
  run->parameters(after);
  for (Eigen::Index i = 0; i < theta.size(); ++i) {
    const auto at = static_cast<size_t>(i);
    ASSERT_NEAR(ours[at], gradient[i], tolerance * scale)
        << "parameter " << i << " of layer shapes starting with " << spec.inputs;
    ASSERT_NEAR(after[at], theta[i] - 0.125 * gradient[i], tolerance * scale);
  }
}

TEST(Trainer, OneFloat64StepEqualsTheReferenceToRounding) {
  for (const LossKind kind : losses)
    for (const int outputs : {1, 3})
      if (kind != LossKind::softmax_cross_entropy || outputs > 1)
        for (const NetworkSpec& spec : networks(outputs))
          compare_step(spec, kind, Precision::float64, 7, 1e-13);
}

TEST(Trainer, OneFloat64StepEqualsTheReferenceForWidthsThatSpanPanels) {
  compare_step(testing::network(1, {256, 256}, 1, testing::relu()), LossKind::mean_squared,
               Precision::float64, 200, 1e-13);
  compare_step(testing::network(2, {200, 100, 3}, 10, testing::tanh()), LossKind::softmax_cross_entropy,
               Precision::float64, 61, 1e-13);
  compare_step(testing::network(130, {65, 33}, 17, testing::scaled(0.9, 1.1)), LossKind::mean_squared,
               Precision::float64, 150, 1e-13);
}

TEST(Trainer, LeavingOutZerosChangesNoBit) {
  for (const Precision precision : {Precision::float32, Precision::float64})
    for (const size_t batch : {size_t{0}, size_t{50}}) {
      std::vector<double> parameters[2];
      for (const size_t skip : {0u, 1u}) {
        const NetworkSpec spec = testing::network(1, {100, 70, 100}, 1, testing::relu());
        TrainSpec train;
        train.skip_zeros = skip == 1;
        train.precision = precision;
        train.batch = batch;
        Matrix x(200, 1), y(200, 1);
        for (Eigen::Index i = 0; i < 200; ++i)
          x(i, 0) = static_cast<double>(i) / 200, y(i, 0) = std::sin(20 * x(i, 0));
        const auto run = run_of(spec, train, parameters_of(spec), x, y);
        for (int step = 0; step < 300; ++step) run->step();
        ASSERT_TRUE(run->finite()) << run->failure();
        parameters[skip].resize(run->layout().size());
        run->parameters(parameters[skip]);
      }
      EXPECT_EQ(parameters[0], parameters[1]);
    }
}

// Where its slope is 0 a unit is off, and its slope has a gradient still.
TEST(Trainer, TrainableNumbersLearnFromUnitsThatAreOff) {
  std::vector<double> parameters[2];
  for (const size_t skip : {0u, 1u}) {
    const NetworkSpec spec = testing::network(1, {64, 64, 64}, 1, testing::hinge(0.0));
    TrainSpec train;
    train.skip_zeros = skip == 1;
    train.precision = Precision::float64;
    Matrix x(200, 1), y(200, 1);
    for (Eigen::Index i = 0; i < 200; ++i)
      x(i, 0) = static_cast<double>(i) / 200, y(i, 0) = std::sin(20 * x(i, 0));
    const Vector start = parameters_of(spec);
    const auto run = run_of(spec, train, start, x, y);
    for (int step = 0; step < 20; ++step) run->step();
    parameters[skip].resize(run->layout().size());
    run->parameters(parameters[skip]);
    EXPECT_NE(parameters[skip], std::vector<double>(start.begin(), start.end()));
  }
  EXPECT_EQ(parameters[0], parameters[1]);
}

struct Problem {
  NetworkSpec spec = testing::network(1, {100, 70, 100}, 1, testing::relu());
  TrainSpec train;
  Matrix x{200, 1}, y{200, 1};
  Problem() {
    train.precision = Precision::float64;
    for (Eigen::Index i = 0; i < 200; ++i)
      x(i, 0) = static_cast<double>(i) / 200, y(i, 0) = std::sin(20 * x(i, 0));
  }
  std::unique_ptr<TrainingRun> run() const { return run_of(spec, train, parameters_of(spec), x, y); }
};

std::vector<double> parameters_after(TrainingRun& run, int steps) {
  for (int step = 0; step < steps; ++step) run.step();
  std::vector<double> result(run.layout().size());
  run.parameters(result);
  return result;
}

double largest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

TEST(Trainer, TheOrderOfTheUnitsInsideShowsNowhere) {
  Problem problem;
  const auto moved = problem.run();
  problem.train.reorder = false;
  const auto fixed = problem.run();
  const std::vector<double> a = parameters_after(*moved, 1), b = parameters_after(*fixed, 1);
  EXPECT_EQ(a, b);  // the units were moved behind this step, and the user does not see it
  EXPECT_EQ(moved->last_gradient(), fixed->last_gradient());
  const std::vector<double> later = parameters_after(*moved, 20), expected = parameters_after(*fixed, 20);
  EXPECT_NE(later, expected);  // sums in another order: they were moved
  EXPECT_LT(largest_difference(later, expected), 1e-10);
  EXPECT_LT(largest_difference(moved->last_gradient(), fixed->last_gradient()), 1e-10);
}

TEST(Trainer, ARestoredRunHasTheOrderOfTheUnitsAndGoesOnBitForBit) {
  const Problem problem;
  const auto first = problem.run(), second = problem.run();
  const std::vector<double> middle = parameters_after(*first, 200);
  second->set_parameters(middle);
  second->restore(first->state());
  EXPECT_EQ(parameters_after(*first, 150), parameters_after(*second, 150));
  EXPECT_EQ(first->state(), second->state());
  std::vector<double> twice = first->state();
  twice[3] = twice[2];  // two places for one unit
  EXPECT_THROW(second->restore(twice), Error);
}

TEST(Trainer, OneFloat32StepEqualsTheFloat64ReferenceToFloat32Rounding) {
  for (const LossKind kind :
       {LossKind::mean_squared, LossKind::binary_cross_entropy, LossKind::softmax_cross_entropy})
    for (const NetworkSpec& spec : networks(3)) compare_step(spec, kind, Precision::float32, 7, 1e-5);
  compare_step(testing::network(1, {256, 256}, 1, testing::tanh()), LossKind::mean_squared,
               Precision::float32, 200, 1e-5);
}

}  // namespace
}  // namespace basso::nn

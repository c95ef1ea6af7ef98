// The reference network against finite differences, and the engine's step against the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "basso/error.hpp"
#include "nn/engine.hpp"
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

// By them Eigen cuts its sums.
TEST(Reference, TheProcessorsCachesAreNotAskedFor) {
  EXPECT_EQ(Eigen::l1CacheSize(), 32 << 10);
  EXPECT_EQ(Eigen::l2CacheSize(), 256 << 10);
  EXPECT_EQ(Eigen::l3CacheSize(), 2 << 20);
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

// Loss, predictions, gradient and parameters after some steps, beside those of the reference in float64.
void compare_steps(const NetworkSpec& spec, TrainSpec train, Eigen::Index rows, int steps, double tolerance) {
  const Matrix x = normal_matrix(rows, spec.inputs, 6), y = one_hot(rows, spec.outputs);
  const auto run = run_of(spec, train, parameters_of(spec), x, y);
  train.engine = Engine::reference;
  train.precision = Precision::float64;
  const auto plain = run_of(spec, train, parameters_of(spec), x, y);
  const std::vector<double> ours = parameters_after(*run, steps), theirs = parameters_after(*plain, steps);
  ASSERT_TRUE(run->finite() && plain->finite()) << run->failure() << plain->failure();
  const auto scale = [](const std::vector<double>& values) {
    return 1.0 + largest_difference(values, std::vector<double>(values.size()));
  };
  const std::vector<double> gradient = plain->last_gradient(), predictions = plain->last_predictions();
  EXPECT_NEAR(run->loss(), plain->loss(), tolerance);
  EXPECT_LT(largest_difference(run->last_predictions(), predictions), tolerance * scale(predictions));
  EXPECT_LT(largest_difference(run->last_gradient(), gradient), tolerance * scale(gradient));
  EXPECT_LT(largest_difference(ours, theirs), tolerance * scale(gradient));
  EXPECT_GT(largest_difference(ours, parameters_after(*run, 1)),
            10 * tolerance);  // there was something to do
}

void compare_step(const NetworkSpec& spec, LossKind kind, Precision precision, Eigen::Index rows,
                  double tolerance) {
  TrainSpec train;
  train.loss = kind;
  train.precision = precision;
  train.optimizer.kind = OptimizerKind::gradient_descent;
  train.optimizer.rate = 0.125;
  compare_steps(spec, train, rows, 1, tolerance);
}

TEST(Trainer, OneFloat64StepEqualsTheReferenceToRounding) {
  for (const LossKind kind : losses)
    for (const int outputs : {1, 3})
      if (kind != LossKind::softmax_cross_entropy || outputs > 1)
        for (const NetworkSpec& spec : networks(outputs))
          compare_step(spec, kind, Precision::float64, 7, 1e-13);
}

// Adam divides by the gradients' size: where that is the rounding's, so is the change's error.
TEST(Trainer, StepsEqualTheReferencesForEveryOptimiserLossAndBatch) {
  OptimizerSpec descent{.kind = OptimizerKind::gradient_descent, .rate = 0.05};
  OptimizerSpec momentum{.kind = OptimizerKind::momentum, .rate = 0.05, .momentum = 0.8};
  OptimizerSpec nesterov = momentum;
  nesterov.nesterov = true;
  OptimizerSpec adam{.rate = 0.01, .epsilon = 1e-4};
  OptimizerSpec tensorflow = adam;
  tensorflow.form = AdamForm::tensorflow;
  for (const NetworkSpec& spec : networks(3))
    for (const OptimizerSpec& optimizer : {descent, momentum, nesterov, adam, tensorflow})
      for (const LossKind kind : losses)
        for (const size_t batch : {size_t{0}, size_t{7}}) {
          TrainSpec train;
          train.optimizer = optimizer;
          train.loss = kind;
          train.batch = batch;
          train.l2 = 0.01;
          train.l2_biases = batch == 0;
          train.clip = 0.5;
          for (const Precision precision : {Precision::float32, Precision::float64}) {
            train.precision = precision;
            compare_steps(spec, train, 20, 4, precision == Precision::float32 ? 5e-5 : 1e-12);
          }
        }
}

TEST(Trainer, StepsOfAFrequencyWeightedLossEqualTheReferences) {
  TrainSpec train;
  train.frequencies = FrequencySchedule{FrequencySchedule::Order::low_to_high, {1, 3}, 0.1, 2, 2};
  train.optimizer.rate = 0.01;
  const NetworkSpec spec = testing::network(1, {20, 20}, 1, testing::tanh());
  Matrix x(30, 1), y(30, 1);
  for (Eigen::Index i = 0; i < 30; ++i) {
    x(i, 0) = static_cast<double>(i) / 30;
    y(i, 0) = std::sin(2 * std::numbers::pi * x(i, 0)) + std::cos(6 * std::numbers::pi * x(i, 0));
  }
  for (const Precision precision : {Precision::float32, Precision::float64}) {
    train.precision = precision;
    const double tolerance = precision == Precision::float32 ? 1e-5 : 1e-12;
    train.engine = Engine::fast;
    const auto run = run_of(spec, train, parameters_of(spec), x, y);
    train.engine = Engine::reference;
    const auto plain = run_of(spec, train, parameters_of(spec), x, y);
    EXPECT_LT(largest_difference(parameters_after(*run, 12), parameters_after(*plain, 12)), tolerance);
    EXPECT_NEAR(run->loss(), plain->loss(), tolerance);
    EXPECT_EQ(run->state()[2], 2.0);  // both stages have ended
    EXPECT_EQ(plain->state()[2], 2.0);
  }
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
        Vector start = parameters_of(spec);
        const ParameterLayout layout(spec);
        for (int l = 0; batch > 0 && l < 3;
             ++l)  // shuffled samples share no zeros but those of units at rest
          start.segment(static_cast<Eigen::Index>(layout.biases(l).offset), layout.biases(l).rows / 2)
              .setConstant(-10.0);
        const auto run = run_of(spec, train, start, x, y);
        for (int step = 0; step < 300; ++step) run->step();
        ASSERT_TRUE(run->finite()) << run->failure();
        const size_t left_out = precision == Precision::float32
                                    ? dynamic_cast<const Trainer<float>&>(*run).layers_left_out()
                                    : dynamic_cast<const Trainer<double>&>(*run).layers_left_out();
        EXPECT_EQ(left_out, skip ? 3 : 0) << "batch " << batch;
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

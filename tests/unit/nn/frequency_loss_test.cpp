// The frequency-weighted loss against Eq 4 of Xu, Zhang and Xiao 2018 written out as direct sums, and its
// stages.
#include "nn/frequency_loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "basso/error.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/random.hpp"
#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using Order = FrequencySchedule::Order;

// Three cosines with amplitudes 1, 1, 1 at bins 1, 3 and 7 of n points.
std::vector<double> cosines(size_t n, double a1, double a3, double a7) {
  std::vector<double> y(n);
  for (size_t j = 0; j < n; ++j) {
    const double t = 2.0 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(n);
    y[j] = a1 * std::cos(t) + a3 * std::cos(3.0 * t) + a7 * std::cos(7.0 * t);
  }
  return y;
}

std::vector<double> noise(size_t n, uint64_t row) {
  std::vector<double> values(n);
  Stream(StreamKey{.kind = "test", .id = "frequency-loss", .row = row}).normals(values);
  return values;
}

// Eq 4 with weights 1 at the bins of which keep(min(k, n - k)) is true.
template <class Keep>
double direct(const std::vector<double>& f, const std::vector<double>& y, Keep keep) {
  const size_t n = f.size();
  double sum = 0.0;
  for (size_t k = 0; k < n; ++k) {
    std::complex<double> bin = 0.0;
    for (size_t j = 0; j < n; ++j) {
      const double turns = static_cast<double>(j * k % n) / static_cast<double>(n);
      bin += (f[j] - y[j]) * std::polar(1.0, -2.0 * std::numbers::pi * turns);
    }
    if (keep(std::min(k, n - k))) sum += std::norm(bin) / static_cast<double>(n);
  }
  return sum / static_cast<double>(n);
}

TEST(FrequencyLoss, WithAllWeightsOneIsTheMeanSquaredErrorAndItsGradient) {
  for (const size_t n : {1u, 2u, 15u, 40u}) {
    const std::vector<double> f = noise(n, 0), y = noise(n, 1);
    std::vector<double> gradient(n), expected(n);
    FrequencyLoss loss({}, y);
    const double value = loss.evaluate(0, f.data(), y.data(), gradient.data());
    EXPECT_NEAR(value, evaluate_loss(LossKind::mean_squared, f.data(), y.data(), n, 1, expected.data()),
                1e-14);
    for (size_t j = 0; j < n; ++j) EXPECT_NEAR(gradient[j], expected[j], 1e-15) << n << ' ' << j;
  }
}

TEST(FrequencyLoss, IsTheWeightedSumOfEquation4AndItsGradientThatOfDifferences) {
  for (const size_t n : {20u, 21u}) {
    for (const Order order : {Order::low_to_high, Order::high_to_low}) {
      const bool low = order == Order::low_to_high;
      const std::vector<double> y = cosines(n, 1.0, 1.0, 1.0);
      std::vector<double> f = noise(n, 2), gradient(n);
      const auto keep = [&](size_t k) { return low ? k <= 1 : k >= 7; };
      FrequencyLoss loss({order, {1, 3, 7}, 0.1, 1, 0}, y);
      EXPECT_NEAR(loss.evaluate(0, f.data(), y.data(), gradient.data()), direct(f, y, keep), 1e-13);
      for (size_t j = 0; j < n; ++j) {
        const double at = f[j], step = 1e-4;  // L_wf is quadratic: central differences are exact
        f[j] = at + step;
        const double above = direct(f, y, keep);
        f[j] = at - step;
        const double slope = (above - direct(f, y, keep)) / (2.0 * step);
        f[j] = at;
        EXPECT_NEAR(gradient[j], slope, 1e-10);
      }
    }
  }
}

// Which stage it is in after an evaluation of `f`.
double stage(FrequencyLoss& loss, int64_t step, const std::vector<double>& f, const std::vector<double>& y) {
  std::vector<double> gradient(f.size());
  loss.evaluate(step, f.data(), y.data(), gradient.data());
  return loss.state()[0];
}

TEST(FrequencyLoss, GoesOnWhenThePeakInHandIsLearned) {
  const std::vector<double> y = cosines(30, 1.0, 1.0, 1.0);
  FrequencyLoss rising({Order::low_to_high, {1, 3, 7}, 0.1, 10, 0}, y);
  EXPECT_EQ(stage(rising, 0, cosines(30, 0.5, 1.0, 1.0), y), 0);   // 50 % at bin 1
  EXPECT_EQ(stage(rising, 7, cosines(30, 0.95, 0.0, 0.0), y), 0);  // no look at step 7
  EXPECT_EQ(stage(rising, 10, cosines(30, 0.95, 0.0, 0.0), y), 1);
  EXPECT_EQ(stage(rising, 20, y, y), 2);  // one stage a look
  EXPECT_EQ(stage(rising, 30, y, y), 3);
  EXPECT_EQ(stage(rising, 40, cosines(30, 0.0, 0.0, 0.0), y), 3);  // it stays there
  FrequencyLoss falling({Order::high_to_low, {1, 3, 7}, 0.1, 10, 0}, y);
  EXPECT_EQ(stage(falling, 0, cosines(30, 1.0, 1.0, 0.5), y), 0);
  EXPECT_EQ(stage(falling, 10, cosines(30, 0.0, 0.0, 0.95), y), 1);
}

TEST(FrequencyLoss, AfterTheLastStageAllWeightsAreOne) {
  const std::vector<double> y = cosines(30, 1.0, 1.0, 1.0), f = noise(30, 3);
  std::vector<double> gradient(30);
  FrequencyLoss loss({Order::high_to_low, {3}, 0.1, 1, 0}, y);
  loss.evaluate(0, y.data(), y.data(), gradient.data());
  EXPECT_NEAR(loss.evaluate(1, f.data(), y.data(), gradient.data()),
              direct(f, y, [](size_t) { return true; }), 1e-13);
}

TEST(FrequencyLoss, AStageEndsAfterItsPatience) {
  const std::vector<double> y = cosines(30, 1.0, 1.0, 1.0), f(30);
  FrequencyLoss loss({Order::high_to_low, {1, 3, 7}, 0.1, 1, 3}, y);
  std::vector<double> stages;
  for (int64_t step = 0; step < 8; ++step) stages.push_back(stage(loss, step, f, y));
  EXPECT_EQ(stages, (std::vector<double>{0, 0, 1, 1, 1, 2, 2, 2}));
}

TEST(FrequencyLoss, RefusesWhatHasNoMeaning) {
  const std::vector<double> y = cosines(30, 1.0, 1.0, 1.0);
  const auto refused = [&](const FrequencySchedule& schedule) {
    try {
      FrequencyLoss loss(schedule, y);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string("taken");
  };
  EXPECT_EQ(refused({Order::low_to_high, {1, 16}, 0.1, 1, 0}),
            "peaks: 16 is no bin of 30 training samples; expected 1 to 15");
  EXPECT_EQ(refused({Order::low_to_high, {3, 1}, 0.1, 1, 0}),
            "peaks: 1 does not lie above 3; expected ascending bins");
  EXPECT_EQ(
      refused({Order::low_to_high, {2}, 0.1, 1, 0}),
      "peaks: the target has no component in bin 2, so that no relative error at it falls below the level");
  EXPECT_EQ(refused({Order::low_to_high, {}, 0.1, 1, 0}), "peaks: expected at least one bin");
  EXPECT_EQ(refused({Order::all, {1}, 0.1, 1, 0}), "peaks: expected none where all weights are 1");
  FrequencyLoss loss({Order::low_to_high, {1}, 0.1, 1, 0}, y);
  EXPECT_THROW(loss.restore(std::vector<double>{2.0, 0.0}), Error);
  EXPECT_THROW(loss.restore(std::vector<double>{0.5, 0.0}), Error);
}

// One run, and one that is stored in the middle of a stage and goes on in a new object.
TEST(FrequencyLoss, ARestoredTrainingGoesOnBitForBit) {
  const NetworkSpec network = testing::network(1, {20}, 1, testing::tanh());
  const size_t n = 30;
  const std::vector<double> y = cosines(n, 1.0, 1.0, 1.0);
  std::vector<double> x(n);
  for (size_t j = 0; j < n; ++j) x[j] = static_cast<double>(j) / static_cast<double>(n);
  TrainSpec train;
  train.optimizer.rate = 1e-2;
  train.frequencies = FrequencySchedule{Order::low_to_high, {1, 3, 7}, 0.5, 7, 11};
  const std::vector<double> start = initial_parameters(network, StreamKey{.id = "init"});
  const auto begin = [&] { return make_training_run(network, train, x, y, n, start, StreamKey{}); };
  const auto whole = begin(), first = begin(), second = begin();
  for (int i = 0; i < 300; ++i) whole->step();
  for (int i = 0; i < 100; ++i) first->step();
  std::vector<double> parameters(start.size()), expected(start.size());
  first->parameters(parameters);
  second->set_parameters(parameters);
  second->restore(first->state());
  for (int i = 0; i < 200; ++i) second->step();
  whole->parameters(expected);
  second->parameters(parameters);
  EXPECT_EQ(parameters, expected);
  EXPECT_EQ(second->state(), whole->state());
  EXPECT_GT(whole->state()[2], 0.0);  // it went on to another stage
}

}  // namespace
}  // namespace basso::nn

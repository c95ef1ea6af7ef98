// Threads that help: every task runs once, whoever runs it, and a training has the same bits with any number.
#include "nn/team.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cmath>
#include <stdexcept>
#include <thread>
#include <vector>

#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"
#include "unit/nn/helped.hpp"

namespace basso::nn {
namespace {

using testing::Helped;

TEST(Team, RunsEveryTaskOnceAndReturnsWhenAllHaveEnded) {
  for (const int helpers : {0, 1, 2}) {
    Helped helped(helpers);
    std::vector<int> runs(100);
    Team& team = helped.helped();
    for (size_t round = 0; round < 2000; ++round) team.run(round % 7, [&](size_t i) { ++runs[i]; });
    for (size_t i = 0; i < runs.size(); ++i) {
      int expected = 0;
      for (size_t round = 0; round < 2000; ++round) expected += i < round % 7;
      EXPECT_EQ(runs[i], expected);
    }
  }
}

TEST(Team, WhatATaskThrowsIsThrownOnceAllHaveEnded) {
  for (const int helpers : {0, 1, 2}) {
    Helped helped(helpers);
    Team& team = helped.helped();
    std::atomic<int> inside{0};
    for (int round = 0; round < 200; ++round) {
      const auto task = [&](size_t i) {
        ++inside;
        if (i % 5 == 3) {
          --inside;
          throw std::runtime_error("task");
        }
        --inside;
      };
      EXPECT_THROW(team.run(20, task), std::runtime_error);
      EXPECT_EQ(inside, 0);
      std::atomic<int> runs{0};
      team.run(20, [&](size_t) { ++runs; });
      EXPECT_EQ(runs, 20);
    }
  }
}

TEST(Team, AHelperTakesTasks) {
  Helped helped(1);
  const std::thread::id own = std::this_thread::get_id();
  std::atomic<bool> helped_once{false};
  while (!helped_once)  // ends when the helper has come
    helped.team.run(2, [&](size_t) {
      if (std::this_thread::get_id() != own) helped_once = true;
      std::this_thread::yield();
    });
  SUCCEED();
}

// At whatever point of help() a helper is: this ends, or hangs where a wake-up is lost. The pauses, up to a
// few times the helpers' spinning, keep the core: yielding it would wait for whatever else runs on the
// machine.
TEST(Team, HelpersGoHomeWheneverTheTeamIsClosed) {
  for (int round = 0; round < 1500; ++round) {
    Helped helped(2);
    std::atomic<size_t> sum{0};
    std::atomic<int> pause{round % 50 * 1000};
    while (pause > 0) --pause;
    if (round % 3 != 0) helped.team.run(4, [&](size_t i) { sum += i; });
    EXPECT_EQ(sum, round % 3 != 0 ? 6u : 0u);
  }
}

TEST(Team, SeveralThreadsMayRunTasksAtOnce) {
  Helped helped(1);
  Team& team = helped.helped();
  std::vector<std::jthread> callers;
  std::vector<long> sums(3);
  for (long& sum : sums)
    callers.emplace_back([&] {
      for (int round = 0; round < 1000; ++round) {
        size_t parts[8] = {};
        team.run(8, [&](size_t i) { parts[i] = i; });
        for (const size_t part : parts) sum += static_cast<long>(part);
      }
    });
  callers.clear();
  for (const long sum : sums) EXPECT_EQ(sum, 28000);
}

// State, loss and gradient after some steps of a network whose products are large enough to be shared.
std::vector<double> trained(const NetworkSpec& spec, const TrainSpec& train, int helpers) {
  const auto inputs = static_cast<size_t>(spec.inputs);
  const size_t rows = 310;
  std::vector<double> x(rows * inputs), y(rows);
  for (size_t i = 0; i < x.size(); ++i) x[i] = static_cast<double>(i) / static_cast<double>(x.size()) - 0.3;
  for (size_t i = 0; i < rows; ++i) y[i] = std::sin(0.1 * static_cast<double>(i));
  Helped helped(helpers);
  const auto run = make_training_run(spec, train, x, y, rows, initial_parameters(spec, {.kind = "init"}),
                                     {.kind = "batch"}, &helped.helped());
  for (int step = 0; step < 12; ++step) run->step();
  EXPECT_TRUE(run->finite()) << run->failure();
  std::vector<double> result = run->state();
  const std::vector<double> gradient = run->last_gradient();
  result.insert(result.end(), gradient.begin(), gradient.end());
  return result;
}

TEST(Team, ATrainingHasTheSameBitsWithAnyNumberOfThreads) {
  for (const Activation& f : {testing::relu(), testing::tanh(), testing::scaled(0.9, 1.1)})
    for (const size_t batch : {size_t{0}, size_t{205}})
      for (const Precision precision : {Precision::float32, Precision::float64}) {
        const NetworkSpec spec = testing::network(70, {150, 90, 150}, 1, f);
        TrainSpec train;
        train.batch = batch;
        train.precision = precision;
        const std::vector<double> alone = trained(spec, train, 0);
        EXPECT_EQ(trained(spec, train, 1), alone) << f.id << ", batch " << batch;
        EXPECT_EQ(trained(spec, train, 2), alone) << f.id << ", batch " << batch;
      }
}

}  // namespace
}  // namespace basso::nn

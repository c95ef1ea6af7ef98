// What a training run promises: determinism, bit-equal predictions, batches, clip and decay, failure,
// restoring, learning.
#include "nn/trainer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <Eigen/QR>
#include <cmath>
#include <limits>
#include <vector>

#include "basso/error.hpp"
#include "nn/batches.hpp"
#include "nn/reference.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using ::testing::HasSubstr;

// A task with everything that a run needs; the fields may be changed before make().
struct Task {
  NetworkSpec network;
  TrainSpec train;
  size_t rows;
  std::vector<double> x, y, theta;

  Task(const NetworkSpec& spec, size_t samples) : network(spec), rows(samples) {
    x.resize(rows * static_cast<size_t>(spec.inputs));
    y.resize(rows * static_cast<size_t>(spec.outputs));
    Stream(StreamKey{.kind = "test", .id = "x"}).normals(x);
    for (size_t i = 0; i < y.size(); ++i) y[i] = std::sin(static_cast<double>(i));
    theta = initial_parameters(spec, StreamKey{.seed = 1, .kind = "init"});
  }
  std::unique_ptr<TrainingRun> make() const {
    return make_training_run(network, train, x, y, rows, theta, StreamKey{.seed = 1, .kind = "batch"});
  }
};

std::vector<double> parameters(const TrainingRun& run) {
  std::vector<double> p(run.layout().size());
  run.parameters(p);
  return p;
}

Task small_task(Engine engine) {
  Task task(testing::network(2, {40, 33}, 3, testing::tanh()), 50);
  task.train.engine = engine;
  return task;
}

// What both promise.
class EitherEngine : public ::testing::TestWithParam<Engine> {};
INSTANTIATE_TEST_SUITE_P(Trainer, EitherEngine, ::testing::Values(Engine::fast, Engine::reference),
                         [](const auto& engine) {
                           return engine.param == Engine::fast ? "fast" : "reference";
                         });

TEST_P(EitherEngine, TwoRunsOfOneTaskGiveTheSameBits) {
  for (const size_t batch : {0u, 16u}) {
    Task task = small_task(GetParam());
    task.train.batch = batch;
    const auto a = task.make(), b = task.make();
    for (int i = 0; i < 20; ++i) {
      a->step();
      b->step();
    }
    EXPECT_EQ(parameters(*a), parameters(*b));
    EXPECT_EQ(a->steps(), 20);
  }
}

TEST_P(EitherEngine, LookingAtTheTrainingSamplesBetweenStepsChangesNothing) {
  for (const size_t batch : {size_t{0}, size_t{40}})
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      Task task(testing::network(1, {64, 70}, 2, testing::relu()), 100);
      task.train.engine = GetParam();
      task.train.precision = precision;
      task.train.batch = batch;
      const auto looked = task.make(), left_alone = task.make();
      std::vector<double> seen(200), expected(200);
      for (int step = 0; step < 30; ++step) {
        looked->predict_training(seen);
        looked->predict(task.x, 100, expected);
        ASSERT_EQ(seen, expected);
        looked->step();
        left_alone->step();
      }
      EXPECT_EQ(looked->state(), left_alone->state());
      looked->predict_training(seen);
      std::vector<double> parameters(looked->layout().size());
      looked->parameters(parameters);
      for (double& p : parameters) p *= 0.5;
      looked->set_parameters(parameters);  // what was computed is out of date
      looked->predict_training(seen);
      looked->predict(task.x, 100, expected);
      EXPECT_EQ(seen, expected);
    }
}

TEST(Trainer, PredictionsEqualTheTrainingPassBitForBitAndNoRowDependsOnOthers) {
  const NetworkSpec specs[] = {
      testing::network(2, {40, 33}, 3, testing::tanh()), testing::network(1, {256, 256}, 1, testing::relu()),
      testing::network(20, {70, 1}, 2, testing::sine(2.0)), testing::network(1, {}, 1, testing::relu())};
  for (const NetworkSpec& spec : specs)
    for (const Precision precision : {Precision::float32, Precision::float64}) {
      Task task(spec, 301);
      task.train.precision = precision;
      const auto run = task.make();
      run->step();
      const auto ins = static_cast<size_t>(spec.inputs), outs = static_cast<size_t>(spec.outputs);
      std::vector<double> all(301 * outs), one(outs), part(17 * outs);
      run->predict(task.x, 301, all);
      run->step();  // predicts with the same parameters before its update
      EXPECT_EQ(all, run->last_predictions());
      run->predict(task.x, 301, all);
      for (size_t r = 0; r < 301; ++r) {
        run->predict(std::span<const double>(task.x).subspan(r * ins, ins), 1, one);
        for (size_t o = 0; o < outs; ++o) ASSERT_EQ(one[o], all[r * outs + o]) << "row " << r;
      }
      run->predict(std::span<const double>(task.x).subspan(100 * ins, 17 * ins), 17, part);
      for (size_t i = 0; i < part.size(); ++i) ASSERT_EQ(part[i], all[100 * outs + i]);
    }
}

// The gradients of one unit's weights overflow, those of a hundred others do not.
TEST_P(EitherEngine, OneWeightThatIsNotFiniteAmongManyStopsTheTraining) {
  Task task(testing::network(2, {}, 100, testing::tanh()), 1);
  task.train.engine = GetParam();
  std::fill(task.theta.begin(), task.theta.end(), 0.0);
  std::fill(task.y.begin(), task.y.end(), 0.0);
  task.x = {1e30, 0.0};
  task.y[0] = 1e15;
  const auto run = task.make();
  run->step();
  EXPECT_FALSE(run->finite());
  EXPECT_THAT(run->failure(), HasSubstr("the gradient of W1"));
}

TEST_P(EitherEngine, LossIsThatOfTheParametersEnteringTheStep) {
  Task task = small_task(GetParam());
  task.train.precision = Precision::float64;
  const auto run = task.make();
  EXPECT_TRUE(std::isnan(run->loss()));
  run->step();
  double expected = 0.0;
  const std::vector<double> f = run->last_predictions();
  for (size_t i = 0; i < f.size(); ++i)
    expected += (f[i] - task.y[i]) * (f[i] - task.y[i]) / static_cast<double>(f.size());
  EXPECT_NEAR(run->loss(), expected, 1e-15);
}

TEST_P(EitherEngine, AMiniBatchStepEqualsAFullStepOnThatBatch) {
  Task task = small_task(GetParam());
  task.train.batch = 16;
  task.train.optimizer.kind = OptimizerKind::gradient_descent;
  const auto run = task.make();
  Batches batches(50, 16, StreamKey{.seed = 1, .kind = "batch"});
  for (int64_t step = 0; step < 5; ++step) {
    Task part = task;
    part.train.batch = 0;
    part.theta = parameters(*run);
    part.x.clear();
    part.y.clear();
    for (const uint32_t s : batches.select(step)) {
      part.x.insert(part.x.end(), task.x.begin() + 2 * s, task.x.begin() + 2 * s + 2);
      part.y.insert(part.y.end(), task.y.begin() + 3 * s, task.y.begin() + 3 * s + 3);
    }
    part.rows = part.x.size() / 2;
    EXPECT_EQ(part.rows, step == 3 ? 2u : 16u);
    const auto full = part.make();
    full->step();
    run->step();
    EXPECT_EQ(parameters(*run), parameters(*full));
    EXPECT_EQ(run->loss(), full->loss());
  }
}

TEST_P(EitherEngine, ClipCutsWeightsAndBiasesButNotTrainables) {
  Task task(testing::network(1, {20, 20}, 1, testing::scaled(1.0, 2.0)), 30);
  task.train.engine = GetParam();
  task.train.clip = 0.05;
  const auto run = task.make();
  for (int i = 0; i < 10; ++i) run->step();
  const std::vector<double> p = parameters(*run);
  for (const auto& block : run->layout().blocks())
    for (size_t i = 0; i < block.size(); ++i) {
      if (block.kind == ParameterLayout::Kind::trainable)
        EXPECT_GT(p[block.offset + i], 0.5);
      else
        EXPECT_LE(std::abs(p[block.offset + i]), static_cast<double>(0.05f));
    }
}

TEST_P(EitherEngine, L2AddsLambdaTimesTheWeightsAndTheBiasesOnlyOnRequest) {
  for (const bool biases : {false, true}) {
    Task task(testing::network(2, {5}, 1, testing::scaled(1.0, 2.0)), 10);
    task.train.engine = GetParam();
    task.train.precision = Precision::float64;
    task.train.optimizer.kind = OptimizerKind::gradient_descent;
    task.train.optimizer.rate = 0.5;
    const auto plain = task.make();
    task.train.l2 = 0.1;
    task.train.l2_biases = biases;
    const auto decayed = task.make();
    plain->step();
    decayed->step();
    const std::vector<double> p = parameters(*plain), q = parameters(*decayed);
    for (const auto& block : plain->layout().blocks())
      for (size_t i = block.offset; i < block.offset + block.size(); ++i) {
        const bool hit = block.kind == ParameterLayout::Kind::weight ||
                         (biases && block.kind == ParameterLayout::Kind::bias);
        EXPECT_NEAR(p[i] - q[i], hit ? 0.5 * 0.1 * task.theta[i] : 0.0, 1e-15) << block.name;
      }
  }
}

TEST_P(EitherEngine, TrainablesMoveAndStayInTheirRange) {
  Task task(testing::network(1, {8}, 1, testing::scaled(1.0, 0.11)), 30);
  task.train.engine = GetParam();
  task.train.optimizer.rate = 0.05;
  for (double& y : task.y) y = 1e4;
  const auto run = task.make();
  const size_t at = run->layout().trainables(0)->offset;
  for (int i = 0; i < 400; ++i) run->step();
  EXPECT_EQ(parameters(*run)[at], 10.0);  // pulled to its upper end
  EXPECT_GE(parameters(*run)[at + 1], static_cast<double>(0.1f));
  EXPECT_NE(parameters(*run)[at + 1], 0.11);
}

TEST_P(EitherEngine, ARestoredRunGoesOnBitForBit) {
  for (const Precision precision : {Precision::float32, Precision::float64})
    for (const OptimizerKind kind :
         {OptimizerKind::gradient_descent, OptimizerKind::momentum, OptimizerKind::adam}) {
      Task task = small_task(GetParam());
      task.train.precision = precision;
      task.train.batch = 16;
      task.train.optimizer.kind = kind;
      task.train.optimizer.momentum = 0.5;
      const auto first = task.make(), second = task.make();
      for (int i = 0; i < 7; ++i) first->step();
      second->set_parameters(parameters(*first));
      second->restore(first->state());
      EXPECT_EQ(second->steps(), 7);
      EXPECT_EQ(second->loss(), first->loss());
      for (int i = 0; i < 7; ++i) {
        first->step();
        second->step();
      }
      EXPECT_EQ(parameters(*first), parameters(*second));
      EXPECT_EQ(first->state(), second->state());
    }
}

TEST_P(EitherEngine, RefusesAStateOfAnotherRun) {
  const auto run = small_task(GetParam()).make();
  std::vector<double> state = run->state();
  state[0] = 0.5;
  EXPECT_THROW(run->restore(state), Error);
  state.pop_back();
  EXPECT_THROW(run->restore(state), Error);
  EXPECT_THROW(run->set_parameters(std::vector<double>(3)), Error);
  EXPECT_THROW(run->set_parameters(std::vector<double>(run->layout().size(), std::nan(""))), Error);
}

TEST_P(EitherEngine, DivergenceStopsTheRunAndSaysWhereItShowed) {
  Task task(testing::network(1, {30, 30, 30}, 1, testing::relu()), 20);
  task.train.engine = GetParam();
  task.train.optimizer.kind = OptimizerKind::gradient_descent;
  task.train.optimizer.rate = 1e4;
  const auto run = task.make();
  for (int i = 0; i < 100 && run->finite(); ++i) run->step();
  ASSERT_FALSE(run->finite());
  EXPECT_THAT(run->failure(), HasSubstr("step "));
  EXPECT_THAT(run->failure(),
              ::testing::AnyOf(HasSubstr("not finite"), HasSubstr("pre-activations of layer")));
  const std::vector<double> before = run->state();
  run->step();
  EXPECT_EQ(run->state()[0], before[0]);
}

TEST_P(EitherEngine, DataThatAreNotFiniteAreNamed) {
  const auto message = [](const Task& task) -> std::string {
    try {
      task.make();
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), Exit::data);
      return e.what();
    }
    return "no error";
  };
  Task task = small_task(GetParam());
  task.x[7] = std::numeric_limits<double>::infinity();
  EXPECT_THAT(message(task), HasSubstr("training inputs: column 1 of sample 3 is inf"));
  task = small_task(GetParam());
  task.y[7] = 1e300;
  EXPECT_THAT(message(task),
              HasSubstr("training outputs: column 1 of sample 2 is 1e+300, not a finite float32"));
}

TEST_P(EitherEngine, AnActivationThatGivesNotANumberIsNamed) {
  Task task = small_task(GetParam());
  task.network.activations[1] = testing::sine(1e300);  // overflows in float32
  const auto run = task.make();
  run->step();
  EXPECT_FALSE(run->finite());
  EXPECT_EQ(run->steps(), 0);
  EXPECT_THAT(run->failure(), HasSubstr("first seen in the values of activation 'sine' of layer 2"));
}

TEST_P(EitherEngine, RefusesTasksThatCannotBeTrained) {
  Task task = small_task(GetParam());
  task.train.l2 = -1.0;
  EXPECT_THROW(task.make(), Error);
  task = small_task(GetParam());
  task.train.clip = 0.0;
  EXPECT_THROW(task.make(), Error);
  task = small_task(GetParam());
  task.x.pop_back();
  EXPECT_THROW(task.make(), Error);
  task = small_task(GetParam());
  task.rows = 0;
  EXPECT_THROW(task.make(), Error);
  task = Task(testing::network(1, {4}, 1, testing::relu()), 5);
  task.train.loss = LossKind::softmax_cross_entropy;
  EXPECT_THROW(task.make(), Error);
}

TEST_P(EitherEngine, ALinearNetworkReachesTheLeastSquaresSolution) {
  Task task(testing::network(3, {}, 2, testing::relu()), 40);
  task.train.engine = GetParam();
  task.train.precision = Precision::float64;
  task.train.optimizer.kind = OptimizerKind::momentum;
  task.train.optimizer.momentum = 0.9;
  task.train.optimizer.rate = 0.1;
  const auto run = task.make();
  for (int i = 0; i < 2000; ++i) run->step();
  using Matrix = Reference<double>::Matrix;
  Matrix a = Matrix::Ones(40, 4);
  a.leftCols(3) = Eigen::Map<const Matrix>(task.x.data(), 40, 3);
  const Matrix y = Eigen::Map<const Matrix>(task.y.data(), 40, 2);
  const Matrix solution = a.colPivHouseholderQr().solve(y);  // [weights; bias], by output column
  const std::vector<double> p = parameters(*run);
  for (int o = 0; o < 2; ++o) {
    for (int i = 0; i < 3; ++i) EXPECT_NEAR(p[static_cast<size_t>(3 * o + i)], solution(i, o), 1e-12);
    EXPECT_NEAR(p[static_cast<size_t>(6 + o)], solution(3, o), 1e-12);
  }
  EXPECT_NEAR(run->loss(), (a * solution - y).squaredNorm() / 80.0, 1e-13);
}

TEST_P(EitherEngine, ASmallNetworkBeatsTheBestStraightLineOnASine) {
  Task task(testing::network(1, {32, 32}, 1, testing::tanh()), 64);
  task.train.engine = GetParam();
  for (size_t i = 0; i < 64; ++i) {
    task.x[i] = -1.0 + 2.0 * static_cast<double>(i) / 63.0;
    task.y[i] = std::sin(6.0 * task.x[i]);
  }
  task.train.optimizer.rate = 3e-3;
  const auto run = task.make();
  for (int i = 0; i < 3000; ++i) run->step();
  EXPECT_LT(run->loss(), 1e-3);  // the best line leaves about 0.5
}

TEST(TrainingBytes, CountTheArraysOfARun) {
  Task task(testing::network(1, std::vector<int>(6, 256), 1, testing::relu()), 200);
  const uint64_t parameters = 5 * 256 * 256 + 6 * 256 + 256 + 256 + 1;
  const uint64_t bytes = training_bytes(task.network, task.train, 200);
  EXPECT_GE(bytes, parameters * 5 * 4 + 200 * 256 * 14 * 4);
  EXPECT_LE(bytes, 2 * (parameters * 5 * 4 + 200 * 256 * 14 * 4));
  task.train.engine = Engine::reference;  // three arrays a layer, three of the backward pass
  const uint64_t plain = training_bytes(task.network, task.train, 200);
  EXPECT_GE(plain, parameters * 5 * 4 + 200 * 256 * 21 * 4);
  EXPECT_LE(plain, 2 * (parameters * 5 * 4 + 200 * 256 * 21 * 4));
}

}  // namespace
}  // namespace basso::nn

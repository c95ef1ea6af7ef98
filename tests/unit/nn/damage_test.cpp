// Activations that write beside the arrays that they are given: the engine finds it at its fences and names
// the call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "basso/error.hpp"
#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using ::testing::HasSubstr;

// Which call of `beside` writes where, as often as it is made.
struct Fault {
  std::string call;  // "": none
  bool behind = false;
} fault;

template <class T>
void touch(const char* call, T* array, uint64_t count) {
  if (fault.call != call) return;
  (fault.behind ? array[count] : *(array - 1)) = T{0};  // what relu gives of half of its arguments
}

// p[0] max(0, x).
template <class T>
void beside_value(const double* p, const T* x, T* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = x[i] > T{0} ? static_cast<T>(p[0]) * x[i] : T{0};
  touch("value", y, count);
}
template <class T>
void beside_derivative(const double* p, const T* x, const T*, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) d[i] = x[i] > T{0} ? static_cast<T>(p[0]) : T{0};
  touch("derivative", d, count);
}
template <class T>
void beside_parameter(const double*, uint32_t, const T* x, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) d[i] = x[i] > T{0} ? x[i] : T{0};
  touch("parameter", d, count);
}
const basso_activation_v1 beside_table = {beside_value<float>, beside_value<double>, beside_derivative<float>,
                                          beside_derivative<double>, testing::no_facts};
const basso_trainable_v1 beside_trainable = {beside_parameter<float>, beside_parameter<double>};

Activation beside(bool trained) {
  Activation f = testing::make("beside", &beside_table, {1.0});
  f.trainable = &beside_trainable;
  if (trained) f.trainables = {{0, 0.0, 10.0, "slope"}};
  return f;
}

std::unique_ptr<TrainingRun> run_of(bool trained, Precision precision, size_t batch = 0) {
  const NetworkSpec network = testing::network(2, {40, 33}, 3, beside(trained));
  TrainSpec train;
  train.precision = precision;
  train.batch = batch;
  std::vector<double> x(2 * 200), y(3 * 200);
  for (size_t i = 0; i < x.size(); ++i) x[i] = 0.01 * static_cast<double>(i) - 2;
  for (size_t i = 0; i < y.size(); ++i) y[i] = static_cast<double>(i % 7);
  const std::vector<double> theta = initial_parameters(network, StreamKey{.seed = 1, .kind = "init"});
  return make_training_run(network, train, x, y, 200, theta, StreamKey{.seed = 1, .kind = "batch"});
}

class Damage : public ::testing::TestWithParam<Precision> {
 protected:
  void TearDown() override { fault = {}; }
  const std::string bits = GetParam() == Precision::float32 ? "32" : "64";
};
INSTANTIATE_TEST_SUITE_P(Trainer, Damage, ::testing::Values(Precision::float32, Precision::float64),
                         [](const auto& of) {
                           return of.param == Precision::float32 ? "float32" : "float64";
                         });

TEST_P(Damage, OfValuesAndDerivativesIsSeenBehindTheFirstForwardPass) {
  for (const bool trained : {false, true})
    for (const char* call : {"value", "derivative"})
      for (const bool behind : {false, true}) {
        fault = {call, behind};
        const auto run = run_of(trained, GetParam());
        std::vector<double> predictions(3 * 200);
        EXPECT_FALSE(run->damage());
        run->predict_training(predictions);
        const auto damage = run->damage();
        ASSERT_TRUE(damage) << call << behind << trained;
        EXPECT_EQ(damage->activation, "beside");
        EXPECT_EQ(damage->what, std::string(call) + "_f" + bits + ": something was written " +
                                    (behind ? "behind the end of the " : "before the ") + call +
                                    "s of layer 1");
      }
}

TEST_P(Damage, OfDerivativesByANumberIsSeenBehindAStep) {
  for (const bool behind : {false, true}) {
    fault = {"parameter", behind};
    const auto run = run_of(true, GetParam());
    run->step();
    const auto damage = run->damage();
    ASSERT_TRUE(damage) << behind;
    EXPECT_EQ(damage->what, "parameter_f" + bits + ": something was written " +
                                (behind ? "behind the end of the" : "before the") +
                                " derivatives by a number of layer 1");
  }
}

TEST_P(Damage, OfPredictionsElsewhereIsAnError) {
  for (const bool behind : {false, true}) {
    fault = {"value", behind};
    const auto run = run_of(false, GetParam());
    std::vector<double> points(2 * 240, 0.5), predictions(3 * 240);
    try {
      run->predict(points, 240, predictions);
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), HasSubstr("activation beside: value_f" + bits + ": something was written "));
    }
  }
}

TEST_P(Damage, IsNoneWhereNothingWasWrittenBeside) {
  for (const bool trained : {false, true})
    for (const size_t batch : {size_t{0}, size_t{64}}) {
      const auto run = run_of(trained, GetParam(), batch);
      for (int i = 0; i < 300; ++i) run->step();
      std::vector<double> predictions(3 * 200);
      run->predict_training(predictions);
      EXPECT_TRUE(run->finite());
      EXPECT_FALSE(run->damage()) << run->damage()->what;
    }
}

}  // namespace
}  // namespace basso::nn

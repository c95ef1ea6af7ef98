// The network as probes see it: predictions of the training pass, derivatives against finite differences.
#include "services/engine_view.hpp"

#include <gtest/gtest.h>

#include "nn/reference.hpp"
#include "unit/services/network_fixture.hpp"

namespace basso::services::test {
namespace {

TEST(EngineView, PredictionsAreThoseOfTheTrainingPassBitForBit) {
  for (const auto precision : {nn::Precision::float32, nn::Precision::float64}) {
    NetworkFixture f(precision);
    f.view->refresh();
    const double* inputs = f.target->data(0).inputs.data();
    const auto before = f.view->predictions(inputs, 5);
    const std::vector<double> kept(before.begin(), before.end());
    EXPECT_EQ(f.view->predictions(inputs, 5).data(), before.data());  // computed once
    f.run->step();
    EXPECT_EQ(f.run->last_predictions(), kept);
    f.view->refresh();
    const auto after = f.view->predictions(inputs, 5);
    EXPECT_NE(std::vector<double>(after.begin(), after.end()), kept);
  }
}

TEST(EngineView, EvaluatesUnderGivenParametersAsUnderCurrentOnes) {
  NetworkFixture f(nn::Precision::float32);
  std::vector<double> given = f.parameters, now(5), later(5), again(5);
  for (double& p : given) p *= 0.5;
  const double* inputs = f.target->data(0).inputs.data();
  f.view->refresh();
  f.view->evaluate(nullptr, inputs, 5, now.data());
  f.view->evaluate(given.data(), inputs, 5, later.data());
  f.view->evaluate(nullptr, inputs, 5, again.data());
  EXPECT_EQ(now, again);
  f.run->set_parameters(given);
  f.view->evaluate(nullptr, inputs, 5, again.data());
  EXPECT_EQ(later, again);
}

TEST(EngineView, GradientIsThatOfTheLossOnAllOfTrain) {
  NetworkFixture f;
  f.view->refresh();
  const auto gradient = f.view->gradient();
  using Reference = nn::Reference<double>;
  const Reference reference(f.network);
  const SetData& data = f.target->data(0);
  Reference::Vector expected;
  reference.loss(f.train.loss,
                 Eigen::Map<const Reference::Vector>(f.parameters.data(), std::ssize(f.parameters)),
                 Eigen::Map<const Reference::Matrix>(data.inputs.data(), 5, 1),
                 Eigen::Map<const Reference::Matrix>(data.outputs.data(), 5, 1), &expected);
  ASSERT_EQ(gradient.size(), static_cast<std::size_t>(expected.size()));
  for (std::size_t i = 0; i < gradient.size(); ++i)
    EXPECT_NEAR(gradient[i], expected[static_cast<Eigen::Index>(i)], 1e-13);
  EXPECT_EQ(f.run->steps(), 0);  // the run itself was left alone
}

TEST(EngineView, DerivativesEqualFiniteDifferences) {
  NetworkFixture f;
  f.view->refresh();
  const std::vector<double> points = {-0.7, 0.2, 1.1}, cotangents = {1.0, -2.0, 0.5};
  const auto value = [&](const std::vector<double>& parameters, const std::vector<double>& x) {
    std::vector<double> y(3);
    f.view->evaluate(parameters.data(), x.data(), 3, y.data());
    return cotangents[0] * y[0] + cotangents[1] * y[1] + cotangents[2] * y[2];
  };
  constexpr double h = 1e-6;
  std::vector<double> gradient(f.parameters.size()), to_inputs(3), tangents(3);
  f.view->pull_to_parameters(nullptr, points.data(), 3, cotangents.data(), gradient.data());
  for (std::size_t i = 0; i < f.parameters.size(); ++i) {
    std::vector<double> up = f.parameters, down = f.parameters;
    up[i] += h;
    down[i] -= h;
    EXPECT_NEAR(gradient[i], (value(up, points) - value(down, points)) / (2 * h), 1e-8) << i;
  }
  f.view->pull_to_inputs(f.parameters.data(), points.data(), 3, cotangents.data(), to_inputs.data());
  for (std::size_t i = 0; i < 3; ++i) {
    std::vector<double> up = points, down = points;
    up[i] += h;
    down[i] -= h;
    EXPECT_NEAR(to_inputs[i], (value(f.parameters, up) - value(f.parameters, down)) / (2 * h), 1e-8);
  }
  const std::vector<double> direction(f.parameters.size(), 0.3);
  f.view->push_parameters(nullptr, points.data(), 3, direction.data(), tangents.data());
  double pushed = 0, pulled = 0;  // v.(J d) = (J^T v).d
  for (std::size_t i = 0; i < 3; ++i) pushed += cotangents[i] * tangents[i];
  for (std::size_t i = 0; i < gradient.size(); ++i) pulled += gradient[i] * direction[i];
  EXPECT_NEAR(pushed, pulled, 1e-13);
}

TEST(EngineView, DerivativesOfManyRowsAreSummedOverChunks) {
  NetworkFixture f;
  f.view->refresh();
  std::vector<double> points(5000), cotangents(5000, 1.0), gradient(f.parameters.size()),
      one(gradient.size()), sum(gradient.size(), 0.0);
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = 1e-3 * static_cast<double>(i);
  f.view->pull_to_parameters(nullptr, points.data(), points.size(), cotangents.data(), gradient.data());
  for (std::size_t i = 0; i < points.size(); ++i) {
    f.view->pull_to_parameters(nullptr, &points[i], 1, &cotangents[i], one.data());
    for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += one[p];
  }
  for (std::size_t p = 0; p < sum.size(); ++p)
    EXPECT_NEAR(gradient[p], sum[p], 1e-9 * (1 + std::abs(sum[p])));
}

TEST(EngineView, ActivationsUseTheCurrentTrainableNumbers) {
  NetworkFixture f;
  const auto* block = f.run->layout().trainables(1);
  ASSERT_NE(block, nullptr);
  f.parameters[block->offset] = 2.5;
  f.run->set_parameters(f.parameters);
  f.view->refresh();
  const double x = 0.3;
  double value = 0, derivative = 0;
  f.view->activation(1, &x, &value, &derivative, 1);
  EXPECT_EQ(value, std::tanh(2.5 * x));
  EXPECT_NEAR(derivative, 2.5 * (1 - value * value), 1e-15);
  f.view->activation(0, &x, &value, nullptr, 1);
  EXPECT_EQ(value, std::tanh(0.8 * x));
  EXPECT_THROW(f.view->activation(2, &x, &value, nullptr, 1), Refusal);
}

TEST(EngineActivation, KeepsTheRangeOfTrainableNumbers) {
  const Component component = tanh_component();
  const nn::Activation activation =
      engine_activation(component, plugin::ParameterValues(component.table(), {}, ""));
  ASSERT_EQ(activation.trainables.size(), 1U);
  EXPECT_EQ(activation.trainables[0].name, "scale");
  EXPECT_GT(activation.trainables[0].lower, 0.0);
  EXPECT_EQ(activation.trainables[0].upper, 10.0);
  EXPECT_EQ(activation.numbers[0], 0.8);
}

}  // namespace
}  // namespace basso::services::test

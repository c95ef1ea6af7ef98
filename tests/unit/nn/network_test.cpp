// Parameter layout, initial parameters of every law, and the messages for networks that cannot be built.
#include "nn/network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "basso/error.hpp"
#include "unit/nn/activations.hpp"

namespace basso::nn {
namespace {

using ::testing::HasSubstr;
const StreamKey key{5, 1, "init", "network", 0, 0};

struct Moments {
  double mean, variance, largest;
};

Moments moments(const std::vector<double>& p, const ParameterLayout::Block& block) {
  Moments m{0, 0, 0};
  for (size_t i = 0; i < block.size(); ++i) {
    const double v = p[block.offset + i], n = static_cast<double>(block.size());
    m.mean += v / n;
    m.variance += v * v / n;
    m.largest = std::max(m.largest, std::abs(v));
  }
  return m;
}

template <class F>
std::string message(F&& f) {
  try {
    f();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

TEST(ParameterLayout, PutsWeightsBiasesAndTrainablesOfEachMapInOrder) {
  NetworkSpec spec = testing::network(2, {3, 4}, 1, testing::tanh());
  spec.activations[0] = testing::scaled(1.0, 2.0);
  const ParameterLayout layout(spec);
  std::vector<std::string> names;
  for (const auto& block : layout.blocks()) names.push_back(block.name);
  EXPECT_EQ(names, (std::vector<std::string>{"W1", "b1", "p1", "W2", "b2", "W3", "b3"}));
  EXPECT_EQ(layout.size(), 6u + 3u + 2u + 12u + 4u + 4u + 1u);
  EXPECT_EQ(layout.layers(), 3);
  EXPECT_EQ(layout.weights(1).offset, 11u);
  EXPECT_EQ(layout.weights(1).rows, 4);
  EXPECT_EQ(layout.weights(1).cols, 3);
  EXPECT_EQ(layout.biases(2).offset, 31u);
  ASSERT_NE(layout.trainables(0), nullptr);
  EXPECT_EQ(layout.trainables(0)->offset, 9u);
  EXPECT_EQ(layout.trainables(1), nullptr);
  EXPECT_EQ(layout.trainables(2), nullptr);
}

TEST(InitialParameters, FollowEachLawsVarianceAndBound) {
  NetworkSpec spec = testing::network(300, {400}, 5, testing::relu());
  const ParameterLayout layout(spec);
  const auto check = [&](double weight_variance, double weight_bound, double bias_variance) {
    const std::vector<double> p = initial_parameters(spec, key);
    const Moments w = moments(p, layout.weights(0));
    const double error = 5.0 * std::sqrt(2.0 / 120000.0);
    EXPECT_NEAR(w.variance / weight_variance, 1.0, error);
    EXPECT_NEAR(w.mean / std::sqrt(weight_variance), 0.0, 5.0 / std::sqrt(120000.0));
    EXPECT_LE(w.largest, weight_bound);
    if (bias_variance > 0)
      EXPECT_NEAR(moments(p, layout.biases(0)).variance / bias_variance, 1.0, 5.0 * std::sqrt(2.0 / 400.0));
    else
      EXPECT_EQ(moments(p, layout.biases(0)).largest, 0.0);
  };
  spec.init = {InitLaw::normal, 0.1, 0.5, {}};
  check(0.01, 1.0, 0.25);
  spec.init.law = InitLaw::pytorch;
  check(1.0 / 900.0, 1.0 / std::sqrt(300.0), 1.0 / 900.0);
  spec.init.law = InitLaw::he;
  check(2.0 / 300.0, 1.0, 0.0);
  spec.init.law = InitLaw::glorot;
  check(2.0 / 700.0, std::sqrt(6.0 / 700.0), 0.0);
}

TEST(InitialParameters, DependOnTheKeyAndDifferBetweenBlocks) {
  const NetworkSpec spec = testing::network(3, {3, 3}, 3, testing::relu());
  const ParameterLayout layout(spec);
  const std::vector<double> p = initial_parameters(spec, key);
  EXPECT_EQ(p, initial_parameters(spec, key));
  StreamKey other = key;
  other.repeat = 2;
  EXPECT_NE(p, initial_parameters(spec, other));
  EXPECT_NE(p[layout.weights(0).offset], p[layout.weights(1).offset]);
}

TEST(InitialParameters, StartTrainablesFromTheActivationsNumbers) {
  const NetworkSpec spec = testing::network(1, {2}, 1, testing::scaled(1.5, 0.25));
  const ParameterLayout layout(spec);
  const std::vector<double> p = initial_parameters(spec, key);
  EXPECT_EQ(p[layout.trainables(0)->offset], 1.5);
  EXPECT_EQ(p[layout.trainables(0)->offset + 1], 0.25);
}

// SIREN's rule (Sitzmann et al. 2020): ω0 in the first layer only; first map U(±1/n), the others
// U(±√(6/n)/ω).
int32_t siren_numbers(const double* numbers, const basso_layer* layer, double* result, basso_error*) {
  result[0] = layer->index == 0 ? numbers[0] : 1.0;
  return BASSO_OK;
}
int32_t siren_init(const double* numbers, const basso_layer* layer, basso_init* init, basso_error* error) {
  if (layer->inputs > 1000) return basso_fail(error, BASSO_ERROR_PARAMETER, "too wide for the test");
  init->weight_law = BASSO_LAW_UNIFORM;
  init->weight_scale = layer->index == 0 ? 1.0 / layer->inputs : std::sqrt(6.0 / layer->inputs) / numbers[0];
  init->bias_law = layer->index + 1 == layer->count ? BASSO_LAW_NORMAL : BASSO_LAW_UNIFORM;
  init->bias_scale = layer->index + 1 == layer->count ? 2.0 : 0.0;
  return BASSO_OK;
}
const basso_layers_v1 siren_layers = {siren_numbers, siren_init};

TEST(InitialParameters, AskTheActivationsLawForEveryMapTheOutputIncluded) {
  Activation f = testing::sine(30.0);
  f.layers = &siren_layers;
  NetworkSpec spec = testing::network(2, {200, 200}, 50, f);
  spec.init.law = InitLaw::activation;
  const ParameterLayout layout(spec);
  const std::vector<double> p = initial_parameters(spec, key);
  EXPECT_NEAR(moments(p, layout.weights(0)).largest, 0.5, 0.02);
  EXPECT_LE(moments(p, layout.weights(0)).largest, 0.5);
  EXPECT_NEAR(moments(p, layout.weights(1)).largest, std::sqrt(6.0 / 200.0) / 30.0, 1e-5);
  EXPECT_EQ(moments(p, layout.biases(1)).largest, 0.0);
  EXPECT_NEAR(moments(p, layout.biases(2)).variance, 4.0, 5.0 * 4.0 * std::sqrt(2.0 / 50.0));
  const std::vector<Numbers> numbers = layer_numbers(spec);
  EXPECT_EQ(numbers[0][0], 30.0);
  EXPECT_EQ(numbers[1][0], 1.0);
  spec.widths[0] = 1001;
  EXPECT_THAT(message([&] { initial_parameters(spec, key); }), HasSubstr("too wide for the test"));
  spec.activations.assign(2, testing::relu());
  EXPECT_THAT(message([&] { initial_parameters(spec, key); }), HasSubstr("gives no initialisation law"));
}

TEST(InitialParameters, TakeGivenArraysAsTheyAre) {
  NetworkSpec spec = testing::network(2, {1}, 1, testing::scaled(1.0, 1.0));
  spec.init.law = InitLaw::given;
  spec.init.given = {{"W1", {1, 2}, {1, 2}}, {"b1", {1}, {3}}, {"W2", {1, 1}, {4}}, {"b2", {1}, {5}}};
  EXPECT_EQ(initial_parameters(spec, key), (std::vector<double>{1, 2, 3, 1, 1, 4, 5}));
  spec.init.given.push_back({"p1", {2}, {0.5, 0.75}});
  EXPECT_EQ(initial_parameters(spec, key), (std::vector<double>{1, 2, 3, 0.5, 0.75, 4, 5}));
  spec.init.given[0].shape = {2, 1};
  EXPECT_THAT(message([&] { initial_parameters(spec, key); }),
              HasSubstr("'W1' has shape [2 x 1]; this network needs [1 x 2]"));
  spec.init.given.erase(spec.init.given.begin());
  EXPECT_THAT(message([&] { initial_parameters(spec, key); }), HasSubstr("'W1'"));
}

TEST(Validate, RefusesShapesThatCannotBeBuilt) {
  NetworkSpec spec = testing::network(1, {4}, 1, testing::relu());
  EXPECT_NO_THROW(validate(spec));
  spec.widths[0] = 0;
  EXPECT_THAT(message([&] { validate(spec); }), HasSubstr("width 1 is 0"));
  spec.widths = {1 << 20, 1 << 20};
  spec.activations.push_back(testing::relu());
  EXPECT_THAT(message([&] { validate(spec); }), HasSubstr("parameters; this engine takes at most"));
  spec.widths = {4};
  EXPECT_THAT(message([&] { validate(spec); }), HasSubstr("2 activations for 1 hidden layers"));
  spec = testing::network(1, {4}, 1, testing::relu());
  spec.init.weight_std = -1.0;
  EXPECT_THAT(message([&] { validate(spec); }), HasSubstr("standard deviation -1"));
}

}  // namespace
}  // namespace basso::nn

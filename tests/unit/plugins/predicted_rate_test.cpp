// Probe predicted-rate: on the circle against the kernel of explicit features summed by numpy, on the line
// against transforms of the activations by quadrature.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
constexpr double pi = std::numbers::pi;
const std::vector<std::int64_t> bins{1, 2, 3, 4, 7, 8};

Set circle(double radius) {
  Set set = periodic_set("train", "train", Reals(256, 1.0));
  set.input_names = {"x", "y"};
  set.input_dim = 2;
  set.inputs.clear();
  for (int i = 0; i < 256; ++i) {
    set.inputs.push_back(radius * std::cos(2 * pi * i / 256));
    set.inputs.push_back(radius * std::sin(2 * pi * i / 256));
  }
  return set;
}

// W1 [m x inputs], b1 [m], W2 [1 x m], b2.
struct Network {
  Reals w, b, a;
  Reals parameters() const {
    Reals all = w;
    all.insert(all.end(), b.begin(), b.end());
    all.insert(all.end(), a.begin(), a.end());
    all.push_back(0.25);
    return all;
  }
};

// Evenly spread directions; one norm in five is different, one output weight in three.
Network spread(std::size_t m) {
  Network network{{}, Reals(m, 0.0), {}};
  for (std::size_t j = 0; j < m; ++j) {
    const double angle = 2 * pi * static_cast<double>(j) / static_cast<double>(m),
                 norm = j % 5 == 0 ? 0.5 : 0.2;
    network.w.push_back(norm * std::cos(angle));
    network.w.push_back(norm * std::sin(angle));
    network.a.push_back(j % 3 == 0 ? -0.4 : 0.1);
  }
  return network;
}

TEST(PredictedRate, OnTheCircleIsThatOfTheKernelOfManyNeurons) {
  const Network network = spread(1500);
  ProbeUnderTest probe("predicted-rate", {{"frequencies", bins}}, {circle(1.0)}, {{1500, 2}, {1, 1500}},
                       "mse", "relu");
  const Reals rate = probe.observe({{"parameters:", network.parameters()}}).at("rate");
  std::istringstream said(run_python(R"(
import numpy as np
m, n = 1500, 256
j = np.arange(m)
angle, norm, a = 2 * np.pi * j / m, np.where(j % 5 == 0, .5, .2), np.where(j % 3 == 0, -.4, .1)
w = np.stack([norm * np.cos(angle), norm * np.sin(angle)], 1)
t = 2 * np.pi * np.arange(n) / n
x = np.stack([np.cos(t), np.sin(t)], 1)
z = x @ w.T
on = a * (z > 0)
J = np.concatenate([np.maximum(z, 0), on, on * x[:, :1], on * x[:, 1:], np.ones((n, 1))], 1)
K = J @ J.T
for k in [1, 2, 3, 4, 7, 8]:
    waves = [np.cos(k * t), np.sin(k * t)]
    print(2 * np.mean([v @ K @ v / (n * (v @ v)) for v in waves]))
)"));
  for (std::size_t i = 0; i < bins.size(); ++i) {
    double expected = 0;
    said >> expected;
    // 256 points fold the frequencies 256 - k and 256 + k into k: some 2 (k/256)^2.
    EXPECT_NEAR(rate[i], expected, 0.005 * expected) << "k = " << bins[i];
  }
}

TEST(PredictedRate, OnTheLineIsTheTransformOfTheActivation) {
  const std::size_t m = 4;
  const Network network{{0.5, -2.0, 1.0, 3.0}, {1.0, -3.0, 2.0, 0.5}, {0.1, -0.2, 0.3, 0.4}};
  for (const bool relu : {true, false}) {
    ProbeUnderTest probe(
        "predicted-rate", {{"theory", std::string("line")}, {"frequencies", std::vector<std::int64_t>{1, 2}}},
        {periodic_set("train", "train", Reals(16, 1.0))}, {{m, 1}, {1, m}}, "mse", relu ? "relu" : "tanh");
    const Reals rate = probe.observe({{"parameters:", network.parameters()}}).at("rate");
    // F tanh = F sech^2/(ik), F relu = 1/(ik)^2; the window is one unit long.
    std::istringstream said(run_python(std::string("relu = ") + (relu ? "True" : "False") + R"(
import numpy as np
from scipy.integrate import quad
w, b, a = np.array([.5, -2, 1, 3]), np.array([1, -3, 2, .5]), np.array([.1, -.2, .3, .4])
density = 1 / np.sqrt(2 * np.pi * np.mean(b ** 2))
def transform(k):
    if relu: return 1 / k ** 2
    return quad(lambda x: np.cosh(x) ** -2, -40, 40, weight="cos", wvar=k, limit=400)[0] / k
for xi in [1, 2]:
    k = 2 * np.pi * xi
    values = [abs(v) * transform(k / abs(v)) ** 2 / v ** 2 * (1 + (c * k / v) ** 2) for v, c in zip(w, a)]
    print(2 * density * sum(values))
)"));
    for (std::size_t i = 0; i < 2; ++i) {
      double expected = 0;
      said >> expected;
      EXPECT_NEAR(rate[i], expected, 1e-6 * expected) << (relu ? "relu" : "tanh") << " " << i;
    }
  }
}

// (1 - eta rate)^n = 1/e.
TEST(PredictedRate, OfGradientDescentIsAlsoANumberOfSteps) {
  const Network network = spread(90);
  ProbeUnderTest probe("predicted-rate", {{"frequencies", bins}, {"learning_rate", 0.01}}, {circle(1.0)},
                       {{90, 2}, {1, 90}}, "mse", "relu");
  const auto seen = probe.observe({{"parameters:", network.parameters()}});
  for (std::size_t i = 0; i < bins.size(); ++i)
    EXPECT_NEAR(std::pow(1.0 - 0.01 * seen.at("rate")[i], seen.at("steps")[i]), std::exp(-1.0), 1e-12);
}

TEST(PredictedRate, IsNotANumberWhereTheBiasesAreNotTheTheorys) {
  Network network = spread(90);
  network.b[3] = 0.1;
  ProbeUnderTest probe("predicted-rate", {{"frequencies", bins}}, {circle(1.0)}, {{90, 2}, {1, 90}}, "mse",
                       "relu");
  const Reals biased = probe.observe({{"parameters:", network.parameters()}}).at("rate");
  EXPECT_THAT(biased, testing::Each(testing::IsNan()));

  const Network flat{{0.5, -2.0}, {0.0, 0.0}, {0.1, -0.2}};
  ProbeUnderTest line("predicted-rate", {{"theory", std::string("line")}},
                      {periodic_set("train", "train", Reals(16, 1.0))}, {{2, 1}, {1, 2}}, "mse", "relu");
  const Reals unbiased = line.observe({{"parameters:", flat.parameters()}}).at("rate");
  EXPECT_THAT(unbiased, testing::Each(testing::IsNan()));
}

TEST(PredictedRate, WhatTheTheoryDoesNotCoverIsRefused) {
  const auto refusal = [](const Given& given, const Set& set, const std::vector<Layer>& layers,
                          const std::string& activation) {
    return ProbeUnderTest("predicted-rate", given, {set}, layers, "mse", activation).refusal().sentence;
  };
  const Given line = {{"theory", std::string("line")}};
  const std::vector<Layer> two = {{3, 2}, {1, 3}}, one = {{3, 1}, {1, 3}};
  EXPECT_THAT(refusal({}, circle(1.0), {}, "relu"), HasSubstr("needs a network"));
  EXPECT_THAT(refusal({}, circle(1.0), {{3, 2}, {3, 3}, {1, 3}}, "relu"), HasSubstr("has 2"));
  EXPECT_THAT(refusal({}, circle(1.0), two, "tanh"), HasSubstr("is for relu, and this network has tanh"));
  EXPECT_THAT(refusal({}, circle(1.1), two, "relu"), HasSubstr("does not lie on the unit circle"));
  EXPECT_THAT(refusal(line, circle(1.0), two, "relu"), HasSubstr("has 2 inputs"));
  EXPECT_THAT(refusal(line, periodic_set("train", "train", Reals(16, 0.0)), one, "sine"),
              HasSubstr("relu and tanh"));
}

}  // namespace
}  // namespace basso::test

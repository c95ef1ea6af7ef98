// Probes input-gradient and hessian on functions whose derivatives are known (numpy for eigenvalues).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;

Set points(Reals inputs, std::uint32_t width, Reals outputs, std::uint32_t output_dim) {
  Set set = periodic_set("train", "train", std::move(outputs), output_dim);
  set.axes.clear();
  set.input_names.clear();
  set.input_dim = width;
  set.inputs = std::move(inputs);
  return set;
}

TEST(InputGradient, IsTheMeanOfTheSquaredGradientAndItsLargest) {
  // f = 3 x + y^2: |grad f|^2 = 9 + 4 y^2.
  ProbeUnderTest probe("input-gradient", {}, {points({0, 0, 5, 1, 0, 2, 1, -3}, 2, {0, 0, 0, 0}, 1)},
                       {{1, 2}});
  probe.host().network = [](const double*, const double* x) { return Reals{3.0 * x[0] + x[1] * x[1]}; };
  const auto seen = probe.observe_network({0.0});
  EXPECT_NEAR(seen.at("mean_square")[0], 9.0 + 4.0 * (0 + 1 + 4 + 9) / 4.0, 1e-12);
  EXPECT_NEAR(seen.at("largest")[0], std::sqrt(9.0 + 36.0), 1e-12);
}

TEST(InputGradient, OfSeveralOutputsIsAddedUp) {
  ProbeUnderTest probe("input-gradient", {}, {points({1, 2, 3}, 1, Reals(6, 0.0), 2)}, {{2, 1}});
  probe.host().network = [](const double*, const double* x) { return Reals{2.0 * x[0], -x[0]}; };
  EXPECT_NEAR(probe.observe_network({0.0}).at("mean_square")[0], 5.0, 1e-12);
}

// f_o = sum_j theta_oj x_j with 2 outputs and 3 inputs at 150 points (more than one task), so that the second
// derivatives of the loss are all there is. By hand in numpy: d2L/df2 of each loss, whatever the targets are.
TEST(Hessian, OfALinearNetworkHasNumpysEigenvaluesForEveryLoss) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  Reals x(450), theta(6), y;
  for (double& each : x) each = normal(random);
  for (double& each : theta) each = normal(random);
  for (std::size_t i = 0; i < 150; ++i)
    y.insert(y.end(),
             i % 3 == 0 ? std::initializer_list<double>{1.0, 0.0} : std::initializer_list<double>{0.0, 1.0});
  std::ostringstream script;
  script.precision(17);
  script << "import numpy as np\nx = np.array([";
  for (const double each : x) script << each << ",";
  script << "]).reshape(150, 3)\ntheta = np.array([";
  for (const double each : theta) script << each << ",";
  script
      << "]).reshape(2, 3)\n"
         "f = x @ theta.T\n"
         "p = np.exp(f) / np.exp(f).sum(1, keepdims=True)\n"
         "s = 1 / (1 + np.exp(-f))\n"
         "for c in ([np.eye(2) * 2 / 300] * 150, [np.zeros((2, 2))] * 150, [np.diag(a * (1 - a)) / 300 for a "
         "in s],\n"
         "          [(np.diag(a) - np.outer(a, a)) / 150 for a in p]):\n"
         "  w = np.linalg.eigvalsh(sum(np.kron(c[i], np.outer(x[i], x[i])) for i in range(150)))\n"
         "  print(repr(float(w[-1])), repr(float(w[0])))\n";
  std::istringstream said(run_python(script.str()));
  for (const char* loss : {"mse", "mae", "bce", "softmax"}) {
    ProbeUnderTest probe("hessian", {{"tolerance", 1e-9}}, {points(x, 3, y, 2)}, {{2, 3}}, loss);
    probe.host().network = [](const double* t, const double* at) {
      return Reals{t[0] * at[0] + t[1] * at[1] + t[2] * at[2], t[3] * at[0] + t[4] * at[1] + t[5] * at[2]};
    };
    const auto seen = probe.observe_network(theta);
    double largest = -1.0, smallest = -1.0;
    said >> largest >> smallest;
    EXPECT_NEAR(seen.at("largest")[0], largest, 1e-9) << loss;
    EXPECT_NEAR(seen.at("smallest")[0], smallest, 1e-9) << loss;
    EXPECT_LT(seen.at("residual")[0], 1e-8) << loss;
  }
}

// f = a w x: L = mean (a w x - y)^2 has the second derivatives 2 m a^2, 2 m w^2 and 2 (2 m a w - c), with
// m = mean x^2 and c = mean x y.
TEST(Hessian, CountsTheCurvatureOfTheNetworkItself) {
  const double a = 0.5, w = -2.0, m = 14.0 / 3.0, c = 3.0;  // x = 1, 2, 3; y = 3, 0, 2
  ProbeUnderTest probe("hessian", {}, {points({1, 2, 3}, 1, {3, 0, 2}, 1)}, {{1, 1}});
  probe.host().network = [](const double* t, const double* x) { return Reals{t[0] * t[1] * x[0]}; };
  const auto seen = probe.observe_network({a, w});
  const double aa = 2 * m * w * w, ww = 2 * m * a * a, aw = 2 * (2 * m * a * w - c);
  const double middle = (aa + ww) / 2, half = std::hypot((aa - ww) / 2, aw);
  EXPECT_NEAR(seen.at("largest")[0], middle + half, 1e-8);
  EXPECT_NEAR(seen.at("smallest")[0], middle - half, 1e-8);
}

TEST(DerivativeProbes, WithoutANetworkOrATrainingTheySayWhatIsMissing) {
  const Set set = points({1, 2}, 1, {1, 2}, 1);
  EXPECT_THAT(ProbeUnderTest("input-gradient", {}, {set}).refusal().sentence, HasSubstr("needs a network"));
  EXPECT_THAT(
      ProbeUnderTest("stage-ratios", {}, {periodic_set("train", "train", {1, 2, 3, 4})}).refusal().sentence,
      HasSubstr("needs a network"));
  EXPECT_THAT(ProbeUnderTest("hessian", {}, {set}, {{1, 1}}, "").refusal().sentence,
              HasSubstr("needs a training by the loss mse, mae, bce or softmax, and this one has none"));
}

}  // namespace
}  // namespace basso::test

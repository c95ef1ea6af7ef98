// Probes weights and spectral-norm against direct sums, the half-normal law and numpy's SVD.
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

Reals normal_numbers(std::size_t count, double deviation, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal(0.0, deviation);
  Reals values(count);
  for (double& value : values) value = normal(random);
  return values;
}

// Mean and population deviation of the moduli.
std::pair<double, double> direct(const Reals& x,
                                 const std::vector<std::pair<std::size_t, std::size_t>>& ranges) {
  double count = 0.0, sum = 0.0, squares = 0.0;
  for (const auto& [first, size] : ranges)
    for (std::size_t i = first; i < first + size; ++i) {
      count += 1.0;
      sum += std::fabs(x[i]);
      squares += x[i] * x[i];
    }
  return {sum / count, std::sqrt(squares / count - sum * sum / count / count)};
}

TEST(Weights, MeansAndDeviationsAreThoseOfTheModuliByLayerAndPooled) {
  const std::vector<Layer> layers = {{5, 3}, {7, 5}, {1, 7}};  // W1 15, b1 5, W2 35, b2 7, W3 7, b3 1
  const Reals parameters = normal_numbers(70, 0.4, 1);
  ProbeUnderTest probe("weights", {}, {}, layers);
  const auto seen = probe.observe({{"parameters:", parameters}});
  const std::vector<std::pair<std::size_t, std::size_t>> w = {{0, 15}, {20, 35}, {62, 7}},
                                                         b = {{15, 5}, {55, 7}, {69, 1}};
  for (std::size_t layer = 0; layer < 3; ++layer) {
    EXPECT_NEAR(seen.at("weight_mean")[layer], direct(parameters, {w[layer]}).first, 1e-15);
    EXPECT_NEAR(seen.at("weight_deviation")[layer], direct(parameters, {w[layer]}).second, 1e-14);
    EXPECT_NEAR(seen.at("bias_mean")[layer], direct(parameters, {b[layer]}).first, 1e-15);
    EXPECT_NEAR(seen.at("bias_deviation")[layer], direct(parameters, {b[layer]}).second, 1e-7);
  }
  EXPECT_NEAR(seen.at("weight_mean_all")[0], direct(parameters, w).first, 1e-15);
  EXPECT_NEAR(seen.at("weight_deviation_all")[0], direct(parameters, w).second, 1e-14);
  EXPECT_NEAR(seen.at("bias_mean_all")[0], direct(parameters, b).first, 1e-15);
  EXPECT_NEAR(seen.at("bias_deviation_all")[0], direct(parameters, b).second, 1e-14);
  EXPECT_EQ(probe.series("weight_mean").axes.at(0).labels, (std::vector<std::string>{"W1", "W2", "W3"}));
}

TEST(Weights, GaussianWeightsHaveTheMeanAndDeviationOfTheHalfNormalLaw) {
  const double sigma = 0.06;
  ProbeUnderTest probe("weights", {}, {}, {{400, 800}});
  const auto seen = probe.observe({{"parameters:", normal_numbers(400 * 801, sigma, 2)}});
  EXPECT_NEAR(seen.at("weight_mean")[0] / sigma, 0.798, 0.003);  // sqrt(2/pi)
  EXPECT_NEAR(seen.at("weight_deviation")[0] / sigma, 0.603, 0.003);
}

TEST(SpectralNorm, IsTheLargestSingularValueOfEachLayersMatrixByNumpy) {
  const std::vector<Layer> layers = {{6, 2}, {4, 6}, {1, 4}};
  const Reals parameters = normal_numbers(12 + 6 + 24 + 4 + 4 + 1, 1.0, 3);
  ProbeUnderTest probe("spectral-norm", {}, {}, layers);
  std::ostringstream script;
  script.precision(17);
  script << "import numpy as np\np = np.array([";
  for (const double value : parameters) script << value << ",";
  script << "])\nfor first, rows, columns in ((0, 6, 2), (18, 4, 6), (46, 1, 4)):\n"
         << "  print(repr(float(np.linalg.norm(p[first:first+rows*columns].reshape(rows, columns), 2))))";
  std::istringstream said(run_python(script.str()));
  const auto seen = probe.observe({{"parameters:", parameters}});
  for (const double norm : seen.at("norm")) {
    double expected = -1.0;
    said >> expected;
    EXPECT_NEAR(norm, expected, 1e-13);
  }
}

TEST(ParameterProbes, WithoutANetworkTheySayWhatIsMissing) {
  for (const char* id : {"weights", "spectral-norm"}) {
    const Refusal said = ProbeUnderTest(id, {}, {}).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_UNSUPPORTED);
    EXPECT_THAT(said.sentence, HasSubstr("needs a network"));
  }
}

}  // namespace
}  // namespace basso::test

// Probe frequency-gradient against differences of the network's transform, by quadrature and by direct sums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <functional>
#include <numbers>
#include <random>

#include "engine_network.hpp"
#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Complex = std::complex<double>;
using Reals = std::vector<double>;
constexpr double pi = std::numbers::pi;

double sigma(const std::string& activation, double x) {
  return activation == "tanh" ? std::tanh(x) : 1.0 / (1.0 + std::exp(-x));
}

double slope(const std::string& activation, double x) {
  const double y = sigma(activation, x);
  return activation == "tanh" ? 1.0 - y * y : y * (1.0 - y);
}

// The parameter vector of two neurons: w, w, b, b, a, a, and the output's bias.
double network(const std::string& activation, const Reals& t, double x) {
  return t[4] * sigma(activation, t[0] * x + t[2]) + t[5] * sigma(activation, t[1] * x + t[3]) + t[6];
}

// integral of network(x) exp(-i k x) dx, k > 0, on the whole line: that of its derivative, which falls off,
// over i k. The trapezoidal rule is exact to rounding there.
Complex transform(const std::string& activation, const Reals& t, double k) {
  constexpr double step = 0.02;
  Complex sum = 0.0;
  for (int i = -4000; i <= 4000; ++i) {
    const double x = step * i;
    sum += (t[4] * t[0] * slope(activation, t[0] * x + t[2]) +
            t[5] * t[1] * slope(activation, t[1] * x + t[3])) *
           std::polar(step, -k * x);
  }
  return sum / Complex(0.0, k);
}

// Central difference by the entry `which` of t.
double difference(const std::function<double(const Reals&)>& f, Reals t, std::size_t which) {
  constexpr double h = 1e-4;
  t[which] += h;
  const double ahead = f(t);
  t[which] -= 2.0 * h;
  return (ahead - f(t)) / (2.0 * h);
}

// Entries of the parameter vector in the order of the series' axes [a, w, b] and [neuron].
constexpr std::size_t entry[3][2] = {{4, 5}, {0, 1}, {2, 3}};

// `points` inputs from `first` on.
Set line(std::size_t points, double first, double step, Reals y) {
  Set set = periodic_set("train", "train", std::move(y));
  set.inputs = even(points, first, step);
  set.axes = {{"x", "", {}, first, step, 0.0, points, {}}};
  return set;
}

const Reals theta = {1.3, -0.9, 0.4, 0.7, 0.8, -1.1, 0.2};

// What the fake host differentiates: the same neurons with sigma(x) = x.
Reals straight(const double* t, const double* x) {
  return {t[4] * (t[0] * x[0] + t[2]) + t[5] * (t[1] * x[0] + t[3]) + t[6]};
}

std::unique_ptr<ProbeUnderTest> probe_of(const std::string& activation, const Set& set,
                                         std::vector<std::int64_t> bins) {
  auto probe = std::make_unique<ProbeUnderTest>("frequency-gradient", Given{{"frequencies", std::move(bins)}},
                                                std::vector{set}, std::vector<Layer>{{2, 1}, {1, 2}}, "mse",
                                                activation);
  probe->host().parameters = theta;
  probe->host().network = straight;
  return probe;
}

// Whatever is left to learn: L = |D + change of F[network]|^2 / 2.
TEST(FrequencyGradient, IsTheDifferenceOfTheLossAtOneFrequencyByQuadrature) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  Reals f(24), y(24);
  for (std::size_t j = 0; j < 24; ++j) f[j] = normal(random), y[j] = normal(random);
  for (const std::string activation : {"tanh", "sigmoid"}) {
    const auto seen = probe_of(activation, line(24, -2.9, 0.25, y), {1, 2, 3})
                          ->observe({{"parameters:", theta}, {"predictions:train", f}});
    for (std::size_t i = 0; i < 3; ++i) {
      const double k = 2.0 * pi * static_cast<double>(i + 1) / 6.0;
      Complex left = 0.0;
      for (std::size_t j = 0; j < 24; ++j)
        left += (f[j] - y[j]) * std::polar(0.25, -k * (-2.9 + 0.25 * static_cast<double>(j)));
      EXPECT_NEAR(seen.at("amplitude")[i], std::abs(left), 1e-13);
      const Complex here = transform(activation, theta, k);
      const auto loss = [&](const Reals& t) {
        return 0.5 * std::norm(left + transform(activation, t, k) - here);
      };
      for (std::size_t p = 0; p < 3; ++p)
        for (std::size_t j = 0; j < 2; ++j) {
          const double expected = std::fabs(difference(loss, theta, entry[p][j]));
          EXPECT_NEAR(std::exp(seen.at("log_gradient")[(p * 3 + i) * 2 + j]), expected,
                      1e-6 * expected + 1e-9)
              << activation << ", parameter " << p << ", frequency " << i << ", neuron " << j;
        }
    }
  }
}

// Where network and target end alike, the window is as good as the line: nothing but sums over its points.
TEST(FrequencyGradient, OnAWideWindowIsTheDifferenceOfTheDirectSums) {
  const Reals other = {0.8, -1.5, -0.3, 0.1, 1.2, -0.7, 0.2};
  const Reals x = even(600, -30.0, 0.1);
  Reals f, y;
  for (const double at : x) {
    f.push_back(network("tanh", theta, at));
    y.push_back(network("tanh", other, at));
  }
  const auto seen = probe_of("tanh", line(600, -30.0, 0.1, y), {8, 16})
                        ->observe({{"parameters:", theta}, {"predictions:train", f}});
  for (std::size_t i = 0; i < 2; ++i) {
    const double k = 2.0 * pi * static_cast<double>(8 * (i + 1)) / 60.0;
    EXPECT_NEAR(seen.at("amplitude")[i], std::abs(transform("tanh", theta, k) - transform("tanh", other, k)),
                1e-10);
    const auto loss = [&](const Reals& t) {
      Complex left = 0.0;
      for (std::size_t j = 0; j < x.size(); ++j)
        left += (network("tanh", t, x[j]) - y[j]) * std::polar(0.1, -k * x[j]);
      return 0.5 * std::norm(left);
    };
    for (const std::size_t p : {1u, 2u})  // a moves the ends
      for (std::size_t j = 0; j < 2; ++j) {
        const double expected = std::fabs(difference(loss, theta, entry[p][j]));
        EXPECT_NEAR(std::exp(seen.at("log_gradient")[(p * 2 + i) * 2 + j]), expected, 1e-6 * expected);
      }
  }
}

// Direct sums over the points of the network's derivatives by a and w.
TEST(FrequencyGradient, OnTheWindowItIsThatOfTheDerivativesOnThePoints) {
  Reals f(24, 0.0);
  f[3] = 2.0;
  f[10] = -1.0;
  f[17] = 0.7;
  const Reals x = even(24, -2.9, 0.25);
  const Reals log = probe_of("tanh", line(24, -2.9, 0.25, Reals(24, 0.0)), {1, 5})
                        ->observe({{"parameters:", theta}, {"predictions:train", f}})
                        .at("log_gradient_window");
  for (std::size_t i = 0; i < 2; ++i) {
    const double k = 2.0 * pi * (i == 0 ? 1.0 : 5.0) / 6.0;
    Complex left = 0.0, line = 0.0;
    for (std::size_t j = 0; j < 24; ++j) {
      left += f[j] * std::polar(0.25, -k * x[j]);
      line += x[j] * std::polar(0.25, -k * x[j]);  // a constant has no component
    }
    const double slope = std::log(std::fabs((std::conj(left) * line).real()));
    for (std::size_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(log[i * 2 + j], slope + std::log(std::fabs(theta[j])), 1e-11);
      EXPECT_NEAR(log[(2 + i) * 2 + j], slope + std::log(std::fabs(theta[4 + j])), 1e-11);
    }
  }
}

// tanh neurons that bend inside of the window, on the real engine: by w and b the window is nearly the line,
// and by every parameter it is the difference of direct sums.
TEST(FrequencyGradient, OfTheEnginesNetworkIsTheDifferenceOfDirectSums) {
  const Reals steep = {12.0, -14.0, -6.0, 6.0, 0.8, -1.1, 0.2};
  EngineNetwork engine(1, {2}, "tanh", steep);
  const auto seen = engine.observe("frequency-gradient", {{"frequencies", std::vector<std::int64_t>{1, 2}}});
  const Reals y = engine.observe("predictions").at("target"), x = even(16, 0.0, 1.0 / 16.0);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto loss = [&](const Reals& t) {
      Complex left = 0.0;
      for (std::size_t j = 0; j < 16; ++j)
        left += (network("tanh", t, x[j]) - y[j]) *
                std::polar(1.0 / 16.0, -2.0 * pi * static_cast<double>(i + 1) * x[j]);
      return 0.5 * std::norm(left);
    };
    for (std::size_t p = 0; p < 3; ++p)
      for (std::size_t j = 0; j < 2; ++j) {
        const std::size_t at = (p * 2 + i) * 2 + j;
        const double expected = std::fabs(difference(loss, steep, entry[p][j]));
        EXPECT_NEAR(std::exp(seen.at("log_gradient_window")[at]), expected, 1e-6 * expected + 1e-9);
        if (p > 0) {
          EXPECT_NEAR(seen.at("log_gradient")[at], std::log(expected), 0.05);
        }
      }
  }
}

// sin kx is left: theta = -pi/2, A half the window. At w = 1e-3 everything underflows but the logarithms, and
// the papers' limits hold: 2 pi A/|w| exp(-decay k/|w|) for a (half of X0 Eq 3.6), times |a| (decay k -
// w)/w^2 for w, and for b the phase takes all but rounding.
TEST(FrequencyGradient, OfSmallWeightsIsGivenByItsLogarithm) {
  const double k = 2.0 * pi / 6.0, w = 1e-3;
  const Reals small = {w, -w, 0.0, 0.0, 0.8, -1.1, 0.0};
  Reals f(24);
  for (std::size_t j = 0; j < 24; ++j) f[j] = std::sin(k * 0.25 * static_cast<double>(j));
  for (const std::string activation : {"tanh", "sigmoid"}) {
    const double decay = activation == "tanh" ? pi / 2.0 : pi;
    const auto seen = probe_of(activation, line(24, 0.0, 0.25, Reals(24, 0.0)), {1})
                          ->observe({{"parameters:", small}, {"predictions:train", f}});
    const Reals log = seen.at("log_gradient");
    const double by_a = std::log(3.0 * 2.0 * pi / w) - decay * k / w;
    for (const std::size_t j : {0u, 1u}) {
      EXPECT_NEAR(log[j], by_a, 1e-10);
      EXPECT_NEAR(log[2 + j], by_a + std::log(std::fabs(small[4 + j]) * (decay * k - w) / (w * w)), 1e-10);
      EXPECT_LT(log[4 + j], by_a - 20.0);
    }
  }
}

// X0 Eq 5.2: A(k1) exp(-decay k1/|w|) = A(k2) exp(-decay k2/|w|).
TEST(FrequencyGradient, TheBalanceIsZeroWhereTheHighFrequencyMakesUpForItsDecay) {
  const double first = 2.0 * pi / 6.0, second = 3.0 * first;
  Reals f(24);
  for (std::size_t j = 0; j < 24; ++j) {
    const double x = 0.25 * static_cast<double>(j);
    f[j] = std::sin(first * x) + std::exp(pi / 2.0 * (second - first) / 1.3) * std::cos(second * x);
  }
  const auto probe = probe_of("tanh", line(24, 0.0, 0.25, Reals(24, 0.0)), {1, 3});
  const Reals balance = probe->observe({{"parameters:", theta}, {"predictions:train", f}}).at("balance");
  EXPECT_EQ(balance[0], 0.0);
  EXPECT_NEAR(balance[2], 0.0, 1e-12);
  EXPECT_NEAR(balance[3], pi / 2.0 * (second - first) * (1.0 / 1.3 - 1.0 / 0.9), 1e-12);
}

TEST(FrequencyGradient, OtherNetworksAndPointsAreRefused) {
  const Set set = line(24, 0.0, 0.25, Reals(24, 0.0));
  const auto refusal = [](const Set& on, const std::vector<Layer>& layers, const std::string& activation) {
    return ProbeUnderTest("frequency-gradient", {}, {on}, layers, "mse", activation).refusal().sentence;
  };
  EXPECT_THAT(refusal(set, {}, "tanh"), HasSubstr("needs a network"));
  EXPECT_THAT(refusal(set, {{2, 1}, {2, 2}, {1, 2}}, "tanh"),
              HasSubstr("for one hidden layer, and this network has 2"));
  EXPECT_THAT(refusal(set, {{2, 1}, {1, 2}}, "relu"),
              HasSubstr("tanh and sigmoid, and this network has relu"));
  Set crooked = set;
  crooked.inputs[3] += 0.01;
  EXPECT_THAT(refusal(crooked, {{2, 1}, {1, 2}}, "tanh"), HasSubstr("do not ascend in equal steps"));
  Set pairs = periodic_set("train", "train", Reals(24, 0.0), 2);
  EXPECT_THAT(refusal(pairs, {{2, 1}, {2, 2}}, "tanh"), HasSubstr("2 outputs"));
}

}  // namespace
}  // namespace basso::test

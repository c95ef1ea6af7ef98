// Probe relu-decay against closed forms, and the powers of R Theorem 1 and Appendix C.4.
#include <gmock/gmock.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "engine_network.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::HasSubstr;
using Reals = std::vector<double>;
using Complex = std::complex<double>;

// Least-squares slope of log2 of a row against the octave.
double power(const Reals& values, std::size_t row, std::size_t octaves) {
  double mean = 0.0, sum = 0.0, square = 0.0;
  for (std::size_t i = 0; i < octaves; ++i) mean += static_cast<double>(i) / static_cast<double>(octaves);
  for (std::size_t i = 0; i < octaves; ++i) {
    const double x = static_cast<double>(i) - mean;
    sum += x * std::log2(values[row * octaves + i]);
    square += x * x;
  }
  return sum / square;
}

// Root of the mean over the octave from `first` cycles, at the probe's frequencies.
template <class Square>
double octave(double first, std::size_t samples, Square&& square) {
  double sum = 0.0;
  for (std::size_t i = 0; i < samples; ++i)
    sum += square(2 * pi * first * std::exp2((static_cast<double>(i) + 0.5) / static_cast<double>(samples)));
  return std::sqrt(sum / static_cast<double>(samples));
}

// f~ = -k^-2 sum a |w| e, e = exp(i k b/w), whose derivatives are those of the formula: |w| e in a,
// a sign(w) (1 - i k b/w) e in w, a sign(w) i k e in b.
TEST(ReluDecay, OfOneHiddenLayerIsThatOfTheClosedForm) {
  EngineNetwork network(1, {6}, "relu", {}, 3);
  const Reals t = network.parameters();
  const auto seen = network.observe("relu-decay", {{"lowest", 0.5},
                                                   {"octaves", std::int64_t{4}},
                                                   {"samples", std::int64_t{5}},
                                                   {"parameter_directions", std::int64_t{1000}}});
  for (std::size_t o = 0; o < 4; ++o) {
    const double first = std::ldexp(0.5, static_cast<int>(o));
    const double transform = octave(first, 5, [&](double k) {
      Complex sum = 0.0;
      for (std::size_t n = 0; n < 6; ++n)
        sum += t[12 + n] * std::abs(t[n]) * std::polar(1.0, k * t[6 + n] / t[n]);
      return std::norm(sum) / std::pow(k, 4);
    });
    EXPECT_NEAR(seen.at("transform")[o], transform, 1e-12 * transform) << o;
    const double derivative = octave(first, 5, [&](double k) {
      double sum = 0.0;
      for (std::size_t n = 0; n < 6; ++n)
        sum += t[n] * t[n] + t[12 + n] * t[12 + n] * (std::norm(Complex(1.0, -k * t[6 + n] / t[n])) + k * k);
      return sum / std::pow(k, 4);
    });
    EXPECT_NEAR(seen.at("derivative")[o], derivative, 0.1 * derivative) << o;  // 1,000 random directions
  }
}

TEST(ReluDecay, OnTheLineIsTwoPowersAndOneForTheDerivative) {
  for (const char* activation : {"relu", "hat"}) {
    EngineNetwork network(1, {12, 12}, activation, {}, 6, 2.0);
    const auto seen = network.observe("relu-decay", {{"lowest", 1e4}, {"samples", std::int64_t{16}}});
    EXPECT_NEAR(power(seen.at("transform"), 0, 12), -2.0, 0.05) << activation;
    EXPECT_NEAR(power(seen.at("derivative"), 0, 12), -1.0, 0.05) << activation;
  }
}

// relu(1 - |x| - |y|) along 1 rad and normal to |x| + |y| = 1, where f~ = 2 (sinc p - cos p)/p^2, |k| =
// sqrt(2) p, or normal to the axes, where p = q = |k|/2 and f~ = (1 - sinc 2p)/p^2.
TEST(ReluDecay, InThePlaneIsThreePowersAndTwoNormalToAnEdge) {
  EngineNetwork pyramid(2, {4, 1}, "relu", {1, 0, -1, 0, 0, 1, 0, -1, 0, 0, 0, 0, -1, -1, -1, -1, 1, 1, 0});
  const auto seen = pyramid.observe("relu-decay", {{"lowest", 10.0}, {"samples", std::int64_t{16}}});
  EXPECT_NEAR(power(seen.at("transform"), 0, 12), -3.0, 0.05);
  EXPECT_NEAR(power(seen.at("transform"), 1, 12), -2.0, 0.05);
  EXPECT_NEAR(power(seen.at("derivative"), 0, 12), -2.0, 0.05);
  EXPECT_NEAR(power(seen.at("derivative"), 1, 12), -1.0, 0.05);
  const auto sinc = [](double x) { return std::sin(x) / x; };
  for (std::size_t o = 0; o < 12; ++o) {
    const double first = std::ldexp(10.0, static_cast<int>(o));
    const double generic = octave(first, 16, [&](double k) {
      const double p = k * (std::cos(1.0) + std::sin(1.0)) / 2, q = k * (std::cos(1.0) - std::sin(1.0)) / 2;
      return std::pow((sinc(p - q) - sinc(p + q)) / (p * q), 2);
    });
    EXPECT_NEAR(seen.at("transform")[o], generic, 1e-7 * generic) << o;
    const double diagonal = octave(first, 16, [&](double k) {
      const double p = k / std::sqrt(2.0);
      return std::pow(2 * (sinc(p) - std::cos(p)) / (p * p), 2);
    });
    const double axis = octave(first, 16, [&](double k) { return std::pow((1 - sinc(k)) * 4 / (k * k), 2); });
    const double is = seen.at("transform")[12 + o];
    EXPECT_LT(std::min(std::abs(is - diagonal) / diagonal, std::abs(is - axis) / axis), 1e-7) << o;
  }
}

TEST(ReluDecay, OfARandomNetworkInThePlaneHasThesePowersToo) {
  EngineNetwork network(2, {8, 8}, "relu", {}, 2, 2.0);
  const auto seen = network.observe("relu-decay", {{"lowest", 1e4}, {"samples", std::int64_t{16}}});
  EXPECT_NEAR(power(seen.at("transform"), 0, 12), -3.0, 0.1);
  EXPECT_NEAR(power(seen.at("transform"), 1, 12), -2.0, 0.1);
  EXPECT_NEAR(power(seen.at("derivative"), 0, 12), -2.0, 0.1);
  EXPECT_NEAR(power(seen.at("derivative"), 1, 12), -1.0, 0.1);
}

TEST(ReluDecay, NormalToEdgesOfStraightLinesAloneHasNoValue) {
  EngineNetwork ridges(2, {5}, "relu");
  const auto seen = ridges.observe("relu-decay", {{"octaves", std::int64_t{2}}});
  EXPECT_LT(seen.at("transform")[0], 1e-15);
  EXPECT_TRUE(std::isnan(seen.at("transform")[2]));
  EXPECT_TRUE(std::isnan(seen.at("derivative")[2]));
}

TEST(ReluDecay, RefusesFrequenciesThatOverflow) {
  EngineNetwork network(1, {2}, "relu");
  try {
    network.observe("relu-decay", {{"lowest", 1e200}});
    FAIL() << "taken";
  } catch (const std::exception& thrown) {
    EXPECT_THAT(thrown.what(), HasSubstr("lowest: the octaves reach from"));
  }
}

}  // namespace
}  // namespace basso::test

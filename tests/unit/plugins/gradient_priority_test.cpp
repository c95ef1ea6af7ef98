// Probe gradient-priority against the gradients that differences of the neuron's transform give, on a grid of
// weights, and against X1's bounds.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Real = long double;
using Complex = std::complex<Real>;
using Reals = std::vector<double>;
constexpr Real pi = std::numbers::pi_v<Real>;

// F[tanh(w x + b)](k) or the sigmoid's, in long double, which does not underflow here.
Complex transform(bool sigmoid, Real w, Real b, Real k) {
  const Real decay = sigmoid ? pi : pi / 2;
  return Complex(0, -pi) / std::sinh(decay * k / w) * std::polar<Real>(1, b * k / w) / std::fabs(w);
}

// |Re(exp(-i theta) d transform)| by a, w, b.
std::array<Real, 3> gradients(bool sigmoid, Real w, Real b, Real k, Real theta) {
  const Real h = 1e-6L;
  const Complex by[] = {
      transform(sigmoid, w, b, k),
      (transform(sigmoid, w * (1 + h), b, k) - transform(sigmoid, w * (1 - h), b, k)) / (2 * h * w),
      (transform(sigmoid, w, b + h, k) - transform(sigmoid, w, b - h, k)) / (2 * h)};
  std::array<Real, 3> result;
  for (std::size_t p = 0; p < 3; ++p) result[p] = std::fabs((std::polar<Real>(1, -theta) * by[p]).real());
  return result;
}

ProbeUnderTest::Emitted observe(Given given) {
  ProbeUnderTest probe("gradient-priority", given, {});
  EXPECT_EQ(probe.refusal().sentence, "");
  return probe.observe({});
}

// A(k2) = 40 A(k1), so that large weights prefer k2.
const Given strong_high = {{"amplitude_high", 40.0},
                           {"phase_low", 1.0},
                           {"phase_high", 0.3},
                           {"bias", 0.7},
                           {"radii", Reals{3.0, 1.0, 0.4}}};

TEST(GradientPriority, TheShareIsThatOnAGridOfWeights) {
  for (const char* activation : {"tanh", "sigmoid"}) {
    Given given = strong_high;
    given["activation"] = std::string(activation);
    given["draws"] = std::int64_t{20000};
    const Reals share = observe(given).at("share");
    for (std::size_t i = 0; i < 3; ++i) {
      const Real radius = Reals{3.0, 1.0, 0.4}[i];
      constexpr int points = 10000;
      double expected = 0.0;
      for (int j = 0; j < points; ++j) {
        const Real w = radius * (2 * (j + 0.5L) / points - 1);
        const bool sigmoid = activation[0] == 's';
        const auto low = gradients(sigmoid, w, 0.7L, 1, 1), high = gradients(sigmoid, w, 0.7L, 2, 0.3L);
        bool all = true;
        for (std::size_t p = 0; p < 3; ++p) all = all && low[p] > 40 * high[p];
        expected += all ? 1.0 / points : 0.0;
      }
      EXPECT_NEAR(share[i], expected, 4.0 * std::sqrt(expected * (1.0 - expected) / 20000.0) + 1e-3)
          << activation << " below " << static_cast<double>(radius);
    }
  }
}

// Theorem 1, where every gradient underflows.
TEST(GradientPriority, TheShareGoesToOneAsTheWeightsShrink) {
  Given given = strong_high;
  given["radii"] = Reals{1.0, 0.1, 0.01, 1e-3};
  const Reals share = observe(given).at("share");
  EXPECT_LT(share[0], 0.9);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_GE(share[i], share[i - 1]);
  EXPECT_GT(share[3], 0.999);
}

// Without a bias the phases do not turn: by a, Delta_F(k1) = A(k2)/|F[f]| sinh(u)/sinh(2u) |sin theta2 / sin
// theta1|, u = pi/(2 |w|), which rises with |w|, and the excess of Theorem 3 is (2/xi) |sin theta2 / sin
// theta1|.
TEST(GradientPriority, WithoutABiasErrorAndExcessAreKnown) {
  const auto seen = observe({{"bias", 0.0},
                             {"phase_low", 1.0},
                             {"phase_high", 0.3},
                             {"target_low", 2.0},
                             {"amplitude_high", 5.0},
                             {"radii", Reals{1.0, 0.1}}});
  const double ratio = std::sin(0.3) / std::sin(1.0), along = std::cos(0.3) / std::cos(1.0);
  for (std::size_t i = 0; i < 2; ++i) {
    const double u = std::numbers::pi / 2.0 / (i == 0 ? 1.0 : 0.1);
    const double by_a = std::log(2.5 * ratio) + u - 2.0 * u + std::log1p(-std::exp(-2.0 * u)) -
                        std::log1p(-std::exp(-4.0 * u));
    const double by_b = by_a + std::log(2.0 * along / ratio);
    EXPECT_LE(seen.at("log_error")[i], by_a + 1e-12);
    EXPECT_GT(seen.at("log_error")[i], by_a - 0.03);  // 10,000 draws come close to the radius
    EXPECT_NEAR(seen.at("log_error")[4 + i] - seen.at("log_error")[i], by_b - by_a, 1e-10);
    EXPECT_NEAR(seen.at("log_excess")[i], std::log(20.0 * ratio), 1e-10);
    EXPECT_NEAR(seen.at("log_excess")[4 + i], std::log(20.0 * along), 1e-10);
  }
}

// Theorem 2's proof, corrected: A(k2)/|F[f]| exp(-decay (k2 - k1)/|w|) 2/xi bounds Delta_F(k1) by a, and
// k2/k1 times that by b. Theorem 3: the excess is never below 0, and comes close to it.
TEST(GradientPriority, TheTheoremsHoldForATurningPhase) {
  for (const char* activation : {"tanh", "sigmoid"}) {
    const double decay = std::numbers::pi / (activation[0] == 's' ? 1.0 : 2.0);
    const Reals radii = {1.0, 0.1, 0.01};
    const auto seen = observe({{"activation", std::string(activation)}, {"radii", radii}, {"xi", 0.2}});
    for (std::size_t i = 0; i < 3; ++i) {
      const double bound = std::log(2.0 / 0.2) - decay / radii[i];
      EXPECT_LE(seen.at("log_error")[i], bound);
      EXPECT_LE(seen.at("log_error")[6 + i], bound + std::log(2.0));
      for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_GE(seen.at("log_excess")[3 * p + i], 0.0) << p;
        EXPECT_LT(seen.at("log_excess")[3 * p + i], 1.5) << p;
        if (i > 0) {
          EXPECT_LT(seen.at("log_error")[3 * p + i], seen.at("log_error")[3 * p + i - 1]);
        }
      }
    }
  }
}

// theta = 0 and b = 0: no gradient by a, and no w has p > xi.
TEST(GradientPriority, WhereNoWeightMeetsTheConditionsThereIsNoNumber) {
  const auto seen = observe({{"bias", 0.0}, {"radii", Reals{1.0}}});
  EXPECT_EQ(seen.at("share")[0], 0.0);
  EXPECT_TRUE(std::isnan(seen.at("log_error")[0]));
  EXPECT_TRUE(std::isnan(seen.at("log_excess")[0]));
}

TEST(GradientPriority, AHighFrequencyBelowTheLowOneIsRefused) {
  const ProbeUnderTest probe("gradient-priority", {{"low", 2.0}, {"high", 1.0}}, {});
  EXPECT_THAT(probe.refusal().sentence, HasSubstr("high: must be more than low"));
}

}  // namespace
}  // namespace basso::test

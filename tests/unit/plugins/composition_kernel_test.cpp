// Probe composition-kernel against Bessel functions and direct sums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::HasSubstr;
using Complex = std::complex<double>;
using Reals = std::vector<double>;

std::vector<Set> flower(std::int64_t petals, std::int64_t samples) {
  return TargetUnderTest("flower", {{"petals", petals}, {"samples", samples}}).sets();
}

struct Kernel {
  std::vector<Complex> values;  // [frequency x mode]
  Reals reach;
};

Kernel kernel(std::vector<Set> sets, Given given) {
  given["phases"] = true;
  ProbeUnderTest probe("composition-kernel", given, std::move(sets));
  EXPECT_EQ(probe.refusal().sentence, "");
  const auto seen = probe.observe({});
  Kernel result{{}, seen.at("reach")};
  for (std::size_t i = 0; i < seen.at("kernel").size(); ++i)
    result.values.push_back(std::polar(seen.at("kernel")[i], seen.at("kernel_phase")[i]));
  return result;
}

Complex to_the(int l) {
  return std::array<Complex, 4>{{1.0, {0, 1}, -1.0, {0, -1}}}[static_cast<std::size_t>(l % 4)];
}

TEST(CompositionKernel, OfTheCircleIsABesselFunction) {
  const Reals frequencies = {0.1, 1, 7.3};
  // 8 points are enough to know a circle.
  for (const std::int64_t samples : {8, 100})
    for (const bool along_x : {true, false}) {
      const Kernel p = kernel(flower(0, samples), {{"frequencies", frequencies},
                                                   {"modes", std::int64_t{60}},
                                                   {"direction", along_x ? Reals{2, 0} : Reals{0, 0.5}}});
      for (std::size_t f = 0; f < 3; ++f) {
        const double k = 2 * pi * frequencies[f];
        EXPECT_NEAR(p.reach[f], k, 1e-12 * k);
        for (int l = -60; l <= 60; ++l) {
          // J_-l = (-1)^l J_l; along x it is i^l J_l(k), along y J_l(k) (Jacobi and Anger).
          const double bessel = std::cyl_bessel_j(std::abs(l), k) * (l < 0 && l % 2 != 0 ? -1.0 : 1.0);
          const Complex exact = along_x ? to_the(((l % 4) + 4) % 4) * bessel : Complex(bessel);
          EXPECT_NEAR(std::abs(p.values[f * 121 + static_cast<std::size_t>(l + 60)] - exact), 0.0, 1e-13)
              << samples << " " << along_x << " " << k << " " << l;
        }
      }
    }
}

// gamma from its formula, on far more points than the target has.
TEST(CompositionKernel, OfTheFlowerIsTheIntegralAlongIt) {
  const double a = 0.6, b = 0.8, nu = 2.5, petals = 5;
  const Kernel p = kernel(
      flower(5, 64), {{"frequencies", Reals{nu}}, {"modes", std::int64_t{40}}, {"direction", Reals{a, b}}});
  const int points = 4096;
  double steepest = 0.0;
  const auto height = [&](double z) {
    return (1 + 0.5 * std::sin(2 * pi * petals * z)) * (a * std::cos(2 * pi * z) + b * std::sin(2 * pi * z));
  };
  for (int l = -40; l <= 40; ++l) {
    Complex sum = 0.0;
    for (int j = 0; j < points; ++j) {
      const double z = static_cast<double>(j) / points;
      sum += std::polar(1.0 / points, 2 * pi * (nu * height(z) - l * z));
      steepest = std::max(steepest, std::abs(height(z + 1e-6) - height(z - 1e-6)) / 2e-6);
    }
    EXPECT_NEAR(std::abs(p.values[static_cast<std::size_t>(l + 40)] - sum), 0.0, 1e-13) << l;
  }
  EXPECT_NEAR(p.reach[0], nu * steepest, 1e-3 * p.reach[0]);
}

// R section 4: more petals reach higher modes with the same frequency; beyond the reach there is little.
TEST(CompositionKernel, EndsBeyondItsReachWhichGrowsWithThePetals) {
  double before = 0.0;
  for (const std::int64_t petals : {0, 4, 10}) {
    const Kernel p = kernel(flower(petals, 64), {{"frequencies", Reals{1.5}}, {"modes", std::int64_t{200}}});
    EXPECT_GT(p.reach[0], before);
    before = p.reach[0];
    double beyond = 0.0, all = 0.0;
    for (std::size_t i = 0; i < p.values.size(); ++i) {
      const double mode = std::abs(static_cast<double>(i) - 200.0);
      all += std::norm(p.values[i]);
      if (mode > 1.2 * p.reach[0] + 10) beyond += std::norm(p.values[i]);
    }
    EXPECT_LT(beyond, 1e-3) << petals;
    EXPECT_NEAR(all, 1.0, 1e-12) << petals;  // Parseval: the wave has modulus 1 on the curve
  }
}

TEST(CompositionKernel, RefusesWhatIsNoClosedCurve) {
  const auto refusal = [](std::vector<Set> sets, const Given& given) {
    return ProbeUnderTest("composition-kernel", given, std::move(sets)).refusal().sentence;
  };
  std::vector<Set> open = flower(0, 16);
  open[0].axes[0].period = 0.0;
  EXPECT_THAT(refusal(open, {}), HasSubstr("is not a closed curve"));
  EXPECT_THAT(refusal(flower(0, 16), {{"direction", Reals{1, 0, 0}}}),
              HasSubstr("direction: has 3 numbers; expected 2, one for each input"));
  EXPECT_THAT(refusal(flower(0, 16), {{"direction", Reals{0, 0}}}), HasSubstr("not all zero"));
  EXPECT_THAT(refusal(flower(0, 16), {{"frequencies", Reals{}}}),
              HasSubstr("frequencies: the list is empty"));
  EXPECT_THAT(refusal(flower(0, 16), {{"frequencies", Reals{1e9}}}),
              HasSubstr("needs more than 2 million points"));
}

}  // namespace
}  // namespace basso::test

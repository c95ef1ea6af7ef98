// The closed-form transforms of the shipped activations against quadrature.
#include <gtest/gtest.h>

#include "unit/sdk/activation.hpp"

namespace basso::test {
namespace {

using Complex = std::complex<double>;

class Transforms : public testing::TestWithParam<Case> {
 protected:
  Activation f{GetParam()};
  const double unit = GetParam().unit;
};

// Those whose f' goes to a number at either end; relu-power and sinc have tests of their own below.
std::vector<Case> cases_with_transform() {
  std::vector<Case> cases;
  for (const Case& each : all_cases())
    if (each.id != "relu-power" && each.id != "sinc" &&
        Activation(each).extension<basso_fourier_v1>("fourier/1") != nullptr)
      cases.push_back(each);
  return cases;
}

// Eight-point Gauss-Legendre nodes and weights on [-1, 1], the positive half.
constexpr double node[] = {0.1834346424956498, 0.5255324099163290, 0.7966664774136267, 0.9602898564975363};
constexpr double weight[] = {0.3626837833783620, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763};

// F[f''](k) = -k^2 F[f](k) for k != 0: the integral of f'' between the kinks, and the jumps of f' at the
// kinks.
TEST_P(Transforms, MatchQuadratureOfTheSecondDerivative) {
  constexpr int panels =
      4 * 400;  // of a quarter of a unit, so that 0 and every kink lies between two of them
  for (const double k_unit : {-3.0, -0.7, 0.4, 1.0, 2.5, 6.0}) {
    const double k = k_unit / unit;
    Complex sum = 0.0;
    for (int panel = -panels; panel < panels; ++panel)
      for (int n = 0; n < 4; ++n)
        for (const double side : {-1.0, 1.0}) {
          const double x = unit * (panel + 0.5 + side * 0.5 * node[n]) / 4;
          sum += unit / 8 * weight[n] * f.second(x) * std::polar(1.0, -k * x);
        }
    for (std::uint32_t i = 0; i < f.facts.kink_count; ++i) {
      const double at = f.facts.kinks[i], near = 1e-13 * unit;
      sum += (f.derivative(at + near) - f.derivative(at - near)) * std::polar(1.0, -k * at);
    }
    const Complex expected = -sum / (k * k);
    // The integral of f'' beyond both ends is at most what f' changes there, where f'' has one sign.
    const double end = 400 * unit;
    const double beyond = std::abs(f.derivative(8 * end) - f.derivative(end)) +
                          std::abs(f.derivative(-8 * end) - f.derivative(-end));
    EXPECT_NEAR(std::abs(f.transform(k) - expected) / unit, 0.0,
                1e-9 * (1 + std::abs(expected) / unit) + 1.1 * beyond / (k * k * unit))
        << k;
  }
}

INSTANTIATE_TEST_SUITE_P(All, Transforms, testing::ValuesIn(cases_with_transform()),
                         [](const testing::TestParamInfo<Case>& chosen) { return name_of(chosen.param); });

// As a tempered distribution F[f] is the limit of the transforms of f exp(-e|x|) for e -> 0; they are
// analytic in e, so that six of them are extrapolated.
TEST(TransformOfPowersOfRelu, MatchesDampedQuadratureExtrapolatedToNoDamping) {
  const auto damped = [](const Activation& f, double e, double k) {  // Simpson's rule on either side of 0
    const double h = 0.02;
    const int intervals = 2 * static_cast<int>(25.0 / e / h);
    Complex sum = 0.0;
    for (int i = -intervals; i <= intervals; ++i) {
      const double x = i * h;
      const double factor = (i == -intervals || i == intervals) ? 1.0 : i % 2 != 0 ? 4.0 : 2.0;
      sum += factor * f.value(x) * std::exp(-e * std::abs(x)) * std::polar(1.0, -k * x);
    }
    return sum * (h / 3.0);
  };
  for (const Case& each : all_cases()) {
    if (each.id != "relu" && (each.id != "relu-power" || each.numbers[0] > 3)) continue;
    const Activation f(each);
    for (const double k : {-1.5, 0.8, 2.0, 3.0}) {
      Complex row[6];
      for (int i = 0; i < 6; ++i) row[i] = damped(f, 0.2 * std::pow(0.5, i), k);
      for (int order = 1; order < 6; ++order)
        for (int i = 5; i >= order; --i) row[i] += (row[i] - row[i - 1]) / (std::pow(2.0, order) - 1.0);
      EXPECT_NEAR(std::abs(f.transform(k) - row[5]), 0.0, 2e-5 * (1 + std::abs(row[5])))
          << name_of(each) << ' ' << k;
    }
  }
}

// f(x) = 1/2 pi times the integral of F[f](k) exp(ikx) over -omega < k < omega, beyond which F[f] is 0.
TEST(TransformOfSinc, GivesSincByTheInverseTransform) {
  const Activation f(case_of("sinc"));
  const double omega = f.numbers[0], pi = std::acos(-1.0);
  for (const double x : {0.0, 0.3, -2.0, 5.0, 31.0}) {
    Complex sum = 0.0;
    const int many = 20000;
    for (int i = 0; i < many; ++i) {  // midpoints
      const double k = omega * (2.0 * (i + 0.5) / many - 1.0);
      sum += 2.0 * omega / many * f.transform(k) * std::polar(1.0, k * x) / (2.0 * pi);
    }
    EXPECT_NEAR(std::abs(sum - f.value(x)), 0.0, 1e-6) << x;
  }
  EXPECT_EQ(f.transform(omega), 0.5 * f.transform(-0.9 * omega));
  EXPECT_EQ(f.transform(1.1 * omega), 0.0);
}

TEST(TransformTables, AreOfferedWhereTheTransformIsAFunctionThatIsKnown) {
  for (const Case& each : all_cases()) {
    const bool lines =
        each.id == "sine" || each.id == "exp-sin" || each.id == "snake";  // at single frequencies
    const bool unknown = each.id == "finer";
    const bool offered = Activation(each).extension<basso_fourier_v1>("fourier/1") != nullptr;
    EXPECT_EQ(offered, !lines && !unknown) << each.id;
  }
}

}  // namespace
}  // namespace basso::test

// Dual numbers against the derivatives of textbooks, and an activation that states its formula only: the
// shim's derivative against one written by hand.
#include <gtest/gtest.h>
#include <basso/plugin.hpp>

#include <cmath>
#include <limits>

namespace {

using basso::dual;

struct Sample {
  const char* name;
  dual<double> (*function)(dual<double>);
  double (*derivative)(double);
};
void PrintTo(const Sample& sample, std::ostream* out) { *out << sample.name; }

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

class Duals : public testing::TestWithParam<Sample> {};

TEST_P(Duals, CarryTheDerivativeOfTheTextbook) {
  for (double x = -4.95; x < 5.0; x += 0.1) {
    const double expected = GetParam().derivative(x);
    EXPECT_NEAR(GetParam().function({x, 1.0}).slope, expected, 4e-15 * (1.0 + std::abs(expected))) << x;
    EXPECT_NEAR(GetParam().function({x, -3.0}).slope, -3.0 * expected, 12e-15 * (1.0 + std::abs(expected)))
        << "the chain rule at " << x;
  }
}

using D = dual<double>;
// NOLINTBEGIN(performance-unnecessary-value-param): as a plugin writes it
INSTANTIATE_TEST_SUITE_P(
    Each, Duals,
    testing::Values(Sample{"exp", [](D x) { return exp(x); }, [](double x) { return std::exp(x); }},
                    Sample{"expm1", [](D x) { return expm1(x); }, [](double x) { return std::exp(x); }},
                    Sample{"tanh", [](D x) { return tanh(x); },
                           [](double x) { return 1.0 / (std::cosh(x) * std::cosh(x)); }},
                    Sample{"logistic", [](D x) { return logistic(x); },
                           [](double x) { return logistic(x) * logistic(-x); }},
                    Sample{"sin", [](D x) { return sin(x); }, [](double x) { return std::cos(x); }},
                    Sample{"cos", [](D x) { return cos(x); }, [](double x) { return -std::sin(x); }},
                    Sample{"log1p", [](D x) { return log1p(x * x); },
                           [](double x) { return 2.0 * x / (1.0 + x * x); }},
                    Sample{"erf", [](D x) { return erf(x); },
                           [](double x) { return 2.0 / std::sqrt(M_PI) * std::exp(-x * x); }},
                    Sample{"sqrt", [](D x) { return sqrt(x * x + 1); },
                           [](double x) { return x / std::sqrt(x * x + 1.0); }},
                    Sample{"abs", [](D x) { return abs(x); }, [](double x) { return x < 0.0 ? -1.0 : 1.0; }},
                    Sample{"with_sign", [](D x) { return with_sign(x * x, x); },
                           [](double x) { return 2.0 * std::abs(x); }},
                    Sample{"clip", [](D x) { return basso::clip(x, D(-1), D(2)); },
                           [](double x) { return x < -1.0 || x > 2.0 ? 0.0 : 1.0; }},
                    Sample{"clip_between_functions", [](D x) { return basso::clip(x, 2 * x, 6 + 0.5 * x); },
                           [](double x) { return x < 0.0   ? 1.0
                                                 : x < 4.0 ? 2.0
                                                           : 0.5; }},
                    Sample{"arithmetic", [](D x) { return 2 * x * x - (1 - x) / (x * x + 3.5) + 0.5f; },
                           [](double x) {
                             const double q = x * x + 3.5;
                             return 4.0 * x + (q + (1.0 - x) * 2.0 * x) / (q * q);
                           }},
                    Sample{"compound",
                           [](D x) {
                             D y = x;
                             y += 1, y *= x, y -= 2 * x, y /= 4;
                             return -y;
                           },
                           [](double x) { return -(2.0 * x - 1.0) / 4.0; }}),
    [](const testing::TestParamInfo<Sample>& chosen) { return std::string(chosen.param.name); });
// NOLINTEND(performance-unnecessary-value-param)

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("steepness", "real", "2.0", "(0,inf)", "", "Slope at 0.")};

struct ByHand {
  template <class T>
  static T value(T x, const T* p) {
    return basso::tanh(p[0] * x);
  }
  template <class T>
  static T derivative(T, T y, const T* p) {
    return p[0] * (1 - y) * (1 + y);
  }
};
struct FormulaOnly {
  template <class T>
  static T value(T x, const T* p) {
    return basso::tanh(p[0] * x);
  }
};
BASSO_ACTIVATION_CLASS(by_hand, ByHand, "by-hand", "1.0.0", "summary", "source", BASSO_TABLE(parameters))
BASSO_ACTIVATION_CLASS(formula_only, FormulaOnly, "formula-only", "1.0.0", "summary", "source",
                       BASSO_TABLE(parameters))

double derivative(const basso_component& component, double x) {
  const double numbers[BASSO_MAX_NUMBERS] = {2.0};
  const auto* functions = static_cast<const basso_activation_v1*>(component.functions);
  double y = 0.0, d = 0.0;
  functions->value_f64(numbers, &x, &y, 1);
  functions->derivative_f64(numbers, &x, &y, &d, 1);
  return d;
}

TEST(FormulaOnlyActivation, HasTheDerivativeThatOneWritesByHand) {
  for (double x = -6.0; x <= 6.0; x += 0.01)
    EXPECT_NEAR(derivative(formula_only, x), derivative(by_hand, x), 2e-15) << x;
  EXPECT_EQ(derivative(formula_only, std::numeric_limits<double>::infinity()), 0.0);
}

TEST(FormulaOnlyActivation, GivesNanForNan) {
  EXPECT_TRUE(std::isnan(derivative(formula_only, std::numeric_limits<double>::quiet_NaN())));
}

TEST(FormulaOnlyActivation, StatesNoFactsWhereTheClassHasNone) {
  basso_facts facts{};
  const double numbers[BASSO_MAX_NUMBERS] = {2.0};
  const auto* functions = static_cast<const basso_activation_v1*>(formula_only.functions);
  EXPECT_EQ(functions->facts(numbers, &facts, nullptr), BASSO_OK);
  EXPECT_EQ(facts.stated, 0u);
}

}  // namespace

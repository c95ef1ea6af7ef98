// The shipped activations through their exported tables: values against the papers' formulas in long double,
// derivatives against differences of these, float32 against float64, edge cases, facts, rules for layers.
// Transforms: activation_transforms_test.cpp.
#include <gtest/gtest.h>

#include <limits>

#include "unit/sdk/activation.hpp"

namespace basso::test {
namespace {

using Real = long double;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan64 = std::numeric_limits<double>::quiet_NaN();
constexpr double ulp = std::numeric_limits<double>::epsilon();

class Activations : public testing::TestWithParam<Case> {
 protected:
  Activation f{GetParam()};
  const double unit = GetParam().unit;

  Real formula(Real x) const { return formula_with(numbers(), x); }
  std::vector<Real> numbers() const { return {std::begin(f.numbers), std::end(f.numbers)}; }
  Real formula_with(const std::vector<Real>& p, Real x) const { return GetParam().formula(x, p.data()); }
  bool near_break(double x, double distance) const {
    const std::vector<double>& breaks = GetParam().breaks;
    return std::any_of(breaks.begin(), breaks.end(), [&](double at) { return std::abs(x - at) < distance; });
  }
  // Arguments over the whole reach, and densely where the function varies.
  std::vector<double> arguments(double least_distance) const {
    const double reach = GetParam().reach;
    std::vector<double> x = grid(-reach, reach, 2001);
    const std::vector<double> inner = grid(-8 * unit, 8 * unit, 2001);
    x.insert(x.end(), inner.begin(), inner.end());
    x.insert(x.end(), {1e-9 * unit, -1e-7 * unit, 1e-5 * unit, -1e-3 * unit});
    std::erase_if(x, [&](double each) { return near_break(each, least_distance); });
    return x;
  }
};

// Central differences with two steps, extrapolated: error of order h^4.
template <class Function>
double difference(Function f, Real x, Real h) {
  const Real wide = (f(x + h) - f(x - h)) / (2 * h), narrow = (f(x + h / 2) - f(x - h / 2)) / h;
  return static_cast<double>((4 * narrow - wide) / 3);
}
template <class Function>
double second_difference(Function f, Real x, Real h) {
  const Real wide = (f(x + h) - 2 * f(x) + f(x - h)) / (h * h);
  const Real narrow = (f(x + h / 2) - 2 * f(x) + f(x - h / 2)) / (h * h / 4);
  return static_cast<double>((4 * narrow - wide) / 3);
}

TEST_P(Activations, ValueIsThePapersFormula) {
  for (const double x : arguments(0.0)) {
    const double expected = static_cast<double>(formula(x));
    // The last term: the argument of a function is rounded.
    const double tolerance = 8 * ulp * (1 + std::abs(expected) + std::abs(x * f.derivative(x)));
    ASSERT_NEAR(f.value(x), expected, tolerance) << x;
  }
}

TEST_P(Activations, DerivativeMatchesDifferencesOfTheFormula) {
  if (f.states(BASSO_FACT_SURROGATE)) return;  // FinerLayers looks at it
  const double h = 1e-3 * unit;
  for (const double x : arguments(2 * h)) {
    const double expected = unit * difference([&](Real at) { return formula(at); }, x, h);
    const double tolerance = 3e-12 * (1 + std::abs(expected)) + 8 * ulp * std::abs(x / unit);
    ASSERT_NEAR(unit * f.derivative(x), expected, tolerance) << x;
  }
}

TEST_P(Activations, SecondDerivativeMatchesSecondDifferencesOfTheFormula) {
  const double h = 4e-3 * unit;
  for (const double x : arguments(2 * h)) {
    const double expected = unit * unit * second_difference([&](Real at) { return formula(at); }, x, h);
    const double tolerance = 1e-9 * (1 + std::abs(expected));
    ASSERT_NEAR(unit * unit * f.second(x), expected, tolerance) << x;
  }
}

TEST_P(Activations, TrainableDerivativeMatchesDifferencesOfTheFormulaInThatNumber) {
  const auto* trainable = f.extension<basso_trainable_v1>("trainable/1");
  int count = 0;
  for (std::uint32_t i = 0; i < f.component->parameter_count; ++i) {
    if (std::string(f.component->parameters[i].role) != "trainable") continue;
    ++count;
    ASSERT_NE(trainable, nullptr);
    for (const double x : arguments(0.0)) {
      const auto moved = [&](Real number) {
        std::vector<Real> p = numbers();
        p[i] = number;
        return formula_with(p, x);
      };
      const double expected = difference(moved, f.numbers[i], 1e-4);
      double d;
      trainable->parameter_f64(f.numbers, i, &x, &d, 1);
      ASSERT_NEAR(d, expected, 1e-10 * (1 + std::abs(expected) + x * x)) << x;
      const float narrow = static_cast<float>(x);
      float single;
      trainable->parameter_f32(f.numbers, i, &narrow, &single, 1);
      ASSERT_NEAR(single, d, 1e-5 * (1 + std::abs(d) + x * x)) << x;
    }
  }
  if (count == 0) {
    EXPECT_EQ(trainable, nullptr);
  }
}

TEST_P(Activations, Float32AgreesWithFloat64ToSinglePrecision) {
  const auto* second = f.extension<basso_second_v1>("second/1");
  for (const double wide : arguments(1e-6)) {
    const float x = static_cast<float>(wide);
    float y, d, d2;
    f.functions->value_f32(f.numbers, &x, &y, 1);
    f.functions->derivative_f32(f.numbers, &x, &y, &d, 1);
    second->second_f32(f.numbers, &x, &d2, 1);
    const double exact = static_cast<double>(x);
    const double value = f.value(exact), slope = f.derivative(exact) * unit,
                 bend = f.second(exact) * unit * unit;
    const double tolerance = 4e-7 * (1.0 + std::abs(exact) / unit);
    ASSERT_NEAR(y, value, tolerance * (1 + std::abs(value))) << x;
    ASSERT_NEAR(d * unit, slope, tolerance * (1 + std::abs(slope))) << x;
    ASSERT_NEAR(d2 * unit * unit, bend, tolerance * (1 + std::abs(bend))) << x;
  }
}

TEST_P(Activations, NanGivesNanInValueAndDerivatives) {
  EXPECT_TRUE(std::isnan(f.value(nan64)));
  EXPECT_TRUE(std::isnan(f.derivative(nan64)));
  EXPECT_TRUE(std::isnan(f.second(nan64)));
  const float x = std::numeric_limits<float>::quiet_NaN();
  float y, d, d2;
  f.functions->value_f32(f.numbers, &x, &y, 1);
  f.functions->derivative_f32(f.numbers, &x, &y, &d, 1);
  f.extension<basso_second_v1>("second/1")->second_f32(f.numbers, &x, &d2, 1);
  EXPECT_TRUE(std::isnan(y) && std::isnan(d) && std::isnan(d2));
}

TEST_P(Activations, BitsDoNotDependOnLengthOrPlaceAndInPlaceIsAllowed) {
  const std::vector<double> x = grid(-9.0 * unit, 9.0 * unit, 130);
  for (std::size_t count = 0; count <= x.size(); ++count) {
    std::vector<double> y(x.begin(), x.end());
    f.functions->value_f64(f.numbers, y.data(), y.data(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(y[i], f.value(x[i])) << count << ' ' << i;
    f.functions->derivative_f64(f.numbers, x.data(), y.data(), y.data(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(y[i], f.derivative(x[i])) << count << ' ' << i;
  }
}

TEST_P(Activations, StatedBoundsParityMonotonyAndZerosHoldOnADenseGrid) {
  std::vector<double> x = grid(-40.0, 40.0, 80001);
  for (const double each : grid(-40.0 * unit, 40.0 * unit, 80001)) x.push_back(each);
  std::sort(x.begin(), x.end());
  double before = -infinity;
  for (const double at : x) {
    const double y = f.value(at), d = f.derivative(at);
    if (f.states(BASSO_FACT_LOWER)) {
      ASSERT_GE(y, f.facts.lower - ulp * std::abs(f.facts.lower)) << at;
    }
    if (f.states(BASSO_FACT_UPPER)) {
      ASSERT_LE(y, f.facts.upper + ulp * std::abs(f.facts.upper)) << at;
    }
    if (f.states(BASSO_FACT_PARITY)) {
      ASSERT_EQ(f.value(-at), f.facts.parity * y) << at;
    }
    if (f.states(BASSO_FACT_MONOTONE)) {
      ASSERT_GE(y, before - 2 * ulp * std::abs(y)) << at;
    }
    if (f.states(BASSO_FACT_LIPSCHITZ)) {
      ASSERT_LE(std::abs(d), f.facts.lipschitz * (1 + 4 * ulp)) << at;
    }
    if ((f.states(BASSO_FACT_ZERO_BELOW) && at <= f.facts.zero_below) ||
        (f.states(BASSO_FACT_ZERO_ABOVE) && at >= f.facts.zero_above)) {
      ASSERT_EQ(y, 0.0) << at;
      ASSERT_EQ(d, 0.0) << at;
    }
    if (f.states(BASSO_FACT_PIECEWISE_LINEAR)) {
      ASSERT_EQ(f.second(at), 0.0) << at;
    }
    before = y;
  }
}

TEST_P(Activations, LipschitzConstantIsReached) {
  if (!f.states(BASSO_FACT_LIPSCHITZ)) return;
  double steepest = 0.0;
  for (const double x : grid(-40.0 * unit, 40.0 * unit, 320001))
    steepest = std::max(steepest, std::abs(f.derivative(x)));
  for (std::uint32_t i = 0; i < f.facts.kink_count; ++i)
    for (const double side : {-1e-12, 1e-12})
      steepest = std::max(steepest, std::abs(f.derivative(f.facts.kinks[i] + side * unit)));
  if (GetParam().id == "gabor") {  // whose constant is but a bound
    EXPECT_GT(steepest, 0.5 * f.facts.lipschitz);
    return;
  }
  EXPECT_NEAR(steepest, f.facts.lipschitz, 1e-7 * f.facts.lipschitz);
}

INSTANTIATE_TEST_SUITE_P(All, Activations, testing::ValuesIn(all_cases()),
                         [](const testing::TestParamInfo<Case>& chosen) { return name_of(chosen.param); });

TEST(ActivationLimits, InfinitiesGiveTheLimitWhereThereIsOne) {
  struct Limits {
    const char* id;
    double below, above, slope_below, slope_above;
  };
  const Limits all[] = {{"relu", 0, infinity, 0, 1},
                        {"tanh", -1, 1, 0, 0},
                        {"sigmoid", 0, 1, 0, 0},
                        {"abs", infinity, infinity, -1, 1},
                        {"elu", -1, infinity, 0, 1},
                        {"gelu", 0, infinity, 0, 1},
                        {"silu", 0, infinity, 0, 1},
                        {"softplus", 0, infinity, 0, 1},
                        {"leaky-relu", -infinity, infinity, 0.01, 1},
                        {"gauss", 0, 0, 0, 0},
                        {"gabor", 0, 0, 0, 0},
                        {"laplacian", 0, 0, 0, 0},
                        {"quadratic", 0, 0, 0, 0},
                        {"multiquadric", 0, 0, 0, 0},
                        {"hat", 0, 0, 0, 0},
                        {"ricker", 0, 0, 0, 0},
                        {"sinc", 0, 0, 0, 0},
                        {"srelu", 0, 0, 0, 0},
                        {"s2relu", 0, 0, 0, 0},
                        {"identity", -infinity, infinity, 1, 1}};
  for (const Limits& each : all) {
    const Activation f(case_of(each.id));
    EXPECT_EQ(f.value(-infinity), each.below) << each.id;
    EXPECT_EQ(f.value(infinity), each.above) << each.id;
    EXPECT_EQ(f.derivative(-infinity), each.slope_below) << each.id;
    EXPECT_EQ(f.derivative(infinity), each.slope_above) << each.id;
    EXPECT_NEAR(f.second(-infinity), 0.0, 1e-50) << each.id;
    EXPECT_NEAR(f.second(infinity), 0.0, 1e-50) << each.id;
  }
  EXPECT_TRUE(std::isnan(Activation(case_of("sine")).value(infinity)));
}

TEST(SineLayers, FirstMapTakesOmegaFirstAndOthersOmega) {
  const Activation sine(case_of("sine"));
  const auto* layers = sine.extension<basso_layers_v1>("layers/1");
  ASSERT_NE(layers, nullptr);
  const double numbers[BASSO_MAX_NUMBERS] = {30.0, 300.0};
  basso_layer layer{sizeof(basso_layer), 0, 4, 2, 256, 0};
  double result[BASSO_MAX_NUMBERS];
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    layer.index = index;
    std::memcpy(result, numbers, sizeof(result));
    ASSERT_EQ(layers->numbers(numbers, &layer, result, nullptr), BASSO_OK);
    EXPECT_EQ(result[0], index == 0 ? 300.0 : 30.0);
  }
}

TEST(SineLayers, StartBySirensLawTheOutputIncluded) {
  const Activation sine(case_of("sine"));
  const auto* layers = sine.extension<basso_layers_v1>("layers/1");
  for (const std::uint32_t index : {0u, 1u, 3u}) {
    const basso_layer layer{sizeof(basso_layer), index, 4, 64, 256, 0};
    basso_init init{};
    init.size = sizeof(init);
    ASSERT_EQ(layers->init(sine.numbers, &layer, &init, nullptr), BASSO_OK);
    EXPECT_EQ(init.weight_law, BASSO_LAW_UNIFORM);
    EXPECT_EQ(init.bias_law, BASSO_LAW_UNIFORM);
    EXPECT_DOUBLE_EQ(init.weight_scale, index == 0 ? 1.0 / 64.0 : std::sqrt(6.0 / 64.0) / 30.0);
    EXPECT_DOUBLE_EQ(init.bias_scale, 0.125);
  }
}

}  // namespace
}  // namespace basso::test

// The shipped activations through their exported tables: derivatives against finite differences, float32
// against float64, edge cases, facts, transforms against quadrature, and sine's rules for layers.
#include <basso/activation.h>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan64 = std::numeric_limits<double>::quiet_NaN();

struct Case {
  const char* id;
  double omega;  // 0: the activation has no numbers
};
void PrintTo(const Case& which, std::ostream* out) { *out << which.id << ", omega " << which.omega; }

class Activation {
 public:
  explicit Activation(const Case& which) {
    const std::string path = std::string(BASSO_TEST_PLUGINS) + "/" + which.id + ".so";
    library_ = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library_ == nullptr) throw std::runtime_error(dlerror());
    const auto entry = reinterpret_cast<basso_entry_function>(dlsym(library_, BASSO_ENTRY_SYMBOL));
    component = entry()->components[0];
    functions = static_cast<const basso_activation_v1*>(component->functions);
    numbers[0] = numbers[1] = which.omega;
    char text[256];
    basso_error error{text, sizeof(text)};
    facts.size = sizeof(facts);
    if (functions->facts(numbers, &facts, &error) != BASSO_OK) throw std::runtime_error(text);
  }
  ~Activation() { dlclose(library_); }
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;

  const void* extension(const char* name) const {
    for (std::uint32_t i = 0; i < component->extension_count; ++i)
      if (std::strcmp(component->extensions[i].name, name) == 0) return component->extensions[i].table;
    return nullptr;
  }
  double value(double x) const {
    double y;
    functions->value_f64(numbers, &x, &y, 1);
    return y;
  }
  double derivative(double x) const {
    double y = value(x), d;
    functions->derivative_f64(numbers, &x, &y, &d, 1);
    return d;
  }
  double second(double x) const {
    double d2;
    static_cast<const basso_second_v1*>(extension("second/1"))->second_f64(numbers, &x, &d2, 1);
    return d2;
  }
  std::complex<double> transform(double k) const {
    double real, imaginary;
    static_cast<const basso_fourier_v1*>(extension("fourier/1"))
        ->transform(numbers, &k, &real, &imaginary, 1, nullptr);
    return {real, imaginary};
  }
  bool states(basso_fact fact) const { return (facts.stated & static_cast<std::uint32_t>(fact)) != 0; }
  bool near_kink(double x, double distance) const {
    for (std::uint32_t i = 0; i < facts.kink_count; ++i)
      if (std::abs(x - facts.kinks[i]) < distance) return true;
    return false;
  }
  // How fast the function varies, in units of x.
  double scale() const { return numbers[0] > 0.0 ? 1.0 / numbers[0] : 1.0; }

  const basso_component* component;
  const basso_activation_v1* functions;
  double numbers[BASSO_MAX_NUMBERS] = {};
  basso_facts facts{};

 private:
  void* library_;
};

std::vector<double> grid(double from, double to, std::size_t count) {
  std::vector<double> x(count);
  for (std::size_t i = 0; i < count; ++i)
    x[i] = from + (to - from) * static_cast<double>(i) / static_cast<double>(count - 1);
  return x;
}

// Central differences with two steps, extrapolated: error of order h^4.
template <class Function>
double difference(Function f, double x, double h) {
  const double wide = (f(x + h) - f(x - h)) / (2 * h);
  const double narrow = (f(x + h / 2) - f(x - h / 2)) / h;
  return (4 * narrow - wide) / 3;
}

// What rounding of x + h and of values of order 1 leaves of a difference, in units of the slope.
double rounding(double x, double h) {
  return 3e-11 + 8.0 * std::numeric_limits<double>::epsilon() * std::abs(x) / h;
}

class Activations : public testing::TestWithParam<Case> {
 protected:
  Activation f{GetParam()};
};

TEST_P(Activations, DerivativeMatchesFiniteDifferences) {
  for (const double x : grid(-8.0, 8.0, 4001)) {
    const double h = 1e-3 * f.scale();
    if (f.near_kink(x, 2 * h)) continue;
    const double expected = difference([&](double at) { return f.value(at); }, x, h);
    ASSERT_NEAR(f.derivative(x) * f.scale(), expected * f.scale(), rounding(x, h)) << x;
  }
}

TEST_P(Activations, SecondDerivativeMatchesFiniteDifferencesOfTheFirst) {
  for (const double x : grid(-8.0, 8.0, 2001)) {
    const double h = 1e-3 * f.scale();
    if (f.near_kink(x, 2 * h)) continue;
    const double expected = difference([&](double at) { return f.derivative(at); }, x, h);
    const double unit = f.scale() * f.scale();
    ASSERT_NEAR(f.second(x) * unit, expected * unit, rounding(x, h)) << x;
  }
}

TEST_P(Activations, Float32AgreesWithFloat64ToSinglePrecision) {
  const auto* second = static_cast<const basso_second_v1*>(f.extension("second/1"));
  for (const double wide : grid(-8.0, 8.0, 4001)) {
    const float x = static_cast<float>(wide);
    float y, d, d2;
    f.functions->value_f32(f.numbers, &x, &y, 1);
    f.functions->derivative_f32(f.numbers, &x, &y, &d, 1);
    second->second_f32(f.numbers, &x, &d2, 1);
    const double exact = static_cast<double>(x);
    const double tolerance = 4e-7 * (1.0 + std::abs(exact) / f.scale());
    ASSERT_NEAR(y, f.value(exact), tolerance) << x;
    ASSERT_NEAR(d * f.scale(), f.derivative(exact) * f.scale(), tolerance) << x;
    ASSERT_NEAR(d2 * f.scale() * f.scale(), f.second(exact) * f.scale() * f.scale(), tolerance) << x;
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
  static_cast<const basso_second_v1*>(f.extension("second/1"))->second_f32(f.numbers, &x, &d2, 1);
  EXPECT_TRUE(std::isnan(y) && std::isnan(d) && std::isnan(d2));
}

TEST_P(Activations, BitsDoNotDependOnLengthOrPlaceAndInPlaceIsAllowed) {
  const std::vector<double> x = grid(-9.0, 9.0, 130);
  for (std::size_t count = 0; count <= x.size(); ++count) {
    std::vector<double> y(x.begin(), x.end());
    f.functions->value_f64(f.numbers, y.data(), y.data(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(y[i], f.value(x[i])) << count << ' ' << i;
    f.functions->derivative_f64(f.numbers, x.data(), y.data(), y.data(), count);
    for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(y[i], f.derivative(x[i])) << count << ' ' << i;
  }
}

TEST_P(Activations, StatedBoundsParityMonotonyAndZerosHoldOnADenseGrid) {
  double before = -infinity;
  for (const double x : grid(-40.0, 40.0, 160001)) {
    const double y = f.value(x);
    if (f.states(BASSO_FACT_LOWER)) {
      ASSERT_GE(y, f.facts.lower) << x;
    }
    if (f.states(BASSO_FACT_UPPER)) {
      ASSERT_LE(y, f.facts.upper) << x;
    }
    if (f.states(BASSO_FACT_PARITY)) {
      ASSERT_EQ(f.value(-x), f.facts.parity * y) << x;
    }
    if (f.states(BASSO_FACT_MONOTONE)) {
      ASSERT_GE(y, before - 3e-16 * std::abs(y)) << x;
    }
    if (f.states(BASSO_FACT_LIPSCHITZ)) {
      ASSERT_LE(std::abs(f.derivative(x)), f.facts.lipschitz * (1 + 1e-15));
    }
    if (f.states(BASSO_FACT_ZERO_BELOW) && x <= f.facts.zero_below) {
      ASSERT_EQ(y, 0.0) << x;
      ASSERT_EQ(f.derivative(x), 0.0) << x;
    }
    if (f.states(BASSO_FACT_PIECEWISE_LINEAR)) {
      ASSERT_EQ(f.second(x), 0.0) << x;
    }
    before = y;
  }
}

TEST_P(Activations, LipschitzConstantIsReached) {
  ASSERT_TRUE(f.states(BASSO_FACT_LIPSCHITZ));
  double steepest = 0.0;
  for (const double x : grid(-4.0, 4.0, 8001)) steepest = std::max(steepest, std::abs(f.derivative(x)));
  EXPECT_NEAR(steepest, f.facts.lipschitz, 1e-12 * f.facts.lipschitz);
}

INSTANTIATE_TEST_SUITE_P(All, Activations,
                         testing::Values(Case{"relu", 0.0}, Case{"tanh", 0.0}, Case{"sigmoid", 0.0},
                                         Case{"sine", 30.0}, Case{"sine", 0.7}),
                         [](const testing::TestParamInfo<Case>& chosen) {
                           return std::string(chosen.param.id) + (chosen.param.omega == 30.0 ? "30" : "");
                         });

TEST(ActivationLimits, InfinitiesGiveTheLimitWhereThereIsOne) {
  const Activation relu({"relu", 0.0}), tanh({"tanh", 0.0}), sigmoid({"sigmoid", 0.0}), sine({"sine", 30.0});
  EXPECT_EQ(relu.value(infinity), infinity);
  EXPECT_EQ(relu.value(-infinity), 0.0);
  EXPECT_EQ(relu.derivative(infinity), 1.0);
  EXPECT_EQ(relu.derivative(-infinity), 0.0);
  EXPECT_EQ(tanh.value(infinity), 1.0);
  EXPECT_EQ(tanh.value(-infinity), -1.0);
  EXPECT_EQ(sigmoid.value(infinity), 1.0);
  EXPECT_EQ(sigmoid.value(-infinity), 0.0);
  for (const Activation* f : {&tanh, &sigmoid})
    for (const double x : {-infinity, infinity}) {
      EXPECT_EQ(f->derivative(x), 0.0);
      EXPECT_EQ(f->second(x), 0.0);
    }
  EXPECT_TRUE(std::isnan(sine.value(infinity)));
}

// F[f'](k) = i k F[f](k), and f' is integrable: the trapezoidal rule converges exponentially.
TEST(ActivationTransforms, OfTanhAndSigmoidMatchQuadratureOfTheDerivative) {
  for (const char* id : {"tanh", "sigmoid"}) {
    const Activation f({id, 0.0});
    for (const double k : {-3.0, -0.4, 0.05, 0.5, 1.0, 2.5, 6.0}) {
      std::complex<double> sum = 0.0;
      const double h = 0.01;
      for (int i = -6000; i <= 6000; ++i) sum += h * f.derivative(i * h) * std::polar(1.0, -k * i * h);
      const std::complex<double> expected = sum / std::complex<double>(0.0, k);
      EXPECT_NEAR(std::abs(f.transform(k) - expected), 0.0, 1e-13 * (1 + std::abs(expected)))
          << id << ' ' << k;
    }
  }
}

// As a tempered distribution F[f] is the limit of the transforms of f exp(-e|x|) for e -> 0; they are
// analytic in e, so four of them are extrapolated.
TEST(ActivationTransforms, OfReluMatchesDampedQuadratureExtrapolatedToNoDamping) {
  const Activation f({"relu", 0.0});
  const auto damped = [&](double e, double k) {  // Simpson's rule on either side of the kink
    const double h = 0.02;
    const int intervals = 2 * static_cast<int>(20.0 / e / h);
    std::complex<double> sum = 0.0;
    for (int i = -intervals; i <= intervals; ++i) {
      const double x = i * h;
      const double weight = (i == -intervals || i == intervals) ? 1.0 : i % 2 != 0 ? 4.0 : 2.0;
      sum += weight * f.value(x) * std::exp(-e * std::abs(x)) * std::polar(1.0, -k * x);
    }
    return sum * (h / 3.0);
  };
  for (const double k : {-1.5, 0.8, 2.0, 3.0}) {
    std::complex<double> row[5];
    for (int i = 0; i < 5; ++i) row[i] = damped(0.2 * std::pow(0.5, i), k);
    for (int order = 1; order < 5; ++order)
      for (int i = 4; i >= order; --i) row[i] += (row[i] - row[i - 1]) / (std::pow(2.0, order) - 1.0);
    EXPECT_NEAR(std::abs(f.transform(k) - row[4]), 0.0, 1e-5) << k;
  }
}

TEST(ActivationTransforms, AreOfferedByAllButSine) {
  EXPECT_NE(Activation({"relu", 0.0}).extension("fourier/1"), nullptr);
  EXPECT_EQ(Activation({"sine", 30.0}).extension("fourier/1"), nullptr);
}

TEST(SineLayers, FirstMapTakesOmegaFirstAndOthersOmega) {
  const Activation sine({"sine", 30.0});
  const auto* layers = static_cast<const basso_layers_v1*>(sine.extension("layers/1"));
  ASSERT_NE(layers, nullptr);
  const double numbers[BASSO_MAX_NUMBERS] = {30.0, 300.0};
  basso_layer layer{sizeof(basso_layer), 0, 4, 2, 256};
  double result[BASSO_MAX_NUMBERS];
  for (const std::uint32_t index : {0u, 1u, 2u}) {
    layer.index = index;
    std::memcpy(result, numbers, sizeof(result));
    ASSERT_EQ(layers->numbers(numbers, &layer, result, nullptr), BASSO_OK);
    EXPECT_EQ(result[0], index == 0 ? 300.0 : 30.0);
  }
}

TEST(SineLayers, StartBySirensLawTheOutputIncluded) {
  const Activation sine({"sine", 30.0});
  const auto* layers = static_cast<const basso_layers_v1*>(sine.extension("layers/1"));
  for (const std::uint32_t index : {0u, 1u, 3u}) {
    const basso_layer layer{sizeof(basso_layer), index, 4, 64, 256};
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

// The formulas of the shipped activations in long double, as their papers have them.
#include <cctype>
#include <numbers>
#include <ostream>
#include <sstream>

#include "unit/sdk/activation.hpp"

namespace basso::test {
namespace {

using Real = long double;

Real logistic(Real x) { return 1 / (1 + std::exp(-x)); }
Real ramp(Real x) { return x > 0 ? x : 0; }
constexpr Real pi = std::numbers::pi_v<Real>;

Real finer(Real x, const Real* p) { return std::sin(p[0] * (std::abs(x) + 1) * x); }
Real gabor(Real x, const Real* p) { return std::cos(p[0] * x) * std::exp(-p[1] * p[1] * x * x); }
Real relu_power(Real x, const Real* p) { return x > 0 ? std::pow(x, p[0]) : 0; }
Real ricker(Real x, const Real* p) {
  const Real square = x * x / (p[0] * p[0]);
  return (1 - square) * std::exp(-square / 2);
}
Real sinc(Real x, const Real* p) { return x == 0 ? 1 : std::sin(p[0] * x) / (p[0] * x); }
Real snake(Real x, const Real* p) { return x + std::pow(std::sin(p[0] * x), 2) / p[0]; }

}  // namespace

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = {
      {"relu", {}, 1, [](Real x, const Real*) { return ramp(x); }, {0}},
      {"leaky-relu", {0.01}, 1, [](Real x, const Real* p) { return x > 0 ? x : p[0] * x; }, {0}},
      {"prelu", {0.25}, 1, [](Real x, const Real* p) { return x > 0 ? x : p[0] * x; }, {0}},
      {"prelu", {-1.5}, 1, [](Real x, const Real* p) { return x > 0 ? x : p[0] * x; }, {0}},
      {"abs", {}, 1, [](Real x, const Real*) { return std::abs(x); }, {0}},
      {"elu", {1}, 1, [](Real x, const Real* p) { return x > 0 ? x : p[0] * std::expm1(x); }, {0}},
      {"elu", {0.3}, 1, [](Real x, const Real* p) { return x > 0 ? x : p[0] * std::expm1(x); }, {0}},
      {"gelu", {}, 1, [](Real x, const Real*) { return x * std::erfc(-x / std::sqrt(Real(2))) / 2; }},
      {"silu", {}, 1, [](Real x, const Real*) { return x * logistic(x); }},
      {"softplus", {}, 1, [](Real x, const Real*) { return std::log1p(std::exp(x)); }},
      {"tanh", {}, 1, [](Real x, const Real*) { return std::tanh(x); }},
      {"sigmoid", {}, 1, [](Real x, const Real*) { return logistic(x); }},
      {"sine", {30, 30}, 1 / 30.0, [](Real x, const Real* p) { return std::sin(p[0] * x); }},
      {"sine", {0.7, 0.7}, 1 / 0.7, [](Real x, const Real* p) { return std::sin(p[0] * x); }},
      {"finer", {30, 30, 0, 0}, 1 / 90.0, finer, {0}, 1.0},
      {"finer", {30, 30, 0, 1}, 1 / 90.0, finer, {0}, 1.0},
      {"gauss", {10}, 0.1, [](Real x, const Real* p) { return std::exp(-p[0] * p[0] * x * x); }},
      {"gabor", {30, 10}, 0.025, gabor},
      {"gabor", {2, 1.5}, 0.5, gabor},
      {"laplacian", {0.01}, 0.01, [](Real x, const Real* p) { return std::exp(-std::abs(x) / p[0]); }, {0}},
      {"quadratic", {5}, 0.2, [](Real x, const Real* p) { return 1 / (1 + p[0] * p[0] * x * x); }},
      {"multiquadric", {10}, 0.1, [](Real x, const Real* p) { return 1 / std::hypot(1, p[0] * x); }},
      {"exp-sin", {1}, 1, [](Real x, const Real* p) { return std::exp(-std::sin(p[0] * x)); }},
      {"exp-sin", {8}, 0.125, [](Real x, const Real* p) { return std::exp(-std::sin(p[0] * x)); }},
      {"hat", {}, 1, [](Real x, const Real*) { return ramp(1 - std::abs(x - 1)); }, {0, 1, 2}},
      {"ricker", {1}, 1, ricker},
      {"ricker", {0.3}, 0.3, ricker},
      {"sinc", {1}, 1, sinc},
      {"sinc", {30}, 1 / 30.0, sinc},
      {"snake", {1}, 0.5, snake},
      {"snake", {5}, 0.1, snake},
      {"srelu", {}, 1, [](Real x, const Real*) { return ramp(x) * ramp(1 - x); }, {0, 1}},
      {"s2relu",
       {},
       0.25,
       [](Real x, const Real*) { return std::sin(2 * pi * x) * ramp(x) * ramp(1 - x); },
       {0, 1}},
      {"identity", {}, 1, [](Real x, const Real*) { return x; }},
      {"relu-power", {1}, 1, relu_power, {0}},
      {"relu-power", {2}, 1, relu_power, {0}},
      {"relu-power", {3}, 1, relu_power, {0}},
      {"relu-power", {7}, 1, relu_power, {0}},
  };
  return cases;
}

const Case& case_of(const std::string& id) {
  for (const Case& each : all_cases())
    if (each.id == id) return each;
  throw std::runtime_error("no case of " + id);
}

std::string name_of(const Case& which) {
  std::ostringstream name;
  name << which.id;
  for (const double number : which.numbers) name << '_' << number;
  std::string text = name.str();
  for (char& c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  return text;
}

void PrintTo(const Case& which, std::ostream* out) { *out << name_of(which); }

}  // namespace basso::test

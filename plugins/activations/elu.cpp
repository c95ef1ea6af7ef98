// Exponential linear unit (Clevert, Unterthiner and Hochreiter 2016, "Fast and Accurate Deep Network Learning
// by Exponential Linear Units", Eq 15). At 0 the derivative is alpha, that of the left side.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {BASSO_PARAMETER(
    "alpha", "real", "1.0", "(0,inf)", "",
    "-alpha is the limit at minus infinity; the default, that of Clevert et al. 2016, makes f' continuous.")};
constexpr auto alpha = basso::position(parameters, "alpha");

struct Elu {
  template <class T>
  static T value(T x, const T* p) {
    return x > 0 ? x : p[alpha] * basso::expm1(x);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return x > 0 ? T(1) : y + p[alpha];
  }
  // At 0, where f'' jumps, the mean of both sides.
  template <class T>
  static T second(T x, const T* p) {
    const T below = p[alpha] * basso::exp(x);
    return x > 0 ? T(0) : x == 0 ? below / 2 : below;
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_lower(facts, -p[alpha]);
    basso::state_lipschitz(facts, p[alpha] > 1.0 ? p[alpha] : 1.0);
    basso::state_monotone(facts, 1);
    if (p[alpha] == 1.0)
      basso::state_kinks(facts, {});
    else
      basso::state_kinks(facts, {0.0});
  }
  // F[f](k) = -1/k^2 + alpha (1/(1 - ik) - i/k), k != 0: ReLU's transform, and those of exp(x) and of 1 on
  // the left half line.
  static std::complex<double> fourier(double k, const double* p) {
    const double square = k * k;
    return {((p[alpha] - 1.0) * square - 1.0) / (square * (1.0 + square)), -p[alpha] / (k * (1.0 + square))};
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(elu, Elu, "elu", "1.0.0",
                       "Exponential linear unit: f(x) = x for x > 0, else alpha (exp(x) - 1)",
                       "Clevert, Unterthiner and Hochreiter 2016, Eq 15", BASSO_TABLE(parameters))
BASSO_LIBRARY(&elu)

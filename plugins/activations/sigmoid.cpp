// Logistic sigmoid, 1 / (1 + exp(-x)), the activation for which Xu 2018 (v1) derives the F-Principle.
#include <basso/plugin.hpp>

namespace {

struct Sigmoid {
  template <class T>
  static T value(T x) {
    return basso::logistic(x);
  }
  template <class T>
  static T derivative(T, T y) {
    return y * (1 - y);
  }
  template <class T>
  static T second(T x) {
    const T y = basso::logistic(x);
    return y * (1 - y) * (1 - 2 * y);
  }
  static void facts(basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 0.25);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = -i pi csch(pi k), k != 0 (Xu 2018 v1, Eq 3.1), with csch z = -2 exp(-z) / (exp(-2z) - 1).
  static std::complex<double> fourier(double k) {
    constexpr double pi = 0x1.921fb54442d18p1;
    const double z = pi * basso::abs(k);
    const double modulus = -2.0 * pi * basso::exp(-z) / basso::expm1(-2.0 * z);
    return {0.0, k > 0.0 ? -modulus : modulus};
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(sigmoid, Sigmoid, "sigmoid", "1.0.0", "Logistic sigmoid: f(x) = 1 / (1 + exp(-x))",
                       "Xu 2018 (v1), section 3", BASSO_NONE)
BASSO_LIBRARY(&sigmoid)

// Softplus (Dugas, Bengio, Belisle, Nadeau and Garcia 2001, "Incorporating Second-Order Functional Knowledge
// for Better Option Pricing"), a smooth ReLU.
#include <basso/plugin.hpp>

namespace {

// log(1 + e) for 0 <= e <= 1. In float32 2 artanh(s) with s = e/(2 + e) <= 1/3, by its series: the terms left
// out are below 2e-8 of the result, and one division less than in log1p is needed.
BASSO_INLINE float log_above_one(float e) {
  const float s = e / (2 + e), z = s * s;
  const float tail =
      z * (1 / 3.0f + z * (1 / 5.0f + z * (1 / 7.0f + z * (1 / 9.0f + z * (1 / 11.0f + z / 13.0f)))));
  return 2 * (s + s * tail);
}
BASSO_INLINE double log_above_one(double e) { return basso::log1p(e); }

struct Softplus {
  template <class T>
  static T value(T x) {
    return (x > 0 ? x : T(0)) + log_above_one(basso::exp(-basso::abs(x)));
  }
  // The logistic function of x, from y.
  template <class T>
  static T derivative(T, T y) {
    return -basso::expm1(-y);
  }
  template <class T>
  static T second(T x) {
    const T e = basso::exp(-basso::abs(x)), r = 1 / (1 + e);
    return e * r * r;
  }
  static void facts(basso_facts& facts) {
    basso::state_lower(facts, 0.0);
    basso::state_lipschitz(facts, 1.0);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = -pi csch(pi k)/k, k != 0: f' is the logistic function, and F[f'](k) = ik F[f](k). With
  // csch z = -2 exp(-z) / (exp(-2z) - 1).
  static std::complex<double> fourier(double k) {
    constexpr double pi = 0x1.921fb54442d18p1;
    const double z = pi * basso::abs(k);
    return 2.0 * pi * basso::exp(-z) / (basso::expm1(-2.0 * z) * basso::abs(k));
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(softplus, Softplus, "softplus", "1.0.0", "Softplus: f(x) = log(1 + exp(x))",
                       "Dugas et al. 2001", BASSO_NONE)
BASSO_LIBRARY(&softplus)

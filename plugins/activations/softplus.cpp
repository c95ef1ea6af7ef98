// Softplus (Dugas, Bengio, Belisle, Nadeau and Garcia 2001, "Incorporating Second-Order Functional Knowledge
// for Better Option Pricing"), a smooth ReLU.
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

// log(1 + e) for 0 <= e <= 1. In float32 by a minimax polynomial with an error of 5e-8, without a division.
BASSO_INLINE float log_above_one(float e) {
  const float high = 0x1.607138p-3f + e * (-0x1.9b3904p-4f + e * (0x1.407294p-5f + e * -0x1.d758b4p-8f));
  return e + e * e * (-0x1.fff2dap-2f + e * (0x1.545aa2p-2f + e * (-0x1.f175a8p-3f + e * high)));
}
BASSO_INLINE double log_above_one(double e) { return basso::log1p(e); }

struct Softplus {
  template <class T>
  static T value(T x) {
    return (x > 0 ? x : T(0)) + log_above_one(basso::decaying(T(1), basso::abs(x) * T(basso::log2e)));
  }
  // The logistic function of x, from y.
  template <class T>
  static T derivative(T, T y) {
    return -basso::expm1_negative(-y);
  }
  template <class T>
  static T second(T x) {
    const T e = basso::exp_negative(-basso::abs(x)), r = 1 / (1 + e);
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

// Sigmoid-weighted linear unit, also called swish (Elfwing, Uchibe and Doya 2018, "Sigmoid-Weighted Linear
// Units for Neural Network Function Approximation in Reinforcement Learning").
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

// exp(-|x|)
template <class T>
BASSO_INLINE T tail(T x) {
  return basso::decaying(T(1), basso::abs(x) * T(basso::log2e));
}

struct Silu {
  // Beyond 800, exp(-|x|) is 0 in either precision; infinity times 0 must not come up.
  template <class T>
  static T value(T x) {
    const T inside = x < -800 ? T(-800) : x, e = tail(x);
    return inside * (x < 0 ? e : T(1)) / (1 + e);
  }
  // f' = s + y (1 - s) with the logistic function s = y/x, but at 0 and the infinities.
  template <class T>
  static T derivative(T x, T y) {
    const T slope = y / x * (1 + (x - y));
    const T far = x > 0 ? T(1) : T(0);
    return basso::abs(x) < T(1e-30) ? T(0.5) : basso::abs(x) > 800 ? far : slope;
  }
  // f'' = s' (2 + x (1 - 2 s)), where with e = exp(-|x|): s' = e/(1 + e)^2.
  template <class T>
  static T second(T x) {
    const T far = basso::clip(basso::abs(x), T(0), T(800));
    const T e = basso::exp_negative(-far), r = 1 / (1 + e);
    return e * r * r * (2 - far * (1 - e) * r);
  }
  static void facts(basso_facts& facts) {
    basso::state_lower(facts, -0.27846454276107380);    // at x = -1.2785
    basso::state_lipschitz(facts, 1.0998393201288669);  // f' at x = 2.3994
    basso::state_kinks(facts, {});
  }
  // F[f](k) = -pi^2 csch(pi k) coth(pi k), k != 0: F[s](k) = -i pi csch(pi k) and F[x g] = i dF[g]/dk. With
  // q = exp(-pi |k|): csch coth = 2 q (1 + q^2) / (1 - q^2)^2.
  static std::complex<double> fourier(double k) {
    constexpr double pi = 0x1.921fb54442d18p1;
    const double z = pi * basso::abs(k), q = basso::exp(-z), gap = basso::expm1(-2.0 * z);
    return -2.0 * pi * pi * q * (1.0 + q * q) / (gap * gap);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(silu, Silu, "silu", "1.0.0", "Sigmoid-weighted linear unit: f(x) = x / (1 + exp(-x))",
                       "Elfwing, Uchibe and Doya 2018", BASSO_NONE)
BASSO_LIBRARY(&silu)

// Gaussian error linear unit (Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2), exact:
// with the error function, not one of the approximations by tanh or by the logistic function.
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

// erfc(|x|/sqrt(2)) |x|. In float32 as |x| 2^-(|x| Q(|x|)), with Q such that f has an error of 1e-8 at most.
BASSO_INLINE float tail(float x) {
  const float size = basso::abs(x);
  const float high =
      0x1.1d4d7ap-12f + size * (0x1.13b586p-13f + size * (-0x1.d6b2a2p-16f + size * 0x1.fe8d9cp-20f));
  const float slope =
      0x1.26af36p0f +
      size * (0x1.d62e9ap-2f + size * (0x1.af201cp-5f + size * (-0x1.dad62cp-8f + size * high)));
  return basso::decaying(size, size * slope);
}
BASSO_INLINE double tail(double x) {
  const double size = basso::clip(basso::abs(x), 0.0, 40.0);  // beyond, 0
  return size * (1 - basso::erf(0.7071067811865476 * size));
}

// factor phi(x), with the normal distribution's density phi.
template <class T>
BASSO_INLINE T with_density(T factor, T x) {
  return basso::decaying(T(0.3989422804014327) * factor, x * x * T(0.5 * basso::log2e));
}

struct Gelu {
  template <class T>
  static T value(T x) {
    return (x > 0 ? x : T(0)) - T(0.5) * tail(x);
  }
  // f' = Phi(x) + x phi(x), with Phi(x) = y/x but at 0 and the infinities.
  template <class T>
  static T derivative(T x, T y) {
    const T slope = y / x + with_density(x, x);
    const T far = x > 0 ? T(1) : T(0);
    return basso::abs(x) < T(1e-30) ? T(0.5) : basso::abs(x) > 40 ? far : slope;
  }
  template <class T>
  static T second(T x) {
    return with_density(2 - x * x, x);
  }
  static void facts(basso_facts& facts) {
    basso::state_lower(facts, -0.16997120747990369);    // at x = -0.7518
    basso::state_lipschitz(facts, 1.1289041451851550);  // f' at sqrt(2)
    basso::state_kinks(facts, {});
  }
  // F[f](k) = -(1 + 1/k^2) exp(-k^2/2), k != 0: F[Phi](k) = exp(-k^2/2)/(ik), and F[x g] = i dF[g]/dk.
  static std::complex<double> fourier(double k) { return -(1.0 + 1.0 / (k * k)) * basso::exp(-0.5 * k * k); }
};

}  // namespace

BASSO_ACTIVATION_CLASS(gelu, Gelu, "gelu", "1.0.0",
                       "Gaussian error linear unit: f(x) = x Phi(x) = x (1 + erf(x/sqrt(2)))/2",
                       "Hendrycks and Gimpel 2016, section 2", BASSO_NONE)
BASSO_LIBRARY(&gelu)

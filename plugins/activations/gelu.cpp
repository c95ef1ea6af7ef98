// Gaussian error linear unit (Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2), exact:
// with the error function, not one of the approximations by tanh or by the logistic function.
#include <basso/plugin.hpp>

namespace {

// The normal distribution's density.
template <class T>
BASSO_INLINE T density(T x) {
  return T(0.3989422804014327) * basso::exp(T(-0.5) * x * x);
}

struct Gelu {
  template <class T>
  static T value(T x) {
    const T inside = x < -40 ? T(-40) : x;  // beyond, f is 0 in either precision
    return T(0.5) * inside * (1 + basso::erf(T(0.7071067811865476) * inside));
  }
  // f' = Phi(x) + x phi(x), with Phi(x) = y/x but near 0, where f' is 1/2 + 2 phi(0) x + O(x^3).
  template <class T>
  static T derivative(T x, T y) {
    const T slope = y / x + x * density(x);
    const T near_zero = T(0.5) + T(0.7978845608028654) * x;
    const T far = x > 0 ? T(1) : T(0);
    return basso::abs(x) < T(1e-6) ? near_zero : basso::abs(x) > 40 ? far : slope;
  }
  template <class T>
  static T second(T x) {
    const T inside = basso::clip(x, T(-40), T(40));
    return density(inside) * (2 - inside * inside);
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

// Ricker wavelet, the Gaussian's negative second derivative (Xu, Zhang and Luo 2022, "Overview Frequency
// Principle/Spectral Bias in Deep Learning"): a negative control, with which the order of convergence
// changes.
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

constexpr basso_parameter parameters[] = {BASSO_PARAMETER(
    "a", "real", "1.0", "(0,inf)", "units of x",
    "Width: the transform is largest at k = sqrt(2)/a; the default gives the plain wavelet.")};
constexpr auto a = basso::position(parameters, "a");

// With t = x/a: exp(-t^2/2) = 2^-v, t^2 = 2 ln(2) v.
template <class T>
BASSO_INLINE T binary(T x, const T* p) {
  const T u = x * (T(0.84932180028801905) / p[a]);  // x / (a sqrt(2 ln 2))
  return u * u;
}
template <class T>
BASSO_INLINE T square(T v) {
  return T(1.3862943611198906) * v;
}

struct Ricker {
  template <class T>
  static T value(T x, const T* p) {
    const T v = binary(x, p);
    return basso::decaying(1 - square(v), v);
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    const T v = binary(x, p);
    return basso::decaying((square(v) - 3) * (x * (1 / (p[a] * p[a]))), v);
  }
  template <class T>
  static T second(T x, const T* p) {
    const T v = binary(x, p), z = square(v);
    return basso::decaying(((6 - z) * z - 3) * (1 / (p[a] * p[a])), v);
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, -0.44626032029685966, 1.0);     // -2 exp(-3/2), at |x| = a sqrt(3)
    basso::state_lipschitz(facts, 1.3801190461607492 / p[a]);  // at |x| = a sqrt(3 - sqrt(6))
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = sqrt(2 pi) a (a k)^2 exp(-(a k)^2/2).
  static std::complex<double> fourier(double k, const double* p) {
    const double square = p[a] * p[a] * k * k;
    return 2.5066282746310002 * p[a] * square * basso::exp(-0.5 * square);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(ricker, Ricker, "ricker", "1.0.0",
                       "Ricker wavelet: f(x) = (1 - (x/a)^2) exp(-(x/a)^2/2)", "Xu, Zhang and Luo 2022",
                       BASSO_TABLE(parameters))
BASSO_LIBRARY(&ricker)

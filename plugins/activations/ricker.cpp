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

// With t = x/a: the polynomial times exp(-t^2/2).
template <class T>
BASSO_INLINE T windowed(T t, T polynomial) {
  const T decrement = T(0.5) * t * t;
  return basso::near_only(decrement, polynomial * basso::decay(decrement));
}

struct Ricker {
  template <class T>
  static T value(T x, const T* p) {
    const T t = x * (1 / p[a]);
    return windowed(t, 1 - t * t);
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    const T t = x * (1 / p[a]);
    return windowed(t, (t * t - 3) * t * (1 / p[a]));
  }
  template <class T>
  static T second(T x, const T* p) {
    const T t = x * (1 / p[a]);
    return windowed(t, ((6 - t * t) * t * t - 3) * (1 / (p[a] * p[a])));
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

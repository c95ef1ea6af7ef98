// s2ReLU of MscaleDNN (Liu, Cai and Xu 2020, "Multi-Scale Deep Neural Network (MscaleDNN) for Solving
// Poisson-Boltzmann Equation in Complex Domains"): sReLU times one period of a sine, which makes f'
// continuous.
#include <basso/plugin.hpp>

#include <cmath>

namespace {

constexpr double pi = 0x1.921fb54442d18p1;

// sin(2 pi u) for |u| <= 1/2, and cos(2 pi u) = sin(2 pi (1/4 - |u|)); the kernel takes |angles| up to pi/2.
BASSO_INLINE float kernel(float r) { return basso_sin_kernelf(r); }
BASSO_INLINE double kernel(double r) { return basso_sin_kernel(r); }
template <class T>
BASSO_INLINE T sine_of(T u) {
  const T folded = T(0.25) - basso::abs(basso::abs(u) - T(0.25));
  return kernel(T(2 * pi) * basso::with_sign(basso::abs(folded), u));
}
template <class T>
BASSO_INLINE T cosine_of(T u) {
  return kernel(T(2 * pi) * (T(0.25) - basso::abs(u)));
}

// With u = x - 1/2 in [-1/2, 1/2]: f = (1/4 - u^2) sin(2 pi x) = -(1/4 - u^2) sin(2 pi u).
template <class T>
BASSO_INLINE T centred(T x) {
  return basso::clip(x, T(0), T(1)) - T(0.5);
}

struct S2relu {
  template <class T>
  static T value(T x) {
    const T u = centred(x);
    return (u * u - T(0.25)) * sine_of(u);
  }
  template <class T>
  static T derivative(T x, T) {
    const T u = centred(x);
    const T slope = 2 * u * sine_of(u) + T(2 * pi) * (u * u - T(0.25)) * cosine_of(u);
    const T outside = x == x ? T(0) : x;
    return x > 0 && x < 1 ? slope : outside;
  }
  // At 0 and 1, where f'' jumps, the mean of both sides.
  template <class T>
  static T second(T x) {
    const T u = centred(x);
    const T bend = (2 - T(4 * pi * pi) * (u * u - T(0.25))) * sine_of(u) + T(8 * pi) * u * cosine_of(u);
    const T outside = x == 0 || x == 1 ? bend / 2 : x == x ? T(0) : x;
    return x > 0 && x < 1 ? bend : outside;
  }
  static void facts(basso_facts& facts) {
    basso::state_bounds(facts, -0.19975480874268764, 0.19975480874268764);  // at x = 0.2976 and 1 - 0.2976
    basso::state_lipschitz(facts, pi / 2.0);                                // at x = 1/2
    basso::state_kinks(facts, {});
    basso::state_zero_below(facts, 0.0);
    basso::state_zero_above(facts, 1.0);
  }
  // F[f](k) = (G(k - 2 pi) - G(k + 2 pi))/2i, with G the transform of sReLU (see there), and G(0) = 1/6.
  static std::complex<double> fourier(double k) {
    return (parabola(k - 2.0 * pi) - parabola(k + 2.0 * pi)) / std::complex<double>(0.0, 2.0);
  }

 private:
  static std::complex<double> parabola(double k) {
    const double h = std::abs(k) / 2.0;
    const double even = h < 1e-8 ? 1.0 / 6.0 : std::sph_bessel(1, h) / (2.0 * h);
    return even * std::polar(1.0, -k / 2.0);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(s2relu, S2relu, "s2relu", "1.0.0",
                       "s2ReLU: f(x) = sin(2 pi x) max(0, x) max(0, 1 - x)",
                       "Liu, Cai and Xu 2020 (MscaleDNN)", BASSO_NONE)
BASSO_LIBRARY(&s2relu)

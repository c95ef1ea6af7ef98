// s2ReLU of MscaleDNN (Liu, Cai and Xu 2020, "Multi-Scale Deep Neural Network (MscaleDNN) for Solving
// Poisson-Boltzmann Equation in Complex Domains"): sReLU times one period of a sine, which makes f'
// continuous.
#include <basso/plugin.hpp>

#include <cmath>

namespace {

constexpr double pi = 0x1.921fb54442d18p1;

// With u = x - 1/2 in [-1/2, 1/2]: f = (1/4 - u^2) sin(2 pi x) = -(1/4 - u^2) sin(2 pi u). In float32 f and
// f' are polynomials in s = u^2 with the factors that they must have; errors below 1e-8.
template <class T>
BASSO_INLINE T centred(T x) {
  return basso::clip(x, T(0), T(1)) - T(0.5);
}

BASSO_INLINE float value_at(float u) {
  const float s = u * u, gap = s - 0.25f;
  const float quotient =
      0x1.921fb6p4f +
      s * (-0x1.0357ep6f +
           s * (0x1.0c4e4cp6f + s * (-0x1.33f3dap5f + s * (0x1.c15442p3f + s * -0x1.930b76p1f))));
  return -(u * gap) * (gap * quotient);
}
BASSO_INLINE double value_at(double u) { return (u * u - 0.25) * basso::sinpi(2 * u); }
BASSO_INLINE float slope_at(float u) {
  const float s = u * u;
  const float high = 0x1.4f8914p9f + s * (-0x1.c7342cp8f + s * (0x1.7fe53ap7f + s * -0x1.832952p5f));
  return (0.25f - s) * (-0x1.921fb6p2f + s * (0x1.5c94c6p7f + s * (-0x1.0cd93ap9f + s * high)));
}
BASSO_INLINE double slope_at(double u) {
  return 2 * u * basso::sinpi(2 * u) + 2 * pi * (u * u - 0.25) * basso::cospi(2 * u);
}

struct S2relu {
  template <class T>
  static T value(T x) {
    return value_at(centred(x));
  }
  // 0 outside, since it is 0 at u = -1/2 and 1/2.
  template <class T>
  static T derivative(T x, T) {
    return slope_at(centred(x));
  }
  // At 0 and 1, where f'' jumps, the mean of both sides.
  template <class T>
  static T second(T x) {
    const T u = centred(x);
    const T bend =
        (2 - T(4 * pi * pi) * (u * u - T(0.25))) * basso::sinpi(2 * u) + T(8 * pi) * u * basso::cospi(2 * u);
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

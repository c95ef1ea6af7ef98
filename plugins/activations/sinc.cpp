// Sinc (Saratchandran, Ramasinghe, Shevchenko, Long and Lucey 2024, "A Sampling Theory Perspective on
// Activations for Implicit Neural Representations"): it has no frequency above omega.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("omega", "real", "1.0", "(0,inf)", "radians per unit of x",
                    "Highest angular frequency; the default gives sin(x)/x.")};
constexpr auto omega = basso::position(parameters, "omega");

constexpr double pi = 0x1.921fb54442d18p1;

// With t = omega x, and x (omega / pi) = t/pi in half turns. Near 0, where the closed forms cancel, Taylor's
// series: s(t) = sin(t)/t, s'(t), s''(t) are alternating, and for |t| <= 1/2 the terms left out are below
// 1e-17 (in float32, 1e-9). Beyond 2^60, 0.
template <class T>
BASSO_INLINE T half_turns(T x, const T* p) {
  return x * (p[omega] * T(1 / pi));
}
template <class T>
BASSO_INLINE T near_only(T t, T quotient) {
  return basso::abs(t) > T(0x1p60) ? T(0) : quotient;
}
BASSO_INLINE float slope_series(float t) {
  const float z = t * t;
  return -t * (1 / 3.0f - z * (1 / 30.0f - z * (1 / 840.0f - z * (1 / 45360.0f))));
}
BASSO_INLINE double slope_series(double t) {
  const double z = t * t;
  return -t * (1 / 3.0 -
               z * (1 / 30.0 - z * (1 / 840.0 - z * (1 / 45360.0 - z * (1 / 3991680.0 - z / 518918400.0)))));
}
template <class T>
BASSO_INLINE T bend_series(T t) {
  const T z = t * t;
  return -(T(1 / 3.0) -
           z * (T(1 / 10.0) -
                z * (T(1 / 168.0) - z * (T(1 / 6480.0) - z * (T(1 / 443520.0) - z * T(1 / 47174400.0))))));
}
struct Sinc {
  template <class T>
  static T value(T x, const T* p) {
    const T t = p[omega] * x;
    const T quotient = basso::sinpi(half_turns(x, p)) / t;
    return basso::abs(t) < T(1e-30) ? T(1) : near_only(t, quotient);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    const T t = p[omega] * x;
    const T quotient = (basso::cospi(half_turns(x, p)) - y) / t;
    return p[omega] * (basso::abs(t) < T(0.5) ? slope_series(t) : near_only(t, quotient));
  }
  template <class T>
  static T second(T x, const T* p) {
    const T t = p[omega] * x, y = basso::sin(t) / t;
    const T quotient = -y - 2 * (basso::cos(t) - y) / t / t;
    return p[omega] * p[omega] * (basso::abs(t) < T(0.5) ? bend_series(t) : near_only(t, quotient));
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, -0.21723362821122166, 1.0);          // at |omega x| = 4.4934
    basso::state_lipschitz(facts, 0.43618181727145850 * p[omega]);  // at |omega x| = 2.0816
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = pi/omega for |k| < omega, 0 for |k| > omega, and half of it between.
  static std::complex<double> fourier(double k, const double* p) {
    const double height = 0x1.921fb54442d18p1 / p[omega], size = basso::abs(k);
    return size < p[omega] ? height : size > p[omega] ? 0.0 : height / 2.0;
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(sinc, Sinc, "sinc", "1.0.0", "Sinc: f(x) = sin(omega x)/(omega x)",
                       "Saratchandran et al. 2024", BASSO_TABLE(parameters))
BASSO_LIBRARY(&sinc)

// Multiquadric, of the radial basis functions the inverse one (Ramasinghe and Lucey 2022, "Beyond
// Periodicity", Table 1).
#include <basso/plugin.hpp>

#include <cmath>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("a", "real", "10.0", "(0,inf)", "per unit of x",
                    "Inverse width; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

// With t = a x, f = y = 1/sqrt(1 + t^2). The derivatives are products of y and t y, which is below 1; t is
// cut off where it is beyond every scale, so that t y y is 0 at infinity.
template <class T>
BASSO_INLINE T cut_off(T t) {
  return basso::clip(t, T(-0x1p60), T(0x1p60));
}

struct Multiquadric {
  template <class T>
  static T value(T x, const T* p) {
    const T t = p[a] * x;
    return 1 / std::sqrt(1 + t * t);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return -p[a] * (cut_off(p[a] * x) * y) * y * y;
  }
  template <class T>
  static T second(T x, const T* p) {
    const T t = cut_off(p[a] * x), y = 1 / std::sqrt(1 + t * t);
    return p[a] * p[a] * (3 * (t * y) * (t * y) - 1) * y * y * y;
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 0.38490017945975051 * p[a]);  // a 2/sqrt(27), at x = 1/(a sqrt(2))
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = 2/a K_0(|k|/a), k != 0; beyond 745 it is below every double.
  static std::complex<double> fourier(double k, const double* p) {
    const double z = std::abs(k) / p[a];
    return z < 745.0 ? 2.0 / p[a] * std::cyl_bessel_k(0.0, z) : 0.0;
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(multiquadric, Multiquadric, "multiquadric", "1.0.0",
                       "Multiquadric: f(x) = 1/sqrt(1 + (a x)^2)", "Ramasinghe and Lucey 2022, Table 1",
                       BASSO_TABLE(parameters))
BASSO_LIBRARY(&multiquadric)

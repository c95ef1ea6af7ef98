// Quadratic, in other words Lorentzian (Ramasinghe and Lucey 2022, "Beyond Periodicity", Table 1).
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("a", "real", "5.0", "(0,inf)", "per unit of x",
                    "Inverse width; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

// With t = a x, f = y = 1/(1 + t^2). The derivatives are products of y and t y, which is below 1; t is cut
// off where it is beyond every scale, so that t y is 0 at infinity.
template <class T>
BASSO_INLINE T cut_off(T t) {
  return basso::clip(t, T(-0x1p60), T(0x1p60));
}

struct Quadratic {
  template <class T>
  static T value(T x, const T* p) {
    const T t = p[a] * x;
    return 1 / (1 + t * t);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return -2 * p[a] * (cut_off(p[a] * x) * y) * y;
  }
  template <class T>
  static T second(T x, const T* p) {
    const T t = cut_off(p[a] * x), y = 1 / (1 + t * t);
    return 2 * p[a] * p[a] * (4 * (t * y) * (t * y) - y) * y;
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 0.64951905283832899 * p[a]);  // a 3 sqrt(3)/8, at x = 1/(a sqrt(3))
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = pi/a exp(-|k|/a).
  static std::complex<double> fourier(double k, const double* p) {
    return 0x1.921fb54442d18p1 / p[a] * basso::exp(-basso::abs(k) / p[a]);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(quadratic, Quadratic, "quadratic", "1.0.0", "Quadratic: f(x) = 1/(1 + (a x)^2)",
                       "Ramasinghe and Lucey 2022, Table 1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&quadratic)

// Exponential of a sine (Ramasinghe and Lucey 2022, "Beyond Periodicity", Table 1). It is periodic: its
// transform is a series of lines, no function of k.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("a", "real", "1.0", "(0,inf)", "radians per unit of x",
                    "Angular frequency; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

constexpr double pi = 0x1.921fb54442d18p1;

// a x in half turns.
template <class T>
BASSO_INLINE T phase(T x, const T* p) {
  return x * (p[a] * T(1 / pi));
}

// exp(-s) for |s| <= 1, in float32 a minimax polynomial: 4e-8 of the result.
BASSO_INLINE float exp_minus(float s) {
  const float high =
      0x1.555a3p-5f +
      s * (-0x1.10c9eap-7f + s * (0x1.6ac23ap-10f + s * (-0x1.b209f4p-13f + s * 0x1.d85444p-16f)));
  return 1 + s * (-0x1.fffff6p-1f + s * (0x1.ffffeep-2f + s * (-0x1.5556ecp-3f + s * high)));
}
BASSO_INLINE double exp_minus(double s) { return basso::exp2_normal(s * -1.4426950408889634); }

struct ExpSin {
  template <class T>
  static T value(T x, const T* p) {
    return exp_minus(basso::sinpi(phase(x, p)));
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return -p[a] * (basso::cospi(phase(x, p)) * y);
  }
  template <class T>
  static T second(T x, const T* p) {
    const T s = basso::sinpi(phase(x, p));
    return p[a] * p[a] * (1 + s - s * s) * exp_minus(s);
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.36787944117144233, 2.7182818284590452);
    basso::state_lipschitz(facts, 1.4585285371362377 * p[a]);  // where sin(a x) = (1 - sqrt(5))/2
    basso::state_kinks(facts, {});
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(exp_sin, ExpSin, "exp-sin", "1.0.0", "Exponential of a sine: f(x) = exp(-sin(a x))",
                       "Ramasinghe and Lucey 2022, Table 1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&exp_sin)

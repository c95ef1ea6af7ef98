// Exponential of a sine (Ramasinghe and Lucey 2022, "Beyond Periodicity", Table 1). It is periodic: its
// transform is a series of lines, no function of k.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("a", "real", "1.0", "(0,inf)", "radians per unit of x",
                    "Angular frequency; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

constexpr double pi = 0x1.921fb54442d18p1;

// a x + pi/2 in half turns: -sin(a x) is its cosine. Value and derivative round it alike; two phases that are
// off by different amounts would move the derivative where it hardly changes.
template <class T>
BASSO_INLINE T phase(T x, const T* p) {
  return x * (p[a] * T(1 / pi)) + T(0.5);
}

// cos(pi h), |h| <= 2^22: n + f half turns with |f| <= 1/2. In float32 by a minimax polynomial in f^2, off by
// at most 1.7e-7 also near its zeros; that much does the rounding of h alone.
BASSO_INLINE float wave(float h) {
  const float shifted = h + BASSO_SHIFT_F32;
  const float f = h - (shifted - BASSO_SHIFT_F32), square = f * f;
  const float z = square > 0.25f ? 0.25f : square;  // h beyond all precision
  const float high = 0x1.03bd06p2f + z * (-0x1.54f61ap0f + z * 0x1.c1f066p-3f);
  const float size = 0x1.fffffep-1f + z * (-0x1.3bd3a6p2f + z * high);
  return basso_from_bits_f32(basso_bits_f32(size) ^ basso_bits_f32(shifted) << 31);
}
BASSO_INLINE double wave(double h) { return basso::cospi(h); }

// exp(c) for |c| <= 1. In float32 the square of a minimax polynomial for exp(c/2): 5e-8 off, and rounding.
BASSO_INLINE float exp_of(float c) {
  const float high = 0x1.554fd4p-6f + c * (0x1.55636ep-9f + c * (0x1.13e126p-12f + c * 0x1.69415ap-16f));
  const float root = 1 + c * (0x1.000006p-1f + c * (0x1.ffffdp-4f + c * high));
  return root * root;
}
BASSO_INLINE double exp_of(double c) { return basso::exp2_normal(c * 1.4426950408889634); }

struct ExpSin {
  template <class T>
  static T value(T x, const T* p) {
    return exp_of(wave(phase(x, p)));
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return -p[a] * (wave(phase(x, p) - T(0.5)) * y);
  }
  template <class T>
  static T second(T x, const T* p) {
    const T c = wave(phase(x, p));
    return p[a] * p[a] * (1 - c - c * c) * exp_of(c);
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

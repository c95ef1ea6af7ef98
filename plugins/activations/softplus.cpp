// Softplus (Dugas, Bengio, Belisle, Nadeau and Garcia 2001, "Incorporating Second-Order Functional Knowledge
// for Better Option Pricing"), a smooth ReLU.
#include <basso/plugin.hpp>

#include <algorithm>

#include "decay.hpp"

namespace {

// In float32 each step is the cheapest that leaves a few ulp; float64 takes the SDK's functions.

// exp(-a) for a >= 0, as 2^-t = 2^n 2^f with |f| <= 1/2, n added to the exponent of 2^f, which gives 0 from
// t = 127 on. Below 2^-126 it is off by up to 2^-127, and of a NaN it is any number. Positive numbers compare
// as their bits do.
BASSO_INLINE float exp_minus(float a) {
  const std::uint32_t product = basso_bits_f32(a * static_cast<float>(basso::log2e));
  const float t = basso_from_bits_f32(std::min(product, basso_bits_f32(127.0f)));
  const float shifted = BASSO_SHIFT_F32 - t;
  const float power = basso::exp2_fraction((BASSO_SHIFT_F32 - shifted) - t);
  return basso_from_bits_f32(basso_bits_f32(power) + (basso_bits_f32(shifted) << 23));
}
BASSO_INLINE double exp_minus(double a) { return basso::decaying(1.0, a * basso::log2e); }

// 1 - exp(-y) for y >= 0, precise near 0: (1 - 2^n) - 2^n (2^f - 1). Where the rounding of t matters, 2^n is
// at most 1/2.
BASSO_INLINE float one_minus_exp_minus(float y) {
  const float shift = BASSO_SHIFT_F32 + 127.0f;  // the low bits of `shifted` are those of 2^n
  const float t = y * static_cast<float>(basso::log2e), inside = t > 26.0f ? 26.0f : t;
  const float shifted = shift - inside;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  return (1.0f - scale) - scale * basso_exp2m1_kernelf((shift - shifted) - inside);
}
BASSO_INLINE double one_minus_exp_minus(double y) { return -basso::expm1_negative(-y); }

// log(1 + e) for 0 <= e <= 1. In float32 by a minimax polynomial with an error of 5e-8, without a division.
BASSO_INLINE float log_above_one(float e) {
  const float high = 0x1.607138p-3f + e * (-0x1.9b3904p-4f + e * (0x1.407294p-5f + e * -0x1.d758b4p-8f));
  return e + e * e * (-0x1.fff2dap-2f + e * (0x1.545aa2p-2f + e * (-0x1.f175a8p-3f + e * high)));
}
BASSO_INLINE double log_above_one(double e) { return basso::log1p(e); }

struct Softplus {
  template <class T>
  static T value(T x) {
    const T rest = log_above_one(exp_minus(basso::abs(x)));
    return x < 0 ? rest : x + rest;  // of a NaN the sum
  }
  // The logistic function of x, from y.
  template <class T>
  static T derivative(T, T y) {
    return one_minus_exp_minus(y);
  }
  template <class T>
  static T second(T x) {
    const T e = basso::exp_negative(-basso::abs(x)), r = 1 / (1 + e);
    return e * r * r;
  }
  static void facts(basso_facts& facts) {
    basso::state_lower(facts, 0.0);
    basso::state_lipschitz(facts, 1.0);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = -pi csch(pi k)/k, k != 0: f' is the logistic function, and F[f'](k) = ik F[f](k). With
  // csch z = -2 exp(-z) / (exp(-2z) - 1).
  static std::complex<double> fourier(double k) {
    constexpr double pi = 0x1.921fb54442d18p1;
    const double z = pi * basso::abs(k);
    return 2.0 * pi * basso::exp(-z) / (basso::expm1(-2.0 * z) * basso::abs(k));
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(softplus, Softplus, "softplus", "1.0.0", "Softplus: f(x) = log(1 + exp(x))",
                       "Dugas et al. 2001", BASSO_NONE)
BASSO_LIBRARY(&softplus)

/* Elementary functions that vectorise: exp, expm1, tanh, logistic, sine and cosine (also of pi x), sqrt in
 * float32 and float64, for loops over arrays in C and C++. libm's tanh takes 11 ns an element, these well
 * below 1 ns.
 *
 * They are branch-free, need no table, do not set errno, and keep the ABI's rules: NaN gives NaN, an infinity
 * gives the limit (NaN for sine and cosine, which have none), and the bits of a result depend on x only.
 * Subnormal results are rounded as they should be. The bound beside each function is the largest error found
 * against a wider reference, rounded up: an ulp is the distance between neighbouring numbers at the exact
 * result. tests/unit/sdk/math_test.cpp measures every 997th float32 bit pattern, or all of them, and dense
 * float64 samples; docs/benchmarks.md has the command and the errors found.
 *
 * Polynomials are minimax fits, computed with the Remez exchange in 200-bit arithmetic. In generic code,
 * BASSO_EXP(T, x) with T = float or double chooses the function. */
#ifndef BASSO_MATH_H
#define BASSO_MATH_H

#include <stdint.h>

#define BASSO_INLINE static inline __attribute__((always_inline))

#define BASSO_EXP(T, x) BASSO_MATH_PICK(exp, T)(x)
#define BASSO_EXP_NEGATIVE(T, x) BASSO_MATH_PICK(exp_negative, T)(x)
#define BASSO_EXP2_NORMAL(T, x) BASSO_MATH_PICK(exp2_normal, T)(x)
#define BASSO_EXPM1(T, x) BASSO_MATH_PICK(expm1, T)(x)
#define BASSO_EXPM1_NEGATIVE(T, x) BASSO_MATH_PICK(expm1_negative, T)(x)
#define BASSO_TANH(T, x) BASSO_MATH_PICK(tanh, T)(x)
#define BASSO_LOGISTIC(T, x) BASSO_MATH_PICK(logistic, T)(x)
#define BASSO_SIN(T, x) BASSO_MATH_PICK(sin, T)(x)
#define BASSO_COS(T, x) BASSO_MATH_PICK(cos, T)(x)
#define BASSO_SINPI(T, x) BASSO_MATH_PICK(sinpi, T)(x)
#define BASSO_COSPI(T, x) BASSO_MATH_PICK(cospi, T)(x)
#define BASSO_SQRT(T, x) BASSO_MATH_PICK(sqrt, T)(x)
#define BASSO_ABS(T, x) BASSO_MATH_PICK(abs, T)(x)
#define BASSO_WITH_SIGN(T, magnitude, sign) BASSO_MATH_PICK(with_sign, T)(magnitude, sign)
#define BASSO_CLIP(T, x, low, high) BASSO_MATH_PICK(clip, T)(x, low, high)
#define BASSO_MATH_PICK(name, T) BASSO_MATH_PICK_##T(name)
#define BASSO_MATH_PICK_float(name) basso_##name##f
#define BASSO_MATH_PICK_double(name) basso_##name

/* ---- Bits ---- */

BASSO_INLINE uint32_t basso_bits_f32(float x) {
  uint32_t bits;
  __builtin_memcpy(&bits, &x, sizeof(bits));
  return bits;
}
BASSO_INLINE float basso_from_bits_f32(uint32_t bits) {
  float x;
  __builtin_memcpy(&x, &bits, sizeof(x));
  return x;
}
BASSO_INLINE uint64_t basso_bits_f64(double x) {
  uint64_t bits;
  __builtin_memcpy(&bits, &x, sizeof(bits));
  return bits;
}
BASSO_INLINE double basso_from_bits_f64(uint64_t bits) {
  double x;
  __builtin_memcpy(&x, &bits, sizeof(x));
  return x;
}

/* |x|, and the modulus of `magnitude` with the sign of `sign` (magnitude >= 0 or NaN). Exact. */
BASSO_INLINE float basso_absf(float x) { return basso_from_bits_f32(basso_bits_f32(x) & 0x7fffffffu); }
BASSO_INLINE double basso_abs(double x) {
  return basso_from_bits_f64(basso_bits_f64(x) & 0x7fffffffffffffffu);
}
BASSO_INLINE float basso_with_signf(float magnitude, float sign) {
  return basso_from_bits_f32(basso_bits_f32(magnitude) | (basso_bits_f32(sign) & 0x80000000u));
}
BASSO_INLINE double basso_with_sign(double magnitude, double sign) {
  return basso_from_bits_f64(basso_bits_f64(magnitude) | (basso_bits_f64(sign) & 0x8000000000000000u));
}

/* x kept inside [low, high]; NaN stays NaN. */
BASSO_INLINE float basso_clipf(float x, float low, float high) {
  const float raised = x < low ? low : x;
  return raised > high ? high : raised;
}
BASSO_INLINE double basso_clip(double x, double low, double high) {
  const double raised = x < low ? low : x;
  return raised > high ? high : raised;
}

/* ---- Square root: the processor's, exact to rounding; NaN below 0 ---- */

/* libm's functions, said to depend on x alone: in setting errno they would keep a loop from vectorising. */
#ifdef __cplusplus
extern "C" {
float sqrtf(float x) noexcept __attribute__((const));
double sqrt(double x) noexcept __attribute__((const));
}
#else
float sqrtf(float x) __attribute__((const));
double sqrt(double x) __attribute__((const));
#endif
BASSO_INLINE float basso_sqrtf(float x) { return sqrtf(x); }
BASSO_INLINE double basso_sqrt(double x) { return sqrt(x); }

/* ---- Exponentials: x = n ln 2 + r with |r| <= ln(2)/2, exp(x) = 2^n exp(r) ---- */

/* Adding this rounds to an integer (ties to even), which then stands in the low bits. */
#define BASSO_SHIFT_F32 0x1.8p23f
#define BASSO_SHIFT_F64 0x1.8p52

/* exp(r) - 1 for |r| <= ln(2)/2. */
BASSO_INLINE float basso_expm1_kernelf(float r) {
  const float tail = 0x1.fffffcp-2f +
                     r * (0x1.555492p-3f + r * (0x1.5558f2p-5f + r * (0x1.1239e2p-7f + r * 0x1.6a247ap-10f)));
  return r + r * r * tail;
}
BASSO_INLINE double basso_expm1_kernel(double r) {
  const double high =
      0x1.6c16c1842a18fp-10 +
      r * (0x1.a01a012a559b1p-13 +
           r * (0x1.a0199a0c5affdp-16 +
                r * (0x1.71df255761396p-19 + r * (0x1.28ad72d3fa16fp-22 + r * 0x1.ad7f6655530e7p-26))));
  const double tail =
      0x1.000000000000ap-1 +
      r * (0x1.55555555554fap-3 + r * (0x1.555555555087cp-5 + r * (0x1.1111111127beap-7 + r * high)));
  return r + r * r * tail;
}

/* exp(x): error at most 1.5 ulp, in both precisions. */
BASSO_INLINE float basso_expf(float x) {
  const float inside = basso_clipf(x, -104.0f, 89.0f);
  const float shifted = inside * 0x1.715476p0f + BASSO_SHIFT_F32;
  const float n = shifted - BASSO_SHIFT_F32;
  const float r = (inside - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  const float value = 1.0f + basso_expm1_kernelf(r);
  /* 2^n in two factors, each a normal number. */
  const uint32_t integer = basso_bits_f32(shifted) - 0x4b400000u;
  const uint32_t half = (uint32_t)((int32_t)integer >> 1);
  return value * basso_from_bits_f32((half + 127u) << 23) *
         basso_from_bits_f32((integer - half + 127u) << 23);
}
BASSO_INLINE double basso_exp(double x) {
  const double inside = basso_clip(x, -745.2, 709.8);
  const double shifted = inside * 0x1.71547652b82fep0 + BASSO_SHIFT_F64;
  const double n = shifted - BASSO_SHIFT_F64;
  const double r = (inside - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b3ap-40;
  const double value = 1.0 + basso_expm1_kernel(r);
  const double shifted_half = n * 0.5 + BASSO_SHIFT_F64;
  const double shifted_rest = (n - (shifted_half - BASSO_SHIFT_F64)) + BASSO_SHIFT_F64;
  return value * basso_from_bits_f64((basso_bits_f64(shifted_half) + 1023u) << 52) *
         basso_from_bits_f64((basso_bits_f64(shifted_rest) + 1023u) << 52);
}

/* exp(x) for x <= 0 (or NaN), with less work: at most 1.5 ulp, in both precisions. The shift holds the
 * exponent's bias, so that its low bits are those of a factor 2^n, here raised by 32 or 64 to stay a normal
 * number. */
BASSO_INLINE float basso_exp_negativef(float x) {
  const float shift = BASSO_SHIFT_F32 + 127.0f + 32.0f;
  const float inside = x < -104.0f ? -104.0f : x;
  const float shifted = inside * 0x1.715476p0f + shift;
  const float n = shifted - shift;
  const float r = (inside - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  return (scale * basso_expm1_kernelf(r) + scale) * 0x1p-32f;
}
BASSO_INLINE double basso_exp_negative(double x) {
  const double shift = BASSO_SHIFT_F64 + 1023.0 + 64.0;
  const double inside = x < -745.2 ? -745.2 : x;
  const double shifted = inside * 0x1.71547652b82fep0 + shift;
  const double n = shifted - shift;
  const double r = (inside - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b3ap-40;
  const double scale = basso_from_bits_f64(basso_bits_f64(shifted) << 52);
  return (scale * basso_expm1_kernel(r) + scale) * 0x1p-64;
}

/* 2^f - 1 for |f| <= 1/2. */
BASSO_INLINE float basso_exp2m1_kernelf(float f) {
  return f * (0x1.62e43p-1f +
              f * (0x1.ebfbdep-3f +
                   f * (0x1.c6af6ep-5f + f * (0x1.3b2bap-7f + f * (0x1.5f07b4p-10f + f * 0x1.4308fap-13f)))));
}
BASSO_INLINE double basso_exp2m1_kernel(double f) {
  const double high =
      0x1.4309130958f15p-13 +
      f * (0x1.ffcbfc1eb2984p-17 +
           f * (0x1.62bfd4b499f7ep-20 +
                f * (0x1.b525a07326067p-24 + f * (0x1.e605d2a8c050ap-28 + f * 0x1.e8cae80369d15p-32))));
  return f * (0x1.62e42fefa39efp-1 +
              f * (0x1.ebfbdff82c598p-3 +
                   f * (0x1.c6b08d704a08ep-5 +
                        f * (0x1.3b2ab6fba1e40p-7 + f * (0x1.5d87fe78b20eap-10 + f * high)))));
}

/* 2^x, the cheapest exponential, where it is a normal number: |x| <= 126 in float32, 1022 in float64;
 * elsewhere it means nothing, but NaN gives NaN. At most 1.5 ulp, in both precisions. */
BASSO_INLINE float basso_exp2_normalf(float x) {
  const float shift = BASSO_SHIFT_F32 + 127.0f;
  const float shifted = x + shift;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  return scale * basso_exp2m1_kernelf(x - (shifted - shift)) + scale;
}
BASSO_INLINE double basso_exp2_normal(double x) {
  const double shift = BASSO_SHIFT_F64 + 1023.0;
  const double shifted = x + shift;
  const double scale = basso_from_bits_f64(basso_bits_f64(shifted) << 52);
  return scale * basso_exp2m1_kernel(x - (shifted - shift)) + scale;
}

/* exp(x) - 1, precise near 0: at most 2.5 ulp, in both precisions. */
BASSO_INLINE float basso_expm1f(float x) {
  const float inside = basso_clipf(x, -18.0f, 89.0f);
  const float shifted = inside * 0x1.715476p0f + BASSO_SHIFT_F32;
  const float n = shifted - BASSO_SHIFT_F32;
  const float r = (inside - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  const float half_scale = basso_from_bits_f32((basso_bits_f32(shifted) - 0x4b400000u + 126u) << 23);
  return 2.0f * (half_scale * basso_expm1_kernelf(r) + (half_scale - 0.5f));
}
BASSO_INLINE double basso_expm1(double x) {
  const double inside = basso_clip(x, -40.0, 709.8);
  const double shifted = inside * 0x1.71547652b82fep0 + BASSO_SHIFT_F64;
  const double n = shifted - BASSO_SHIFT_F64;
  const double r = (inside - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b3ap-40;
  const double half_scale = basso_from_bits_f64((basso_bits_f64(shifted) + 1022u) << 52);
  return 2.0 * (half_scale * basso_expm1_kernel(r) + (half_scale - 0.5));
}

/* The same for x <= 0 (or NaN), with less work. */
BASSO_INLINE float basso_expm1_negativef(float x) {
  const float shift = BASSO_SHIFT_F32 + 127.0f;
  const float inside = x < -18.0f ? -18.0f : x;
  const float shifted = inside * 0x1.715476p0f + shift;
  const float n = shifted - shift;
  const float r = (inside - n * 0x1.62e4p-1f) - n * 0x1.7f7d1cp-20f;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  return scale * basso_expm1_kernelf(r) + (scale - 1.0f);
}
BASSO_INLINE double basso_expm1_negative(double x) {
  const double shift = BASSO_SHIFT_F64 + 1023.0;
  const double inside = x < -40.0 ? -40.0 : x;
  const double shifted = inside * 0x1.71547652b82fep0 + shift;
  const double n = shifted - shift;
  const double r = (inside - n * 0x1.62e42fefap-1) - n * 0x1.cf79abc9e3b3ap-40;
  const double scale = basso_from_bits_f64(basso_bits_f64(shifted) << 52);
  return scale * basso_expm1_kernel(r) + (scale - 1.0);
}

/* tanh(x) = -t / (2 + t) with t = exp(-2|x|) - 1, and x's sign: at most 3 ulp, in both precisions. */
BASSO_INLINE float basso_tanhf(float x) {
  const float t = basso_expm1_negativef(-2.0f * basso_absf(x));
  return basso_with_signf(-t / (2.0f + t), x);
}
BASSO_INLINE double basso_tanh(double x) {
  const double t = basso_expm1_negative(-2.0 * basso_abs(x));
  return basso_with_sign(-t / (2.0 + t), x);
}

/* 1 / (1 + exp(-x)), from exp(-|x|) so that its left tail keeps full precision: at most 3 ulp, in both
 * precisions.
 */
BASSO_INLINE float basso_logisticf(float x) {
  const float e = basso_exp_negativef(-basso_absf(x));
  const float numerator = x < 0.0f ? e : 1.0f;
  return numerator / (1.0f + e);
}
BASSO_INLINE double basso_logistic(double x) {
  const double e = basso_exp_negative(-basso_abs(x));
  const double numerator = x < 0.0 ? e : 1.0;
  return numerator / (1.0 + e);
}

/* ---- Sine and cosine: x = n pi + r with |r| <= pi/2, sin(x) = (-1)^n sin(r); cos(x) = sin(x + pi/2) ---- */

/* sin(r) for 0 <= r <= pi/2. Of the polynomials close to the best one, this one is never above 1, and is 1 at
 * pi/2, with and without fused multiply-adds. */
BASSO_INLINE float basso_sin_seriesf(float r) {
  const float s = r * r;
  const float tail = -0x1.55554ep-3f + s * (0x1.110f2p-7f + s * (-0x1.9f7826p-13f + s * 0x1.5de71ep-19f));
  return r + r * (s * tail);
}
/* sin(r) for |r| <= pi/2; larger |r|, which comes only from an x beyond all precision, is cut to that. */
BASSO_INLINE float basso_sin_kernelf(float r) {
  const float a = basso_absf(r);
  return basso_with_signf(basso_sin_seriesf(a > 0x1.921fb6p0f ? 0x1.921fb6p0f : a), r);
}
BASSO_INLINE double basso_sin_kernel(double r) {
  const double inside = basso_clip(r, -0x1.921fb54442d19p0, 0x1.921fb54442d19p0);
  const double s = inside * inside;
  const double high = -0x1.ae6454cb4e7d4p-26 +
                      s * (0x1.6123cb26b9316p-33 + s * (-0x1.ae431cfb85c31p-41 + s * 0x1.88299200eb210p-49));
  const double tail =
      -0x1.5555555555555p-3 +
      s * (0x1.11111111110c1p-7 + s * (-0x1.a01a01a0148bap-13 + s * (0x1.71de3a5287b4ep-19 + s * high)));
  return inside + inside * s * tail;
}

/* x - m pi, the sign turned where `odd` has its lowest bit set. pi stands in parts of 33 bits, so that m
 * times a part is exact for |m| < 2^20. */
BASSO_INLINE double basso_minus_pi_f32(double x, double m, uint64_t odd) {
  const double r = (x - m * 0x1.921fb544p1) - m * 0x1.0b4611a626331p-33;
  return basso_from_bits_f64(basso_bits_f64(r) ^ (odd << 63));
}
BASSO_INLINE double basso_minus_pi_f64(double x, double m, uint64_t odd) {
  const double r = ((x - m * 0x1.921fb544p1) - m * 0x1.0b4611a6p-33) - m * 0x1.3198a2e037073p-68;
  return basso_from_bits_f64(basso_bits_f64(r) ^ (odd << 63));
}

/* sin(x) and cos(x), float32: at most 2.5 ulp for |x| <= 3e6, reduced in float64; up to 1e9 the absolute
 * error stays below 3e-7; beyond, the result lies in [-1, 1] and is not NaN, but means nothing. */
BASSO_INLINE float basso_sinf(float x) {
  const double shifted = (double)x * 0x1.45f306dc9c883p-2 + BASSO_SHIFT_F64;
  const double n = shifted - BASSO_SHIFT_F64;
  return basso_sin_kernelf((float)basso_minus_pi_f32((double)x, n, basso_bits_f64(shifted)));
}
/* |x| = m pi - r with m = n + 1/2, so that cos(x) = (-1)^n sin(r). The shift leaves 20 bits behind the point:
 * they are cut off to give n, and the highest of them makes it m. */
BASSO_INLINE float basso_cosf(float x) {
  const double a = (double)basso_absf(x);
  const uint64_t shifted = basso_bits_f64(a * 0x1.45f306dc9c883p-2 + 0x1.8p32);
  const double m = basso_from_bits_f64((shifted & ~(uint64_t)0xfffff) | 0x80000) - 0x1.8p32;
  const double r = (m * 0x1.921fb544p1 - a) + m * 0x1.0b4611a626331p-33;
  const uint64_t sign = (shifted << 43) & 0x8000000000000000u;
  return basso_sin_kernelf((float)basso_from_bits_f64(basso_bits_f64(r) ^ sign));
}

/* float64: at most 2.5 ulp for |x| <= 1e6; beyond, the absolute error grows as 2e-16 |x| up to 1e15; then the
 * result lies in [-1, 1] and is not NaN, but means nothing. */
BASSO_INLINE double basso_sin(double x) {
  const double shifted = x * 0x1.45f306dc9c883p-2 + BASSO_SHIFT_F64;
  const double n = shifted - BASSO_SHIFT_F64;
  return basso_sin_kernel(basso_minus_pi_f64(x, n, basso_bits_f64(shifted)));
}
BASSO_INLINE double basso_cos(double x) {
  const double shifted = (x * 0x1.45f306dc9c883p-2 - 0.5) + BASSO_SHIFT_F64;
  const double m = (shifted - BASSO_SHIFT_F64) + 0.5;
  return basso_sin_kernel(basso_minus_pi_f64(x, m, ~basso_bits_f64(shifted)));
}

/* ---- sin(pi x) and cos(pi x): x = n + f with |f| <= 1/2, which is exact, so that they cost half of sine and
 * cosine. sin(w x) with a constant w is sinpi(x (w / pi)) up to rounding of the phase. ---- */

/* sin(pi a) for 0 <= a <= 1/2. */
BASSO_INLINE float basso_sinpi_kernelf(float a) { return basso_sin_seriesf(0x1.921fb6p1f * a); }
BASSO_INLINE double basso_sinpi_kernel(double a) { return basso_sin_kernel(0x1.921fb54442d18p1 * a); }

/* At most 2.5 ulp for |x| <= 2^22 in float32, 2^51 in float64; beyond, the result lies in [-1, 1] and is not
 * NaN, but means nothing. */
BASSO_INLINE float basso_sinpif(float x) {
  const float shifted = x + BASSO_SHIFT_F32;
  const float f = x - (shifted - BASSO_SHIFT_F32);
  const float a = basso_absf(f);
  const float size = basso_sinpi_kernelf(a > 0.5f ? 0.5f : a);
  return basso_with_signf(size, basso_from_bits_f32(basso_bits_f32(f) ^ basso_bits_f32(shifted) << 31));
}
BASSO_INLINE double basso_sinpi(double x) {
  const double shifted = x + BASSO_SHIFT_F64;
  const double f = x - (shifted - BASSO_SHIFT_F64);
  const double a = basso_abs(f);
  const double size = basso_sinpi_kernel(a > 0.5 ? 0.5 : a);
  return basso_with_sign(size, basso_from_bits_f64(basso_bits_f64(f) ^ basso_bits_f64(shifted) << 63));
}
/* cos(pi f) = sin(pi (1/2 - |f|)). */
BASSO_INLINE float basso_cospif(float x) {
  const float shifted = x + BASSO_SHIFT_F32;
  const float a = 0.5f - basso_absf(x - (shifted - BASSO_SHIFT_F32));
  const float size = basso_sinpi_kernelf(a < 0.0f ? 0.0f : a);
  return basso_from_bits_f32(basso_bits_f32(size) ^ basso_bits_f32(shifted) << 31);
}
BASSO_INLINE double basso_cospi(double x) {
  const double shifted = x + BASSO_SHIFT_F64;
  const double a = 0.5 - basso_abs(x - (shifted - BASSO_SHIFT_F64));
  const double size = basso_sinpi_kernel(a < 0.0 ? 0.0 : a);
  return basso_from_bits_f64(basso_bits_f64(size) ^ basso_bits_f64(shifted) << 63);
}

#endif

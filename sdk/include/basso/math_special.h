/* More elementary functions that vectorise: log1p and the error function; see <basso/math.h> for the rules
 * that they keep and for what the bounds mean. softplus is BASSO_LOG1P(T, BASSO_EXP_NEGATIVE(T, -|x|)) plus
 * the positive part of x, GELU takes BASSO_ERF. */
#ifndef BASSO_MATH_SPECIAL_H
#define BASSO_MATH_SPECIAL_H

#include <basso/math.h>

#define BASSO_LOG1P(T, x) BASSO_MATH_PICK(log1p, T)(x)
#define BASSO_ERF(T, x) BASSO_MATH_PICK(erf, T)(x)

/* ---- log1p: u = 1 + x = 2^k m with m in [sqrt(1/2), sqrt(2)); what rounding u lost is given back ---- */

/* log(1 + f) - f, to be added to f last, for 1 + f in [sqrt(1/2), sqrt(2)): with s = f / (2 + f),
 * log(1 + f) = 2 s + s^3 P(s^2) = f - (f^2/2 - s (f^2/2 + s^2 P(s^2))). `rest` is added where it loses least.
 */
BASSO_INLINE float basso_log1p_kernelf(float f, float rest) {
  const float s = f / (2.0f + f);
  const float z = s * s;
  const float series = z * (0x1.55557ap-1f + z * (0x1.995eb6p-2f + z * 0x1.31e34ap-2f));
  const float half_square = 0.5f * f * f;
  return s * (half_square + series) + rest - half_square;
}
BASSO_INLINE double basso_log1p_kernel(double f, double rest) {
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double series =
      z *
      (0x1.5555555555592p-1 +
       z * (0x1.999999997fd83p-2 +
            z * (0x1.24924941f448fp-2 +
                 z * (0x1.c71c5206a029dp-3 +
                      z * (0x1.74663f814fdf5p-3 + z * (0x1.39a1aa6f48455p-3 + z * 0x1.2f061009a94d8p-3))))));
  const double half_square = 0.5 * f * f;
  return s * (half_square + series) + rest - half_square;
}

/* log(1 + x): at most 1.5 ulp, in both precisions. -1 gives -infinity, less gives NaN. */
BASSO_INLINE float basso_log1pf(float x) {
  const float u = 1.0f + x;
  const float lost = x < 1.0f ? x - (u - 1.0f) : 1.0f - (u - x);
  const uint32_t moved = basso_bits_f32(u) + (0x3f800000u - 0x3f3504f3u);
  const float k = (float)((int32_t)(moved >> 23) - 127);
  const float f = basso_from_bits_f32((moved & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
  const float rest = k * 0x1.7f7d1cp-20f + lost / u;
  const float result = k * 0x1.62e4p-1f + (f + basso_log1p_kernelf(f, rest));
  const float edge = x == -1.0f ? -__builtin_inff() : __builtin_nanf("");
  const float inside = x > -1.0f ? result : edge;
  return x < __builtin_inff() ? inside : x;
}
BASSO_INLINE double basso_log1p(double x) {
  const double u = 1.0 + x;
  const double lost = x < 1.0 ? x - (u - 1.0) : 1.0 - (u - x);
  const uint64_t moved = basso_bits_f64(u) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
  /* The biased exponent, as the low bits of 2^52. */
  const double k = basso_from_bits_f64((moved >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0);
  const double f = basso_from_bits_f64((moved & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu) - 1.0;
  const double rest = k * 0x1.cf79abc9e3b3ap-40 + lost / u;
  const double result = k * 0x1.62e42fefap-1 + (f + basso_log1p_kernel(f, rest));
  const double edge = x == -1.0 ? -__builtin_inf() : __builtin_nan("");
  const double inside = x > -1.0 ? result : edge;
  return x < __builtin_inf() ? inside : x;
}

/* ---- erf: in float32 1 - 2^-q(x) with q(x) = -log2(1 - erf(x)) = x P(x) for 0 <= x <= 4, where 2^f - 1 with
 * |f| <= 1/2 keeps full precision near 0; in float64 x P(x^2) for |x| <= 1, else 1 - exp(-x^2) Q(|x|) ---- */

/* erf(x): at most 3 ulp, in both precisions. */
BASSO_INLINE float basso_erff(float x) {
  const float shift = BASSO_SHIFT_F32 + 127.0f;
  const float near = basso_absf(x) > 4.0f ? 4.0f : basso_absf(x);
  const float slope =
      0x1.a0be84p+0f +
      near * (0x1.d63ebcp-1f +
              near * (0x1.2fada8p-3f +
                      near * (-0x1.c4fdc6p-6f +
                              near * (-0x1.973beap-13f +
                                      near * (0x1.3570bap-9f + near * (-0x1.cffbcp-11f +
                                                                       near * (0x1.51292ap-13f +
                                                                               near * -0x1.9a4978p-17f)))))));
  const float power = -near * slope;
  const float shifted = power + shift;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  const float below = scale * basso_exp2m1_kernelf(power - (shifted - shift)) + (scale - 1.0f);
  return basso_with_signf(-below, x);
}
BASSO_INLINE double basso_erf(double x) {
  const double near = basso_clip(basso_abs(x), 0.0, 1.0);
  const double z = near * near;
  const double small =
      near * (0x1.20dd750429b6dp+0 +
              z * (-0x1.812746b0379e6p-2 +
                   z * (0x1.ce2f21a042b2p-4 +
                        z * (-0x1.b82ce3128499cp-6 +
                             z * (0x1.565bcd0db02dfp-8 +
                                  z * (-0x1.c02db3d8ed0c1p-11 +
                                       z * (0x1.f9a321a11a6p-14 +
                                            z * (-0x1.f4d1df390133ap-17 +
                                                 z * (0x1.b9def199fd13ep-20 +
                                                      z * (-0x1.5f1d369f69977p-23 +
                                                           z * (0x1.f7a410af277f7p-27 +
                                                                z * (-0x1.386abc1647205p-30 +
                                                                     z * 0x1.05799df6f771bp-34))))))))))));
  const double far = basso_clip(basso_abs(x), 1.0, 6.0);
  const double t = 1.0 / (far + 2.0);
  const double scaled =
      t * (0x1.20e379f3ea63cp-1 +
           t * (0x1.204ee1f0b11dcp+0 +
                t * (0x1.02c848dcb9bfbp+1 +
                     t * (0x1.1a7a835527dafp+1 +
                          t * (0x1.01567264b70ccp+3 +
                               t * (-0x1.08e22139c637bp+5 +
                                    t * (0x1.0f91a60923578p+7 +
                                         t * (-0x1.c40e43a2519c9p+8 +
                                              t * (0x1.c14403c00ebbp+9 +
                                                   t * (-0x1.05ba28b558b98p+10 +
                                                        t * (0x1.52a70e8eb8483p+9 +
                                                             t * -0x1.7d3174b7a69bdp+7)))))))))));
  const double large = 1.0 - basso_exp_negative(-far * far) * scaled;
  return basso_with_sign(basso_abs(x) > 1.0 ? large : small, x);
}

#endif

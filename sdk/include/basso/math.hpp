// The functions of <basso/math.h> and <basso/math_special.h> by overload: basso::exp(x) for float and double,
// likewise exp_negative, exp2_normal, expm1, expm1_negative, tanh, logistic, sin, cos, sinpi, cospi, log1p,
// erf, sqrt, abs, with_sign and clip.
#ifndef BASSO_MATH_HPP
#define BASSO_MATH_HPP

#include <basso/math.h>
#include <basso/math_special.h>

namespace basso {
namespace {

#define BASSO_MATH_OVERLOADS(name)                                         \
  BASSO_INLINE float name(float x) noexcept { return basso_##name##f(x); } \
  BASSO_INLINE double name(double x) noexcept { return basso_##name(x); }
BASSO_MATH_OVERLOADS(abs)
BASSO_MATH_OVERLOADS(exp)
BASSO_MATH_OVERLOADS(exp_negative)
BASSO_MATH_OVERLOADS(exp2_normal)
BASSO_MATH_OVERLOADS(expm1)
BASSO_MATH_OVERLOADS(expm1_negative)
BASSO_MATH_OVERLOADS(tanh)
BASSO_MATH_OVERLOADS(logistic)
BASSO_MATH_OVERLOADS(sin)
BASSO_MATH_OVERLOADS(cos)
BASSO_MATH_OVERLOADS(sinpi)
BASSO_MATH_OVERLOADS(cospi)
BASSO_MATH_OVERLOADS(log1p)
BASSO_MATH_OVERLOADS(erf)
BASSO_MATH_OVERLOADS(sqrt)
#undef BASSO_MATH_OVERLOADS
// `magnitude` (>= 0) with the sign of `sign`.
BASSO_INLINE float with_sign(float magnitude, float sign) noexcept {
  return basso_with_signf(magnitude, sign);
}
BASSO_INLINE double with_sign(double magnitude, double sign) noexcept {
  return basso_with_sign(magnitude, sign);
}
// x kept inside [low, high]; NaN stays NaN.
template <class T>
BASSO_INLINE T clip(T x, T low, T high) noexcept {
  const T raised = x < low ? low : x;
  return raised > high ? high : raised;
}

}  // namespace
}  // namespace basso

#endif

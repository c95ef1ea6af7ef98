// exp(-x) = 2^-t with t = x / ln 2, for the activations that fall off.
#pragma once

#include <basso/math.hpp>

namespace basso {
namespace {

constexpr double log2e = 1.4426950408889634;

// For t >= 0, 2^-t is taken for 0 beyond this, where it is no normal number: subnormal results take
// several times as long, and most arguments of a narrow bump lie that far out.
template <class T>
constexpr T far = sizeof(T) == sizeof(float) ? T(126) : T(1022);

// A product with 2^-t: 0 beyond `far`, where its other factors may be infinite.
template <class T>
BASSO_INLINE T near_only(T t, T product) noexcept {
  return t > far<T> ? T(0) : product;
}

// 2^f for |f| <= 1/2, by a minimax polynomial with an error of 1e-7: a term less than the SDK's.
BASSO_INLINE float exp2_fraction(float f) noexcept {
  const float high = 0x1.c6b752p-5f + f * (0x1.3cea88p-7f + f * 0x1.5bba28p-10f);
  return 1 + f * (0x1.62e42ap-1f + f * (0x1.ebf9bcp-3f + f * high));
}

// factor 2^-t for t >= 0. -t = n + f, and the low bits of `shifted` are those of 2^n.
BASSO_INLINE float decaying(float factor, float t) noexcept {
  const float shift = BASSO_SHIFT_F32 + 127.0f, shifted = shift - t;
  const float scale = basso_from_bits_f32(basso_bits_f32(shifted) << 23);
  return near_only(t, factor * (scale * exp2_fraction((shift - shifted) - t)));
}
BASSO_INLINE double decaying(double factor, double t) noexcept {
  return near_only(t, factor * exp2_normal(-t));
}

}  // namespace
}  // namespace basso

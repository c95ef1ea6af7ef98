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

// factor 2^-t for t >= 0.
template <class T>
BASSO_INLINE T decaying(T factor, T t) noexcept {
  return near_only(t, factor * exp2_normal(-t));
}

}  // namespace
}  // namespace basso

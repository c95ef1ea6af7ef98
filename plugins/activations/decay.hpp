// exp(-x) for the activations that fall off to both sides.
#pragma once

#include <basso/math.hpp>

namespace basso {
namespace {

// For x >= 0, exp(-x) is taken for 0 beyond this, where it is no normal number: subnormal results take
// several times as long, and most arguments of a narrow bump lie that far out.
template <class T>
constexpr T far = sizeof(T) == sizeof(float) ? T(87) : T(708);

// exp(-x) for 0 <= x <= far.
template <class T>
BASSO_INLINE T decay(T x) noexcept {
  return exp(-(x > far<T> ? far<T> : x));
}

// A product with decay(x): 0 beyond `far`, where its other factors may be infinite.
template <class T>
BASSO_INLINE T near_only(T x, T product) noexcept {
  return x > far<T> ? T(0) : product;
}

}  // namespace
}  // namespace basso

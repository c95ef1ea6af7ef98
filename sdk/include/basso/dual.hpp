// Dual numbers: a value with its derivative, carried through +, -, *, / and the functions of <basso/math.hpp>
// (forward-mode automatic differentiation). A formula on dual(x, 1) gives f(x) and f'(x): so an activation in
// C++ need state its formula only, and the shim works out the derivative. Free of branches, so that loops
// vectorise; exact to rounding. At a kink the slope is that of one side. Where a part of the formula is
// infinite (1 / |x| at 0) the slope can be NaN although f' exists: then write the derivative by hand.
#ifndef BASSO_DUAL_HPP
#define BASSO_DUAL_HPP

#include <basso/math.hpp>

#include <type_traits>

namespace basso {
namespace {

// Inlined for certain, as the loops need it.
#define BASSO_DUAL_INLINE inline __attribute__((always_inline))
template <class T>
struct dual {
  T value, slope;
  dual() = default;
  // Part by part: compilers copy a trivial struct as one block of bytes, and a selection of blocks stays
  // scalar.
  constexpr dual(const dual& other) noexcept : value(other.value), slope(other.slope) {}
  BASSO_DUAL_INLINE dual& operator=(const dual& other) noexcept {
    value = other.value;
    slope = other.slope;
    return *this;
  }
  // A constant, of any type of number: its slope is 0.
  template <class Number, class = std::enable_if_t<std::is_arithmetic_v<Number>>>
  constexpr dual(Number constant) noexcept : value(static_cast<T>(constant)), slope(T(0)) {}
  constexpr dual(T value_, T slope_) noexcept : value(value_), slope(slope_) {}

  friend BASSO_DUAL_INLINE dual operator-(dual a) noexcept { return {-a.value, -a.slope}; }
  friend BASSO_DUAL_INLINE dual operator+(dual a, dual b) noexcept {
    return {a.value + b.value, a.slope + b.slope};
  }
  friend BASSO_DUAL_INLINE dual operator-(dual a, dual b) noexcept {
    return {a.value - b.value, a.slope - b.slope};
  }
  friend BASSO_DUAL_INLINE dual operator*(dual a, dual b) noexcept {
    return {a.value * b.value, scaled(a.slope, b.value) + scaled(b.slope, a.value)};
  }
  friend BASSO_DUAL_INLINE dual operator/(dual a, dual b) noexcept {
    const T quotient = a.value / b.value;
    return {quotient, (a.slope - quotient * b.slope) / b.value};
  }
  // slope * value, where a constant (slope 0) stays one beside an infinite value.
  static BASSO_DUAL_INLINE T scaled(T slope_, T value_) noexcept {
    return slope_ == 0 ? T(0) : slope_ * value_;
  }

  BASSO_DUAL_INLINE dual& operator+=(dual b) noexcept { return *this = *this + b; }
  BASSO_DUAL_INLINE dual& operator-=(dual b) noexcept { return *this = *this - b; }
  BASSO_DUAL_INLINE dual& operator*=(dual b) noexcept { return *this = *this * b; }
  BASSO_DUAL_INLINE dual& operator/=(dual b) noexcept { return *this = *this / b; }

  friend BASSO_DUAL_INLINE bool operator<(dual a, dual b) noexcept { return a.value < b.value; }
  friend BASSO_DUAL_INLINE bool operator>(dual a, dual b) noexcept { return a.value > b.value; }
  friend BASSO_DUAL_INLINE bool operator<=(dual a, dual b) noexcept { return a.value <= b.value; }
  friend BASSO_DUAL_INLINE bool operator>=(dual a, dual b) noexcept { return a.value >= b.value; }
  friend BASSO_DUAL_INLINE bool operator==(dual a, dual b) noexcept { return a.value == b.value; }
  friend BASSO_DUAL_INLINE bool operator!=(dual a, dual b) noexcept { return a.value != b.value; }
};
#undef BASSO_DUAL_INLINE

template <class T>
BASSO_INLINE dual<T> exp(dual<T> x) noexcept {
  const T y = exp(x.value);
  return {y, y * x.slope};
}
template <class T>
BASSO_INLINE dual<T> expm1(dual<T> x) noexcept {
  const T y = expm1(x.value);
  return {y, (y + 1) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> tanh(dual<T> x) noexcept {
  const T y = tanh(x.value);
  return {y, (1 - y) * (1 + y) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> logistic(dual<T> x) noexcept {
  const T y = logistic(x.value);
  return {y, y * (1 - y) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> sin(dual<T> x) noexcept {
  return {sin(x.value), cos(x.value) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> cos(dual<T> x) noexcept {
  return {cos(x.value), -sin(x.value) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> log1p(dual<T> x) noexcept {
  return {log1p(x.value), x.slope / (1 + x.value)};
}
// erf'(x) = 2 / sqrt(pi) exp(-x^2).
template <class T>
BASSO_INLINE dual<T> erf(dual<T> x) noexcept {
  return {erf(x.value), T(1.1283791670955126) * exp(-x.value * x.value) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> abs(dual<T> x) noexcept {
  return {abs(x.value), with_sign(T(1), x.value) * x.slope};
}
template <class T>
BASSO_INLINE dual<T> with_sign(dual<T> magnitude, dual<T> sign) noexcept {
  return {with_sign(magnitude.value, sign.value), with_sign(T(1), sign.value) * magnitude.slope};
}
template <class T>
BASSO_INLINE dual<T> sqrt(dual<T> x) noexcept {
  const T y = sqrt(x.value);
  return {y, x.slope / (2 * y)};
}
// A chain of selections between whole dual numbers would not vectorise.
template <class T>
BASSO_INLINE dual<T> clip(dual<T> x, dual<T> low, dual<T> high) noexcept {
  const bool below = x.value < low.value;
  const dual<T> raised = {below ? low.value : x.value, below ? low.slope : x.slope};
  const bool above = raised.value > high.value;
  return {above ? high.value : raised.value, above ? high.slope : raised.slope};
}

}  // namespace
}  // namespace basso

#endif

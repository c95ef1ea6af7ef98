// e^{-2 pi i x k} with the product reduced to one turn first: room spectral.
#pragma once

#include <cmath>
#include <numbers>

namespace basso::spectral {

// x k modulo 1, as a sum of two numbers in [-1/2, 1/2]: the rounding error of the product is kept, so that
// accuracy does not fall with |x k|.
struct Turns {
  double leading, error;
};
inline Turns turns(double x, double k) {
  const double product = x * k;
  const double error = std::fma(x, k, -product);
  return {product - std::nearbyint(product), error - std::nearbyint(error)};
}

// cos and sin of 2 pi x k.
struct Phase {
  double cosine, sine;
};
inline Phase phase(double x, double k) {
  const Turns t = turns(x, k);
  const double angle = 2.0 * std::numbers::pi * (t.leading + t.error);
  return {std::cos(angle), std::sin(angle)};
}

}  // namespace basso::spectral

// sReLU of MscaleDNN (Liu, Cai and Xu 2020, "Multi-Scale Deep Neural Network (MscaleDNN) for Solving
// Poisson-Boltzmann Equation in Complex Domains"): a parabola on [0, 1]. At a kink the derivative is
// 0, that of the outside.
#include <basso/plugin.hpp>

#include <cmath>

namespace {

struct Srelu {
  template <class T>
  static T value(T x) {
    return basso::clip(x, T(0), T(1)) * (1 - basso::clip(x, T(0), T(1)));
  }
  template <class T>
  static T derivative(T x, T) {
    const T outside = x == x ? T(0) : x;
    return x > 0 && x < 1 ? 1 - 2 * x : outside;
  }
  template <class T>
  static T second(T x) {
    const T outside = x == x ? T(0) : x;
    return x > 0 && x < 1 ? T(-2) : outside;
  }
  static void facts(basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 0.25);
    basso::state_lipschitz(facts, 1.0);
    basso::state_kinks(facts, {0.0, 1.0});
    basso::state_zero_below(facts, 0.0);
    basso::state_zero_above(facts, 1.0);
  }
  // F[f](k) = exp(-ih) j_1(h)/2h with h = k/2, and j_1 the spherical Bessel function.
  static std::complex<double> fourier(double k) {
    const double h = std::abs(k) / 2.0;
    return std::sph_bessel(1, h) / (2.0 * h) * std::polar(1.0, -k / 2.0);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(srelu, Srelu, "srelu", "1.0.0", "sReLU: f(x) = max(0, x) max(0, 1 - x)",
                       "Liu, Cai and Xu 2020 (MscaleDNN)", BASSO_NONE)
BASSO_LIBRARY(&srelu)

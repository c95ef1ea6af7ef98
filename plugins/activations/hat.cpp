// Hat, the linear B-spline (Hong, Siegel, Tan and Xu 2022, "On the Activation Function Dependence of the
// Spectral Bias of Neural Networks"): with it low frequencies are not learned first. At a kink the
// derivative is that of the left side, but 0 at 0 and 2, where f begins and ends.
#include <basso/plugin.hpp>

namespace {

struct Hat {
  template <class T>
  static T value(T x) {
    const T rising = x <= 0 ? T(0) : x, falling = x >= 2 ? T(0) : 2 - x;
    return rising < falling ? rising : falling;
  }
  template <class T>
  static T derivative(T x, T) {
    const T outside = x == x ? T(0) : x;
    return x > 0 && x <= 1 ? T(1) : x > 1 && x < 2 ? T(-1) : outside;
  }
  template <class T>
  static T second(T x) {
    return x == x ? T(0) : x;
  }
  static void facts(basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 1.0);
    basso::state_kinks(facts, {0.0, 1.0, 2.0});
    basso::state_piecewise_linear(facts);
    basso::state_zero_below(facts, 0.0);
    basso::state_zero_above(facts, 2.0);
  }
  // F[f](k) = exp(-ik) (sin(k/2)/(k/2))^2: the square of a box's transform, and the shift to the centre 1.
  static std::complex<double> fourier(double k) {
    const double box = basso::sin(k / 2.0) / (k / 2.0);
    return box * box * std::polar(1.0, -k);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(hat, Hat, "hat", "1.0.0", "Hat: f(x) = x on [0, 1], 2 - x on [1, 2], else 0",
                       "Hong, Siegel, Tan and Xu 2022", BASSO_NONE)
BASSO_LIBRARY(&hat)

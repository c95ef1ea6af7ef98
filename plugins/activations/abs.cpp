// The absolute value (Jarrett, Kavukcuoglu, Ranzato and LeCun 2009, "What is the Best Multi-Stage
// Architecture for Object Recognition?": absolute value rectification). At 0 the derivative is that of either
// side, by the sign of the zero.
#include <basso/plugin.hpp>

namespace {

struct Abs {
  template <class T>
  static T value(T x) {
    return basso::abs(x);
  }
  template <class T>
  static T derivative(T x, T) {
    return x == x ? basso::with_sign(T(1), x) : x;
  }
  template <class T>
  static T second(T x) {
    return x == x ? T(0) : x;
  }
  static void facts(basso_facts& facts) {
    basso::state_lower(facts, 0.0);
    basso::state_lipschitz(facts, 1.0);
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {0.0});
    basso::state_piecewise_linear(facts);
  }
  // F[f](k) = -2/k^2, k != 0, as a tempered distribution: f'' is twice the delta at 0.
  static std::complex<double> fourier(double k) { return -2.0 / (k * k); }
};

}  // namespace

BASSO_ACTIVATION_CLASS(absolute, Abs, "abs", "1.0.0", "Absolute value: f(x) = |x|",
                       "Jarrett, Kavukcuoglu, Ranzato and LeCun 2009", BASSO_NONE)
BASSO_LIBRARY(&absolute)

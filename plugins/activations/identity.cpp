// The identity, for linear networks (Saxe, McClelland and Ganguli 2014, "Exact Solutions to the Nonlinear
// Dynamics of Learning in Deep Linear Neural Networks").
#include <basso/plugin.hpp>

namespace {

struct Identity {
  template <class T>
  static T value(T x) {
    return x;
  }
  template <class T>
  static T derivative(T x, T) {
    return x == x ? T(1) : x;
  }
  template <class T>
  static T second(T x) {
    return x == x ? T(0) : x;
  }
  static void facts(basso_facts& facts) {
    basso::state_lipschitz(facts, 1.0);
    basso::state_parity(facts, -1);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {});
    basso::state_piecewise_linear(facts);
  }
  // F[f] = 2 pi i delta', which is 0 for k != 0.
  static std::complex<double> fourier(double) { return 0.0; }
};

}  // namespace

BASSO_ACTIVATION_CLASS(identity, Identity, "identity", "1.0.0", "Identity: f(x) = x",
                       "Saxe, McClelland and Ganguli 2014", BASSO_NONE)
BASSO_LIBRARY(&identity)

// Activation @ID@: the formula stands in `value`; its derivative is worked out from it.
#include <basso/plugin.hpp>

namespace {
struct Activation {
  template <class T> static T value(T x) { return basso::erf(x); }
  static void facts(basso_facts& facts) { basso::state_kinks(facts, {}); }  // none: f is differentiable
};
}  // namespace
BASSO_ACTIVATION_CLASS(activation, Activation, "@ID@", "0.1.0", "f(x) = erf(x)", "own work", BASSO_NONE)
BASSO_LIBRARY(&activation)

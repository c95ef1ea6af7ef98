// The same in C++: c++ -std=c++17 -O3 -shared -fPIC -I sdk/include softsign.cpp -o softsign-cpp.so
#include <basso/plugin.hpp>
namespace {
struct Softsign {
  template <class T> static T value(T x) { return basso::with_sign(1 / (1 + 1 / basso::abs(x)), x); }
  template <class T> static T derivative(T, T y) { return (1 - basso::abs(y)) * (1 - basso::abs(y)); }
  static void facts(basso_facts& facts) { basso::state_parity(facts, -1), basso::state_kinks(facts, {}); }
};
}  // namespace
BASSO_ACTIVATION_CLASS(soft, Softsign, "softsign-cpp", "1.0.0", "x / (1 + |x|)", "Bergstra 2009", BASSO_NONE)
BASSO_LIBRARY(&soft)

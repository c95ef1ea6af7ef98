// Exponential of a sine (Ramasinghe and Lucey 2022, "Beyond Periodicity", Table 1). It is periodic: its
// transform is a series of lines, no function of k.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("a", "real", "1.0", "(0,inf)", "radians per unit of x",
                    "Angular frequency; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

struct ExpSin {
  template <class T>
  static T value(T x, const T* p) {
    return basso::exp(-basso::sin(p[a] * x));
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return -p[a] * basso::cos(p[a] * x) * y;
  }
  template <class T>
  static T second(T x, const T* p) {
    const T s = basso::sin(p[a] * x);
    return p[a] * p[a] * (1 + s - s * s) * basso::exp(-s);
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.36787944117144233, 2.7182818284590452);
    basso::state_lipschitz(facts, 1.4585285371362377 * p[a]);  // where sin(a x) = (1 - sqrt(5))/2
    basso::state_kinks(facts, {});
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(exp_sin, ExpSin, "exp-sin", "1.0.0", "Exponential of a sine: f(x) = exp(-sin(a x))",
                       "Ramasinghe and Lucey 2022, Table 1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&exp_sin)

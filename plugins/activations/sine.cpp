// Sine, sin(omega x), with the initialisation of SIREN (Sitzmann, Martel, Bergman, Lindell and Wetzstein
// 2020, "Implicit Neural Representations with Periodic Activation Functions", section 3.2 and
// supplement 1.5).
#include <basso/plugin.hpp>

#include <cmath>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "omega", "real", "30.0", "(0,inf)", "radians per unit of x",
        "Angular frequency behind every hidden map but the first; the default is that of Sitzmann "
        "et al. 2020."),
    BASSO_PARAMETER("omega_first", "real", "30.0", "(0,inf)", "radians per unit of x",
                    "Angular frequency behind the first map, which sets the frequencies that the inputs are "
                    "seen at; the default is that of Sitzmann et al. 2020.")};
constexpr auto omega = basso::position(parameters, "omega");
constexpr auto omega_first = basso::position(parameters, "omega_first");

constexpr double pi = 0x1.921fb54442d18p1;

// omega x in half turns.
template <class T>
BASSO_INLINE T phase(T x, const T* p) {
  return x * (p[omega] * T(1 / pi));
}

struct Sine {
  template <class T>
  static T value(T x, const T* p) {
    return basso::sinpi(phase(x, p));
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    return p[omega] * basso::cospi(phase(x, p));
  }
  template <class T>
  static T second(T x, const T* p) {
    return -p[omega] * p[omega] * basso::sinpi(phase(x, p));
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, -1.0, 1.0);
    basso::state_lipschitz(facts, p[omega]);
    basso::state_parity(facts, -1);
    basso::state_kinks(facts, {});
  }

  // SIREN's law: with fan-in n, weights U(-1/n, 1/n) in the first map and U(-sqrt(6/n)/omega,
  // sqrt(6/n)/omega) in all others, the output's included. The paper is silent on biases; its code leaves
  // them at PyTorch's default, U(-1/sqrt(n), 1/sqrt(n)), and so do we.
  static basso_init init(const double* p, const basso_layer& layer) {
    const double n = layer.inputs;
    const double weights = layer.index == 0 ? 1.0 / n : std::sqrt(6.0 / n) / p[omega];
    return basso::law(BASSO_LAW_UNIFORM, weights, BASSO_LAW_UNIFORM, 1.0 / std::sqrt(n));
  }
  static void numbers(const basso_layer& layer, double* p) {
    if (layer.index == 0) p[omega] = p[omega_first];
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(sine, Sine, "sine", "1.0.0", "Sine: f(x) = sin(omega x), with SIREN's initialisation",
                       "Sitzmann et al. 2020, section 3.2", BASSO_TABLE(parameters))
BASSO_LIBRARY(&sine)

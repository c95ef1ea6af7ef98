// FINER's sine of variable period, sin(omega (|x| + 1) x) (Liu, Zhu, Zhang, Fu, Deng, Ma, Guo and Cao 2024,
// "FINER: Flexible Spectral-Bias Tuning in Implicit Neural Representation by Variable-Periodic Activation
// Functions"). The authors' code takes the scale |x| + 1 for a constant in the derivative, and so do we
// unless `detached` is false. Its transform is known in no closed form.
#include <basso/plugin.hpp>

#include <cmath>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "omega", "real", "30.0", "(0,inf)", "radians per unit of x",
        "Angular frequency at x = 0 behind every hidden map but the first; the default is that of the "
        "authors' runs."),
    BASSO_PARAMETER(
        "omega_first", "real", "30.0", "(0,inf)", "radians per unit of x",
        "Angular frequency at x = 0 behind the first map; the default is that of the authors' runs."),
    BASSO_PARAMETER(
        "first_bias", "real", "0.0", "[0,inf)", "",
        "The first map's biases start in U(-first_bias, first_bias), the larger the more high frequencies "
        "(the paper's k); 0, the authors' default, starts them like those of other maps."),
    BASSO_PARAMETER(
        "detached", "bool", "true", "", "",
        "Whether the derivative leaves out that the scale |x| + 1 depends on x, as in the authors' code.")};
constexpr auto omega = basso::position(parameters, "omega");
constexpr auto omega_first = basso::position(parameters, "omega_first");
constexpr auto first_bias = basso::position(parameters, "first_bias");
constexpr auto detached = basso::position(parameters, "detached");

constexpr double pi = 0x1.921fb54442d18p1;

// omega (|x| + 1) x: in float32 in half turns, in float64, where it may pass 2^51, in radians.
BASSO_INLINE float phase(float x, const float* p) {
  return (p[omega] * float(1 / pi)) * ((basso::abs(x) + 1) * x);
}
BASSO_INLINE double phase(double x, const double* p) { return p[omega] * ((basso::abs(x) + 1) * x); }
BASSO_INLINE float sine_of(float phase) { return basso::sinpi(phase); }
BASSO_INLINE double sine_of(double phase) { return basso::sin(phase); }
BASSO_INLINE float cosine_of(float phase) { return basso::cospi(phase); }
BASSO_INLINE double cosine_of(double phase) { return basso::cos(phase); }

struct Finer {
  template <class T>
  static T value(T x, const T* p) {
    return sine_of(phase(x, p));
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    const T size = basso::abs(x);
    return p[omega] * (1 + (2 - p[detached]) * size) * cosine_of(phase(x, p));
  }
  // f'', whether detached or not.
  template <class T>
  static T second(T x, const T* p) {
    const T speed = p[omega] * (1 + 2 * basso::abs(x));
    const T turn = basso::with_sign(2 * p[omega], x);
    return turn * cosine_of(phase(x, p)) - speed * speed * sine_of(phase(x, p));
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, -1.0, 1.0);
    basso::state_parity(facts, -1);
    basso::state_kinks(facts, {});
    if (p[detached] != 0.0) facts.stated |= BASSO_FACT_SURROGATE;
  }

  // SIREN's law (see sine), and in the first map biases U(-first_bias, first_bias).
  static basso_init init(const double* p, const basso_layer& layer) {
    const double n = layer.inputs;
    const double weights = layer.index == 0 ? 1.0 / n : std::sqrt(6.0 / n) / p[omega];
    const double biases = layer.index == 0 && p[first_bias] > 0.0 ? p[first_bias] : 1.0 / std::sqrt(n);
    return basso::law(BASSO_LAW_UNIFORM, weights, BASSO_LAW_UNIFORM, biases);
  }
  static void numbers(const basso_layer& layer, double* p) {
    if (layer.index == 0) p[omega] = p[omega_first];
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(finer, Finer, "finer", "1.0.0",
                       "FINER: f(x) = sin(omega (|x| + 1) x), with SIREN's initialisation",
                       "Liu et al. 2024 (FINER)", BASSO_TABLE(parameters))
BASSO_LIBRARY(&finer)

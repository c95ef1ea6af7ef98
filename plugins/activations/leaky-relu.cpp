// Leaky ReLU (Maas, Hannun and Ng 2013, "Rectifier Nonlinearities Improve Neural Network Acoustic Models").
// At 0 the derivative is that of the left side.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {BASSO_PARAMETER(
    "slope", "real", "0.01", "(0,1)", "", "Slope for x < 0; the default is that of Maas et al. 2013.")};
constexpr auto slope = basso::position(parameters, "slope");

struct LeakyRelu {
  template <class T>
  static T value(T x, const T* p) {
    return x > 0 ? x : p[slope] * x;
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    return x > 0 ? T(1) : x <= 0 ? p[slope] : x;
  }
  template <class T>
  static T second(T x) {
    return x == x ? T(0) : x;
  }
  static void facts(basso_facts& facts) {
    basso::state_lipschitz(facts, 1.0);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {0.0});
    basso::state_piecewise_linear(facts);
  }
  // F[f](k) = -(1 - slope)/k^2, k != 0: f is slope x, whose transform lies at k = 0, and (1 - slope) times
  // ReLU.
  static std::complex<double> fourier(double k, const double* p) { return (p[slope] - 1.0) / (k * k); }
};

}  // namespace

BASSO_ACTIVATION_CLASS(leaky_relu, LeakyRelu, "leaky-relu", "1.0.0",
                       "Leaky ReLU: f(x) = x for x > 0, else slope x", "Maas, Hannun and Ng 2013",
                       BASSO_TABLE(parameters))
BASSO_LIBRARY(&leaky_relu)

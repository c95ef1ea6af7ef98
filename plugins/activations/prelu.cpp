// Parametric ReLU, whose slope is trained (He, Zhang, Ren and Sun 2015, "Delving Deep into Rectifiers",
// section 2.1): one slope for each layer, their channel-shared variant. At 0 the derivative is that of the
// left side.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER_WITH_ROLE("slope", "real", "0.25", "", "",
                              "Slope for x < 0 at the start of the training, in which it changes; the "
                              "default is that of He et al. 2015.",
                              "trainable")};
constexpr auto slope = basso::position(parameters, "slope");

struct Prelu {
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
  // df/dslope.
  template <class T>
  static T by_trainable(T x, const T*) {
    return x > 0 ? T(0) : x;
  }
  static void facts(basso_facts& facts) {
    basso::state_kinks(facts, {0.0});
    basso::state_piecewise_linear(facts);
  }
  // F[f](k) = -(1 - slope)/k^2, k != 0, at the present slope; see leaky-relu.
  static std::complex<double> fourier(double k, const double* p) { return (p[slope] - 1.0) / (k * k); }
};

}  // namespace

BASSO_ACTIVATION_CLASS(prelu, Prelu, "prelu", "1.0.0",
                       "Parametric ReLU: f(x) = x for x > 0, else slope x, the slope trained with each layer",
                       "He, Zhang, Ren and Sun 2015, Eq 1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&prelu)

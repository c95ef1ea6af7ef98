// Snake, whose frequency is trained (Ziyin, Hartwig and Ueda 2020, "Neural Networks Fail to Learn Periodic
// Functions and How to Fix It"): one a for each layer. Its transform has lines at |k| = 2a, no function
// of k.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER_WITH_ROLE("a", "real", "1.0", "[0.001,inf)", "radians per unit of x",
                              "Half the angular frequency at the start of the training, in which it changes; "
                              "the default gives x + sin(x)^2.",
                              "trainable")};
constexpr auto a = basso::position(parameters, "a");

constexpr double pi = 0x1.921fb54442d18p1;

// a x in half turns.
template <class T>
BASSO_INLINE T phase(T x, const T* p) {
  return x * (p[a] * T(1 / pi));
}

// sin(a x). In float32 by its phase, at half the cost; in float64, where the slope is 0, the rounding of the
// phase would show as a function that falls.
BASSO_INLINE float sine(float x, const float* p) { return basso::sinpi(phase(x, p)); }
BASSO_INLINE double sine(double x, const double* p) { return basso::sin(p[a] * x); }

struct Snake {
  template <class T>
  static T value(T x, const T* p) {
    const T s = sine(x, p);
    return x + s * s * (1 / p[a]);
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    return 1 + basso::sinpi(2 * phase(x, p));
  }
  template <class T>
  static T second(T x, const T* p) {
    return 2 * p[a] * basso::cospi(2 * phase(x, p));
  }
  // df/da = (x sin(2 a x) - sin(a x)^2/a)/a.
  template <class T>
  static T by_trainable(T x, const T* p) {
    const T s = basso::sinpi(phase(x, p));
    return (x * basso::sinpi(2 * phase(x, p)) - s * s / p[a]) / p[a];
  }
  static void facts(basso_facts& facts) {
    basso::state_lipschitz(facts, 2.0);
    basso::state_monotone(facts, 1);
    basso::state_kinks(facts, {});
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(snake, Snake, "snake", "1.0.0",
                       "Snake: f(x) = x + sin(a x)^2/a, a trained with each layer",
                       "Ziyin, Hartwig and Ueda 2020", BASSO_TABLE(parameters))
BASSO_LIBRARY(&snake)

// Powers of ReLU, also called RePU and ReQU (Li, Tang and Yu 2020, "Better Approximations of High Dimensional
// Smooth Functions by Deep Neural Networks with Rectified Power Units"). The power 1 is ReLU.
#include <basso/plugin.hpp>

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("power", "integer", "2", "[1,7]", "",
                    "The power; the default is the rectified quadratic unit of Li et al. 2020.")};
constexpr auto power = basso::position(parameters, "power");

// x^n for x >= 0 and n = 0 to 7, free of branches.
template <class T>
BASSO_INLINE T raised(T x, T n) {
  const T four = n >= 4 ? T(1) : T(0), rest = n - 4 * four;
  const T square = x * x;
  const T low = rest >= 3 ? square * x : rest >= 2 ? square : rest >= 1 ? x : T(1);
  return four > 0 ? low * square * square : low;
}

struct ReluPower {
  template <class T>
  static T value(T x, const T* p) {
    return raised(x <= 0 ? T(0) : x, p[power]);
  }
  template <class T>
  static T derivative(T x, T, const T* p) {
    const T slope = p[power] * raised(x, p[power] - 1);
    return x > 0 ? slope : x <= 0 ? T(0) : x;
  }
  // At 0 the mean of both sides: f'' jumps for the power 2.
  template <class T>
  static T second(T x, const T* p) {
    const T bend = p[power] * (p[power] - 1) * raised(x, p[power] - 2);
    const T outside = x < 0 ? T(0) : bend / 2;
    return x > 0 ? bend : x <= 0 ? outside : x;
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_lower(facts, 0.0);
    basso::state_monotone(facts, 1);
    basso::state_zero_below(facts, 0.0);
    if (p[power] > 1.0) {
      basso::state_kinks(facts, {});
    } else {
      basso::state_lipschitz(facts, 1.0);
      basso::state_kinks(facts, {0.0});
      basso::state_piecewise_linear(facts);
    }
  }
  // F[f](k) = n!/(ik)^(n + 1), k != 0: the derivative of order n + 1 is n! times the delta at 0.
  static std::complex<double> fourier(double k, const double* p) {
    std::complex<double> transform = 1.0 / std::complex<double>(0.0, k);
    for (int n = 1; n <= static_cast<int>(p[power]); ++n)
      transform *= static_cast<double>(n) / std::complex<double>(0.0, k);
    return transform;
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(relu_power, ReluPower, "relu-power", "1.0.0", "Power of ReLU: f(x) = max(0, x)^power",
                       "Li, Tang and Yu 2020", BASSO_TABLE(parameters))
BASSO_LIBRARY(&relu_power)

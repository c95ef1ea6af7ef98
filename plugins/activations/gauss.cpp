// Gaussian (Ramasinghe and Lucey 2022, "Beyond Periodicity: Towards a Unifying Framework for Activations in
// Coordinate-MLPs"), with the scale as in WIRE's and FINER's comparisons (Saragadam et al. 2023, Liu et al.
// 2024).
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

constexpr basso_parameter parameters[] = {BASSO_PARAMETER(
    "scale", "real", "10.0", "(0,inf)", "per unit of x",
    "s in exp(-(s x)^2). The default is that of WIRE's code; FINER's runs take 30. Ramasinghe and "
    "Lucey's a is 1/(s sqrt(2)).")};
constexpr auto scale = basso::position(parameters, "scale");

// exp(-(s x)^2) = 2^-(u^2) with u = s x / sqrt(ln 2).
template <class T>
BASSO_INLINE T window(T x, const T* p) {
  const T u = x * (p[scale] * T(1.2011224087864498));
  return basso::decaying(T(1), u * u);
}

struct Gauss {
  template <class T>
  static T value(T x, const T* p) {
    return window(x, p);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    const T t = p[scale] * x;
    return basso::near_only(t * t, -2 * p[scale] * t * y);
  }
  template <class T>
  static T second(T x, const T* p) {
    const T t = p[scale] * x;
    return basso::near_only(t * t, 2 * p[scale] * p[scale] * (2 * t * t - 1) * window(x, p));
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 0.85776388496070680 * p[scale]);  // s sqrt(2/e), at x = 1/(s sqrt(2))
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = sqrt(pi)/s exp(-(k/2s)^2).
  static std::complex<double> fourier(double k, const double* p) {
    const double t = k / (2.0 * p[scale]);
    return 1.7724538509055161 / p[scale] * basso::exp(-t * t);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(gauss, Gauss, "gauss", "1.0.0", "Gaussian: f(x) = exp(-(scale x)^2)",
                       "Ramasinghe and Lucey 2022, Table 1; scale as in Saragadam et al. 2023",
                       BASSO_TABLE(parameters))
BASSO_LIBRARY(&gauss)

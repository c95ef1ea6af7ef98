// Laplacian (Ramasinghe and Lucey 2022, "Beyond Periodicity", Table 1). At 0 the derivative is that of the
// left side.
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

constexpr basso_parameter parameters[] = {BASSO_PARAMETER(
    "a", "real", "0.01", "(0,inf)", "units of x", "Width; the default is that of the library Sophon.jl.")};
constexpr auto a = basso::position(parameters, "a");

struct Laplacian {
  template <class T>
  static T value(T x, const T* p) {
    return basso::decaying(T(1), basso::abs(x) * (T(basso::log2e) / p[a]));
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    return (x > 0 ? -y : y) * (1 / p[a]);
  }
  template <class T>
  static T second(T x, const T* p) {
    return value(x, p) * (1 / (p[a] * p[a]));
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, 0.0, 1.0);
    basso::state_lipschitz(facts, 1.0 / p[a]);
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {0.0});
  }
  // F[f](k) = 2a/(1 + (a k)^2).
  static std::complex<double> fourier(double k, const double* p) {
    return 2.0 * p[a] / (1.0 + p[a] * p[a] * k * k);
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(laplacian, Laplacian, "laplacian", "1.0.0", "Laplacian: f(x) = exp(-|x|/a)",
                       "Ramasinghe and Lucey 2022, Table 1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&laplacian)

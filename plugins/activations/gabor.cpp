// Gabor wavelet in its real form (Saragadam, LeJeune, Tan, Balakrishnan, Veeraraghavan and Baraniuk 2023,
// "WIRE: Wavelet Implicit Neural Representations"; the paper's own is complex).
#include <basso/plugin.hpp>

#include "decay.hpp"

namespace {

constexpr basso_parameter parameters[] = {
    BASSO_PARAMETER("omega", "real", "30.0", "[0,inf)", "radians per unit of x",
                    "Angular frequency; the default is that of the model in WIRE's code."),
    BASSO_PARAMETER("scale", "real", "10.0", "(0,inf)", "per unit of x",
                    "s of the window exp(-(s x)^2); the default is that of the model in WIRE's code.")};
constexpr auto omega = basso::position(parameters, "omega");
constexpr auto scale = basso::position(parameters, "scale");

constexpr double pi = 0x1.921fb54442d18p1;

// omega x in half turns.
template <class T>
BASSO_INLINE T phase(T x, const T* p) {
  return x * (p[omega] * T(1 / pi));
}

// exp(-(s x)^2) = 2^-square.
template <class T>
BASSO_INLINE T square(T x, const T* p) {
  const T u = x * (p[scale] * T(1.2011224087864498));  // s x / sqrt(ln 2)
  return u * u;
}
template <class T>
BASSO_INLINE T windowed(T x, T factor, const T* p) {
  return basso::decaying(factor, square(x, p));
}

struct Gabor {
  template <class T>
  static T value(T x, const T* p) {
    return windowed(x, basso::cospi(phase(x, p)), p);
  }
  template <class T>
  static T derivative(T x, T y, const T* p) {
    const T envelope = basso::near_only(square(x, p), x * y * (-2 * p[scale] * p[scale]));
    return windowed(x, -p[omega] * basso::sinpi(phase(x, p)), p) + envelope;
  }
  template <class T>
  static T second(T x, const T* p) {
    const T twice = 2 * p[scale] * p[scale];
    const T even = (twice * x * twice * x - twice - p[omega] * p[omega]) * basso::cospi(phase(x, p));
    return windowed(x, even + 2 * twice * x * p[omega] * basso::sinpi(phase(x, p)), p);
  }
  static void facts(const double* p, basso_facts& facts) {
    basso::state_bounds(facts, -1.0, 1.0);
    basso::state_lipschitz(facts,
                           p[omega] + 0.85776388496070680 * p[scale]);  // a bound: cosine's and Gaussian's
    basso::state_parity(facts, 1);
    basso::state_kinks(facts, {});
  }
  // F[f](k) = sqrt(pi)/2s (exp(-((k - omega)/2s)^2) + exp(-((k + omega)/2s)^2)).
  static std::complex<double> fourier(double k, const double* p) {
    const double below = (k - p[omega]) / (2.0 * p[scale]), above = (k + p[omega]) / (2.0 * p[scale]);
    return 0.88622692545275801 / p[scale] * (basso::exp(-below * below) + basso::exp(-above * above));
  }
};

}  // namespace

BASSO_ACTIVATION_CLASS(gabor, Gabor, "gabor", "1.0.0",
                       "Gabor wavelet, real: f(x) = cos(omega x) exp(-(scale x)^2)",
                       "Saragadam et al. 2023 (WIRE), its real part", BASSO_TABLE(parameters))
BASSO_LIBRARY(&gabor)

// Hyperbolic tangent, the activation of Xu 2018 and of Xu, Zhang and Xiao 2018.
#include <basso/plugin.h>

#define VALUE(T, x, p) BASSO_TANH(T, x)
#define SLOPE(T, x, y, p) ((1 - (y)) * (1 + (y)))
#define SECOND(T, x, p) (-2 * BASSO_TANH(T, x) * (1 - BASSO_TANH(T, x)) * (1 + BASSO_TANH(T, x)))
BASSO_ELEMENTWISE(tangent, VALUE, SLOPE)
BASSO_SECOND(tangent, SECOND)

BASSO_FACTS(tangent, facts->stated = BASSO_FACT_LOWER | BASSO_FACT_UPPER | BASSO_FACT_LIPSCHITZ |
                                     BASSO_FACT_PARITY | BASSO_FACT_MONOTONE | BASSO_FACT_KINKS;
            facts->lower = -1.0; facts->upper = 1.0; facts->lipschitz = 1.0; facts->parity = -1;
            facts->monotone = 1)

// F[f](k) = -i pi csch(pi k / 2), k != 0, with csch z = -2 exp(-z) / (exp(-2z) - 1). Xu 2018 (v2) Eq 1 prints
// the unitary transform of (1 + tanh) / 2, with the other sign; this is the form that quadrature confirms.
static int32_t tangent_transform(const double* numbers, const double* k, double* real, double* imaginary,
                                 uint64_t count, basso_error* error) {
  (void)numbers, (void)error;
  const double pi = 0x1.921fb54442d18p1;
  for (uint64_t i = 0; i < count; ++i) {
    const double z = pi * basso_abs(k[i]) / 2.0;
    const double modulus = -2.0 * pi * basso_exp(-z) / basso_expm1(-2.0 * z);
    real[i] = 0.0;
    imaginary[i] = k[i] > 0.0 ? -modulus : modulus;
  }
  return BASSO_OK;
}
static const basso_fourier_v1 tangent_fourier = {tangent_transform};

static const basso_extension extensions[] = {{"fourier/1", &tangent_fourier}, {"second/1", &tangent_second}};
BASSO_ACTIVATION(tangent, "tanh", "1.0.0",
                 "Hyperbolic tangent: f(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x))",
                 "the activation of Xu 2018 and of Xu, Zhang and Xiao 2018", BASSO_NONE,
                 BASSO_TABLE(extensions))
BASSO_LIBRARY(&tangent)

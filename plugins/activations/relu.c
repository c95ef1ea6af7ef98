// ReLU, max(0, x) (Nair & Hinton 2010), the activation of Rahaman et al. 2019. At 0 the derivative is 0.
#include <basso/plugin.h>

#define VALUE(T, x, p) ((x) <= 0 ? (T)0 : (x))
#define SLOPE(T, x, y, p) ((x) > 0 ? (T)1 : (x) <= 0 ? (T)0 : (x))
#define SECOND(T, x, p) ((x) == (x) ? (T)0 : (x))
BASSO_ELEMENTWISE(relu, VALUE, SLOPE)
BASSO_SECOND(relu, SECOND)

BASSO_FACTS(relu, facts->stated = BASSO_FACT_LOWER | BASSO_FACT_LIPSCHITZ | BASSO_FACT_MONOTONE |
                                  BASSO_FACT_KINKS | BASSO_FACT_PIECEWISE_LINEAR | BASSO_FACT_ZERO_BELOW;
            facts->lower = 0.0; facts->lipschitz = 1.0; facts->monotone = 1; facts->kink_count = 1;
            facts->kinks[0] = 0.0; facts->zero_below = 0.0)

// F[f](k) = -1/k^2, k != 0, as a tempered distribution: f'' is the delta at 0, and F[f''](k) = -k^2 F[f](k).
static int32_t relu_transform(const double* numbers, const double* k, double* real, double* imaginary,
                              uint64_t count, basso_error* error) {
  (void)numbers, (void)error;
  for (uint64_t i = 0; i < count; ++i) {
    real[i] = -1.0 / (k[i] * k[i]);
    imaginary[i] = 0.0;
  }
  return BASSO_OK;
}
static const basso_fourier_v1 relu_fourier = {relu_transform};

static const basso_extension extensions[] = {{"fourier/1", &relu_fourier}, {"second/1", &relu_second}};
BASSO_ACTIVATION(relu, "relu", "1.0.0", "ReLU: f(x) = max(0, x)",
                 "Nair and Hinton 2010; the activation of Rahaman et al. 2019", BASSO_NONE,
                 BASSO_TABLE(extensions))
BASSO_LIBRARY(&relu)

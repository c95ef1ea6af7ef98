/* A plugin outside the repository, in plain C: f(x) = x^3. Also what docs and tests compile with one compiler
 * call. */
#include <basso/plugin.h>

static void cube_value_f32(const double* numbers, const float* x, float* y, uint64_t count) {
  (void)numbers;
  for (uint64_t i = 0; i < count; ++i) y[i] = x[i] * x[i] * x[i];
}
static void cube_value_f64(const double* numbers, const double* x, double* y, uint64_t count) {
  (void)numbers;
  for (uint64_t i = 0; i < count; ++i) y[i] = x[i] * x[i] * x[i];
}
static void cube_derivative_f32(const double* numbers, const float* x, const float* y, float* d,
                                uint64_t count) {
  (void)numbers;
  (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = 3 * x[i] * x[i];
}
static void cube_derivative_f64(const double* numbers, const double* x, const double* y, double* d,
                                uint64_t count) {
  (void)numbers;
  (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = 3 * x[i] * x[i];
}
static int32_t cube_facts(const double* numbers, basso_facts* facts, basso_error* error) {
  (void)numbers;
  (void)error;
  facts->stated = BASSO_FACT_PARITY | BASSO_FACT_MONOTONE;
  facts->parity = -1;
  facts->monotone = 1;
  return BASSO_OK;
}

BASSO_ACTIVATION(cube, "cube", "1.0.0", "f(x) = x^3", "a test of the installed package", BASSO_NONE,
                 BASSO_NONE)
BASSO_LIBRARY(&cube)

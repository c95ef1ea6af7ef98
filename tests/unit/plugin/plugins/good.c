/* A sound library with two components of different kinds, for the loading tests. */
#include <basso/plugin.h>

static void identity_value_f32(const double* numbers, const float* x, float* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = (float)numbers[0] * x[i];
}
static void identity_value_f64(const double* numbers, const double* x, double* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = numbers[0] * x[i];
}
static void identity_derivative_f32(const double* numbers, const float* x, const float* y, float* d,
                                    uint64_t count) {
  (void)x, (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = (float)numbers[0];
}
static void identity_derivative_f64(const double* numbers, const double* x, const double* y, double* d,
                                    uint64_t count) {
  (void)x, (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = numbers[0];
}
static int32_t identity_facts(const double* numbers, basso_facts* facts, basso_error* error) {
  (void)numbers, (void)error;
  facts->stated = BASSO_FACT_PARITY;
  facts->parity = -1;
  return BASSO_OK;
}
static const basso_parameter identity_parameters[] = {
    BASSO_PARAMETER("slope", "real", "1.0", "(0,inf)", "", "Slope of the line.")};
BASSO_ACTIVATION(identity, "identity", "1.0.0", "a x", "none", BASSO_TABLE(identity_parameters), BASSO_NONE)

static int32_t point_create(const basso_host* host, const basso_value* const* values, void** instance,
                            basso_error* error) {
  (void)host, (void)values, (void)instance;
  return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "not used here");
}
static void point_destroy(void* instance) { (void)instance; }
static int32_t point_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                          double* outputs, double* latents, basso_error* error) {
  (void)instance, (void)set, (void)first, (void)rows, (void)inputs, (void)outputs, (void)latents;
  return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "not used here");
}
BASSO_TARGET(point, "identity", "2.1.0", "one point", "none", "random/1 fft/1", BASSO_NONE, BASSO_NONE)

BASSO_LIBRARY(&identity, &point)

/* One plugin of each kind in C, kept as the binary kept-c.so for ever: every later host must load it and get
 * the numbers of kept-c.txt. kept-cpp.cpp is the same in C++, kept-services.c has what these two leave out.
 * Only plain IEEE arithmetic in a fixed order, so that the numbers are exact on every x86-64. */
#define BASSO_DISPATCH 0
#include <basso/plugin.h>

#include <stdlib.h>
#include <string.h>

/* ---- activation: a x / (1 + |x|), a trainable ---- */

#define VALUE(T, x, p) ((p)[0] * (x) / (1 + BASSO_ABS(T, x)))
#define SLOPE(T, x, y, p) ((p)[0] / ((1 + BASSO_ABS(T, x)) * (1 + BASSO_ABS(T, x))))
BASSO_ELEMENTWISE(quotient, VALUE, SLOPE)
BASSO_FACTS(quotient, facts->stated = BASSO_FACT_PARITY | BASSO_FACT_KINKS; facts->parity = -1)

#define BY_SCALE(T, x, p) ((x) / (1 + BASSO_ABS(T, x)))
BASSO_UNARY(quotient_scale_f32, float, (BY_SCALE(float, basso_x, basso_p)))
BASSO_UNARY(quotient_scale_f64, double, (BY_SCALE(double, basso_x, basso_p)))
static void quotient_parameter_f32(const double* numbers, uint32_t parameter, const float* x, float* d,
                                   uint64_t count) {
  (void)parameter;
  quotient_scale_f32(numbers, x, d, count);
}
static void quotient_parameter_f64(const double* numbers, uint32_t parameter, const double* x, double* d,
                                   uint64_t count) {
  (void)parameter;
  quotient_scale_f64(numbers, x, d, count);
}
static const basso_trainable_v1 quotient_trainable = {quotient_parameter_f32, quotient_parameter_f64};

static int32_t quotient_numbers(const double* numbers, const basso_layer* layer, double* result,
                                basso_error* error) {
  (void)numbers, (void)error;
  result[1] = layer->index == 0 ? 7.0 : 1.0;
  return BASSO_OK;
}
static int32_t quotient_init(const double* numbers, const basso_layer* layer, basso_init* init,
                             basso_error* error) {
  (void)numbers, (void)error;
  init->weight_law = BASSO_LAW_UNIFORM;
  init->weight_scale = 1.0 / layer->inputs;
  init->bias_law = BASSO_LAW_NORMAL;
  init->bias_scale = 0.25;
  return BASSO_OK;
}
static const basso_layers_v1 quotient_layers = {quotient_numbers, quotient_init};

static const basso_parameter quotient_parameters[] = {
    BASSO_PARAMETER_WITH_ROLE("a", "real", "1.5", "(0,10]", "", "Scale.", "trainable"),
    BASSO_PARAMETER("first", "real", "1.0", "(0,inf)", "", "Changed in the first layer.")};
static const basso_extension quotient_extensions[] = {{"trainable/1", &quotient_trainable},
                                                      {"layers/1", &quotient_layers}};
BASSO_ACTIVATION(quotient, "kept-c", "1.0.0", "a x / (1 + |x|)", "the ABI's archive",
                 BASSO_TABLE(quotient_parameters), BASSO_TABLE(quotient_extensions))

/* ---- target: random values over a grid, with the latent x^2 ---- */

typedef struct noise_state {
  const basso_host* host;
  uint64_t rows;
} noise_state;

static int32_t noise_create(const basso_host* host, const basso_value* const* values, void** instance,
                            basso_error* error) {
  const uint64_t rows = (uint64_t)values[0]->number;
  const double step = values[1]->list[0];
  const basso_axis axis = BASSO_AXIS("x", "units", rows, 0.0, step, 0.0);
  const basso_axis* axes[] = {&axis};
  const char* latents[] = {"square"};
  basso_set set = BASSO_SET("train", "train", rows, 1, 1, 1, axes, 1);
  set.latent_names = latents;
  set.provenance = "the archive";
  if (strcmp(values[2]->text, "soft") != 0)
    return basso_fail(error, BASSO_ERROR_PARAMETER, "choices have moved");
  noise_state* self = (noise_state*)malloc(sizeof(noise_state));
  if (!self) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->host = host;
  self->rows = rows;
  *instance = self;
  const int32_t status =
      BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP)->add_set(host, &set, error);
  if (status != BASSO_OK) free(self);
  return status;
}
static void noise_destroy(void* instance) { free(instance); }
static int32_t noise_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                          double* outputs, double* latents, basso_error* error) {
  const noise_state* self = (const noise_state*)instance;
  const basso_random_v1* random = BASSO_SERVICE(self->host, basso_random_v1, BASSO_SERVICE_RANDOM);
  (void)set, (void)error;
  for (uint64_t i = 0; i < rows; ++i) {
    const double x = (double)(first + i) * 0.125;
    if (inputs) inputs[i] = x;
    if (outputs) random->uniform(self->host, 3, first + i, &outputs[i], 1);
    if (latents) latents[i] = x * x;
  }
  return BASSO_OK;
}
static int32_t noise_lines(void* instance, uint32_t set, uint32_t capacity, double* k, double* real,
                           double* imaginary, uint32_t* count, basso_error* error) {
  (void)instance, (void)set, (void)error;
  *count = 1;
  if (capacity > 0) k[0] = 2.0, real[0] = 0.5, imaginary[0] = -0.25;
  return BASSO_OK;
}
static const basso_spectrum_v1 noise_spectrum = {noise_lines};
static const basso_extension noise_extensions[] = {{"spectrum/1", &noise_spectrum}};
static const basso_parameter noise_parameters[] = {
    BASSO_PARAMETER("rows", "integer", "8", "[1,inf)", "", "Rows."),
    BASSO_PARAMETER("steps", "reals", "[0.125, 2]", "(0,inf)", "",
                    "The grid's step, and a number that is not used."),
    BASSO_PARAMETER("edge", "choice", "\"soft\"", "hard|soft", "", "Checked at creation.")};
BASSO_TARGET(noise, "kept-c", "1.0.0", "random values over a grid", "the ABI's archive", "random/1",
             BASSO_TABLE(noise_parameters), BASSO_TABLE(noise_extensions))

/* ---- probe: a scalar product, a spectrum and a count that is remembered ---- */

typedef struct moments_self {
  const basso_host* host;
  const basso_fft_plan* plan;
  uint64_t rows, seen;
  uint32_t outputs, latents, product, power, count;
} moments_self;

static int32_t moments_create(const basso_host* host, const basso_value* const* values,
                              const basso_scene* scene, void** instance, basso_error* error) {
  const basso_probe_setup_v1* setup = BASSO_SERVICE(host, basso_probe_setup_v1, BASSO_SERVICE_PROBE_SETUP);
  const uint64_t rows = scene->sets[0]->rows;
  const basso_axis axis = BASSO_AXIS("bin", "", rows / 2 + 1, 0.0, 0.0, 0.0);
  const basso_axis* axes[] = {&axis};
  const basso_series product = BASSO_SERIES("product", BASSO_EACH_RECORDING, "", "sum of y z", 0, 0);
  const basso_series power = BASSO_SERIES("power", BASSO_ONCE, "", "|F|^2", axes, 1);
  const basso_series count = BASSO_SERIES("count", BASSO_EACH_RECORDING, "", "observations so far", 0, 0);
  moments_self* self = (moments_self*)calloc(1, sizeof(moments_self));
  (void)values;
  if (!self) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->host = host;
  self->rows = rows;
  int32_t status = setup->need(host, "outputs", scene->sets[0]->name, &self->outputs, error);
  if (status == BASSO_OK) status = setup->need(host, "latents", "train", &self->latents, error);
  if (status == BASSO_OK) status = setup->add_series(host, &product, &self->product, error);
  if (status == BASSO_OK) status = setup->add_series(host, &power, &self->power, error);
  if (status == BASSO_OK) status = setup->add_series(host, &count, &self->count, error);
  if (status == BASSO_OK)
    *instance = self;
  else
    free(self);
  return status;
}
static void moments_destroy(void* instance) { free(instance); }
static int32_t moments_prepare(void* instance, basso_error* error) {
  moments_self* self = (moments_self*)instance;
  return BASSO_SERVICE(self->host, basso_fft_v1, BASSO_SERVICE_FFT)
      ->plan(self->host, self->rows, &self->plan, error);
}
static int32_t moments_power(moments_self* self, const double* y, basso_error* error) {
  const basso_scratch_v1* scratch = BASSO_SERVICE(self->host, basso_scratch_v1, BASSO_SERVICE_SCRATCH);
  const uint64_t bins = self->rows / 2 + 1;
  double* f = (double*)scratch->take(self->host, 2 * bins * sizeof(double));
  if (!f) return basso_fail(error, BASSO_ERROR_MEMORY, "no scratch memory");
  const int32_t status = BASSO_SERVICE(self->host, basso_fft_v1, BASSO_SERVICE_FFT)
                             ->forward_real(self->host, self->plan, y, f, error);
  if (status != BASSO_OK) return status;
  for (uint64_t k = 0; k < bins; ++k) f[k] = f[2 * k] * f[2 * k] + f[2 * k + 1] * f[2 * k + 1];
  return BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT)
      ->emit(self->host, self->power, f, bins, error);
}
static int32_t moments_observe(void* instance, const basso_observation* look, basso_error* error) {
  moments_self* self = (moments_self*)instance;
  const basso_emit_v1* emit = BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT);
  const double *y = look->needs[self->outputs].data, *z = look->needs[self->latents].data;
  double product = 0.0, count = (double)++self->seen;
  for (uint64_t i = 0; i < self->rows; ++i) product += y[i] * z[i];
  int32_t status = emit->emit(self->host, self->product, &product, 1, error);
  if (status == BASSO_OK) status = emit->emit(self->host, self->count, &count, 1, error);
  if (status == BASSO_OK && look->recording == 0) status = moments_power(self, y, error);
  return status;
}
static int32_t moments_save(void* instance, uint8_t* buffer, uint64_t capacity, uint64_t* bytes,
                            basso_error* error) {
  (void)error;
  *bytes = sizeof(uint64_t);
  if (capacity >= *bytes) memcpy(buffer, &((moments_self*)instance)->seen, sizeof(uint64_t));
  return BASSO_OK;
}
static int32_t moments_load(void* instance, const uint8_t* buffer, uint64_t bytes, basso_error* error) {
  if (bytes != sizeof(uint64_t)) return basso_fail(error, BASSO_ERROR_DATA, "no state of this probe");
  memcpy(&((moments_self*)instance)->seen, buffer, sizeof(uint64_t));
  return BASSO_OK;
}
static const basso_prepare_v1 moments_prepare_table = {moments_prepare};
static const basso_state_v1 moments_state = {moments_save, moments_load};
static const basso_extension moments_extensions[] = {{"prepare/1", &moments_prepare_table},
                                                     {"state/1", &moments_state}};
BASSO_PROBE(moments, "kept-c", "1.0.0", "moments of the target", "the ABI's archive", "fft/1 scratch/1",
            BASSO_NONE, BASSO_TABLE(moments_extensions))

BASSO_LIBRARY(&quotient, &noise, &moments)

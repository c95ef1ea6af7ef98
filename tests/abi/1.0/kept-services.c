/* What kept-c.c leaves out, kept as a binary in the same way: optional tables of activations, data files, and
 * a probe that asks for every need and calls every service, over a network of one hidden layer. */
#define BASSO_DISPATCH 0
#include <basso/plugin.h>

#include <stdlib.h>

/* ---- activation: x / (1 + |x|) with second/1 and, for the sake of the call, fourier/1 ---- */

#define VALUE(T, x, p) ((x) / (1 + BASSO_ABS(T, x)))
#define SLOPE(T, x, y, p) (1 / ((1 + BASSO_ABS(T, x)) * (1 + BASSO_ABS(T, x))))
#define SECOND(T, x, p) \
  (BASSO_WITH_SIGN(T, 2, -(x)) / ((1 + BASSO_ABS(T, x)) * (1 + BASSO_ABS(T, x)) * (1 + BASSO_ABS(T, x))))
BASSO_ELEMENTWISE(softsign, VALUE, SLOPE)
BASSO_SECOND(softsign, SECOND)
BASSO_FACTS(softsign, facts->stated = BASSO_FACT_LOWER | BASSO_FACT_UPPER | BASSO_FACT_LIPSCHITZ;
            facts->lower = -1; facts->upper = 1; facts->lipschitz = 1)

static int32_t softsign_transform(const double* numbers, const double* k, double* real, double* imaginary,
                                  uint64_t count, basso_error* error) {
  (void)numbers, (void)error;
  for (uint64_t i = 0; i < count; ++i) real[i] = 0.0, imaginary[i] = -2.0 / k[i];
  return BASSO_OK;
}
static const basso_fourier_v1 softsign_fourier = {softsign_transform};
static const basso_extension softsign_extensions[] = {{"second/1", &softsign_second},
                                                      {"fourier/1", &softsign_fourier}};
BASSO_ACTIVATION(softsign, "kept-services", "1.0.0", "x / (1 + |x|)", "the ABI's archive", BASSO_NONE,
                 BASSO_TABLE(softsign_extensions))

/* ---- target: the second column of a CSV file over the first ---- */

typedef struct table_state {
  const double* numbers;
} table_state;

static int32_t table_create(const basso_host* host, const basso_value* const* values, void** instance,
                            basso_error* error) {
  const basso_data_v1* data = BASSO_SERVICE(host, basso_data_v1, BASSO_SERVICE_DATA);
  basso_array array = BASSO_ARRAY;
  int32_t status = data->read(host, "csv", "", values[0]->text, &array, error);
  if (status != BASSO_OK) return status;
  if (array.rank != 2 || array.shape[1] != 2 || !array.numbers || array.bytes || !array.path)
    return basso_fail(error, BASSO_ERROR_DATA, "file: expected two columns of numbers");
  BASSO_SERVICE(host, basso_log_v1, BASSO_SERVICE_LOG)->write(host, BASSO_LOG_WARNING, "the table was read");
  table_state* self = (table_state*)malloc(sizeof(table_state));
  if (!self) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->numbers = array.numbers;
  const basso_axis axis = BASSO_AXIS("x", "", array.shape[0], 0.0, 0.25, 1.0);
  const basso_axis* axes[] = {&axis};
  const char* inputs[] = {"x"};
  basso_set set = BASSO_SET("train", "train", array.shape[0], 1, 1, 0, axes, 1);
  set.input_names = inputs;
  status = BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP)->add_set(host, &set, error);
  if (status == BASSO_OK)
    *instance = self;
  else
    free(self);
  return status;
}
static void table_destroy(void* instance) { free(instance); }
static int32_t table_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                          double* outputs, double* latents, basso_error* error) {
  const double* numbers = ((const table_state*)instance)->numbers;
  (void)set, (void)latents, (void)error;
  for (uint64_t i = 0; i < rows; ++i) {
    if (inputs) inputs[i] = numbers[2 * (first + i)];
    if (outputs) outputs[i] = numbers[2 * (first + i) + 1];
  }
  return BASSO_OK;
}
static const basso_parameter table_parameters[] = {
    BASSO_PARAMETER("file", "path", "\"\"", "", "", "CSV of two columns.")};
BASSO_TARGET(table, "kept-services", "1.0.0", "a table", "the ABI's archive", "data/1 log/1",
             BASSO_TABLE(table_parameters), BASSO_NONE)

/* ---- probe: every need and every service ---- */

enum { rows = 4, parameter_count = 10, most_numbers = 54 };

typedef struct every_self {
  const basso_host* host;
  uint32_t inputs, outputs, predictions, loss, parameters, gradient, own, numbers;
  double scene[5], read[rows], norms[4];
  const basso_fft_plan *regular, *free_points;
} every_self;

static int32_t every_create(const basso_host* host, const basso_value* const* values,
                            const basso_scene* scene, void** instance, basso_error* error) {
  const basso_probe_setup_v1* setup = BASSO_SERVICE(host, basso_probe_setup_v1, BASSO_SERVICE_PROBE_SETUP);
  const double points[] = {0.1, 0.6};
  const basso_axis axis = BASSO_AXIS("number", "", most_numbers, 0.0, 0.0, 0.0);
  const basso_axis* axes[] = {&axis};
  const basso_series numbers = BASSO_SERIES("numbers", BASSO_FINAL, "", "one after the other", axes, 1);
  (void)values;
  if (scene->parameter_count != parameter_count || scene->sets[0]->rows != rows)
    return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "made for one experiment");
  every_self* self = (every_self*)calloc(1, sizeof(every_self));
  if (!self) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->host = host;
  self->scene[0] = scene->hidden[0]->width;
  self->scene[1] = scene->hidden[0]->facts->upper;
  self->scene[2] = (double)scene->blocks[2]->offset;
  self->scene[3] = (double)scene->blocks[2]->columns;
  self->scene[4] = (double)scene->recorded_steps[scene->recordings - 1];
  int32_t status = setup->add_points(host, "own", points, 2, error);
  if (status == BASSO_OK) status = setup->need(host, "inputs", "train", &self->inputs, error);
  if (status == BASSO_OK) status = setup->need(host, "outputs", "train", &self->outputs, error);
  if (status == BASSO_OK) status = setup->need(host, "predictions", "train", &self->predictions, error);
  if (status == BASSO_OK) status = setup->need(host, "loss", "train", &self->loss, error);
  if (status == BASSO_OK) status = setup->need(host, "parameters", "", &self->parameters, error);
  if (status == BASSO_OK) status = setup->need(host, "gradient", "", &self->gradient, error);
  if (status == BASSO_OK) status = setup->need(host, "predictions", "own", &self->own, error);
  if (status == BASSO_OK) status = setup->add_series(host, &numbers, &self->numbers, error);
  if (status == BASSO_OK)
    *instance = self;
  else
    free(self);
  return status;
}
static void every_destroy(void* instance) { free(instance); }

static int32_t every_prepare(void* instance, basso_error* error) {
  every_self* self = (every_self*)instance;
  const basso_host* host = self->host;
  const basso_fft_v1* fft = BASSO_SERVICE(host, basso_fft_v1, BASSO_SERVICE_FFT);
  const basso_linalg_v1* linalg = BASSO_SERVICE(host, basso_linalg_v1, BASSO_SERVICE_LINALG);
  const double k[] = {0.5, 1.5}, matrix[] = {2.0, 1.0, 1.0, 3.0};
  double values[2], vectors[4], direction[2], mean[2], inputs[rows];
  int32_t status = BASSO_SERVICE(host, basso_sets_v1, BASSO_SERVICE_SETS)
                       ->read(host, 0, 0, rows, inputs, self->read, NULL, error);
  if (status == BASSO_OK) status = fft->plan(host, rows, &self->regular, error);
  if (status == BASSO_OK) status = fft->plan_nonuniform(host, inputs, rows, k, 2, &self->free_points, error);
  if (status == BASSO_OK) status = linalg->symmetric_eigen(host, matrix, 2, values, vectors, error);
  if (status == BASSO_OK) status = linalg->spectral_norm(host, matrix, 2, 2, &self->norms[3], error);
  if (status == BASSO_OK) status = linalg->principal_direction(host, matrix, 2, 2, direction, mean, error);
  if (status != BASSO_OK) return status;
  self->norms[0] = values[0];
  self->norms[1] = vectors[0];
  self->norms[2] = direction[0] + mean[1];
  return BASSO_OK;
}

typedef struct squares {
  double results[3];
} squares;
static int32_t square(void* context, uint64_t index, basso_error* error) {
  (void)error;
  ((squares*)context)->results[index] = (double)(index * index);
  return BASSO_OK;
}

/* What has been found out, in a fixed order. */
typedef struct found {
  double numbers[most_numbers];
  uint64_t count;
} found;
static void put(found* all, const double* numbers, uint64_t count) {
  for (uint64_t i = 0; i < count && all->count < most_numbers; ++i) all->numbers[all->count++] = numbers[i];
}

static int32_t put_network(const every_self* self, found* all, basso_error* error) {
  const basso_evaluate_v1* network = BASSO_SERVICE(self->host, basso_evaluate_v1, BASSO_SERVICE_EVALUATE);
  const basso_derivatives_v1* slopes =
      BASSO_SERVICE(self->host, basso_derivatives_v1, BASSO_SERVICE_DERIVATIVES);
  const double points[] = {0.3, 0.9}, cotangents[] = {1.0, -2.0}, zero[parameter_count] = {0.0};
  double y[2], value[2], derivative[2], gradient[parameter_count], by_input[2], tangents[2];
  int32_t status = network->evaluate(self->host, NULL, points, 2, y, error);
  if (status == BASSO_OK) put(all, y, 2);
  if (status == BASSO_OK) status = network->evaluate(self->host, zero, points, 2, y, error);
  if (status == BASSO_OK) put(all, y, 2);
  if (status == BASSO_OK) status = network->activation(self->host, 0, points, value, derivative, 2, error);
  if (status == BASSO_OK) put(all, value, 2), put(all, derivative, 2);
  if (status == BASSO_OK)
    status = slopes->pull_to_parameters(self->host, NULL, points, 2, cotangents, gradient, error);
  if (status == BASSO_OK) put(all, gradient, parameter_count);
  if (status == BASSO_OK)
    status = slopes->pull_to_inputs(self->host, NULL, points, 2, cotangents, by_input, error);
  if (status == BASSO_OK) put(all, by_input, 2);
  if (status == BASSO_OK)
    status = slopes->push_parameters(self->host, NULL, points, 2, gradient, tangents, error);
  if (status == BASSO_OK) put(all, tangents, 2);
  return status;
}

static int32_t put_transforms(const every_self* self, found* all, basso_error* error) {
  const basso_fft_v1* fft = BASSO_SERVICE(self->host, basso_fft_v1, BASSO_SERVICE_FFT);
  const basso_scratch_v1* scratch = BASSO_SERVICE(self->host, basso_scratch_v1, BASSO_SERVICE_SCRATCH);
  double* f = (double*)scratch->take(self->host, 2 * rows * sizeof(double));
  const double magnitudes[] = {0.0, 2.0, 1.0, 3.0, 1.0}, complex[2 * rows] = {1.0, 0.0, 0.0, 1.0};
  uint64_t bins[1] = {0}, peaks = 0;
  if (!f) return basso_fail(error, BASSO_ERROR_MEMORY, "no scratch memory");
  int32_t status = fft->forward_nonuniform(self->host, self->free_points, self->read, f, error);
  if (status == BASSO_OK) put(all, f, 4);
  if (status == BASSO_OK) status = fft->transform(self->host, self->regular, 1, complex, f, error);
  if (status == BASSO_OK) put(all, f, 4);
  if (status == BASSO_OK) status = fft->peaks(self->host, magnitudes, 5, bins, 1, &peaks, error);
  const double at[] = {(double)bins[0], (double)peaks};
  if (status == BASSO_OK) put(all, at, 2);
  return status;
}

static int32_t every_observe(void* instance, const basso_observation* look, basso_error* error) {
  every_self* self = (every_self*)instance;
  const basso_host* host = self->host;
  const basso_random_v1* random = BASSO_SERVICE(host, basso_random_v1, BASSO_SERVICE_RANDOM);
  const basso_parallel_v1* parallel = BASSO_SERVICE(host, basso_parallel_v1, BASSO_SERVICE_PARALLEL);
  found all = {{0.0}, 0};
  squares done = {{0.0, 0.0, 0.0}};
  double normal[1];
  uint64_t bits[1];
  if (!look->last) return BASSO_OK;
  put(&all, self->scene, 5);
  put(&all, self->norms, 4);
  put(&all, look->needs[self->inputs].data + 3, 1);
  put(&all, look->needs[self->outputs].data + 3, 1);
  put(&all, look->needs[self->predictions].data + 3, 1);
  put(&all, look->needs[self->loss].data, 1);
  put(&all, look->needs[self->parameters].data + 6, 1);
  put(&all, look->needs[self->gradient].data + 6, 1);
  put(&all, look->needs[self->own].data, look->needs[self->own].rows);
  random->normal(host, 1, 2, normal, 1);
  random->bits(host, 1, 2, bits, 1);
  put(&all, normal, 1);
  const double high = (double)(bits[0] >> 32);
  put(&all, &high, 1);
  int32_t status =
      parallel->cancelled(host) ? BASSO_ERROR_CANCELLED : parallel->run(host, 3, square, &done, error);
  if (status == BASSO_OK) put(&all, done.results, 3);
  if (status == BASSO_OK) status = put_network(self, &all, error);
  if (status == BASSO_OK) status = put_transforms(self, &all, error);
  if (status != BASSO_OK) return status;
  return BASSO_SERVICE(host, basso_emit_v1, BASSO_SERVICE_EMIT)
      ->emit(host, self->numbers, all.numbers, most_numbers, error);
}
static const basso_prepare_v1 every_prepare_table = {every_prepare};
static const basso_extension every_extensions[] = {{"prepare/1", &every_prepare_table}};
BASSO_PROBE(every, "kept-services", "1.0.0", "every need and every service", "the ABI's archive",
            "derivatives/1 evaluate/1 fft/1 linalg/1 parallel/1 random/1 scratch/1 sets/1", BASSO_NONE,
            BASSO_TABLE(every_extensions))

BASSO_LIBRARY(&softsign, &table, &every)

// Target @ID@: f(z) = cos(2 pi k z)^3 at `samples` points of [0, 1).
#include <basso/plugin.h>

#include <math.h>
#include <stdlib.h>

static const basso_parameter parameters[] = {
    BASSO_PARAMETER("frequency", "integer", "2", "[1,inf)", "cycles per unit of z", "k of the formula."),
    BASSO_PARAMETER("samples", "integer", "64", "[8,inf)", "", "Points of the set \"train\".")};

typedef struct {
  double k, step;
} instance_data;

static int32_t target_create(const basso_host* host, const basso_value* const* values, void** instance,
                             basso_error* error) {
  const double k = values[0]->number, samples = values[1]->number;
  const basso_axis axis = BASSO_AXIS("z", "", (uint64_t)samples, 0.0, 1.0 / samples, 1.0); /* period 1 */
  const basso_axis* const axes[] = {&axis};
  const char* const names[] = {"z"}; /* the input whose coordinate the axis gives */
  basso_set train = BASSO_SET("train", "train", (uint64_t)samples, 1, 1, 0, axes, 1);
  train.input_names = names;
  const basso_target_setup_v1* setup = BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP);
  const int32_t status = setup->add_set(host, &train, error);
  if (status != BASSO_OK) return status;
  instance_data* self = malloc(sizeof(*self));
  if (self == NULL) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->k = k;
  self->step = 1.0 / samples;
  *instance = self;
  return BASSO_OK;
}

static void target_destroy(void* instance) { free(instance); }

// Any range of rows, with the same bytes for a row whenever it is asked for; NULL is not wanted.
static int32_t target_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                           double* outputs, double* latents, basso_error* error) {
  const instance_data* self = instance;
  (void)set, (void)latents, (void)error;
  for (uint64_t i = 0; i < rows; ++i) {
    const double z = (double)(first + i) * self->step, c = cos(6.283185307179586 * self->k * z);
    if (inputs != NULL) inputs[i] = z;
    if (outputs != NULL) outputs[i] = c * c * c;
  }
  return BASSO_OK;
}

// The exact spectrum, ground truth for probes: cos(a)^3 = (3 cos a + cos 3a) / 4. Leave it out if unknown.
static int32_t target_lines(void* instance, uint32_t set, uint32_t capacity, double* k, double* real,
                            double* imaginary, uint32_t* count, basso_error* error) {
  const instance_data* self = instance;
  (void)set, (void)error;
  *count = 2;
  for (uint32_t i = 0; i < 2 && i < capacity; ++i) {
    k[i] = (i == 0 ? 1.0 : 3.0) * self->k;
    real[i] = i == 0 ? 0.75 : 0.25;
    imaginary[i] = 0.0;
  }
  return BASSO_OK;
}
static const basso_spectrum_v1 spectrum = {target_lines};
static const basso_extension extensions[] = {{"spectrum/1", &spectrum}};

BASSO_TARGET(target, "@ID@", "0.1.0", "f(z) = cos(2 pi k z)^3 on the unit interval", "own work", "",
             BASSO_TABLE(parameters), BASSO_TABLE(extensions))
BASSO_LIBRARY(&target)

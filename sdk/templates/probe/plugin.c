// Probe @ID@: the largest error of the network on a set of the target, at each recording.
#include <basso/plugin.h>

#include <math.h>
#include <stdlib.h>

static const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set.")};

static double largest_difference(const double* a, const double* b, uint64_t count) {
  double largest = 0.0;
  for (uint64_t i = 0; i < count; ++i) largest = fmax(largest, fabs(a[i] - b[i]));
  return largest;
}

typedef struct {
  const basso_host* host;
  uint32_t predictions, outputs, error;  // handles
} instance_data;

// What the probe needs and what it emits; the host has both ready at each recording.
static int32_t probe_create(const basso_host* host, const basso_value* const* values,
                            const basso_scene* scene, void** instance, basso_error* error) {
  const basso_probe_setup_v1* setup = BASSO_SERVICE(host, basso_probe_setup_v1, BASSO_SERVICE_PROBE_SETUP);
  const basso_series series =
      BASSO_SERIES("error", BASSO_EACH_RECORDING, "", "largest |prediction - target| on the set", NULL, 0);
  instance_data own = {host, 0, 0, 0};
  (void)scene;
  int32_t status = setup->need(host, "predictions", values[0]->text, &own.predictions, error);
  if (status == BASSO_OK) status = setup->need(host, "outputs", values[0]->text, &own.outputs, error);
  if (status == BASSO_OK) status = setup->add_series(host, &series, &own.error, error);
  if (status != BASSO_OK) return status;
  instance_data* self = malloc(sizeof(*self));
  if (self == NULL) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  *self = own;
  *instance = self;
  return BASSO_OK;
}

static void probe_destroy(void* instance) { free(instance); }

static int32_t probe_observe(void* instance, const basso_observation* observation, basso_error* error) {
  const instance_data* self = instance;
  const basso_matrix y = observation->needs[self->predictions];  // [rows x output_dim]
  const double value = largest_difference(y.data, observation->needs[self->outputs].data, y.rows * y.columns);
  const basso_emit_v1* emit = BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT);
  return emit->emit(self->host, self->error, &value, 1, error);
}

BASSO_PROBE(probe, "@ID@", "0.1.0", "Largest error on a set", "own work", "", BASSO_TABLE(parameters),
            BASSO_NONE)
BASSO_LIBRARY(&probe)

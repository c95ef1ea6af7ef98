// Probe `leaver`: in each of its calls it leaves a rounding mode and flush-to-zero behind, and sets the
// process's locale to the one it is given. Emits a constant.
#include <basso/plugin.h>
#include <fenv.h>
#include <locale.h>
#include <stdlib.h>

#include "support/flush_to_zero.h"

static const basso_parameter parameters[] = {
    BASSO_PARAMETER("locale", "string", "\"\"", "", "", "For setlocale; empty: none.")};

typedef struct {
  const basso_host* host;
  uint32_t series;
} instance_data;

static void leave(void) {
  fesetround(FE_UPWARD);
  flush_to_zero();
}

static int32_t probe_create(const basso_host* host, const basso_value* const* values,
                            const basso_scene* scene, void** instance, basso_error* error) {
  const basso_probe_setup_v1* setup = BASSO_SERVICE(host, basso_probe_setup_v1, BASSO_SERVICE_PROBE_SETUP);
  const basso_series series = BASSO_SERIES("one", BASSO_EACH_RECORDING, "", "1", NULL, 0);
  instance_data* self = malloc(sizeof(*self));
  (void)scene;
  if (self == NULL) return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory");
  self->host = host;
  *instance = self;
  if (values[0]->text[0] != '\0') {
    if (setlocale(LC_ALL, values[0]->text) == NULL || localeconv()->decimal_point[0] != ',')
      return basso_fail(error, BASSO_ERROR_PARAMETER, "locale: there is no such locale with a decimal comma");
  }
  leave();
  return setup->add_series(host, &series, &self->series, error);
}

static void probe_destroy(void* instance) { free(instance); }

static int32_t probe_observe(void* instance, const basso_observation* observation, basso_error* error) {
  const instance_data* self = instance;
  const basso_emit_v1* emit = BASSO_SERVICE(self->host, basso_emit_v1, BASSO_SERVICE_EMIT);
  const double value = 1;
  (void)observation;
  leave();
  return emit->emit(self->host, self->series, &value, 1, error);
}

BASSO_PROBE(probe, "leaver", "1.0.0", "Leaves a changed environment", "the tests", "",
            BASSO_TABLE(parameters), BASSO_NONE)
BASSO_LIBRARY(&probe)

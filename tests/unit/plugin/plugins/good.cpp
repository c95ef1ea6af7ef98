// A sound library in C++ over the C header alone: the registration macros compile as C++ and nothing clashes.
#include <basso/plugin.h>

#include <exception>
#include <new>

namespace {

struct Counter {
  int observations = 0;
};

int32_t counter_create(const basso_host*, const basso_value* const*, const basso_scene*, void** instance,
                       basso_error* error) {
  try {
    *instance = new Counter;
  } catch (const std::exception& problem) {
    return basso_fail(error, BASSO_ERROR_MEMORY, problem.what());
  }
  return BASSO_OK;
}
void counter_destroy(void* instance) { delete static_cast<Counter*>(instance); }
int32_t counter_observe(void* instance, const basso_observation*, basso_error*) {
  ++static_cast<Counter*>(instance)->observations;
  return BASSO_OK;
}

BASSO_PROBE(counter, "counter", "1.0.0", "counts", "none", "log/1", BASSO_NONE, BASSO_NONE)

}  // namespace

BASSO_LIBRARY(&counter)

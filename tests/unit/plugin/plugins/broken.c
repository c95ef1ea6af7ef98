/* One probe library for each way of being unusable; BROKEN_… selects which. */
#include <basso/plugin.h>

#if defined(BROKEN_UNRESOLVED)
void function_that_no_library_has(void);
#endif

static int32_t broken_create(const basso_host* host, const basso_value* const* values,
                             const basso_scene* scene, void** instance, basso_error* error) {
  (void)host, (void)values, (void)scene, (void)instance;
#if defined(BROKEN_UNRESOLVED)
  function_that_no_library_has();
#endif
  return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "not used here");
}
static void broken_destroy(void* instance) { (void)instance; }
static int32_t broken_observe(void* instance, const basso_observation* observation, basso_error* error) {
  (void)instance, (void)observation;
  return basso_fail(error, BASSO_ERROR_UNSUPPORTED, "not used here");
}

static const basso_probe_v1 broken_functions = {broken_create, broken_destroy,
#if defined(BROKEN_EMPTY_SLOT)
                                                0};
#else
                                                broken_observe};
#endif

#if defined(BROKEN_PARAMETER)
static const basso_parameter broken_parameters[] = {
    BASSO_PARAMETER("rate", "real", "-1.0", "(0,inf)", "", "A default outside its own range.")};
#define PARAMETERS broken_parameters
#define PARAMETER_COUNT 1
#else
#define PARAMETERS 0
#define PARAMETER_COUNT 0
#endif

#if defined(BROKEN_SERVICE)
#define SERVICES "random/1 oracle/3"
#else
#define SERVICES ""
#endif

#if defined(BROKEN_MAJOR)
#define NOTE "9.4 probe/1 broken"
#define MAJOR 9
#define MINOR 4
#elif defined(BROKEN_MINOR)
#define NOTE "1.77 probe/1 broken"
#define MAJOR BASSO_ABI_MAJOR
#define MINOR 77
#else
#define NOTE BASSO_ABI_TEXT " probe/1 broken"
#define MAJOR BASSO_ABI_MAJOR
#define MINOR BASSO_ABI_MINOR
#endif

#if defined(BROKEN_KIND)
BASSO_COMPONENT(broken, "oracle/1", "broken", "1.0.0", "x", "none", SERVICES, BASSO_NONE, BASSO_NONE,
                &broken_functions)
#elif defined(BROKEN_NOTE)
BASSO_NOTE(broken_note, BASSO_ABI_TEXT " probe/1 other");
#else
                                                BASSO_NOTE(broken_note, NOTE);
#endif

#if !defined(BROKEN_KIND)
static const basso_component broken = {(uint32_t)sizeof(basso_component),
                                       PARAMETER_COUNT,
                                       (uint32_t)sizeof(basso_parameter),
                                       0,
                                       "probe/1",
                                       "broken",
                                       "1.0.0",
                                       "a library that cannot be used",
                                       "none",
                                       SERVICES,
                                       PARAMETERS,
                                       0,
                                       &broken_functions};
#endif

#if !defined(BROKEN_NO_ENTRY)
static const basso_component* const components[] = {&broken};
#if defined(BROKEN_MAGIC)
#define MAGIC \
  { 'B', 'A', 'S', 'S', 'O', 'O', 'N', 'S' }
#else
#define MAGIC \
  { 'B', 'A', 'S', 'S', 'O', 'A', 'B', 'I' }
#endif
static const basso_entry entry = {MAGIC, (uint32_t)sizeof(basso_entry), MAJOR, MINOR, 1, components};
BASSO_EXPORT const basso_entry* basso_plugin_entry(void);
BASSO_EXPORT const basso_entry* basso_plugin_entry(void) {
#if defined(BROKEN_NULL)
  return 0;
#else
  return &entry;
#endif
}
#endif

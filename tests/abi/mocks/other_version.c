/* Plugins of other versions of the ABI than the host's. MOCK_NEWER: 1.9, with longer structs, an optional
 * table and a revision of a kind that this host has never heard of. MOCK_NEWER_KIND: the same, with a kind of
 * that sort in place of the target. MOCK_RESERVED: 1.9, with a meaning for fields that are reserved in 1.0.
 * MOCK_OLDER: 0.8. */
#include <basso/plugin.h>

#include <string.h>

#undef BASSO_ABI_MAJOR
#undef BASSO_ABI_MINOR
#undef BASSO_ABI_TEXT
#ifdef MOCK_OLDER
#define BASSO_ABI_MAJOR 0
#define BASSO_ABI_MINOR 8
#define BASSO_ABI_TEXT "0.8"
#else
#define BASSO_ABI_MAJOR 1
#define BASSO_ABI_MINOR 9
#define BASSO_ABI_TEXT "1.9"
#endif

/* What a later header appends to a growable struct. */
typedef struct later {
  uint64_t numbers[3];
  const char* text;
} later;
#define LATER \
  { {1, 2, 3}, "of a later version" }
#define LONGER(type) \
  typedef struct {   \
    type known;      \
    later appended;  \
  } longer_##type;
LONGER(basso_parameter)
LONGER(basso_component)
LONGER(basso_entry)
LONGER(basso_axis)
LONGER(basso_set)

/* ---- activation p[1] x, that fills the host's structs up to the last byte it may write ---- */

static void line_value_f32(const double* numbers, const float* x, float* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = (float)numbers[1] * x[i];
}
static void line_value_f64(const double* numbers, const double* x, double* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = numbers[1] * x[i];
}
static void line_derivative_f32(const double* numbers, const float* x, const float* y, float* d,
                                uint64_t count) {
  (void)x, (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = (float)numbers[1];
}
static void line_derivative_f64(const double* numbers, const double* x, const double* y, double* d,
                                uint64_t count) {
  (void)x, (void)y;
  for (uint64_t i = 0; i < count; ++i) d[i] = numbers[1];
}
static int32_t line_facts(const double* numbers, basso_facts* facts, basso_error* error) {
  (void)error;
  memset((unsigned char*)facts + sizeof(basso_facts), 0xA5, 1024 - sizeof(basso_facts));
  facts->stated = BASSO_FACT_LIPSCHITZ;
  facts->lipschitz = numbers[1];
#ifdef MOCK_RESERVED
  if (numbers[0] == 1.0) facts->reserved = 7;
#endif
  return BASSO_OK;
}
static const basso_activation_v1 line_functions = {line_value_f32, line_value_f64, line_derivative_f32,
                                                   line_derivative_f64, line_facts};

static int32_t line_numbers(const double* numbers, const basso_layer* layer, double* result,
                            basso_error* error) {
  (void)numbers, (void)layer, (void)result, (void)error;
  return BASSO_OK;
}
static int32_t line_init(const double* numbers, const basso_layer* layer, basso_init* init,
                         basso_error* error) {
  (void)numbers, (void)layer, (void)error;
  memset((unsigned char*)init + sizeof(basso_init), 0xA5, 1024 - sizeof(basso_init));
  init->weight_law = BASSO_LAW_UNIFORM;
  init->weight_scale = 0.5;
  init->bias_law = BASSO_LAW_UNIFORM;
  init->bias_scale = 0.125;
#ifdef MOCK_RESERVED
  init->reserved = 7;
#endif
  return BASSO_OK;
}
static const basso_layers_v1 line_layers = {line_numbers, line_init};
static const int unknown_table = 42;
static const basso_extension line_extensions[] = {{"telepathy/7", &unknown_table},
                                                  {"layers/1", &line_layers}};
static const longer_basso_parameter line_parameters[] = {
    {{(uint32_t)sizeof(longer_basso_parameter), 0, "intercept", "real", "0.0", "(-inf,inf)", "", "Not used.",
      ""},
     LATER},
    {{(uint32_t)sizeof(longer_basso_parameter), 0, "slope", "real", "3.0", "(-inf,inf)", "", "Of the line.",
      ""},
     LATER}};

/* ---- target: four points on a grid ---- */

static int32_t grid_create(const basso_host* host, const basso_value* const* values, void** instance,
                           basso_error* error) {
  const longer_basso_axis axis = {{(uint32_t)sizeof(longer_basso_axis), 0, "x", "m", 4, 0, 0.0, 0.25, 1.0, 0},
                                  LATER};
  const basso_axis* axes[] = {&axis.known};
  longer_basso_set set = {BASSO_SET("train", "train", 4, 1, 1, 0, axes, 1), LATER};
  set.known.size = (uint32_t)sizeof(set);
  (void)values;
  *instance = 0;
  return BASSO_SERVICE(host, basso_target_setup_v1, BASSO_SERVICE_TARGET_SETUP)
      ->add_set(host, &set.known, error);
}
static void grid_destroy(void* instance) { (void)instance; }
static int32_t grid_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                         double* outputs, double* latents, basso_error* error) {
  (void)instance, (void)set, (void)latents, (void)error;
  for (uint64_t i = 0; i < rows; ++i) {
    if (inputs) inputs[i] = 0.25 * (double)(first + i);
    if (outputs) outputs[i] = (double)(first + i);
  }
  return BASSO_OK;
}
static const basso_target_v1 grid_functions = {grid_create, grid_destroy, grid_fill};
/* One function more than "target/1" has. */
static const struct {
  basso_target_v1 known;
  void (*hurry)(void* instance);
} grid_functions_v2 = {{grid_create, grid_destroy, grid_fill}, grid_destroy};

/* ---- registration, with longer components and a longer entry ---- */

#define COMPONENT(symbol, kind, id, parameters, count, extensions, extension_count, functions)            \
  BASSO_NOTE(symbol##_note, BASSO_ABI_TEXT " " kind " " id);                                              \
  static const longer_basso_component symbol = {                                                          \
      {(uint32_t)sizeof(longer_basso_component), count, (uint32_t)sizeof(longer_basso_parameter),         \
       extension_count, kind, id, "1.0.0", "of another version", "the tests", "", parameters, extensions, \
       functions},                                                                                        \
      LATER};

#ifdef MOCK_NEWER_KIND
#define GRID "encoding"
#else
#define GRID "target"
#endif
COMPONENT(line, "activation/1", "line", &line_parameters[0].known, 2, line_extensions, 2, &line_functions)
COMPONENT(grid, GRID "/1", "grid", 0, 0, 0, 0, &grid_functions)
COMPONENT(grid_v2, GRID "/2", "grid", 0, 0, 0, 0, &grid_functions_v2)
static const basso_component* const components[] = {&line.known, &grid_v2.known, &grid.known};

static const longer_basso_entry entry = {{{'B', 'A', 'S', 'S', 'O', 'A', 'B', 'I'},
                                          (uint32_t)sizeof(longer_basso_entry),
                                          BASSO_ABI_MAJOR,
                                          BASSO_ABI_MINOR,
                                          (uint32_t)(sizeof(components) / sizeof(components[0])),
                                          components},
                                         LATER};
BASSO_EXPORT const basso_entry* basso_plugin_entry(void);
BASSO_EXPORT const basso_entry* basso_plugin_entry(void) { return &entry.known; }

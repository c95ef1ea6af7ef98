// Plugins for the end-to-end tests: activation `cube`; with E2E_OTHER_ABI the same under an ABI of the
// future; with E2E_FAILING_TARGET a target whose creation fails with a sentence of its own; with E2E_TYPES
// one with a parameter of each type, which cannot be created either; with E2E_ROUNDING a `cube` that changes
// the rounding mode, with E2E_NAN_LATER one that gives not-a-number after some steps, with E2E_EXITING one
// that ends the process when it is loaded, with E2E_CRASHING one that reads where nothing is.
#include <basso/plugin.h>

#if defined(E2E_FAILING_TARGET) || defined(E2E_TYPES)

static int32_t fails_create(const basso_host* host, const basso_value* const* values, void** instance,
                            basso_error* error) {
  (void)host;
  (void)instance;
  const int32_t status = values[0]->number == 0   ? BASSO_ERROR_PARAMETER
                         : values[0]->number == 1 ? BASSO_ERROR_DATA
                                                  : BASSO_ERROR_INTERNAL;
  return basso_fail(error, status, "the moon is not full");
}
static void fails_destroy(void* instance) { (void)instance; }
static int32_t fails_fill(void* instance, uint32_t set, uint64_t first, uint64_t rows, double* inputs,
                          double* outputs, double* latents, basso_error* error) {
  (void)instance, (void)set, (void)first, (void)rows, (void)inputs, (void)outputs, (void)latents;
  return basso_fail(error, BASSO_ERROR_INTERNAL, "never created");
}
#ifdef E2E_TYPES
static const basso_parameter fails_parameters[] = {
    BASSO_PARAMETER("a_bool", "bool", "true", "", "", "A bool."),
    BASSO_PARAMETER("an_integer", "integer", "3", "[1,8]", "", "An integer in a closed range."),
    BASSO_PARAMETER("any_integer", "integer", "0", "", "", "An integer."),
    BASSO_PARAMETER("a_real", "real", "0.5", "(0,1)", "", "A real in an open range."),
    BASSO_PARAMETER("a_half_open_real", "real", "0.0", "[0,inf)", "m", "A real that is not negative."),
    BASSO_PARAMETER("any_real", "real", "-1.5", "", "", "A real."),
    BASSO_PARAMETER("a_string", "string", "\"word\"", "", "", "A string."),
    BASSO_PARAMETER("a_choice", "choice", "\"one\"", "one|two", "", "A choice."),
    BASSO_PARAMETER("some_reals", "reals", "[0.5, 1.0]", "[0,1]", "", "Reals in a range."),
    BASSO_PARAMETER("some_integers", "integers", "[2, 3]", "(1,inf)", "", "Integers in a range."),
    BASSO_PARAMETER("a_path", "path", "\"\"", "", "", "A path.")};
BASSO_TARGET(fails, "types", "1.0.0", "A parameter of each type", "", "", BASSO_TABLE(fails_parameters),
             BASSO_NONE)
#else
static const basso_parameter fails_parameters[] = {BASSO_PARAMETER(
    "how", "choice", "\"parameter\"", "parameter|data|other", "", "Which status create returns.")};
BASSO_TARGET(fails, "fails", "1.0.0", "Cannot be created", "", "", BASSO_TABLE(fails_parameters), BASSO_NONE)
#endif
BASSO_LIBRARY(&fails)

#else

#ifdef E2E_OTHER_ABI
#undef BASSO_ABI_MAJOR
#undef BASSO_ABI_TEXT
#define BASSO_ABI_MAJOR 9
#define BASSO_ABI_TEXT "9.0"
#endif

#ifdef E2E_EXITING
#include <stdlib.h>
__attribute__((constructor)) static void leave(void) { exit(0); }
#endif

#ifdef E2E_CRASHING
#define VALUE(T, x, p) (*(volatile T*)8 + (x))
#elif defined(E2E_NAN_LATER)
#include <math.h>
static int calls;
#define VALUE(T, x, p) (++calls > 4000 ? (T)NAN : (x) * (x) * (x))
#elif defined(E2E_ROUNDING)
#include <fenv.h>
#define VALUE(T, x, p) (fesetround(FE_UPWARD), (x) * (x) * (x))
#else
#define VALUE(T, x, p) ((x) * (x) * (x))
#endif
#define SLOPE(T, x, y, p) (3 * (x) * (x))
BASSO_ELEMENTWISE(cube, VALUE, SLOPE)
BASSO_FACTS(cube, facts->stated = BASSO_FACT_PARITY; facts->parity = -1)
BASSO_ACTIVATION(cube, "cube", "1.0.0", "x^3", "the tests", BASSO_NONE, BASSO_NONE)
BASSO_LIBRARY(&cube)

#endif

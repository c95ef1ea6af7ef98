/* Numerical test of the target @ID@: its values against the formula, and the same bytes in any chunks. A small
 * host stands in for Basso's: it notes the set that the target declares. `basso plugin check` looks at
 * everything else. */
#include "@ID@.@EXTENSION@"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define ROWS 20
static const double frequency = 3.0;

/* The formula, in other words: cos(a)^3 = (3 cos a + cos 3a) / 4. */
static double expected(double z) {
  const double a = 2.0 * 3.14159265358979323846 * frequency * z;
  return (3.0 * cos(a) + cos(3.0 * a)) / 4.0;
}

static uint64_t declared_rows = 0;
static int32_t add_set(const basso_host* host, const basso_set* set, basso_error* error) {
  (void)host, (void)error;
  declared_rows = set->rows;
  return BASSO_OK;
}
static const basso_target_setup_v1 setup = {add_set};
static const void* service(const basso_host* host, const char* name) {
  (void)host;
  return strcmp(name, BASSO_SERVICE_TARGET_SETUP) == 0 ? &setup : 0;
}

int main(void) {
  const basso_target_v1* functions = (const basso_target_v1*)target.functions;
  const basso_host host = {(uint32_t)sizeof(basso_host), BASSO_ABI_MINOR, 0, service};
  const basso_value values[2] = {{(uint32_t)sizeof(basso_value), 0, frequency, "", 0, 0},
                                 {(uint32_t)sizeof(basso_value), 0, ROWS, "", 0, 0}};
  const basso_value* const given[2] = {&values[0], &values[1]};
  char message[256] = "";
  basso_error error = {message, (uint32_t)sizeof(message)};
  double z[ROWS], whole[ROWS], pieces[ROWS];
  void* instance = 0;
  int failures = 0, worst = 0;

  if (functions->create(&host, given, &instance, &error) != BASSO_OK || declared_rows != ROWS) {
    printf("create failed: %s\n", message);
    return 1;
  }
  functions->fill(instance, 0, 0, ROWS, z, whole, 0, &error);
  for (uint64_t row = ROWS; row-- > 0;) functions->fill(instance, 0, row, 1, 0, &pieces[row], 0, &error);
  for (int row = 0; row < ROWS; ++row) {
    const double off = fabs(whole[row] - expected(z[row]));
    if (off < 1e-14 && whole[row] == pieces[row]) continue;
    if (failures++ == 0 || off > fabs(whole[worst] - expected(z[worst]))) worst = row;
  }
  if (failures > 0)
    printf("%d rows are wrong, worst row %d: %.17g, filled alone %.17g, expected %.17g\n", failures, worst,
           whole[worst], pieces[worst], expected(z[worst]));
  functions->destroy(instance);
  printf("%d failures\n", failures);
  return failures > 0;
}

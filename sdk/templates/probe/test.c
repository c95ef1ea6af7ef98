/* Numerical test of what the probe @ID@ computes. `basso plugin check` and the experiment look at the rest. */
#include "@ID@.@EXTENSION@"

#include <stdio.h>

int main(void) {
  const double a[4] = {1.0, -2.0, 0.5, 0.0}, b[4] = {1.0, 1.0, 0.25, 0.5};
  int failures = 0;
  failures += largest_difference(a, b, 4) != 3.0;
  failures += largest_difference(b, a, 4) != 3.0;
  failures += largest_difference(a, b, 1) != 0.0;
  failures += probe.parameter_count != 1;
  printf("%d failures\n", failures);
  return failures > 0;
}

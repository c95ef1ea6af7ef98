/* Numerical test of what the probe @ID@ computes. `basso plugin check` and the experiment look at the rest. */
#include "@ID@.@EXTENSION@"

#include <stdio.h>

static int wrong(const char* what, double got, double want) {
  if (got == want) return 0;
  printf("%s is %.17g, expected %.17g\n", what, got, want);
  return 1;
}

int main(void) {
  const double a[4] = {1.0, -2.0, 0.5, 0.0}, b[4] = {1.0, 1.0, 0.25, 0.5};
  int failures = 0;
  failures += wrong("the largest difference of a and b", largest_difference(a, b, 4), 3.0);
  failures += wrong("that of b and a", largest_difference(b, a, 4), 3.0);
  failures += wrong("that of their first entries", largest_difference(a, b, 1), 0.0);
  failures += wrong("the number of parameters", probe.parameter_count, 1.0);
  printf("%d failures\n", failures);
  return failures > 0;
}

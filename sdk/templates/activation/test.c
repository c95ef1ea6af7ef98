/* Numerical test of the activation @ID@: values that are known, its derivative against differences, float32
 * against float64. `basso plugin check` looks at everything else. */
#include "@ID@.@EXTENSION@"

#include <math.h>
#include <stdio.h>

/* x and f(x) where they are known exactly: add yours. */
static const double known[][2] = {{0.0, 0.0}};

/* The parameters, in the order of their table. */
static const double numbers[BASSO_MAX_NUMBERS] = {0.0};
static const basso_activation_v1* functions;
static int failures = 0;

static double value(double x) {
  double y;
  functions->value_f64(numbers, &x, &y, 1);
  return y;
}
static double derivative(double x) {
  double y = value(x), d;
  functions->derivative_f64(numbers, &x, &y, &d, 1);
  return d;
}
static double value_f32(double x) {
  float narrow = (float)x, y;
  functions->value_f32(numbers, &narrow, &y, 1);
  return y;
}

static void expect_near(const char* what, double x, double got, double want, double tolerance) {
  if (fabs(got - want) <= tolerance * (1.0 + fabs(want))) return;
  printf("%s at x = %g is %.17g, expected %.17g\n", what, x, got, want);
  ++failures;
}

int main(void) {
  functions = (const basso_activation_v1*)activation.functions;
  for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); ++i)
    expect_near("f", known[i][0], value(known[i][0]), known[i][1], 1e-14);
  /* Every 1/128: these x are exact in float32. Their neighbours at a distance h avoid a kink at a round x. */
  for (int i = -512; i <= 512; ++i) {
    const double x = i / 128.0, h = 1e-5, at = x + 3 * h;
    expect_near("f'", at, derivative(at), (value(at + h) - value(at - h)) / (2 * h), 1e-8);
    expect_near("f in float32", x, value_f32(x), value(x), 2e-6);
  }
  printf("%d failures\n", failures);
  return failures > 0;
}

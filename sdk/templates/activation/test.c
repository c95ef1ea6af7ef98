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

/* One kind of comparison: how many of them failed, and the worst. */
typedef struct {
  const char* what;
  double tolerance;
  int failures;
  double excess, x, got, want;
} comparison;

static void compare(comparison* c, double x, double got, double want) {
  const double excess = fabs(got - want) / (c->tolerance * (1.0 + fabs(want)));
  if (excess <= 1.0) return;
  if (c->failures++ > 0 && !(excess > c->excess)) return;
  c->excess = excess;
  c->x = x;
  c->got = got;
  c->want = want;
}

static int report(const comparison* c) {
  if (c->failures > 0)
    printf("%s is wrong at %d x, worst at x = %.17g: it is %.17g, expected %.17g\n", c->what, c->failures, c->x,
           c->got, c->want);
  return c->failures;
}

int main(void) {
  comparison f = {"f", 1e-14, 0, 0, 0, 0, 0}, slope = {"f'", 1e-8, 0, 0, 0, 0, 0},
             narrow = {"f in float32", 2e-6, 0, 0, 0, 0, 0};
  int failures = 0;
  functions = (const basso_activation_v1*)activation.functions;
  for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); ++i)
    compare(&f, known[i][0], value(known[i][0]), known[i][1]);
  /* Every 1/128: these x are exact in float32. Their neighbours at a distance h avoid a kink at a round x. */
  for (int i = -512; i <= 512; ++i) {
    const double x = i / 128.0, h = 1e-5, at = x + 3 * h;
    compare(&slope, at, derivative(at), (value(at + h) - value(at - h)) / (2 * h));
    compare(&narrow, x, value_f32(x), value(x));
  }
  failures += report(&f);
  failures += report(&slope);
  failures += report(&narrow);
  printf("%d failures\n", failures);
  return failures > 0;
}

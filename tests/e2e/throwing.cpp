// The activation `cube`, whose values throw at large arguments, which are met in training.
#include <basso/plugin.h>

#include <stdexcept>

#define VALUE(T, x, p) ((x) * (x) * (x))
#define SLOPE(T, x, y, p) (3 * (x) * (x))
BASSO_ELEMENTWISE(cube, VALUE, SLOPE)
BASSO_FACTS(cube, facts->stated = 0)
static void throwing(const double* numbers, const float* x, float* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i)
    if (x[i] > 0.01f) throw std::runtime_error("too large");
  cube_value_f32(numbers, x, y, count);
}
#define cube_value_f32 throwing
BASSO_ACTIVATION(cube, "cube", "1.0.0", "f(x) = x^3", "the tests", BASSO_NONE, BASSO_NONE)
BASSO_LIBRARY(&cube)

// An expression with every ingredient (exponential, sine, selection, numbers), through the SDK's loops.
// Included once by each loops_at_N.cpp, which sets BASSO_DISPATCH and LOOPS_AT.
#include <basso/loops.h>

#include "loops_of.hpp"

namespace {

#define VALUE(T, x, p) \
  ((x) > (p)[0] ? BASSO_TANH(T, (p)[1] * (x)) * (x) + (p)[0] : BASSO_SIN(T, x) * BASSO_LOGISTIC(T, x))
#define SLOPE(T, x, y, p) ((x) * (y) + (p)[1] * BASSO_EXP(T, -(x) * (x)))
BASSO_ELEMENTWISE(mixed, VALUE, SLOPE)

}  // namespace

loops_test::Loops loops_test::LOOPS_AT() {
  return {mixed_value_f32, mixed_value_f64, mixed_derivative_f32, mixed_derivative_f64};
}

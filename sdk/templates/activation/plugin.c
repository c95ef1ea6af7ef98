// Activation @ID@: f(x) = erf(x). VALUE is f(x), SLOPE is f'(x), where y = f(x).
#include <basso/plugin.h>

#define VALUE(T, x, p) BASSO_ERF(T, x)
#define SLOPE(T, x, y, p) ((T)1.1283791670955126 * BASSO_EXP(T, -(x) * (x)))
BASSO_ELEMENTWISE(activation, VALUE, SLOPE)
BASSO_FACTS(activation, facts->stated = BASSO_FACT_KINKS)  // none: f is differentiable; else list them
BASSO_ACTIVATION(activation, "@ID@", "0.1.0", "f(x) = erf(x)", "own work", BASSO_NONE, BASSO_NONE)
BASSO_LIBRARY(&activation)

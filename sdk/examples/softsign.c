// Softsign, x / (1 + |x|) (Bergstra et al. 2009).
// cc -O3 -shared -fPIC -I sdk/include softsign.c -o softsign.so
#include <basso/plugin.h>

// As sign(x) / (1 + 1/|x|), which has the right limits at the infinities, too.
#define VALUE(T, x, p) BASSO_WITH_SIGN(T, 1 / (1 + 1 / BASSO_ABS(T, x)), x)
#define SLOPE(T, x, y, p) ((1 - BASSO_ABS(T, y)) * (1 - BASSO_ABS(T, y)))
BASSO_ELEMENTWISE(softsign, VALUE, SLOPE)
BASSO_FACTS(softsign, facts->stated = BASSO_FACT_PARITY | BASSO_FACT_KINKS; facts->parity = -1)
BASSO_ACTIVATION(softsign, "softsign", "1.0.0", "Softsign: f(x) = x / (1 + |x|)", "Bergstra et al. 2009",
                 BASSO_NONE, BASSO_NONE)
BASSO_LIBRARY(&softsign)

// The loops of the test at dispatch level 0.
#define BASSO_DISPATCH 0
#define LOOPS_AT loops_at_0
#include "loops_body.hpp"

// The loops of the test at dispatch level 1.
#define BASSO_DISPATCH 1
#define LOOPS_AT loops_at_1
#include "loops_body.hpp"

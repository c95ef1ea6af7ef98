// The loops of the test at dispatch level 2.
#define BASSO_DISPATCH 2
#define LOOPS_AT loops_at_2
#include "loops_body.hpp"

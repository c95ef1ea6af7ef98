// The frozen layout of the ABI, compiled as C++.
#include "layout.c"

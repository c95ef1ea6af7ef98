// The frozen signatures of the ABI, compiled as C++.
#include "signatures.c"

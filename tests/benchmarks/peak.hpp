// What one core can do: fused multiply-adds with everything in registers, at the best instruction set.
#pragma once

#include <time.h>

namespace basso::bench {

// Processor seconds of the calling thread, and of the one whose clock this is (pthread_getcpuclockid).
double thread_seconds();
double thread_seconds(clockid_t clock);

// Flops done by some 0.1 ms of independent chains of multiply-adds. T is float or double.
template <class T>
double run_chains();

}  // namespace basso::bench

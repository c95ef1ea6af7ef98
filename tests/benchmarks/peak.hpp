// What one core can do: fused multiply-adds with everything in registers, at the best instruction set.
#pragma once

#include <time.h>

namespace basso::bench {

// Processor seconds of the calling thread, and of the one whose clock this is (pthread_getcpuclockid).
double thread_seconds();
double thread_seconds(clockid_t clock);

double wall_seconds();

// Flops of independent chains of multiply-adds, and the processor time of the thread that did them.
struct Chains {
  double flops = 0.0, seconds = 0.0;
  double rate() const { return flops / seconds; }
  Chains operator+(const Chains& other) const { return {flops + other.flops, seconds + other.seconds}; }
};

// Some 0.1 ms of them. T is float or double.
template <class T>
Chains run_chains();

}  // namespace basso::bench

// What one core can do: fused multiply-adds with everything in registers, at the best instruction set.
#pragma once

namespace basso::bench {

// Processor seconds of the calling thread.
double thread_seconds();
// The same of all threads together.
double process_seconds();

// Flops done by some 0.1 ms of independent chains of multiply-adds. T is float or double.
template <class T>
double run_chains();

}  // namespace basso::bench

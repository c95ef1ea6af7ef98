// The machine's multiply-add peak, measured in the same process as what is compared with it.
#pragma once

namespace basso::bench {

// Seconds of processor time that this thread has used.
double thread_seconds();

// flop/s of one core: independent chains of vector multiply-adds in registers, in the instruction set that
// the engine uses. A multiply-add counts as two. The best of some rounds of a few milliseconds.
double float32_peak();
double float64_peak();

}  // namespace basso::bench

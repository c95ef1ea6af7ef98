/* What a library built with -ffast-math does to the thread that loads it. In C and C++. */
#pragma once

#if defined(__SSE2__)
#include <xmmintrin.h>

static inline void flush_to_zero(void) {
  _mm_setcsr(_mm_getcsr() | 0x8040u); /* MXCSR: flush to zero, denormals are zero */
}
#elif defined(__aarch64__)
#include <stdint.h>

static inline void flush_to_zero(void) {
  uint64_t word = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  word |= (uint64_t)1 << 24; /* FPCR.FZ: both of these */
  __asm__ volatile("msr fpcr, %0" : : "r"(word));
}
#endif

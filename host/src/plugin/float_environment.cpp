// Compares and restores the floating-point environment around calls into plugins.
#include "plugin/float_environment.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

#include <cstdint>

namespace basso::plugin {
namespace {

#if defined(__SSE2__)
constexpr unsigned kFlushToZero = 0x8040;  // of MXCSR: results, operands

unsigned control_word() {
  constexpr unsigned exception_flags = 0x003f;
  return _mm_getcsr() & ~exception_flags;
}
#elif defined(__aarch64__)
constexpr unsigned kFlushToZero = 0x1000000;  // of FPCR, which has no exception flags: both

unsigned control_word() {
  std::uint64_t word = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(word));
  return static_cast<unsigned>(word);
}
#else
constexpr unsigned kFlushToZero = 0;

unsigned control_word() { return 0; }
#endif

}  // namespace

FloatEnvironment::FloatEnvironment() : control_(control_word()), rounding_(std::fegetround()) {
  std::fegetenv(&environment_);
}

std::string FloatEnvironment::restored() const {
  const unsigned now = control_word();
  const int rounding = std::fegetround();
  if (now == control_ && rounding == rounding_) return "";
  std::fesetenv(&environment_);
  const unsigned changed = now ^ control_;
  if (changed & kFlushToZero)
    return "flush-to-zero was switched on, as a library built with -ffast-math does";
  return rounding != rounding_ ? "the rounding mode was changed"
                               : "the floating-point control word was changed";
}

}  // namespace basso::plugin

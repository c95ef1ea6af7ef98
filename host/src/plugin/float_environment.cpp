// Compares and restores the floating-point environment around calls into plugins.
#include "plugin/float_environment.hpp"

#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace basso::plugin {
namespace {

constexpr unsigned kFlushToZero = 0x8000, kDenormalsAreZero = 0x0040, kExceptionFlags = 0x003f;

unsigned control_word() {
#if defined(__SSE2__)
  return _mm_getcsr() & ~kExceptionFlags;
#else
  return 0;
#endif
}

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
  if (changed & (kFlushToZero | kDenormalsAreZero))
    return "flush-to-zero was switched on, as a library built with -ffast-math does";
  return rounding != rounding_ ? "the rounding mode was changed"
                               : "the floating-point control word was changed";
}

}  // namespace basso::plugin

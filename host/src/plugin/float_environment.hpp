// The floating-point environment around foreign code: rounding mode and the processor's flush-to-zero and
// denormals-are-zero switches, which a library built with -ffast-math turns on for the thread that loads it.
#pragma once

#include <cfenv>
#include <string>

namespace basso::plugin {

// Remembers the environment; restored() puts it back and says what had changed.
class FloatEnvironment {
 public:
  FloatEnvironment();
  // "" when nothing that changes results had changed, else what did: "flush-to-zero was switched on". The
  // environment is then as it was.
  std::string restored() const;

 private:
  std::fenv_t environment_{};
  unsigned control_ = 0;  // MXCSR without its exception flags, or FPCR; 0 where neither is
  int rounding_ = 0;
};

}  // namespace basso::plugin

// The floating-point environment that Basso computes in.
#pragma once

#include <cfenv>

namespace basso::plugin {

// The default environment as long as it lives, also for threads that are begun meanwhile: whatever the
// program that calls Basso has set, its numbers are the same.
class DefaultFloatEnvironment {
 public:
  DefaultFloatEnvironment() {
    std::fegetenv(&callers_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultFloatEnvironment() { std::fesetenv(&callers_); }
  DefaultFloatEnvironment(const DefaultFloatEnvironment&) = delete;
  DefaultFloatEnvironment& operator=(const DefaultFloatEnvironment&) = delete;

 private:
  std::fenv_t callers_{};
};

}  // namespace basso::plugin

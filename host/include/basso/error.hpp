// The one exception type of the host library and the exit code that each failure maps to.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace basso {

// Process exit codes, as documented in docs/command-line.md.
enum class Exit : int {
  ok = 0,
  run_failed = 1,     // the run failed, or something requested was not recorded
  usage = 2,          // usage or configuration, also an output directory that exists
  plugin = 3,         // a plugin could not be loaded, its ABI does not fit, or it lacks what was asked
  data = 4,           // data missing or corrupt
  claim_failed = 5,   // a check or a claim failed
  hung_up = 129,      // SIGHUP
  interrupted = 130,  // SIGINT
  terminated = 143,   // SIGTERM
};

// what() says what was wrong, where (file, line, key), what was expected and what to do, in one message.
class Error : public std::runtime_error {
 public:
  Error(Exit code, const std::string& message) : std::runtime_error(message), code_(code) {}
  Exit code() const noexcept { return code_; }

 private:
  Exit code_;
};

// For messages on an unknown word: "; nearest: steps", or "; known: a, b" where none is near, or "" where
// none is known.
std::string nearest_hint(const std::string& word, const std::vector<std::string>& known);

}  // namespace basso

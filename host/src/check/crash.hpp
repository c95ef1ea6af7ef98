// A death that says what was being done: signal handlers of the worker.
#pragma once

#include <string>

namespace basso::check {

// From now on a fatal signal, or the supervisor's SIGTERM when the time is up, writes a C record to `answer`
// (worker.hpp) and ends the process.
void answer_signals(int answer);
// What is being done, for that record.
void note_activity(const std::string& what);
std::string activity();  // as noted last

}  // namespace basso::check

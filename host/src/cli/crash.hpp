// What is said, and written into the run directory, when a plugin brings the process down or never returns;
// and what of a run whose process could say nothing. Part of the command line.
#pragma once

#include <filesystem>

namespace basso::cli {

// From now on a fatal signal names the call into a plugin in which it came and ends the process, with
// Exit::plugin where that was being loaded or created and else with Exit::run_failed; so do exit() and
// _exit() before expect_exit(), as only a plugin calls them.
void say_why_it_ends();
void expect_exit();
// A verb that only adds to a run calls it: until tell_run such an end says that the run is as it was.
void keep_run();
// The run whose manifest then tells of such an end.
void tell_run(const std::filesystem::path& directory);
// In a handler: names the calls in progress and ends the process as `signal` does.
[[noreturn]] void end_at_once(int signal);

// What follows such an end is a process with a sound memory, this program with other arguments. Whether these
// are it, and what it does; the exit code.
bool follows_sudden_end(int argc, char** argv);
int record_sudden_end(char** argv);

// Says of a run whose process ended without a word that it did; `advise`: and how to go on.
void note_silent_end(const std::filesystem::path& directory, bool advise = false);

}  // namespace basso::cli

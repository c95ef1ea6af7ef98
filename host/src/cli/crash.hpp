// What is said when the process crashes, which a plugin in it can cause. Part of the command line.
#pragma once

namespace basso::cli {

// From now on a fatal signal prints one sentence and ends the process with Exit::run_failed; exit() before
// expect_exit() ends it with Exit::plugin, as only a plugin calls it.
void say_why_it_ends();
void expect_exit();

}  // namespace basso::cli

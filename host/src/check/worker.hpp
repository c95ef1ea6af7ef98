// The worker's half of `basso plugin check`: one check, its answer written to a pipe.
//
// The pipe carries records, each one letter, a text and a zero byte: P passed, F failed (the finding), N not
// applicable (why), R a remark, C died (the signal and what was being done). Exactly one of P, F, N and C
// ends it; an end without one means that the plugin ended the process.
#pragma once

namespace basso::check {

constexpr int kAnswer = 3;  // the pipe's file descriptor

// basso-plugin-worker LIBRARY CHECK KIND ID SEED THOROUGH(0 or 1) [KEY=VALUE…]; "-" for no kind and no id.
int run_worker(int argc, char** argv);

}  // namespace basso::check

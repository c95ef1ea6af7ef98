// Handlers of fatal signals and of exit(). See crash.hpp.
#include "cli/crash.hpp"

#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "basso/error.hpp"

namespace basso::cli {
namespace {

bool exit_expected = false;
std::atomic_flag crashed = ATOMIC_FLAG_INIT;
alignas(16) std::array<char, std::size_t{64} * 1024> stack;  // an overflow of the main thread's leaves none

void say(const char* text) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text, std::strlen(text));
}

extern "C" void crash_handler(int signal) {
  if (crashed.test_and_set()) {  // jobs side by side crash together: one of them speaks
    for (;;) pause();
  }
  say("\nbasso: crashed (SIG");
  say(sigabbrev_np(signal));
  say("), most likely in a plugin: basso plugin check NAME finds such mistakes; what was recorded is kept\n");
  _exit(static_cast<int>(Exit::run_failed));
}

// The plugin's own code, 0 perhaps, would say that all went well.
extern "C" void exit_without_end() {
  if (exit_expected) return;
  say("basso: a plugin ended the process with exit(); basso plugin check finds which one\n");
  _exit(static_cast<int>(Exit::plugin));
}

}  // namespace

void say_why_it_ends() {
  std::atexit(exit_without_end);
  stack_t place{};
  place.ss_sp = stack.data();
  place.ss_size = stack.size();
  sigaltstack(&place, nullptr);
  struct sigaction action {};
  action.sa_handler = crash_handler;
  action.sa_flags = SA_ONSTACK;
  sigfillset(&action.sa_mask);  // a fault in the handler ends the process
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
}

void expect_exit() { exit_expected = true; }

}  // namespace basso::cli

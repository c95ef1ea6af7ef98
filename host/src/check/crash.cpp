// Fatal signals on a stack of their own (a plugin may have exhausted the first). The handler formats with
// snprintf into fixed buffers: not guaranteed by POSIX after a crash, but all that is left to lose is the
// message.
#include "check/crash.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

#include "check/guarded.hpp"

namespace basso::check {
namespace {

int answer_pipe = -1;
pid_t worker = 0;             // whose crash counts; not that of a copy that a plugin forked
std::array<char, 512> noted;  // what is being done
alignas(16) std::array<char, std::size_t{64} * 1024> stack;

double seconds(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double started = 0;

// Seconds that the first thread has run, or waited for a processor while others ran; 0 where the kernel does
// not say.
double wanted() {
  const int file = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
  char text[96] = {};
  if (file < 0 || read(file, text, sizeof(text) - 1) < 0) text[0] = '\0';
  if (file >= 0) close(file);
  char* rest = nullptr;
  const unsigned long long ran = std::strtoull(text, &rest, 10), waited = std::strtoull(rest, nullptr, 10);
  return 1e-9 * (static_cast<double>(ran) + static_cast<double>(waited));
}

// At the end of the time by the clock: a loop has wanted the processor, however much of it a busy machine
// gave; a wait has not.
bool was_busy() {
  const double clock = seconds(CLOCK_MONOTONIC) - started;
  return 2 * wanted() >= clock || 20 * seconds(CLOCK_PROCESS_CPUTIME_ID) >= clock;
}

const char* cause_of(int signal) {
  switch (signal) {
    case SIGSEGV:
    case SIGBUS:
      return "it accessed memory that is not its own";
    case SIGFPE:
      return "it divided an integer by zero, or overflowed in an integer division";
    case SIGILL:
      return "it ran into an instruction that this processor does not have, or into unreachable code";
    case SIGABRT:
      return "it called abort(), or an exception found no handler (exceptions must not leave the plugin)";
    case SIGPROF:
      return "it used up its processor time: an endless loop";
    default:
      if (was_busy()) return "it used up its time: an endless loop";
      return "it took longer than the time limit: a wait for something that never comes?";
  }
}

const char* name_of_signal(int signal) {
  switch (signal) {
    case SIGSEGV:
      return "SIGSEGV";
    case SIGBUS:
      return "SIGBUS";
    case SIGFPE:
      return "SIGFPE";
    case SIGILL:
      return "SIGILL";
    case SIGABRT:
      return "SIGABRT";
    default:
      return "stopped by the time limit";
  }
}

void answer(int signal, siginfo_t* info, void*) {
  if (getpid() != worker) _exit(1);
  char place[160], text[1024];
  place[0] = '\0';
  if (signal == SIGSEGV || signal == SIGBUS) {
    char guarded[128];
    if (describe_guarded(info->si_addr, guarded, sizeof(guarded))[0] != '\0')
      std::snprintf(place, sizeof(place), ": %s", guarded);
    else
      std::snprintf(place, sizeof(place), " (address %p)", info->si_addr);
  }
  const int length = std::snprintf(text, sizeof(text), "C%s%s, during: %s (%s)", cause_of(signal), place,
                                   noted.data(), name_of_signal(signal));
  if (length > 0) {
    const auto bytes = std::min(static_cast<std::size_t>(length) + 1, sizeof(text));
    [[maybe_unused]] const ssize_t written = write(answer_pipe, text, bytes);
  }
  _exit(1);
}

}  // namespace

void answer_signals(int pipe) {
  answer_pipe = pipe;
  worker = getpid();
  started = seconds(CLOCK_MONOTONIC);
  stack_t place{};
  place.ss_sp = stack.data();
  place.ss_size = stack.size();
  sigaltstack(&place, nullptr);
  struct sigaction action {};
  action.sa_sigaction = answer;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGPROF, SIGTERM})
    sigaction(signal, &action, nullptr);
}

void note_activity(const std::string& what) {
  const std::size_t length = std::min(what.size(), noted.size() - 1);
  std::memcpy(noted.data(), what.data(), length);
  noted[length] = '\0';
}

std::string activity() { return noted.data(); }

}  // namespace basso::check

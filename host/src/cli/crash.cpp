// Handlers of fatal signals and of exit(), and an _exit() that tells of itself. See crash.hpp.
#include "cli/crash.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string>

#include "basso/error.hpp"
#include "basso/plugin_calls.hpp"
#include "basso/run.hpp"

namespace basso::cli {
namespace {

constexpr const char* following = "--sudden-end";

bool exit_expected = false;
pid_t own_process = 0;  // a plugin's fork may end as it likes
std::atomic_flag ending = ATOMIC_FLAG_INIT;
std::array<char, 4096> run_directory{};                      // absolute; empty before there is one
bool run_kept = false;                                       // the one that a verb was to add to
alignas(16) std::array<char, std::size_t{64} * 1024> stack;  // an overflow of the main thread's leaves none

// Of fixed length, as handlers allocate nothing.
class Text {
 public:
  Text& operator<<(const char* more) {
    const std::size_t bytes = std::min(std::strlen(more), text_.size() - 1 - length_);
    std::memcpy(text_.data() + length_, more, bytes);
    length_ += bytes;
    return *this;
  }
  Text& operator<<(const PluginCall& call) { return *this << call.who << ": " << call.call; }
  const char* get() const { return text_.data(); }

 private:
  std::array<char, 2048> text_{};
  std::size_t length_ = 0;
};

void say(const Text& text) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.get(), std::strlen(text.get()));
}

[[noreturn]] void leave(int code) {
  for (;;) syscall(SYS_exit_group, code);
}

// Says `what`, with `advice` behind it, and leaves the run directory to a process of its own. `who`: the
// plugin to blame, or "".
[[noreturn]] void end(const Text& what, const Text& advice, const char* who, const char* state, int code) {
  if (ending.test_and_set()) {  // jobs side by side crash together: one of them speaks
    for (;;) pause();
  }
  const bool kept = run_kept && run_directory[0] == '\0';
  say(Text() << "\nbasso: " << what.get() << advice.get()
             << (kept ? "; what the run has recorded is as it was" : "") << "\n");
  if (run_directory[0] != '\0') {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const std::array<char, 4> digits = {static_cast<char>('0' + code / 100),
                                        static_cast<char>('0' + code / 10 % 10),
                                        static_cast<char>('0' + code % 10), '\0'};
    execl("/proc/self/exe", "basso", following, run_directory.data(), state, what.get(), digits.data(), who,
          nullptr);
  }
  leave(code);
}

// `how` the process ended: in a call that is known, or else `elsewhere`.
[[noreturn]] void end_in_plugin(const char* how, const char* elsewhere, Exit code) {
  const PluginCall* call = plugin_call();
  const bool begun = run_directory[0] != '\0';  // then jobs fail, whatever the plugin was asked for
  if (!call)
    end(Text() << elsewhere, Text() << "; basso plugin check NAME finds which one, and where", "", "failed",
        static_cast<int>(code));
  end(Text() << *call << ": " << how, Text() << "; basso plugin check " << call->component << " finds where",
      call->who, "failed", static_cast<int>(begun ? Exit::run_failed : call->exit));
}

extern "C" void crash_handler(int signal) {
  Text how;
  how << "crashed (SIG" << sigabbrev_np(signal) << ")";
  end_in_plugin(how.get(), (Text() << how.get() << ", most likely because of a plugin").get(),
                Exit::run_failed);
}

// The plugin's own code, 0 perhaps, would say that all went well.
extern "C" void exit_without_end() {
  if (exit_expected) return;
  end_in_plugin("it ended the process with exit()", "a plugin ended the process with exit()", Exit::plugin);
}

[[noreturn]] void exit_at_once(int code) {
  if (!exit_expected && getpid() == own_process)
    end_in_plugin("it ended the process with _exit()", "a plugin ended the process with _exit()",
                  Exit::plugin);
  leave(code);
}

}  // namespace

void say_why_it_ends() {
  own_process = getpid();
  std::atexit(exit_without_end);
  std::at_quick_exit(exit_without_end);
  stack_t place{};
  place.ss_sp = stack.data();
  place.ss_size = stack.size();
  sigaltstack(&place, nullptr);
  struct sigaction action {};
  action.sa_handler = crash_handler;
  action.sa_flags = SA_ONSTACK;
  sigfillset(&action.sa_mask);  // a fault in the handler ends the process
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) sigaction(signal, &action, nullptr);
  action.sa_handler = SIG_IGN;
  sigaction(SIGXFSZ, &action, nullptr);  // a file beyond a limit is an error of writing, as on a full disk
}

void expect_exit() { exit_expected = true; }

void keep_run() { run_kept = true; }

void tell_run(const std::filesystem::path& directory) {
  const std::string path = std::filesystem::absolute(directory).string();
  if (path.size() < run_directory.size()) std::copy_n(path.c_str(), path.size() + 1, run_directory.data());
}

void end_at_once(int signal) {
  std::array<const PluginCall*, 256> calls{};
  const std::size_t count = plugin_calls(calls.data(), calls.size());
  Text what;
  what << "ended at once by a second signal";
  for (std::size_t i = 0; i < count; ++i) what << (i == 0 ? ", in " : ", ") << *calls[i];
  end(what, Text(), count > 0 ? calls[0]->who : "", "interrupted", 128 + signal);
}

bool follows_sudden_end(int argc, char** argv) { return argc == 7 && std::strcmp(argv[1], following) == 0; }

int record_sudden_end(char** argv) {
  try {
    basso::record_sudden_end(argv[2], argv[3], argv[4]);
    const std::string who = argv[6];
    fmt::print(stderr, "basso: {}\n", way_on(argv[2], who.empty() ? std::set<std::string>{} : std::set{who}));
    fmt::print("{}\n", argv[2]);
  } catch (const Error& error) {
    fmt::print(stderr, "basso: the manifest does not say so: {}\n", error.what());
  }
  return std::atoi(argv[5]);
}

void note_silent_end(const std::filesystem::path& directory, bool advise) {
  const std::string end = silent_end(directory);
  if (!end.empty()) fmt::print(stderr, "basso: note: {}{}\n", end, advise ? "; " + way_on(directory) : "");
}

}  // namespace basso::cli

// Plugins find these before the C library's.
extern "C" {
[[gnu::visibility("default")]] void _exit(int code) { basso::cli::exit_at_once(code); }
[[gnu::visibility("default")]] void _Exit(int code) { basso::cli::exit_at_once(code); }
}

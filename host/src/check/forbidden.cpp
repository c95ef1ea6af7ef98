// The list is of what breaks a promise of the ABI: the process belongs to the host, results depend on seeds
// alone, stdout is data, and threads are the host's.
#include "check/forbidden.hpp"

#include <map>
#include <vector>

namespace basso::check {
namespace {

struct Group {
  const char* reason;
  std::vector<const char*> symbols;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> all = {
      {"it would end the host's process; return a status instead",
       {"exit", "_exit", "_Exit", "quick_exit", "kill", "raise", "pthread_exit"}},
      {"a plugin starts no programs",
       {"system", "popen", "fork", "vfork", "execl", "execlp", "execle", "execv", "execvp", "execve",
        "posix_spawn", "posix_spawnp"}},
      {"signals belong to the host",
       {"signal", "sigaction", "sigprocmask", "pthread_sigmask", "sigaltstack"}},
      {"random numbers must depend on the seed alone; use the service random/1",
       {"rand", "srand", "rand_r", "random", "srandom", "drand48", "erand48", "lrand48", "nrand48", "mrand48",
        "jrand48", "srand48", "random_r", "getrandom", "getentropy", "arc4random", "arc4random_buf",
        "_ZNSt13random_device7_M_initERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
        "_ZNSt13random_device9_M_getvalEv"}},
      {"results must not depend on the time",
       {"time", "gettimeofday", "clock", "clock_gettime", "timespec_get", "times",
        "_ZNSt6chrono3_V212system_clock3nowEv", "_ZNSt6chrono3_V212steady_clock3nowEv"}},
      {"it changes how the host's other parts compute",
       {"fesetround", "fesetenv", "feenableexcept", "feupdateenv", "fesetexceptflag"}},
      {"it changes how numbers are read and written in the whole process",
       {"setlocale", "uselocale", "_ZNSt6locale6globalERKS_"}},
      {"it changes the process for everybody",
       {"setenv", "putenv", "unsetenv", "clearenv", "chdir", "fchdir", "umask", "setrlimit"}},
      {"standard output is the host's data; use the service log/1",
       {"printf", "vprintf", "puts", "putchar", "__printf_chk", "__vprintf_chk", "stdout", "_ZSt4cout"}},
      {"threads are the host's; use the service parallel/1",
       {"pthread_create", "thrd_create",
        "_ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE"}},
      {"it would skip the host's own clean-up; return a status instead",
       {"longjmp", "_longjmp", "siglongjmp", "__longjmp_chk"}}};
  return all;
}

}  // namespace

const char* forbidden_import(const std::string& symbol) {
  static const std::map<std::string, const char*> reasons = [] {
    std::map<std::string, const char*> map;
    for (const Group& group : groups())
      for (const char* name : group.symbols) map[name] = group.reason;
    return map;
  }();
  const auto found = reasons.find(symbol);
  return found == reasons.end() ? nullptr : found->second;
}

}  // namespace basso::check

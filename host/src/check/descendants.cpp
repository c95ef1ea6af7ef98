// The worker as the reaper of its descendants (prctl(2), PR_SET_CHILD_SUBREAPER): a process that a plugin
// detaches from its session or group is found, too.
#include "check/descendants.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

namespace basso::check {
namespace {

std::atomic<bool> seen_before{false}, own_child{false};

bool has_children() {
  siginfo_t child{};
  return waitid(P_ALL, 0, &child, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

std::vector<pid_t> children() {
  std::vector<pid_t> all;
  std::error_code ignored;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", ignored)) {
    std::ifstream list(thread.path() / "children");
    for (pid_t child = 0; list >> child;) all.push_back(child);
  }
  return all;
}

}  // namespace

void adopt_descendants() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

void expect_own_child() {
  seen_before = has_descendants();
  own_child = true;
}

bool has_descendants() {
  rusage ended{};  // of children that were waited for: each of them had memory
  const bool waited_for = !own_child && getrusage(RUSAGE_CHILDREN, &ended) == 0 && ended.ru_maxrss > 0;
  return seen_before || waited_for || has_children();
}

void end_descendants() {
  constexpr int generations = 100;
  for (int i = 0; i < generations && has_children(); ++i)
    for (const pid_t child : children()) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, __WALL);
    }
}

}  // namespace basso::check

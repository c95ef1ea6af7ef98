// gnuplot as a child process (posix_spawn). See gnuplot.hpp.
#include "report/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

#include "basso/error.hpp"

namespace basso::report {
namespace {

std::string read_all(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Starts gnuplot; returns posix_spawnp's error number, 0 when it runs.
int spawn(const std::string& script, const std::string& messages, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  std::array<std::string, 3> words{"gnuplot", "-d", script};
  std::array<char*, 4> arguments{words[0].data(), words[1].data(), words[2].data(), nullptr};
  const int failure = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  return failure;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "basso-figure-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) {
    throw Error(Exit::run_failed,
                fmt::format("cannot make a temporary folder {}: {}", name, std::strerror(errno)));
  }
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void run_gnuplot(const std::filesystem::path& script) {
  const std::filesystem::path messages = script.parent_path() / "messages.txt";
  pid_t child = 0;
  if (const int failure = spawn(script.string(), messages.string(), child); failure != 0) {
    throw Error(Exit::run_failed,
                fmt::format("figures need gnuplot, which cannot be started ({}): install the Debian package "
                            "gnuplot-nox, then draw them with basso plot",
                            std::strerror(failure)));
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR)
      throw Error(Exit::run_failed, "cannot wait for gnuplot: " + std::string(std::strerror(errno)));
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  throw Error(Exit::run_failed, WIFSIGNALED(status)
                                    ? fmt::format("gnuplot was ended by signal {}", WTERMSIG(status))
                                    : fmt::format("gnuplot failed: {}", read_all(messages)));
}

}  // namespace basso::report

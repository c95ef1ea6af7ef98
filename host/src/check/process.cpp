// A worker is started with an answer pipe and its standard error captured, in a process group of its own;
// when its time is up it is asked to say where it is, then killed. What it started does not outlive it.
#include "check/process.hpp"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "basso/error.hpp"
#include "basso/system.hpp"
#include "check/descendants.hpp"
#include "check/worker.hpp"

extern char** environ;

namespace basso::check {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
constexpr milliseconds kLastWords{5'000};  // between the question and the kill, on a busy machine
constexpr milliseconds kLook{50};          // how often the worker is looked at while nothing comes
constexpr std::size_t kMostText = 1 << 20;

[[noreturn]] void fail(const std::string& what) {
  throw Error(Exit::run_failed, fmt::format("plugin check: {}: {}", what, std::strerror(errno)));
}

class Pipe {
 public:
  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("cannot make a pipe");
    read_ = ends[0];
    write_ = ends[1];
  }
  ~Pipe() {
    close(read_);
    close_write();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  void close_write() {
    if (write_ >= 0) close(write_);
    write_ = -1;
  }
  int reader() const { return read_; }
  int writer() const { return write_; }
  std::string text;  // read so far
  bool ended = false;

  void read_some() {
    std::array<char, 4096> buffer;
    const ssize_t bytes = read(read_, buffer.data(), buffer.size());
    if (bytes > 0 && text.size() < kMostText) text.append(buffer.data(), static_cast<std::size_t>(bytes));
    if (bytes == 0 || (bytes < 0 && errno != EINTR && errno != EAGAIN)) ended = true;
  }

 private:
  int read_ = -1, write_ = -1;
};

class FileActions {
 public:
  FileActions() { posix_spawn_file_actions_init(&actions_); }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  void open_null(int descriptor, int mode) {
    posix_spawn_file_actions_addopen(&actions_, descriptor, "/dev/null", mode, 0);
  }
  void duplicate(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }
  const posix_spawn_file_actions_t* get() const { return &actions_; }

 private:
  posix_spawn_file_actions_t actions_;
};

// A process group whose leader is the started process.
class OwnGroup {
 public:
  OwnGroup() {
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes_, 0);
  }
  ~OwnGroup() { posix_spawnattr_destroy(&attributes_); }
  OwnGroup(const OwnGroup&) = delete;
  OwnGroup& operator=(const OwnGroup&) = delete;
  const posix_spawnattr_t* get() const { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

pid_t start(const std::filesystem::path& worker, const Order& order, const Pipe& answer, const Pipe& error) {
  const auto word = [](const std::string& text) { return text.empty() ? std::string("-") : text; };
  std::vector<std::string> words = {
      worker.string(),           order.library.string(), order.check,
      word(order.kind),          word(order.id),         std::to_string(order.seed),
      order.thorough ? "1" : "0"};
  words.insert(words.end(), order.set.begin(), order.set.end());
  std::vector<char*> arguments;
  for (std::string& text : words) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  FileActions files;
  files.open_null(STDIN_FILENO, O_RDONLY);
  files.open_null(STDOUT_FILENO, O_WRONLY);  // until the worker catches it
  files.duplicate(error.writer(), STDERR_FILENO);
  files.duplicate(answer.writer(), kAnswer);
  const OwnGroup group;
  pid_t process = 0;
  errno = posix_spawn(&process, worker.c_str(), files.get(), group.get(), arguments.data(), environ);
  if (errno != 0) fail(fmt::format("cannot start {} (is Basso installed in full?)", worker.string()));
  return process;
}

// Leaves it to be waited for.
bool has_ended(pid_t process) {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == process;
}

// Reads both pipes until they end, or until the process has ended and nothing more comes: what it started may
// hold them open. False when the time was up first.
bool read_until(Pipe& answer, Pipe& error, pid_t process, Clock::time_point deadline) {
  while (!answer.ended || !error.ended) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    const bool gone = has_ended(process);
    std::array<pollfd, 2> places{pollfd{answer.ended ? -1 : answer.reader(), POLLIN, 0},
                                 pollfd{error.ended ? -1 : error.reader(), POLLIN, 0}};
    const milliseconds wait = gone ? milliseconds{0} : std::min(left, kLook);
    const int ready = poll(places.data(), places.size(), static_cast<int>(wait.count()));
    if (ready < 0 && errno != EINTR) fail("cannot wait for the worker");
    if (ready == 0 && gone) return true;
    if (places[0].revents != 0) answer.read_some();
    if (places[1].revents != 0) error.read_some();
  }
  return true;
}

// The status of the worker, when it has ended and its process group with it.
int end_group(pid_t process) {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) continue;
  kill(-process, SIGKILL);  // while the dead leader keeps the group's number from being given again
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

Answer read_records(const std::string& text) {
  Answer answer;
  answer.letter = 0;
  for (std::size_t at = 0; at < text.size() && answer.letter == 0;) {
    const std::size_t end = std::min(text.find('\0', at), text.size());
    const std::string record = text.substr(at, end - at);
    at = end + 1;
    if (record.empty()) continue;
    if (record[0] == 'R')
      answer.remarks.push_back(record.substr(1));
    else if (std::strchr("PFNC", record[0]))
      answer.letter = record[0], answer.text = record.substr(1);
  }
  return answer;
}

std::string last_words(const std::string& error) {
  constexpr std::size_t most = 600;
  std::string text = error.size() > most ? "…" + error.substr(error.size() - most) : error;
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.empty() ? "" : "\nit wrote: " + text;
}

}  // namespace

Answer run_in_worker(const std::filesystem::path& worker, const Order& order) {
  expect_own_child();
  Pipe answer, error;
  const pid_t process = start(worker, order, answer, error);
  answer.close_write();
  error.close_write();
  const std::chrono::seconds limit(kClockFactor * time_limit(order));
  bool ended = read_until(answer, error, process, Clock::now() + limit);
  if (!ended) {
    kill(process, SIGTERM);
    ended = read_until(answer, error, process, Clock::now() + kLastWords);
    if (!ended) kill(process, SIGKILL);
  }
  const int status = end_group(process);
  Answer result = read_records(answer.text);
  if (result.letter == 0) {
    result.letter = 'C';
    if (!ended)
      result.text = "it took longer than the time limit and did not answer any more; does it block signals?";
    else if (WIFSIGNALED(status))
      result.text = fmt::format("its process was killed by signal {} ({})", WTERMSIG(status),
                                strsignal(WTERMSIG(status)));
    else
      result.text = fmt::format(
          "it ended the process with exit code {}: a plugin must never call exit(), it returns a status",
          WEXITSTATUS(status));
  }
  if (result.letter == 'C') {
    result.text += last_words(error.text);
  }
  return result;
}

std::filesystem::path default_worker() {
  Dl_info info{};
  const auto here = reinterpret_cast<const void*>(&default_worker);
  if (dladdr(here, &info) == 0 || !info.dli_fname)
    throw Error(Exit::run_failed, "plugin check: cannot find out where libbasso.so lies");
  return std::filesystem::absolute(info.dli_fname).parent_path() / "basso" / "basso-plugin-worker";
}

}  // namespace basso::check

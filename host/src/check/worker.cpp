// One check in a process of its own.
#include "check/worker.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "basso/error.hpp"
#include "check/check.hpp"
#include "check/crash.hpp"
#include "check/descendants.hpp"
#include "check/meter.hpp"
#include "plugin/library.hpp"
#include "plugin/text.hpp"

namespace basso::check {
namespace {

Meter installed{};
pid_t worker = 0;

void send(char letter, const std::string& text) {
  if (getpid() != worker) return;  // a plugin has forked, and this is the copy
  const std::string record = letter + text + '\0';
  std::size_t sent = 0;
  while (sent < record.size()) {
    const ssize_t written = write(kAnswer, record.data() + sent, record.size() - sent);
    if (written <= 0) return;  // the supervisor is gone
    sent += static_cast<std::size_t>(written);
  }
}

// No core files, no memory beyond what a check may want, and no life after the supervisor's.
void limit_process() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
#if !defined(__SANITIZE_ADDRESS__) && !defined(BASSO_SANITIZED)
  constexpr rlim_t most = rlim_t{8} << 30;  // sanitizers reserve terabytes of addresses
  const rlimit memory{most, most};
  setrlimit(RLIMIT_AS, &memory);
#endif
}

// SIGPROF after so many seconds of processor time: a machine that is busy with other things does not count.
void limit_time(int seconds) {
  const itimerval limit{{0, 0}, {seconds, 0}};
  setitimer(ITIMER_PROF, &limit, nullptr);
}

Order read_order(int argc, char** argv) {
  Order order;
  const auto word = [](const char* text) { return std::string(text) == "-" ? std::string() : text; };
  order.library = argv[1];
  order.check = argv[2];
  order.kind = word(argv[3]);
  order.id = word(argv[4]);
  const std::string seed = argv[5];
  std::from_chars(seed.data(), seed.data() + seed.size(), order.seed);
  order.thorough = std::string(argv[6]) == "1";
  order.set.assign(argv + 7, argv + argc);
  return order;
}

std::string escaped(const std::string& what) {
  return fmt::format(
      "an exception left the plugin across the C boundary{}, during: {}. Catch it inside: a function that "
      "has a "
      "status returns one, an array function gives a number for every x, NaN for NaN alone",
      what, activity());
}

// The host prints its results to standard output, so that it is no place for a plugin's words. Here it is a
// file without a name.
void catch_output() {
  const int file = memfd_create("output", MFD_CLOEXEC);
  if (file < 0 || dup2(file, STDOUT_FILENO) < 0) throw std::runtime_error("cannot catch standard output");
  close(file);
}

// The first line, in quotes, or "".
std::string caught_output() {
  std::fflush(stdout);
  std::string text(120, '\0');
  const ssize_t bytes = pread(STDOUT_FILENO, text.data(), text.size(), 0);
  if (bytes <= 0) return "";
  text.resize(std::min(text.size(), static_cast<std::size_t>(bytes)));
  return fmt::format("\"{}\"", std::string_view(text).substr(0, text.find('\n')));
}

void run(const Check& check, Context& context) {
  std::string finding;
  char letter = 'F';
  try {
    finding = check.run(context);
    letter = finding.empty() ? 'P' : 'F';
  } catch (const NotApplicable& reason) {
    letter = 'N';
    finding = reason.what();
  } catch (const Error& error) {
    finding = error.what();
  } catch (const std::exception& thrown) {
    finding = escaped(fmt::format(" ({})", thrown.what()));
  } catch (...) {
    finding = escaped("");
  }
  if (has_descendants()) {
    letter = 'F';
    finding = fmt::format(
        "it started a process of its own, at the latest during: {}. A plugin does not fork and starts no "
        "programs: let parallel/1 use several cores, and compute what is needed in the call itself",
        activity());
  }
  if (const std::string output = caught_output(); letter != 'F' && !output.empty()) {
    letter = 'F';
    finding = fmt::format(
        "it wrote {} to standard output, at the latest during: {}. The program prints its results there: "
        "let the service log/1 say what the user should know",
        output, activity());
  }
  for (const std::string& remark : context.remarks()) send('R', remark);
  send(letter, finding);
  end_descendants();
}

}  // namespace

int time_limit(const Order& order) {
#if defined(__SANITIZE_ADDRESS__) || defined(BASSO_SANITIZED)
  constexpr int slower = 5;  // instrumented code
#else
  constexpr int slower = 1;
#endif
  const int usual = order.kind.empty() || order.kind == "activation" ? 3 : 10;
  return (order.thorough ? 60 : usual) * slower;
}

void install_meter(const Meter& counters) { installed = counters; }

const Meter& meter() {
  if (!installed.allocations) throw std::logic_error("allocations are counted in basso-plugin-worker only");
  return installed;
}

int run_worker(int argc, char** argv) {
  if (argc < 7) {
    fmt::print(stderr, "basso-plugin-worker is started by `basso plugin check`\n");
    return static_cast<int>(Exit::usage);
  }
  const Order order = read_order(argc, argv);
  Context context(order);
  worker = getpid();
  limit_process();
  catch_output();
  adopt_descendants();
  answer_signals(kAnswer);
  limit_time(time_limit(order));
  const Check* check = find_check(argv[2]);
  if (!check) {
    fmt::print(stderr, "basso-plugin-worker: this version has no check {}\n", argv[2]);
    return static_cast<int>(Exit::usage);
  }
  context.doing("loading the library");
  run(*check, context);
  _exit(0);  // the answer is given; the plugin's own last words are another check's business
}

const Component& Context::component() {
  if (!loaded_.empty()) return loaded_.front();
  const auto library = plugin::Library::open(order_.library);
  for (const basso_component* table : library->components()) {
    const Component component(table, library->path(), library->hash(), library);
    if (component.kind() == order_.kind && component.id() == order_.id) loaded_.push_back(component);
  }
  if (loaded_.empty())
    throw Error(Exit::plugin, fmt::format("its component table has no {}/{}", order_.kind, order_.id));
  return loaded_.front();
}

nn::Stream Context::random(std::uint64_t stream) const {
  const std::string component = order_.kind + "/" + order_.id;
  return nn::Stream(nn::StreamKey{order_.seed, 0, order_.check, component, stream, 0});
}

std::map<std::string, plugin::Given> Context::given() const {
  std::map<std::string, plugin::Given> values;
  for (const std::string& text : order_.set) {
    const std::size_t equals = text.find('=');
    const auto value =
        equals == std::string::npos ? std::nullopt : plugin::read_toml_literal(text.substr(equals + 1));
    if (!value)
      throw Error(Exit::usage, fmt::format("--set {}: expected KEY=VALUE, the value as in TOML", text));
    values[text.substr(0, equals)] = {*value, "--set"};
  }
  return values;
}

void Context::doing(const std::string& what) const { note_activity(what); }

void Context::calling(const std::string& what) const {
  note_activity(purpose_.empty() ? what : what + " (" + purpose_ + ")");
}

void Context::remark(const std::string& text) { remarks_.push_back(text); }

}  // namespace basso::check

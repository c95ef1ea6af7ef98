// basso run, basso resume and basso probe: an experiment file becomes a run directory with figures and
// verdicts; one that was interrupted is completed; further probes look at the networks that one stored.
#include <fmt/format.h>

#include <unistd.h>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/run.hpp"
#include "cli/crash.hpp"
#include "cli/progress.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"
#include "cli/verdicts.hpp"

namespace basso::cli {
namespace {

std::atomic<int> stop_signal{0};
std::atomic<std::int64_t> stopped_at{0};  // milliseconds
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<std::int64_t>::is_always_lock_free,
              "the signal handler writes them");
// timeout(1) sends its signal to the process and at once to the group that it is in.
constexpr std::int64_t one_request = 100;  // milliseconds

std::int64_t milliseconds_now() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

// The first request asks the run to stop and keep what it has, the second one ends the process.
extern "C" void on_signal(int signal) {
  static constexpr char said[] =
      "\nbasso: stopping after this step; what is recorded is kept. Where a plugin hangs, this never ends:\n"
      "  interrupt again to end at once, and to hear which one\n";
  const std::int64_t now = milliseconds_now();
  std::int64_t first = 0;
  if (!stopped_at.compare_exchange_strong(first, now)) {
    if (now - first > one_request) end_at_once(signal);
    return;
  }
  stop_signal = signal;
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, said, sizeof(said) - 1);
}

void catch_signals() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  struct sigaction before = {};  // nohup has it ignored
  if (sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
    sigaction(SIGHUP, &action, nullptr);
}

int print_plan(const Plan& plan) {
  std::vector<std::vector<std::string>> rows;
  for (const Plan::Part& part : plan.parts) rows.push_back({part.name, part.text});
  rows.push_back(
      {"jobs", fmt::format("{}, {}", grouped(plan.jobs), plural(plan.steps_total, "step") + " in all")});
  rows.push_back({"series", byte_size(plan.bytes)});
  rows.push_back({"snapshots", byte_size(plan.snapshot_bytes)});
  rows.push_back({"time", "about " + duration(plan.seconds)});
  fmt::print("{}", columns(rows));
  return 0;
}

// Returns whether the figures were drawn.
bool draw_figures(const std::filesystem::path& directory) {
  try {
    plot_runs({directory});
    return true;
  } catch (const Error& error) {
    fmt::print(stderr, "basso: the run is complete, but {}\n", error.what());
    return false;
  }
}

int exit_code(const RunResult& result, bool figures_drawn, bool check) {
  if (result.exit != Exit::ok) return static_cast<int>(result.exit);
  if (!figures_drawn) return static_cast<int>(Exit::run_failed);
  return static_cast<int>(check && !all_hold(result.verdicts) ? Exit::claim_failed : Exit::ok);
}

// What both verbs take from their command line.
struct Show {
  bool quiet, figures, check;
};

RunOptions run_options(int threads, const Search& search, const Show& show) {
  RunOptions options;
  options.threads = threads;
  options.data_dirs = search.data_dirs;
  options.stop = &stop_signal;
  options.figures = show.figures;
  options.began = tell_run;
  return options;
}

// Runs with a progress line, then draws, prints the verdicts and last the run directory.
int run_and_report(RunOptions options, const Show& show,
                   const std::function<RunResult(const RunOptions&)>& execute) {
  ProgressLine line(show.quiet);
  options.progress = [&line](const Progress& progress) { line.show(progress); };
  const RunResult result = execute(options);
  line.clear();
  for (const std::string& note : result.notes) fmt::print(stderr, "basso: note: {}\n", note);
  for (const std::string& failure : result.failures) fmt::print(stderr, "basso: {}\n", failure);
  if (result.nothing_to_do)
    fmt::print(stderr, "basso: nothing to do: every job of {} has ended\n", result.directory.string());
  if (result.state == "interrupted") fmt::print(stderr, "basso: interrupted; {}\n", way_on(result.directory));
  if (!result.blamed.empty()) fmt::print(stderr, "basso: {}\n", way_on(result.directory, result.blamed));
  const bool draw = show.figures && result.state != "interrupted";
  const bool figures_drawn = !draw || draw_figures(result.directory);
  if (!show.quiet && !result.verdicts.empty()) fmt::print("{}\n", verdict_table(result.verdicts));
  fmt::print("{}\n", result.directory.string());
  return exit_code(result, figures_drawn, show.check);
}

}  // namespace

int run(const RunArguments& arguments) {
  if (!arguments.dry_run) catch_signals();
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Experiment experiment = Experiment::load(arguments.file, catalogue, arguments.load);
  const Show show{arguments.quiet, !arguments.no_figures, arguments.check};
  RunOptions options = run_options(arguments.threads, arguments.search, show);
  options.out = arguments.out;
  if (arguments.dry_run) {
    if (!arguments.quiet)
      options.building = [](const std::string& what) { fmt::print(stderr, "basso: building {}\n", what); };
    return print_plan(plan_run(experiment, catalogue, options));
  }
  return run_and_report(options, show,
                        [&](const RunOptions& all) { return run_experiment(experiment, catalogue, all); });
}

int resume(const ResumeArguments& arguments) {
  catch_signals();
  keep_run();
  note_silent_end(arguments.directory);
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Show show{arguments.quiet, !arguments.no_figures, arguments.check};
  RunOptions options = run_options(arguments.threads, arguments.search, show);
  options.drop = arguments.drop;
  options.probes = arguments.probes;
  return run_and_report(
      options, show, [&](const RunOptions& all) { return resume_run(arguments.directory, catalogue, all); });
}

int probe(const ProbeArguments& arguments) {
  catch_signals();
  keep_run();
  note_silent_end(arguments.directory, true);
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  ProgressLine line(arguments.quiet);
  RunOptions options = run_options(arguments.threads, arguments.search, {arguments.quiet, false, false});
  options.progress = [&line](const Progress& progress) { line.show(progress); };
  const ProbeResult result = probe_run(arguments.directory, arguments.probes, catalogue, options);
  line.clear();
  const char* added = result.series.empty() ? "" : "; in the series added it is missing (NaN)";
  for (const std::string& failure : result.failures) fmt::print(stderr, "basso: {}{}\n", failure, added);
  if (!result.note.empty())
    fmt::print(stderr, "basso: {}: {}: last digits may differ from those that the run would have recorded\n",
               result.directory.string(), result.note);
  if (result.series.empty()) fmt::print(stderr, "basso: no series was added\n");
  for (const std::string& name : result.series) fmt::print("{}\n", name);
  return static_cast<int>(result.exit);
}

}  // namespace basso::cli

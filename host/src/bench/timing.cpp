// Google Benchmark finds the number of repetitions and reads the clocks; this file hands it the tasks and
// collects the rounds. See timing.hpp.
#include "bench/timing.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <exception>
#include <map>

#include "basso/error.hpp"

namespace basso::bench {
namespace {

class Rounds : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.error_occurred) continue;
      by_name[run.run_name.function_name].push_back(1e9 * run.cpu_accumulated_time /
                                                    static_cast<double>(run.iterations));
      shortest = std::min(shortest, run.cpu_accumulated_time);
    }
  }
  std::map<std::string, std::vector<double>> by_name;  // nanoseconds for one, each round
  double shortest = 1e9;                               // round, in seconds of processor time
};

// Rounds of all benchmarks in random order, the library's own word for it.
void choose_random_order() {
  static const bool once = [] {
    char name[] = "basso", option[] = "--benchmark_enable_random_interleaving=true";
    char* arguments[] = {name, option, nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    return true;
  }();
  (void)once;
}

Timing summary(std::vector<double> rounds) {
  std::sort(rounds.begin(), rounds.end());
  const std::size_t half = rounds.size() / 2;
  const double median = rounds.size() % 2 == 1 ? rounds[half] : 0.5 * (rounds[half - 1] + rounds[half]);
  return {median, rounds.front(), rounds.back()};
}

// Every round of every task. The number of repetitions comes from the first round of each; where something
// slow happened in it (pages came from the disk), the others would be too short to measure.
Rounds run_rounds(const std::vector<Task>& tasks, const TimingOptions& options) {
  benchmark::ClearRegisteredBenchmarks();
  std::exception_ptr thrown;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto run = [&thrown, &task = tasks[i]](benchmark::State& state) {
      try {
        const auto count = state.max_iterations;
        while (state.KeepRunningBatch(count)) task.repeat(static_cast<std::uint64_t>(count));
      } catch (...) {
        thrown = std::current_exception();
        state.SkipWithError("the task failed");
      }
    };
    // The name is a number: names that users choose may repeat.
    benchmark::RegisterBenchmark(std::to_string(i).c_str(), run)
        ->MinTime(options.seconds)
        ->Repetitions(options.rounds);
  }
  Rounds rounds;
  benchmark::RunSpecifiedBenchmarks(&rounds, ".");
  benchmark::ClearRegisteredBenchmarks();
  if (thrown) std::rethrow_exception(thrown);
  return rounds;
}

}  // namespace

std::vector<Timing> time_in_turn(const std::vector<Task>& tasks, const TimingOptions& options) {
  choose_random_order();
  for (const Task& task : tasks) task.repeat(1);
  Rounds rounds = run_rounds(tasks, options);
  for (int again = 0; again < 2 && rounds.shortest < options.seconds / 20; ++again)
    rounds = run_rounds(tasks, options);
  std::vector<Timing> timings;
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    const auto found = rounds.by_name.find(std::to_string(i));
    if (found == rounds.by_name.end())
      throw Error(Exit::run_failed, "the time of " + tasks[i].name + " could not be measured");
    timings.push_back(summary(found->second));
  }
  return timings;
}

Machine inspect_machine() {
  const benchmark::CPUInfo& info = benchmark::CPUInfo::Get();
  Machine machine;
  for (const auto& cache : info.caches)
    machine.caches.push_back({cache.type, cache.level, static_cast<std::uint64_t>(cache.size)});
  if (!info.load_avg.empty()) machine.load = info.load_avg.front();
  machine.scaling_enabled = info.scaling == benchmark::CPUInfo::ENABLED;
  return machine;
}

}  // namespace basso::bench

// Training steps of the papers' networks as a part of the multiply-add peak, and the parts of a step.
// Slices of the peak and slices of steps are taken in turn; each counter is a median over the slices, and
// what counts: Google Benchmark's own columns are of one slice of each.
#include <benchmark/benchmark.h>
#include <hwy/targets.h>
#include <pthread.h>

#include <algorithm>
#include <cstring>
#include <numeric>
#include <thread>
#include <vector>

#include "benchmarks/networks.hpp"
#include "benchmarks/parts.hpp"
#include "benchmarks/peak.hpp"
#include "nn/kernels.hpp"
#include "nn/team.hpp"

namespace basso::bench {
namespace {

constexpr double slice_seconds = 2e-3;

double quantile(std::vector<double> values, double part) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), at, values.end());
  return *at;
}

// Alternates `peak`, which returns the flops a processor second that a core of the work can do, with as many
// calls of `work` as take a slice. `seconds` is processor time of all `cores` that work together. Counters:
// the median of each ratio to the peak beside it, and of the calls' rate, times the cores; percent_quiet
// compares the best twentieth of both, which other work on the machine disturbs least. by_the_clock and
// percent_clock are of the same calls by the clock on the wall, waiting included: they mean something on a
// quiet machine alone.
template <class Seconds, class Peak, class Work>
void in_turn(benchmark::State& state, Seconds&& seconds, int cores, double convention, double needed,
             Peak&& peak, Work&& work) {
  double begin = seconds();
  for (int i = 0; i < 3; ++i) work();
  const int calls = std::max(1, static_cast<int>(slice_seconds / ((seconds() - begin) / 3)));
  std::vector<double> shares, rates, tops, by_clock;
  for (auto _ : state) {
    tops.push_back(peak());
    const double clock = wall_seconds();
    begin = seconds();
    for (int i = 0; i < calls; ++i) work();
    rates.push_back(calls / (seconds() - begin));
    by_clock.push_back(calls / (wall_seconds() - clock));
    shares.push_back(rates.back() / tops.back());
  }
  const double share = 100.0 * quantile(shares, 0.5);
  using benchmark::Counter;
  state.counters["steps_per_s"] = cores * quantile(rates, 0.5);  // of several threads: summed
  state.counters["by_the_clock"] = quantile(by_clock, 0.5);      // summed, too
  state.counters["us"] = Counter(1e6 / (cores * quantile(rates, 0.5)), Counter::kAvgThreads);
  if (convention > 0) state.counters["percent_of_peak"] = Counter(share * convention, Counter::kAvgThreads);
  if (needed > 0) {
    const double quiet = 100.0 * quantile(rates, 0.95) / quantile(tops, 0.95);
    const double clock = 100.0 * quantile(by_clock, 0.5) / (cores * quantile(tops, 0.5));
    state.counters["percent_needed"] = Counter(share * needed, Counter::kAvgThreads);
    state.counters["percent_quiet"] = Counter(quiet * needed, Counter::kAvgThreads);
    state.counters["percent_clock"] = Counter(clock * needed, Counter::kAvgThreads);
  }
}

// By processor time of the thread.
template <class Work>
void on_one_core(benchmark::State& state, bool wide, double convention, double needed, Work&& work) {
  in_turn(
      state, [] { return thread_seconds(); }, 1, convention, needed,
      [&] { return (wide ? run_chains<double>() : run_chains<float>()).rate(); }, work);
}

void train(benchmark::State& state, const Task& task) {
  const auto run = make_run(task, nullptr);
  for (int i = 0; i < 10; ++i) run->step();
  const auto [convention, needed] = flops(task);
  on_one_core(state, task.train.precision == nn::Precision::float64, convention, needed,
              [&] { run->step(); });
}

// One network on two cores, by the processor time of both together, each by its own clock: the process's
// clock takes up another thread's time in ticks. Waiting counts as long as a thread spins, not once it sleeps
// or yields: an upper bound, but one that other work on the machine leaves alone. The peak is that of both
// cores while both work, each chain by its thread's clock, so that it contains no waiting.
void train_together(benchmark::State& state, const Task& task) {
  nn::Team team;
  std::jthread helper([&] { team.help(); });
  clockid_t of_helper{};
  pthread_getcpuclockid(helper.native_handle(), &of_helper);
  const auto run = make_run(task, &team);
  for (int i = 0; i < 10; ++i) run->step();
  const auto [convention, needed] = flops(task);
  in_turn(
      state, [&] { return thread_seconds() + thread_seconds(of_helper); }, 2, convention, needed,
      [&] {
        Chains chains[8];
        team.run(8, [&](size_t i) { chains[i] = run_chains<float>(); });
        return std::accumulate(chains, chains + 8, Chains{}).rate();
      },
      [&] { run->step(); });
  team.close();
}

void part(benchmark::State& state, const Task& task, size_t index) {
  Parts parts(task);
  const Parts::Entry& entry = parts.entries()[index];
  on_one_core(state, false, 0.0, entry.flops, entry.run);
}

}  // namespace
}  // namespace basso::bench

// --instruction_set=AVX2 (SSE4, ...) measures what the engine does without the better ones.
int main(int argc, char** argv) {
  using namespace basso;
  for (int i = 1; i < argc; ++i) {
    const char* const option = "--instruction_set=";
    if (std::strncmp(argv[i], option, std::strlen(option)) != 0) continue;
    for (int64_t left = hwy::SupportedTargets(); left != 0; left &= left - 1) {
      if (std::strcmp(hwy::TargetName(left & -left), argv[i] + std::strlen(option)) == 0) break;
      hwy::DisableTargets(left & -left);
    }
    std::copy(argv + i + 1, argv + argc + 1, argv + i);
    --argc, --i;
  }
  const auto name = [](const std::string& text) { return text.c_str(); };
  for (const bench::Task& task : {bench::exp1(), bench::exp1_dense(), bench::exp1_float64(), bench::exp5(),
                                  bench::xu(60), bench::xu(600), bench::image(), bench::mnist()})
    benchmark::RegisterBenchmark(name(task.name), bench::train, task)->Unit(benchmark::kMicrosecond);
  benchmark::RegisterBenchmark("two_nets/exp1", bench::train, bench::exp1())
      ->Threads(2)
      ->Unit(benchmark::kMicrosecond);
  for (const bench::Task& task : {bench::xu(600), bench::image(), bench::mnist()})
    benchmark::RegisterBenchmark(name("two_cores/" + task.name), bench::train_together, task)
        ->Unit(benchmark::kMicrosecond);
  for (const bench::Task& task :
       {bench::exp1_dense(), bench::exp5(), bench::xu(60), bench::xu(600), bench::image(), bench::mnist()}) {
    for (size_t i = 0; i < bench::Parts::count(task); ++i)
      benchmark::RegisterBenchmark(name("part/" + task.name + "/" + bench::Parts::names[i]), bench::part,
                                   task, i)
          ->Unit(benchmark::kMicrosecond);
  }
  benchmark::AddCustomContext("columns", "Time and CPU are of slices of peak and work; the counters count");
  benchmark::AddCustomContext("instruction set", nn::kernels<float>().target);
#ifdef NDEBUG
  benchmark::AddCustomContext("build", "release");
#else
  benchmark::AddCustomContext("build", "with assertions");
#endif
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}

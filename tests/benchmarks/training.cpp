// Training steps of the papers' networks as a part of the multiply-add peak, and the parts of a step.
// Slices of the peak and slices of steps are taken in turn; each counter is a median over the slices.
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

// Alternates `peak`, which returns its flops, with as many calls of `work` as take a slice. Counters: the
// median of each ratio to the peak beside it, and of the calls' rate; percent_quiet compares the best
// twentieth of both, which other work on the machine disturbs least.
template <class Seconds, class Peak, class Work>
void in_turn(benchmark::State& state, Seconds&& seconds, double convention, double needed, Peak&& peak,
             Work&& work) {
  double begin = seconds();
  for (int i = 0; i < 3; ++i) work();
  const int calls = std::max(1, static_cast<int>(slice_seconds / ((seconds() - begin) / 3)));
  std::vector<double> shares, rates, tops;
  for (auto _ : state) {
    begin = seconds();
    tops.push_back(peak() / (seconds() - begin));
    begin = seconds();
    for (int i = 0; i < calls; ++i) work();
    rates.push_back(calls / (seconds() - begin));
    shares.push_back(rates.back() / tops.back());
  }
  const double share = 100.0 * quantile(shares, 0.5);
  using benchmark::Counter;
  state.counters["steps_per_s"] = quantile(rates, 0.5);  // of several threads: summed
  state.counters["us"] = Counter(1e6 / quantile(rates, 0.5), Counter::kAvgThreads);
  if (convention > 0) state.counters["percent_of_peak"] = Counter(share * convention, Counter::kAvgThreads);
  if (needed > 0) {
    const double quiet = 100.0 * quantile(rates, 0.95) / quantile(tops, 0.95);
    state.counters["percent_needed"] = Counter(share * needed, Counter::kAvgThreads);
    state.counters["percent_quiet"] = Counter(quiet * needed, Counter::kAvgThreads);
  }
}

// By processor time of the thread.
template <class Work>
void on_one_core(benchmark::State& state, bool wide, double convention, double needed, Work&& work) {
  in_turn(
      state, [] { return thread_seconds(); }, convention, needed,
      wide ? run_chains<double> : run_chains<float>, work);
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
// or yields: an upper bound, but one that other work on the machine leaves alone.
void train_together(benchmark::State& state, const Task& task) {
  nn::Team team;
  std::jthread helper([&] { team.help(); });
  clockid_t of_helper{};
  pthread_getcpuclockid(helper.native_handle(), &of_helper);
  const auto run = make_run(task, &team);
  for (int i = 0; i < 10; ++i) run->step();
  const auto [convention, needed] = flops(task);
  in_turn(
      state, [&] { return thread_seconds() + thread_seconds(of_helper); }, convention, needed,
      [&] {
        double done[8];
        team.run(8, [&](size_t i) { done[i] = run_chains<float>(); });
        return std::accumulate(done, done + 8, 0.0);
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
       {bench::exp1_dense(), bench::xu(60), bench::xu(600), bench::image(), bench::mnist()}) {
    for (size_t i = 0; i < bench::Parts::names.size(); ++i)
      benchmark::RegisterBenchmark(name("part/" + task.name + "/" + bench::Parts::names[i]), bench::part,
                                   task, i)
          ->Unit(benchmark::kMicrosecond);
  }
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

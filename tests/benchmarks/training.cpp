// Training steps of the papers' networks, per second of one thread's processor time and as a part of the
// multiply-add peak measured just before each of them. Flop convention: flops/step = 6 N Σ (entries of the
// weight matrices).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "benchmarks/peak.hpp"
#include "nn/kernels.hpp"
#include "nn/trainer.hpp"
#include "unit/nn/activations.hpp"

namespace basso::bench {
namespace {

struct Task {
  nn::NetworkSpec network;
  nn::TrainSpec train;
  size_t samples;
  bool flower =
      false;  // inputs on R's curve with 16 petals, in its order; else uniform, sorted where they are numbers
};

Task task(int inputs, std::vector<int> widths, int outputs, const nn::Activation& f, size_t samples,
          size_t batch = 0) {
  Task t{nn::testing::network(inputs, std::move(widths), outputs, f), {}, samples};
  t.train.optimizer.rate = 1e-4;
  t.train.batch = batch;
  return t;
}

const std::vector<int> rahaman(6, 256);

void train(benchmark::State& state, const Task& task) {
  const auto inputs = static_cast<size_t>(task.network.inputs);
  const auto outputs = static_cast<size_t>(task.network.outputs);
  std::vector<double> x(task.samples * inputs);
  std::vector<double> y(task.samples * outputs);
  nn::Stream(nn::StreamKey{.kind = "benchmark", .id = "x"}).uniforms(x);
  if (inputs == 1) std::sort(x.begin(), x.end());
  for (size_t i = 0; task.flower && i < task.samples; ++i) {
    const double angle = 2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(task.samples);
    const double radius = 1.0 + 0.5 * std::sin(16.0 * angle);  // Rahaman et al. 2019, section 4
    x[2 * i] = radius * std::cos(angle);
    x[2 * i + 1] = radius * std::sin(angle);
  }
  for (size_t i = 0; i < y.size(); ++i)
    y[i] = std::sin(20.0 * x[i / outputs * inputs] + static_cast<double>(i % outputs));
  const auto parameters = nn::initial_parameters(task.network, nn::StreamKey{.kind = "init"});
  const auto run = nn::make_training_run(task.network, task.train, x, y, task.samples, parameters,
                                         nn::StreamKey{.kind = "batch"});
  double entries = 0.0;
  for (const auto& block : run->layout().blocks())
    if (block.kind == nn::ParameterLayout::Kind::weight) entries += static_cast<double>(block.size());
  const bool wide = task.train.precision == nn::Precision::float64;
  const double peak = wide ? float64_peak() : float32_peak();
  for (int i = 0; i < 10; ++i) run->step();
  const double begin = thread_seconds();
  for (auto _ : state) run->step();
  const double seconds = thread_seconds() - begin;
  const double batch = static_cast<double>(task.train.batch ? task.train.batch : task.samples);
  const double rate = static_cast<double>(state.iterations()) / seconds;
  state.counters["steps_per_s"] = rate;
  state.counters["GFLOP_per_s"] = 6.0 * batch * entries * rate / 1e9;
  // Of several threads: rates are summed, the peak and the share are those of one.
  state.counters["peak_GFLOP_per_s"] = benchmark::Counter(peak / 1e9, benchmark::Counter::kAvgThreads);
  state.counters["percent_of_peak"] =
      benchmark::Counter(100.0 * 6.0 * batch * entries * rate / peak, benchmark::Counter::kAvgThreads);
}

}  // namespace
}  // namespace basso::bench

int main(int argc, char** argv) {
  using namespace basso;
  using bench::task;
  const auto add = [](const char* name, const bench::Task& t) {
    return benchmark::RegisterBenchmark(name, bench::train, t)->Unit(benchmark::kMicrosecond);
  };
  bench::Task exp1 = task(1, bench::rahaman, 1, nn::testing::relu(), 200);
  add("rahaman/exp1_relu_6x256_n200", exp1);
  add("rahaman/exp1_two_nets", exp1)->Threads(2);
  exp1.train.skip_zeros = exp1.train.reorder = false;
  add("rahaman/exp1_dense", exp1);
  bench::Task flower = task(2, bench::rahaman, 1, nn::testing::relu(), 1000);
  flower.flower = true;
  add("rahaman/exp5_flower_n1000", flower);
  bench::Task wide = task(1, bench::rahaman, 1, nn::testing::relu(), 200);
  wide.train.precision = nn::Precision::float64;
  add("rahaman/exp1_relu_6x256_n200_float64", wide);
  add("xu/tanh_200x3_100_n60", task(1, {200, 200, 200, 100}, 1, nn::testing::tanh(), 60));
  add("xu/tanh_200x3_100_n600", task(1, {200, 200, 200, 100}, 1, nn::testing::tanh(), 600));
  add("xu/image_tanh_n1800", task(2, {500, 400, 300, 200, 200, 100, 100}, 1, nn::testing::tanh(), 1800));
  add("xu/mnist_tanh_batch400", task(784, {800, 400, 200, 100}, 10, nn::testing::tanh(), 2000, 400));
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

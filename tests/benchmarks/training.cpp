// Training steps of the papers' networks, per second of one thread's processor time and as a part of the
// multiply-add peak measured just before each of them. Flop convention: flops/step = 6 N Σ (entries of the
// weight matrices).
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
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
  state.counters["peak_GFLOP_per_s"] = peak / 1e9;
  state.counters["percent_of_peak"] = 100.0 * 6.0 * batch * entries * rate / peak;
}

}  // namespace
}  // namespace basso::bench

int main(int argc, char** argv) {
  using namespace basso;
  using bench::task;
  const auto add = [](const char* name, const bench::Task& t) {
    benchmark::RegisterBenchmark(name, bench::train, t)->Unit(benchmark::kMicrosecond);
  };
  add("rahaman/exp1_relu_6x256_n200", task(1, bench::rahaman, 1, nn::testing::relu(), 200));
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

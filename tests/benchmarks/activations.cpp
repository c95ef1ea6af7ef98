// Every activation within reach at its defaults: nanoseconds an element of value and derivative, one after
// the other over 51,200 elements (a layer of Experiment 1 of Rahaman et al. 2019), in float32 and float64.
// Build the target basso_bench_activations, then run bin/basso_bench_activations.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "bench/choice.hpp"
#include "services/activation.hpp"

namespace basso::bench {
namespace {

constexpr std::size_t elements = 51'200;

template <class T>
void measure(benchmark::State& state, const nn::Activation& f) {
  std::mt19937 random(1);
  std::uniform_real_distribution<T> uniform(T(-4), T(4));
  std::vector<T> x(elements), y(elements), slope(elements);
  for (T& one : x) one = uniform(random);
  nn::Numbers numbers{};
  std::copy(f.numbers.begin(), f.numbers.end(), numbers.begin());
  for (auto _ : state) {
    nn::value(f, numbers, x.data(), y.data(), elements);
    nn::derivative(f, numbers, x.data(), y.data(), slope.data(), elements);
    benchmark::DoNotOptimize(slope.data());
    benchmark::ClobberMemory();
  }
  state.counters["element"] =
      benchmark::Counter(static_cast<double>(elements),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void add_all(const Catalogue& catalogue) {
  for (const Listing& listing : catalogue.list()) {
    if (listing.kind != "activation" || listing.shadowed || !listing.refused.empty()) continue;
    const Component component = catalogue.require("activation", listing.id);
    const nn::Activation f = services::engine_activation(component, values_of(component, {}));
    const auto bench = [&](const char* precision, auto loop) {
      benchmark::RegisterBenchmark(
          (component.id() + precision).c_str(),
          [component, f, loop](benchmark::State& state) { loop(state, f); });  // component keeps f's library
    };
    bench("/float32", measure<float>);
    bench("/float64", measure<double>);
  }
}

}  // namespace
}  // namespace basso::bench

int main(int argc, char** argv) {
  const basso::Catalogue catalogue(basso::plugin_search_path());
  basso::bench::add_all(catalogue);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

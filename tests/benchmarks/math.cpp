// The SDK's mathematics through the SDK's loops, as an activation plugin runs them: nanoseconds an element
// over 51,200 elements, float32 and float64, beside libm in a plain loop of the same build. Build the target
// basso_bench_math, then run bin/basso_bench_math.
#include <basso/loops.h>
#include <benchmark/benchmark.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace {

constexpr std::size_t elements = 51'200;

#define ONE(name, NAME)                                        \
  BASSO_UNARY(sdk_##name##_f32, float, (NAME(float, basso_x))) \
  BASSO_UNARY(sdk_##name##_f64, double, (NAME(double, basso_x)))
ONE(exp, BASSO_EXP)
ONE(expm1, BASSO_EXPM1)
ONE(sin, BASSO_SIN)
ONE(cos, BASSO_COS)
ONE(tanh, BASSO_TANH)
ONE(erf, BASSO_ERF)
ONE(log1p, BASSO_LOG1P)
ONE(logistic, BASSO_LOGISTIC)

template <class T>
using Loop = void (*)(const double*, const T*, T*, uint64_t);

template <class T>
void measure(benchmark::State& state, Loop<T> loop, T low) {
  std::mt19937 random(1);
  std::uniform_real_distribution<T> uniform(low, T(4));
  std::vector<T> x(elements), y(elements);
  for (T& one : x) one = uniform(random);
  const double numbers[BASSO_MAX_NUMBERS] = {};
  for (auto _ : state) {
    loop(numbers, x.data(), y.data(), elements);
    benchmark::DoNotOptimize(y.data());
    benchmark::ClobberMemory();
  }
  state.counters["element"] =
      benchmark::Counter(static_cast<double>(elements),
                         benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

template <class T, T function(T)>
void plain(const double*, const T* x, T* y, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) y[i] = function(x[i]);
}

template <class T>
T logistic(T x) {
  return T(1) / (T(1) + std::exp(-x));
}

void add(const std::string& name, Loop<float> f32, Loop<double> f64, Loop<float> libm32,
         Loop<double> libm64) {
  const bool half = name == "log1p";  // defined above -1
  const float low32 = half ? -0.9f : -4.0f;
  const double low64 = half ? -0.9 : -4.0;
  const auto bench = [](const std::string& full, auto loop, auto low) {
    benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) { measure(state, loop, low); });
  };
  bench(name + "/float32/sdk", f32, low32);
  bench(name + "/float32/libm", libm32, low32);
  bench(name + "/float64/sdk", f64, low64);
  bench(name + "/float64/libm", libm64, low64);
}

#define ADD(name, reference) \
  add(#name, sdk_##name##_f32, sdk_##name##_f64, plain<float, reference>, plain<double, reference>)

}  // namespace

int main(int argc, char** argv) {
  ADD(exp, std::exp);
  ADD(expm1, std::expm1);
  ADD(sin, std::sin);
  ADD(cos, std::cos);
  ADD(tanh, std::tanh);
  ADD(erf, std::erf);
  ADD(log1p, std::log1p);
  ADD(logistic, logistic);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

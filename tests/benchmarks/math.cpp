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
ONE(exp_negative, BASSO_EXP_NEGATIVE)
ONE(exp2_normal, BASSO_EXP2_NORMAL)
ONE(expm1, BASSO_EXPM1)
ONE(expm1_negative, BASSO_EXPM1_NEGATIVE)
ONE(sin, BASSO_SIN)
ONE(cos, BASSO_COS)
ONE(sinpi, BASSO_SINPI)
ONE(cospi, BASSO_COSPI)
ONE(tanh, BASSO_TANH)
ONE(erf, BASSO_ERF)
ONE(log1p, BASSO_LOG1P)
ONE(logistic, BASSO_LOGISTIC)

// Of the arguments.
struct Range {
  double low, high;
};

template <class T>
using Loop = void (*)(const double*, const T*, T*, uint64_t);

template <class T>
void measure(benchmark::State& state, Loop<T> loop, Range range) {
  std::mt19937 random(1);
  std::uniform_real_distribution<T> uniform(static_cast<T>(range.low), static_cast<T>(range.high));
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

template <class T>
T sinpi(T x) {
  return std::sin(T(3.14159265358979323846) * x);
}
template <class T>
T cospi(T x) {
  return std::cos(T(3.14159265358979323846) * x);
}

void add(const std::string& name, Range range, Loop<float> f32, Loop<double> f64, Loop<float> libm32,
         Loop<double> libm64) {
  const auto bench = [&](const std::string& full, auto loop) {
    benchmark::RegisterBenchmark(full.c_str(), [=](benchmark::State& state) { measure(state, loop, range); });
  };
  bench(name + "/float32/sdk", f32);
  bench(name + "/float32/libm", libm32);
  bench(name + "/float64/sdk", f64);
  bench(name + "/float64/libm", libm64);
}

#define ADD(name, range, reference) \
  add(#name, range, sdk_##name##_f32, sdk_##name##_f64, plain<float, reference>, plain<double, reference>)

}  // namespace

int main(int argc, char** argv) {
  const Range around{-4.0, 4.0}, below{-4.0, 0.0};
  ADD(exp, around, std::exp);
  ADD(exp_negative, below, std::exp);
  ADD(exp2_normal, around, std::exp2);
  ADD(expm1, around, std::expm1);
  ADD(expm1_negative, below, std::expm1);
  ADD(sin, around, std::sin);
  ADD(cos, around, std::cos);
  ADD(sinpi, around, sinpi);
  ADD(cospi, around, cospi);
  ADD(tanh, around, std::tanh);
  ADD(erf, around, std::erf);
  ADD(log1p, (Range{-0.9, 4.0}), std::log1p);
  ADD(logistic, around, logistic);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

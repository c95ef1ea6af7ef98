// Non-uniform Fourier transforms, spectral norms and eigenproblems of room spectral, in processor time of one
// thread.
#include <benchmark/benchmark.h>

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "spectral/fft.hpp"
#include "spectral/lanczos.hpp"
#include "spectral/nudft.hpp"
#include "spectral/symmetric_eigen.hpp"

namespace basso::bench {
namespace {

using spectral::NudftPlan;

std::vector<double> uniform(std::size_t count, double low, double high) {
  std::mt19937_64 generator(count);
  std::uniform_real_distribution<double> draw(low, high);
  std::vector<double> values(count);
  for (double& value : values) value = draw(generator);
  return values;
}

// Frequencies 0, 1, ...; the last one is moved off its place where they shall not be equally spaced.
std::vector<double> frequencies(std::size_t count, bool even) {
  std::vector<double> k(count);
  for (std::size_t m = 0; m < count; ++m) k[m] = static_cast<double>(m);
  if (!even) k.back() += 0.25;
  return k;
}

void transform(benchmark::State& state, bool even, std::size_t memory_bound, NudftPlan::Method method) {
  const auto points = static_cast<std::size_t>(state.range(0)),
             count = static_cast<std::size_t>(state.range(1));
  const std::vector<double> x = uniform(points, 0.0, 1.0), y = uniform(points, -1.0, 1.0);
  const NudftPlan plan(x, frequencies(count, even), memory_bound);
  if (plan.method() != method) return state.SkipWithError("the plan takes another method at this size");
  std::vector<std::complex<double>> out(count);
  for (auto _ : state) {
    plan.transform(y.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
}

void plan(benchmark::State& state) {
  const auto points = static_cast<std::size_t>(state.range(0)),
             count = static_cast<std::size_t>(state.range(1));
  const std::vector<double> x = uniform(points, 0.0, 1.0), k = frequencies(count, true);
  for (auto _ : state) benchmark::DoNotOptimize(NudftPlan(x, k).method());
}

void fft(benchmark::State& state) {
  const auto points = static_cast<std::size_t>(state.range(0));
  const std::vector<double> y = uniform(points, -1.0, 1.0);
  const spectral::FftPlan plan(points);
  std::vector<std::complex<double>> out(plan.real_bins());
  for (auto _ : state) {
    plan.real_forward(y.data(), out.data());
    benchmark::DoNotOptimize(out.data());
  }
}

// PyTorch's initial weights of a square layer, whose spectrum is the densest at its upper end that a layer
// has during a run; after the first steps a few singular values stand out.
void spectral_norm(benchmark::State& state) {
  const auto width = static_cast<std::size_t>(state.range(0));
  const double bound = 1.0 / std::sqrt(static_cast<double>(width));
  const std::vector<double> a = uniform(width * width, -bound, bound);
  spectral::LanczosWorkspace workspace;
  for (auto _ : state)
    benchmark::DoNotOptimize(spectral::largest_singular_value(a.data(), width, width, workspace));
}

// The Gaussian kernel of uniform points in many dimensions: its spectrum decays slowly, as that of images.
void symmetric_eigen(benchmark::State& state) {
  const auto n = static_cast<std::size_t>(state.range(0));
  constexpr std::size_t dim = 20;
  const std::vector<double> x = uniform(n * dim, 0.0, 1.0);
  std::vector<double> kernel(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      double square = 0.0;
      for (std::size_t c = 0; c < dim; ++c) square += std::pow(x[i * dim + c] - x[j * dim + c], 2);
      kernel[i * n + j] = std::exp(-square / 2.0);
    }
  }
  for (auto _ : state) benchmark::DoNotOptimize(spectral::symmetric_eigen(kernel, n).values.data());
}

BENCHMARK_CAPTURE(transform, gridding, true, NudftPlan::default_memory_bound, NudftPlan::Method::gridding)
    ->Args({10000, 1000})
    ->Args({1000, 100})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(transform, table, false, std::size_t{256} << 20, NudftPlan::Method::table)
    ->Args({10000, 1000})
    ->Args({1000, 100})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(transform, direct, false, 0, NudftPlan::Method::direct)
    ->Args({10000, 1000})
    ->Args({1000, 100})
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(plan)->Args({10000, 1000})->Unit(benchmark::kMicrosecond);
BENCHMARK(fft)->Arg(10000)->Arg(2000)->Arg(200)->Unit(benchmark::kMicrosecond);
BENCHMARK(spectral_norm)->Arg(256)->Unit(benchmark::kMicrosecond);
BENCHMARK(symmetric_eigen)->Arg(200)->Arg(2000)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace basso::bench

BENCHMARK_MAIN();

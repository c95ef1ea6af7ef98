// Chains of multiply-adds that never leave the registers.
#include "benchmarks/peak.hpp"

#include <time.h>

#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "benchmarks/peak.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace basso::bench {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

// Twelve chains of `length` multiply-adds; returns a value that depends on all of them. `flops` receives
// their number.
template <class T>
HWY_NOINLINE T RunChains(uint64_t length, T start, double* flops) {
  const hn::ScalableTag<T> d;
  const auto a = hn::Set(d, T(0.999) * start);
  const auto b = hn::Set(d, T(1e-3) * start);
  // Each chain starts from another value: equal ones would be merged by the compiler.
  const auto from = [&](int chain) { return hn::Set(d, start + static_cast<T>(chain)); };
  auto c0 = from(0), c1 = from(1), c2 = from(2), c3 = from(3), c4 = from(4), c5 = from(5);
  auto c6 = from(6), c7 = from(7), c8 = from(8), c9 = from(9), c10 = from(10), c11 = from(11);
  for (uint64_t i = 0; i < length; ++i) {
    c0 = hn::MulAdd(c0, a, b);
    c1 = hn::MulAdd(c1, a, b);
    c2 = hn::MulAdd(c2, a, b);
    c3 = hn::MulAdd(c3, a, b);
    c4 = hn::MulAdd(c4, a, b);
    c5 = hn::MulAdd(c5, a, b);
    c6 = hn::MulAdd(c6, a, b);
    c7 = hn::MulAdd(c7, a, b);
    c8 = hn::MulAdd(c8, a, b);
    c9 = hn::MulAdd(c9, a, b);
    c10 = hn::MulAdd(c10, a, b);
    c11 = hn::MulAdd(c11, a, b);
  }
  *flops = 24.0 * static_cast<double>(length * hn::Lanes(d));
  const auto low = hn::Add(hn::Add(hn::Add(c0, c1), hn::Add(c2, c3)), hn::Add(c4, c5));
  const auto high = hn::Add(hn::Add(hn::Add(c6, c7), hn::Add(c8, c9)), hn::Add(c10, c11));
  return hn::GetLane(hn::Add(low, high));
}

float ChainsF32(uint64_t length, float start, double* flops) { return RunChains(length, start, flops); }
double ChainsF64(uint64_t length, double start, double* flops) { return RunChains(length, start, flops); }

}  // namespace HWY_NAMESPACE
}  // namespace basso::bench
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace basso::bench {
namespace {

HWY_EXPORT(ChainsF32);
HWY_EXPORT(ChainsF64);

double seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

template <class T, class F>
Chains run(F chains) {
  double flops = 0.0;
  const double begin = thread_seconds();
  volatile T start = T(1);  // keeps the compiler from computing the chains itself
  volatile T result = chains(uint64_t{1} << 15, start, &flops);
  (void)result;
  return {flops, thread_seconds() - begin};
}

}  // namespace

double thread_seconds() { return seconds(CLOCK_THREAD_CPUTIME_ID); }
double thread_seconds(clockid_t clock) { return seconds(clock); }
double wall_seconds() { return seconds(CLOCK_MONOTONIC); }

template <>
Chains run_chains<float>() {
  return run<float>(HWY_DYNAMIC_DISPATCH(ChainsF32));
}
template <>
Chains run_chains<double>() {
  return run<double>(HWY_DYNAMIC_DISPATCH(ChainsF64));
}

}  // namespace basso::bench
#endif

// The inlined loop is the plugin's own, block by block, compiled for the same instruction sets; which of them
// is used is decided once, outside of what is timed. See call.hpp.
#include "bench/call.hpp"

#include <basso/loops.h>

#include <array>

namespace basso::bench {
namespace {

constexpr std::array<double, BASSO_MAX_NUMBERS> no_numbers{};

using Repeat = void (*)(std::uint64_t times, const float* x, float* y, std::uint64_t count);

#define BASSO_INLINED_RELU(name, TARGET)                                                            \
  TARGET void name(std::uint64_t times, const float* x, float* y, std::uint64_t count) {            \
    for (std::uint64_t i = 0; i < times; ++i) {                                                     \
      for (std::uint64_t first = 0; first < count; first += BASSO_BLOCK) {                          \
        BASSO_VECTORISE                                                                             \
        for (std::uint64_t k = first; k < first + BASSO_BLOCK; ++k) y[k] = x[k] <= 0 ? 0.0F : x[k]; \
      }                                                                                             \
      touch_memory();                                                                               \
    }                                                                                               \
  }
BASSO_INLINED_RELU(inlined_plain, )
#if BASSO_DISPATCH >= 2
BASSO_INLINED_RELU(inlined_avx2, BASSO_TARGET_AVX2)
BASSO_INLINED_RELU(inlined_avx512, BASSO_TARGET_AVX512)
#endif

Repeat widest() {
#if BASSO_DISPATCH >= 2
  if (BASSO_HAS_AVX512) return inlined_avx512;
  if (BASSO_HAS_AVX2) return inlined_avx2;
#endif
  return inlined_plain;
}

}  // namespace

CallCost measure_call(const basso_activation_v1& relu, const TimingOptions& options) {
  std::array<float, call_elements> x{}, y{};
  static_assert(call_elements % BASSO_BLOCK == 0);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>(i) - 20.5F;
  const volatile std::uint64_t length = call_elements;  // known at run time only, as to a plugin
  const std::uint64_t count = length;
  const Repeat inlined = widest();
  const auto timings = time_in_turn(
      {{"a call through the ABI",
        [&](std::uint64_t times) {
          for (std::uint64_t i = 0; i < times; ++i) {
            relu.value_f32(no_numbers.data(), x.data(), y.data(), count);
            touch_memory();
          }
        }},
       {"the inlined loop", [&](std::uint64_t times) { inlined(times, x.data(), y.data(), count); }}},
      options);
  return {timings[0], timings[1]};
}

}  // namespace basso::bench

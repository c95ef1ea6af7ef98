// Timing in turn, and the cost of a call through the ABI.
#include "bench/timing.hpp"

#include <basso/loops.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "basso/error.hpp"
#include "bench/call.hpp"

namespace basso::bench {
namespace {

// Work that takes time in proportion to `weight`.
Task spin(const std::string& name, int weight) {
  return {name, [weight](std::uint64_t times) {
            volatile double x = 1.0;
            for (std::uint64_t i = 0; i < times * static_cast<std::uint64_t>(weight); ++i) x = x * 1.0000001;
          }};
}

TEST(TimeInTurn, TheTimeOfOneIsInProportionToItsWork) {
  const std::vector<Timing> timings = time_in_turn({spin("light", 100), spin("heavy", 1000)}, {0.005, 5});
  ASSERT_EQ(timings.size(), 2u);
  EXPECT_GT(timings[0].median, 50.0);  // a hundred dependent products take more than 50 ns
  EXPECT_GT(timings[1].median, 4 * timings[0].median);
  EXPECT_LT(timings[1].median, 25 * timings[0].median);
  for (const Timing& timing : timings) {
    EXPECT_LE(timing.lowest, timing.median);
    EXPECT_GE(timing.highest, timing.median);
  }
}

TEST(TimeInTurn, EveryRoundOfEveryTaskIsTaken) {
  std::uint64_t done = 0, calls = 0;
  time_in_turn({{"counted",
                 [&](std::uint64_t times) {
                   done += times;
                   ++calls;
                   for (std::uint64_t i = 0; i < times * 100; ++i) touch_memory();
                 }}},
               {1e-4, 3});
  EXPECT_GE(calls, 3u);
  EXPECT_GE(done, calls);
}

TEST(TimeInTurn, AnExceptionOfATaskReachesTheCaller) {
  const Task broken{"broken", [](std::uint64_t) { throw Error(Exit::data, "no such file"); }};
  EXPECT_THROW(time_in_turn({spin("sound", 10), broken}, {1e-4, 3}), Error);
  EXPECT_EQ(time_in_turn({spin("sound", 10)}, {1e-4, 3}).size(), 1u) << "and leaves nothing behind";
}

#define VALUE(T, x, p) ((x) <= 0 ? (T)0 : (x))
#define SLOPE(T, x, y, p) ((x) > 0 ? (T)1 : (x) <= 0 ? (T)0 : (x))
BASSO_ELEMENTWISE(relu, VALUE, SLOPE)
BASSO_FACTS(relu, facts->stated = 0)

// Where the first execution takes far longer than the others, the rounds are not cut short by it.
TEST(TimeInTurn, ASlowBeginningDoesNotCount) {
  bool begun = false;
  const Task lazy{"lazy", [&](std::uint64_t times) {
                    volatile double x = 1.0;
                    const std::uint64_t extra = begun ? 0 : 20000000;
                    begun = true;
                    for (std::uint64_t i = 0; i < extra + times; ++i) x = x * 1.0000001;
                  }};
  const std::vector<Timing> timings = time_in_turn({lazy}, {0.001, 5});
  EXPECT_LT(timings[0].median, 50.0);  // one product
}

// 2 ns is what the benchmark shall show on a quiet machine; an instrumented or busy one may take longer.
TEST(AbiCall, OverAnArrayCostsAFewNanosecondsMoreThanTheInlinedLoop) {
  const basso_activation_v1 table = {relu_value_f32, relu_value_f64, relu_derivative_f32, relu_derivative_f64,
                                     relu_facts};
  double least = 1e9;
  for (int attempt = 0; attempt < 5 && least > 2.0; ++attempt) {
    const CallCost cost = measure_call(table, {0.005, 5});
    EXPECT_GT(cost.inlined.median, 0.1);  // the loop is there
    EXPECT_GT(cost.plugin.median, 0.1);
    least = std::min(least, cost.over());
  }
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(NDEBUG)
  EXPECT_LT(least, 10000.0);
#else
  EXPECT_LT(least, 8.0);
#endif
}

}  // namespace
}  // namespace basso::bench

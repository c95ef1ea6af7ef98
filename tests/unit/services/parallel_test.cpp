// parallel/1: every index once, failures and results independent of the number of threads.
#include <gmock/gmock.h>

#include <atomic>
#include <numeric>

#include "services/pool.hpp"
#include "unit/services/scripted.hpp"

namespace basso::services::test {
namespace {

using ::testing::HasSubstr;

using Body = std::function<std::int32_t(std::uint64_t, basso_error*)>;

std::int32_t run(Shared& shared, std::uint64_t count, Body body, std::string* sentence = nullptr) {
  const Host host(shared, probe_component(), 0, "probe scripted");
  ErrorText text;
  const auto& parallel = service<basso_parallel_v1>(host.abi(), BASSO_SERVICE_PARALLEL);
  const auto task = [](void* context, std::uint64_t index, basso_error* error) {
    return (*static_cast<Body*>(context))(index, error);
  };
  const std::int32_t status = parallel.run(host.abi(), count, task, &body, text.abi());
  if (sentence) *sentence = text.sentence();
  return status;
}

TEST(Parallel, CallsEveryIndexOnceOnAnyNumberOfThreads) {
  for (const unsigned threads : {1U, 2U, 5U}) {
    Shared shared(threads);
    std::vector<std::atomic<int>> calls(1000);
    EXPECT_EQ(run(shared, calls.size(), [&](std::uint64_t i, basso_error*) { return ++calls[i], 0; }),
              BASSO_OK);
    for (const auto& count : calls) ASSERT_EQ(count.load(), 1);
    EXPECT_EQ(run(shared, 0, [](std::uint64_t, basso_error*) { return 6; }), BASSO_OK);
  }
}

TEST(Parallel, ReportsTheFirstFailureByIndexWhateverTheThreads) {
  for (const unsigned threads : {1U, 4U}) {
    Shared shared(threads);
    for (int round = 0; round < 50; ++round) {
      std::string sentence;
      const std::int32_t status = run(
          shared, 200,
          [](std::uint64_t i, basso_error* error) -> std::int32_t {
            if (i % 7 != 3) return BASSO_OK;
            return basso_fail(error, i == 3 ? BASSO_ERROR_DATA : BASSO_ERROR_MEMORY,
                              ("index " + std::to_string(i)).c_str());
          },
          &sentence);
      ASSERT_EQ(status, BASSO_ERROR_DATA);
      ASSERT_EQ(sentence, "index 3");
    }
  }
}

TEST(Parallel, AnExceptionInATaskIsAFailureOfTheLoop) {
  Shared shared(3);
  std::string sentence;
  const auto task = [](std::uint64_t i, basso_error*) -> std::int32_t {
    if (i == 5) throw std::runtime_error("lost");
    return BASSO_OK;
  };
  EXPECT_EQ(run(shared, 10, task, &sentence), BASSO_ERROR_INTERNAL);
  EXPECT_NE(sentence.find("the plugin threw an exception across the C boundary (lost)"), std::string::npos)
      << sentence;
}

TEST(Parallel, StopsWhenTheRunIsToStop) {
  Shared shared(2);
  std::atomic<int> stop = 0;
  shared.stop = &stop;
  std::atomic<int> calls = 0;
  const auto task = [&](std::uint64_t, basso_error*) -> std::int32_t {
    if (++calls == 10) stop = 2;
    return BASSO_OK;
  };
  EXPECT_EQ(run(shared, 1000000, task), BASSO_ERROR_CANCELLED);
  EXPECT_LT(calls.load(), 1000);
  const Host host(shared, probe_component(), 0, "");
  EXPECT_EQ(service<basso_parallel_v1>(host.abi(), BASSO_SERVICE_PARALLEL).cancelled(host.abi()), 1);
}

TEST(Pool, ALoopInsideATaskRunsSeriallyOnItsThread) {
  Pool pool(4);
  std::atomic<int> sum = 0;
  const std::uint64_t count = pool.run(8, [&](std::uint64_t) {
    const auto self = std::this_thread::get_id();
    EXPECT_TRUE(Pool::inside_task());
    return pool.run(5, [&](std::uint64_t i) {
      EXPECT_EQ(std::this_thread::get_id(), self);
      sum += static_cast<int>(i);
      return true;
    }) == 5;
  });
  EXPECT_EQ(count, 8U);
  EXPECT_EQ(sum.load(), 80);
  EXPECT_FALSE(Pool::inside_task());
}

TEST(Pool, LoopsOfSeveralCallersShareItsThreads) {
  Pool pool(3);
  std::vector<std::jthread> callers;
  for (int c = 0; c < 4; ++c)
    callers.emplace_back([&] {
      for (int round = 0; round < 200; ++round) {
        std::vector<int> seen(50, 0);
        pool.run(seen.size(), [&](std::uint64_t i) { return seen[i] = 1; });
        ASSERT_EQ(std::accumulate(seen.begin(), seen.end(), 0), 50);
      }
    });
}

}  // namespace
}  // namespace basso::services::test

// Mini-batches: epochs are permutations, batches depend on the key and the step only.
#include "nn/batches.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace basso::nn {
namespace {

const StreamKey key{11, 0, "batch", "test", 0, 0};

std::vector<uint32_t> epoch_of(Batches& batches, int64_t first, int count) {
  std::vector<uint32_t> all;
  for (int64_t s = first; s < first + count; ++s) {
    const auto batch = batches.select(s);
    all.insert(all.end(), batch.begin(), batch.end());
  }
  return all;
}

TEST(Batches, EveryEpochSeesEachSampleOnceInAnotherOrder) {
  Batches batches(10, 4, key);
  EXPECT_FALSE(batches.full());
  std::vector<uint32_t> first = epoch_of(batches, 0, 3);
  std::vector<uint32_t> second = epoch_of(batches, 3, 3);
  EXPECT_NE(first, second);
  std::vector<uint32_t> all(10);
  std::iota(all.begin(), all.end(), 0u);
  std::sort(first.begin(), first.end());
  std::sort(second.begin(), second.end());
  EXPECT_EQ(first, all);
  EXPECT_EQ(second, all);
}

TEST(Batches, TheLastBatchOfAnEpochIsSmallerAndKept) {
  Batches batches(10, 4, key);
  EXPECT_EQ(batches.select(1).size(), 4u);
  EXPECT_EQ(batches.select(2).size(), 2u);
  EXPECT_EQ(batches.select(5).size(), 2u);
}

TEST(Batches, AStepsBatchDoesNotDependOnTheStepsBefore) {
  Batches forward(10, 3, key);
  const std::vector<uint32_t> walked = epoch_of(forward, 0, 11);
  Batches jumped(10, 3, key);
  const auto batch = jumped.select(10);
  EXPECT_TRUE(std::equal(batch.begin(), batch.end(), walked.end() - 3));
}

TEST(Batches, AllPermutationsOfThreeAreEquallyLikely) {
  Batches batches(3, 2, key);
  std::vector<int> counts(27);
  for (int64_t epoch = 0; epoch < 6000; ++epoch) {
    const auto pair = batches.select(2 * epoch);
    ++counts[pair[0] * 3 + pair[1]];
  }
  for (uint32_t i = 0; i < 3; ++i)
    for (uint32_t j = 0; j < 3; ++j)
      EXPECT_NEAR(counts[i * 3 + j], i == j ? 0 : 1000, 5 * 29);  // 5 standard deviations
}

TEST(Batches, ZeroOrTheWholeSetMeansFull) {
  EXPECT_TRUE(Batches(10, 0, key).full());
  EXPECT_TRUE(Batches(10, 10, key).full());
  EXPECT_EQ(Batches(10, 99, key).largest(), 10u);
}

}  // namespace
}  // namespace basso::nn

// A typed fixture that runs a check on every instruction set of this machine, in float32 and in float64.
#pragma once

#include <gtest/gtest.h>
#include <hwy/detect_targets.h>
#include <hwy/targets.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "nn/kernels.hpp"
#include "nn/random.hpp"

namespace basso::nn {

template <class T>
std::vector<T> normals(size_t count, uint64_t stream) {
  std::vector<double> values(count);
  Stream(StreamKey{.kind = "test", .id = "kernels", .stream = stream}).normals(values);
  return {values.begin(), values.end()};
}

template <class T>
class EveryTarget : public ::testing::Test {
 public:
  // Calls check(table) once for each instruction set.
  template <class Check>
  static void for_all(Check&& check) {
    const int64_t all = hwy::SupportedTargets();
    int64_t left = all & HWY_TARGETS;
    for (; left != 0; left &= left - 1) {
      hwy::SetSupportedTargetsForTest(left & -left);
      Kernels<T> table{};
      fill_product_kernels(table);
      fill_vector_kernels(table);
      SCOPED_TRACE(table.target);
      check(table);
    }
    hwy::SetSupportedTargetsForTest(0);
    ASSERT_EQ(hwy::SupportedTargets(), all);
  }
};

using Precisions = ::testing::Types<float, double>;

}  // namespace basso::nn

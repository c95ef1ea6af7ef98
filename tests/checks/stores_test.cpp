// What one instruction stores, against instructions whose width is known.
#include "check/stores.hpp"

#include <gtest/gtest.h>

#if defined(__x86_64__)
#include <xmmintrin.h>

#include <cstring>

namespace basso::check {
namespace {

bool is_watched() {
  const Tripwire wire;
  auto* const at = reinterpret_cast<volatile float*>(wire.middle());
  return wire.written_at_once([&] { *at = 1; }) > 0;
}

class Stores : public testing::Test {
 protected:
  void SetUp() override {
    if (!is_watched()) GTEST_SKIP() << "a sanitizer's code stands between";
  }
};

TEST_F(Stores, OfScalarCodeAreOfOneElement) {
  const Tripwire wire;
  const auto each = [&](auto element) {
    auto* const out = reinterpret_cast<volatile decltype(element)*>(wire.middle()) - 10;
    return wire.written_at_once([&] {
      for (int i = 0; i < 20; ++i) out[i] = element;
    });
  };
  EXPECT_EQ(each(1.5F), sizeof(float));
  EXPECT_EQ(each(1.5), sizeof(double));
}

TEST_F(Stores, OfVectorsAreWholeWhereverTheMiddleLies) {
  const Tripwire wire;
  for (int before = 0; before < 4; ++before) {
    auto* const out = reinterpret_cast<float*>(wire.middle()) - 8 - before;
    const std::size_t bytes = wire.written_at_once([&] {
      for (int i = 0; i < 32; i += 4) _mm_storeu_ps(out + i, _mm_set1_ps(1.5F));
    });
    EXPECT_EQ(bytes, sizeof(__m128)) << before;
  }
}

TEST_F(Stores, AreCompletedAndLeaveWhatLiesAroundThem) {
  const Tripwire wire;
  auto* const out = reinterpret_cast<float*>(wire.middle());
  for (int i = -64; i < 64; ++i) out[i] = static_cast<float>(i);
  wire.written_at_once([&] { _mm_storeu_ps(out + 1, _mm_set1_ps(0.5F)); });
  for (int i = -64; i < 64; ++i) EXPECT_EQ(out[i], i >= 1 && i < 5 ? 0.5F : static_cast<float>(i)) << i;
}

TEST_F(Stores, OfStringInstructionsCountAsWide) {
  const Tripwire wire;
  const std::size_t bytes = wire.written_at_once([&] {
    void* to = wire.middle() - 100;
    std::size_t count = 200;
    __asm__ volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(7) : "memory");
  });
  EXPECT_EQ(bytes, 64u);
  EXPECT_EQ(wire.middle()[99], 7);
}

TEST_F(Stores, InTheFirstHalfAloneAreNotSeen) {
  const Tripwire wire;
  EXPECT_EQ(wire.written_at_once([&] { std::memset(wire.middle() - 64, 1, 64); }), 0u);
}

}  // namespace
}  // namespace basso::check

#endif

// Random streams: Philox's published answers, the distributions' moments, and the independence of keys.
#include "nn/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <vector>

namespace basso::nn {
namespace {

StreamKey key_of(uint64_t seed, uint64_t repeat, std::string_view kind, std::string_view id, uint64_t stream,
                 uint64_t row) {
  return {seed, repeat, kind, id, stream, row};
}

TEST(Philox, GivesThePublishedKnownAnswers) {
  // kat_vectors of Random123 (Salmon et al. 2011), philox4x32 with 10 rounds.
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}),
            (std::array<uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  const uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox({ones, ones, ones, ones}, {ones, ones}),
            (std::array<uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (std::array<uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Stream, DependsOnEveryFieldOfItsKeyAndOnNothingElse) {
  const StreamKey base = key_of(1, 2, "ab", "c", 3, 4);
  EXPECT_EQ(Stream(base).bits64(), Stream(base).bits64());
  std::set<uint64_t> seen;
  for (const StreamKey& key :
       {base, key_of(2, 2, "ab", "c", 3, 4), key_of(1, 1, "ab", "c", 3, 4), key_of(1, 2, "a", "bc", 3, 4),
        key_of(1, 2, "abc", "", 3, 4), key_of(1, 2, "", "abc", 3, 4), key_of(1, 2, "ab", "c", 4, 3),
        key_of(2, 1, "ab", "c", 3, 4), key_of(1, 2, "ab", "c", 3, 5), key_of(1, 2, "ab", "c", 5, 4)})
    EXPECT_TRUE(seen.insert(Stream(key).bits64()).second);
}

TEST(Stream, UniformsFillTheUnitIntervalEvenly) {
  Stream stream(key_of(7, 0, "test", "uniform", 0, 0));
  std::vector<double> u(200000);
  stream.uniforms(u);
  std::vector<int> bins(20);
  for (const double x : u) {
    ASSERT_GE(x, 0.0);
    ASSERT_LT(x, 1.0);
    ++bins[static_cast<size_t>(x * 20)];
  }
  double chi2 = 0.0;
  for (const int count : bins) chi2 += std::pow(count - 1e4, 2) / 1e4;
  EXPECT_LT(chi2, 43.8);  // 99.9 % of chi-square with 19 degrees of freedom
}

TEST(Stream, NormalsHaveTheMomentsOfTheStandardNormal) {
  Stream stream(key_of(7, 0, "test", "normal", 0, 0));
  const int n = 400000;
  double m1 = 0, m2 = 0, m3 = 0, m4 = 0;
  for (int i = 0; i < n; ++i) {
    const double x = stream.normal();
    m1 += x / n;
    m2 += x * x / n;
    m3 += x * x * x / n;
    m4 += x * x * x * x / n;
  }
  const double sigma = 1.0 / std::sqrt(n);  // bounds: 5 standard errors
  EXPECT_NEAR(m1, 0.0, 5 * sigma);
  EXPECT_NEAR(m2, 1.0, 5 * std::sqrt(2.0) * sigma);
  EXPECT_NEAR(m3, 0.0, 5 * std::sqrt(15.0) * sigma);
  EXPECT_NEAR(m4, 3.0, 5 * std::sqrt(96.0) * sigma);
}

TEST(Stream, NeighbouringRowsAreUncorrelated) {
  const size_t n = 100000;
  std::vector<double> a(n), b(n);
  Stream(key_of(7, 0, "test", "rows", 0, 0)).normals(a);
  Stream(key_of(7, 0, "test", "rows", 0, 1)).normals(b);
  double product = 0.0;
  for (size_t i = 0; i < n; ++i) product += a[i] * b[i] / static_cast<double>(n);
  EXPECT_NEAR(product, 0.0, 5.0 / std::sqrt(static_cast<double>(n)));
}

TEST(Stream, ArraysEqualSingleDraws) {
  std::vector<double> array(7);
  Stream(key_of(1, 0, "k", "i", 0, 0)).normals(array);
  Stream single(key_of(1, 0, "k", "i", 0, 0));
  for (const double x : array) EXPECT_EQ(x, single.normal());
}

TEST(Stream, BelowIsUniformOverItsBound) {
  Stream stream(key_of(3, 0, "test", "below", 0, 0));
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts[stream.below(7)];
  double chi2 = 0.0;
  for (const int count : counts) chi2 += std::pow(count - 1e4, 2) / 1e4;
  EXPECT_LT(chi2, 22.5);  // 99.9 % of chi-square with 6 degrees of freedom
  EXPECT_EQ(stream.below(1), 0u);
}

}  // namespace
}  // namespace basso::nn

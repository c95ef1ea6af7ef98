// Losses against their definitions written out, and their gradients against central differences.
#include "nn/loss.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "nn/random.hpp"

namespace basso::nn {
namespace {

constexpr LossKind all[] = {LossKind::mean_squared, LossKind::mean_absolute, LossKind::binary_cross_entropy,
                            LossKind::softmax_cross_entropy};

struct Sample {
  std::vector<double> f = std::vector<double>(12);
  std::vector<double> y = std::vector<double>(12);
};

Sample sample(LossKind kind) {
  Sample s;
  Stream stream(StreamKey{.kind = "test", .id = "loss"});
  stream.normals(s.f);
  if (kind == LossKind::softmax_cross_entropy)
    for (size_t r = 0; r < 4; ++r) s.y[r * 3 + r % 3] = 1.0;
  else
    for (size_t i = 0; i < 12; ++i) s.y[i] = static_cast<double>(i % 2);
  return s;
}

TEST(Loss, MeanSquaredAndAbsoluteAreMeansOverSamplesAndOutputs) {
  const double f[] = {1, 2, 3, 4}, y[] = {1, 0, 4, 1};
  EXPECT_DOUBLE_EQ(evaluate_loss<double>(LossKind::mean_squared, f, y, 2, 2, nullptr), (0 + 4 + 1 + 9) / 4.0);
  EXPECT_DOUBLE_EQ(evaluate_loss<double>(LossKind::mean_absolute, f, y, 2, 2, nullptr),
                   (0 + 2 + 1 + 3) / 4.0);
}

TEST(Loss, BinaryCrossEntropyIsMinusTheLogLikelihood) {
  const Sample s = sample(LossKind::binary_cross_entropy);
  double expected = 0.0;
  for (size_t i = 0; i < 12; ++i) {
    const double p = 1.0 / (1.0 + std::exp(-s.f[i]));
    expected -= (s.y[i] * std::log(p) + (1.0 - s.y[i]) * std::log(1.0 - p)) / 12.0;
  }
  EXPECT_NEAR(evaluate_loss<double>(LossKind::binary_cross_entropy, s.f.data(), s.y.data(), 12, 1, nullptr),
              expected, 1e-14);
}

TEST(Loss, BinaryCrossEntropyStaysFiniteForHugeLogits) {
  const double f[] = {1e4, -1e4, 1e4, -1e4}, y[] = {1, 0, 0, 1};
  double gradient[4];
  EXPECT_DOUBLE_EQ(evaluate_loss(LossKind::binary_cross_entropy, f, y, 4, 1, gradient), 2e4 / 4.0);
  EXPECT_DOUBLE_EQ(gradient[0], 0.0);
  EXPECT_DOUBLE_EQ(gradient[2], 0.25);
  EXPECT_DOUBLE_EQ(gradient[3], -0.25);
}

TEST(Loss, SoftmaxCrossEntropyIsMinusTheLogProbabilityOfTheClass) {
  const Sample s = sample(LossKind::softmax_cross_entropy);
  double expected = 0.0;
  for (size_t r = 0; r < 4; ++r) {
    double total = 0.0;
    for (size_t c = 0; c < 3; ++c) total += std::exp(s.f[r * 3 + c]);
    expected -= std::log(std::exp(s.f[r * 3 + r % 3]) / total) / 4.0;
  }
  EXPECT_NEAR(evaluate_loss<double>(LossKind::softmax_cross_entropy, s.f.data(), s.y.data(), 4, 3, nullptr),
              expected, 1e-14);
  const double far[] = {1e4, 0.0, -1e4}, y[] = {0, 1, 0};
  EXPECT_DOUBLE_EQ(evaluate_loss<double>(LossKind::softmax_cross_entropy, far, y, 1, 3, nullptr), 1e4);
}

TEST(Loss, EveryGradientEqualsCentralDifferences) {
  for (const LossKind kind : all) {
    Sample s = sample(kind);
    std::vector<double> gradient(12);
    evaluate_loss(kind, s.f.data(), s.y.data(), 4, 3, gradient.data());
    for (size_t i = 0; i < 12; ++i) {
      const double h = 1e-6, at = s.f[i];
      s.f[i] = at + h;
      const double above = evaluate_loss<double>(kind, s.f.data(), s.y.data(), 4, 3, nullptr);
      s.f[i] = at - h;
      const double below = evaluate_loss<double>(kind, s.f.data(), s.y.data(), 4, 3, nullptr);
      s.f[i] = at;
      EXPECT_NEAR(gradient[i], (above - below) / (2 * h), 1e-9) << name(kind) << " element " << i;
    }
  }
}

TEST(Loss, AbsoluteErrorHasGradientZeroWhereItIsZero) {
  const double f[] = {2.0}, y[] = {2.0};
  double gradient = 1.0;
  EXPECT_EQ(evaluate_loss(LossKind::mean_absolute, f, y, 1, 1, &gradient), 0.0);
  EXPECT_EQ(gradient, 0.0);
}

TEST(Loss, NotANumberInPredictionsIsNeverHidden) {
  for (const LossKind kind : all) {
    Sample s = sample(kind);
    s.f[4] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(std::isnan(evaluate_loss<double>(kind, s.f.data(), s.y.data(), 4, 3, nullptr))) << name(kind);
  }
}

}  // namespace
}  // namespace basso::nn

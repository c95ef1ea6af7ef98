// Targets sinusoids and flower against closed forms and direct sums.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::HasSubstr;

using Reals = std::vector<double>;

// One-sided magnitudes of bins 0 .. N/2 by direct sums.
Reals magnitudes(const Reals& y) {
  const Reals x = even(y.size(), 0.0, 1.0 / static_cast<double>(y.size()));
  Reals result;
  for (const auto& f : direct_transform(x, y, even(y.size() / 2 + 1, 0.0, 1.0)))
    result.push_back(std::abs(f) * 2.0 / static_cast<double>(y.size()));
  return result;
}

Reals column(const Reals& all, std::size_t width, std::size_t which) {
  Reals values;
  for (std::size_t i = which; i < all.size(); i += width) values.push_back(all[i]);
  return values;
}

void expect_same_bytes_in_chunks(TargetUnderTest& target) {
  ASSERT_EQ(target.refusal().status, BASSO_OK) << target.refusal().sentence;
  for (std::uint32_t s = 0; s < target.sets().size(); ++s) {
    const Set& set = target.sets()[s];
    for (std::uint64_t first = set.rows; first > 0;) {  // backwards, in chunks of uneven length
      const std::uint64_t count = std::min<std::uint64_t>(first, 1 + first % 7);
      first -= count;
      const auto part = [&](const Reals& all, std::uint64_t width) {
        return Reals(all.begin() + static_cast<std::ptrdiff_t>(first * width),
                     all.begin() + static_cast<std::ptrdiff_t>((first + count) * width));
      };
      EXPECT_EQ(target.rows(s, first, count, true, false, false), part(set.inputs, set.input_dim));
      EXPECT_EQ(target.rows(s, first, count, false, true, false), part(set.outputs, set.output_dim));
      EXPECT_EQ(target.rows(s, first, count, false, false, true), part(set.latents, set.latent_dim));
    }
  }
}

TEST(Sinusoids, TheDiscreteSpectrumIsExactlyTheStatedLines) {
  const TargetUnderTest target("sinusoids", {{"amplitude_range", Reals{0.1, 1.0}}});
  const Set& train = target.set("train");
  const auto f = direct_transform(train.inputs, train.outputs, even(101, 0.0, 1.0));
  std::vector<std::complex<double>> expected(101, 0.0);
  ASSERT_EQ(train.line_k, even(10, 5.0, 5.0));
  for (std::size_t i = 0; i < 10; ++i)
    expected[static_cast<std::size_t>(train.line_k[i])] = train.line_amplitude[i];
  for (std::size_t bin = 0; bin < f.size(); ++bin)
    EXPECT_NEAR(std::abs(f[bin] * 2.0 / 200.0 - expected[bin]), 0.0, 1e-12) << bin;
}

TEST(Sinusoids, TheAmplitudeRangeRisesLinearlyOverTheListOfFrequencies) {
  const TargetUnderTest target("sinusoids", {{"amplitude_range", Reals{0.1, 1.0}}});
  for (std::size_t i = 0; i < 10; ++i)
    EXPECT_NEAR(std::abs(target.set("train").line_amplitude[i]), 0.1 * static_cast<double>(i + 1), 1e-15);
}

TEST(Sinusoids, GivenPhasesAndAmplitudesMakeTheSumOfSines) {
  const TargetUnderTest target("sinusoids", {{"frequencies", Reals{1.0, 2.5}},
                                             {"amplitudes", Reals{2.0, -3.0}},
                                             {"phases", Reals{0.5, 1.5}},
                                             {"samples", std::int64_t{8}}});
  const Set& train = target.set("train");
  EXPECT_EQ(train.inputs, even(8, 0.0, 0.125));
  for (std::size_t j = 0; j < 8; ++j) {
    const double z = static_cast<double>(j) / 8.0;
    EXPECT_NEAR(train.outputs[j], 2.0 * std::sin(2.0 * pi * z + 0.5) - 3.0 * std::sin(5.0 * pi * z + 1.5),
                1e-14);
  }
}

TEST(Sinusoids, PhasesAreDrawnForEachRepeatAndALongerListKeepsThoseOfAShorterOne) {
  const auto lines = [](std::uint64_t seed, const Reals& k) {
    return TargetUnderTest("sinusoids", {{"frequencies", k}}, seed).set("train").line_amplitude;
  };
  EXPECT_EQ(lines(1, {5.0, 10.0}), lines(1, {5.0, 10.0}));
  EXPECT_NE(lines(1, {5.0, 10.0}), lines(2, {5.0, 10.0}));
  EXPECT_EQ(lines(1, {5.0, 10.0, 15.0})[1], lines(1, {5.0, 10.0})[1]);
}

TEST(Sinusoids, TheAxisIsPeriodicWhereTheSignalIs) {
  const auto period = [](const Reals& k) {
    return TargetUnderTest("sinusoids", {{"frequencies", k}}).set("train").axes.at(0).period;
  };
  EXPECT_EQ(period({5.0, 10.0}), 1.0);
  EXPECT_EQ(period({5.5, 10.0}), 0.0);
}

TEST(Sinusoids, ADenseSetContinuesTheSameSignal) {
  const TargetUnderTest target("sinusoids", {{"dense_samples", std::int64_t{800}}});
  const Set &train = target.set("train"), &dense = target.set("dense");
  EXPECT_EQ(dense.role, "dense");
  EXPECT_EQ(TargetUnderTest("sinusoids", {}).sets().size(), 1u);
  for (std::size_t j = 0; j < 200; ++j) EXPECT_NEAR(dense.outputs[4 * j], train.outputs[j], 1e-12);
}

TEST(Sinusoids, BadParametersAreRefusedWithASentence) {
  const auto refusal = [](const Given& given) {
    const Refusal said = TargetUnderTest("sinusoids", given).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"frequencies", Reals{}}}), HasSubstr("frequencies: the list is empty"));
  EXPECT_THAT(refusal({{"frequencies", Reals{5.0, 5.0}}}), HasSubstr("once, in ascending order"));
  EXPECT_THAT(refusal({{"amplitudes", Reals{1.0, 2.0}}}),
              HasSubstr("amplitudes: has 2 values for 10 frequencies"));
  EXPECT_THAT(refusal({{"phases", Reals{1.0, 2.0, 3.0}}}),
              HasSubstr("phases: has 3 values for 10 frequencies"));
  EXPECT_THAT(refusal({{"amplitude_range", Reals{1.0}}}), HasSubstr("amplitude_range: give two values"));
}

TEST(Flower, TheCoordinatesHoldTheModesOneAndLPlusMinusOneWithAQuarterEach) {
  const TargetUnderTest target("flower", {{"petals", std::int64_t{10}}, {"samples", std::int64_t{64}}});
  for (const std::size_t coordinate : {0u, 1u}) {
    Reals expected(33, 0.0);
    expected[1] = 1.0;
    expected[9] = expected[11] = 0.25;
    EXPECT_THAT(magnitudes(column(target.set("train").inputs, 2, coordinate)),
                testing::Pointwise(testing::DoubleNear(1e-13), expected));
  }
}

TEST(Flower, WithoutPetalsItIsTheUnitCircle) {
  const TargetUnderTest target("flower", {{"petals", std::int64_t{0}}});
  const Set& train = target.set("train");
  ASSERT_EQ(train.rows, 1000u);
  EXPECT_EQ(train.latent_names, std::vector<std::string>{"z"});
  for (std::size_t j = 0; j < train.rows; ++j) {
    EXPECT_NEAR(train.inputs[2 * j], std::cos(2.0 * pi * train.latents[j]), 1e-15);
    EXPECT_NEAR(train.inputs[2 * j + 1], std::sin(2.0 * pi * train.latents[j]), 1e-15);
  }
}

TEST(Flower, TheSignalAlongTheCurveIsThatOfSinusoidsAtTheLatentCoordinate) {
  const Given given = {{"frequencies", Reals{3.0, 7.0}}, {"samples", std::int64_t{50}}};
  const TargetUnderTest flower("flower", given, 5), sinusoids("sinusoids", given, 5);
  EXPECT_EQ(flower.set("train").outputs, sinusoids.set("train").outputs);
  EXPECT_EQ(flower.set("train").latents, sinusoids.set("train").inputs);
  EXPECT_EQ(flower.set("train").line_amplitude, sinusoids.set("train").line_amplitude);
  EXPECT_EQ(flower.set("train").axes.at(0).name, "z");
  EXPECT_EQ(flower.set("train").axes.at(0).period, 1.0);
}

TEST(Flower, BinaryLabelsAreTheSignalAboveThePapersThresholdOrTheCodes) {
  const Given signal = {{"frequencies", Reals{50.0}}, {"petals", std::int64_t{20}}};
  for (const double threshold : {0.5, 0.0}) {
    Given binary = signal;
    binary["output"] = std::string("binary");
    if (threshold != 0.5) binary["threshold"] = threshold;  // 0.5 is the default
    const TargetUnderTest labels("flower", binary), values("flower", signal);
    const Set &y = labels.set("train"), &lambda = values.set("train");
    EXPECT_EQ(y.inputs, lambda.inputs);
    EXPECT_TRUE(y.line_k.empty());
    double ones = 0.0;
    for (std::size_t j = 0; j < y.rows; ++j) {
      EXPECT_EQ(y.outputs[j], lambda.outputs[j] > threshold ? 1.0 : 0.0);
      ones += y.outputs[j] / 1000.0;
    }
    // sin exceeds c on the share 1/2 - asin(c)/pi of its period, here of 20 points.
    EXPECT_NEAR(ones, 0.5 - std::asin(threshold) / pi, 0.05);
  }
}

TEST(Targets, AnyChunkingGivesTheSameBytes) {
  TargetUnderTest sinusoids("sinusoids", {{"dense_samples", std::int64_t{333}}});
  expect_same_bytes_in_chunks(sinusoids);
  TargetUnderTest flower("flower", {{"samples", std::int64_t{123}}});
  expect_same_bytes_in_chunks(flower);
  TargetUnderTest quantized("quantized", {{"dense_samples", std::int64_t{1001}},
                                          {"sampling", std::string("random")},
                                          {"noise_std", 0.1},
                                          {"outside", 0.5}});
  expect_same_bytes_in_chunks(quantized);
  TargetUnderTest flipped("flipped-spectrum", {{"dense_samples", std::int64_t{101}}});
  expect_same_bytes_in_chunks(flipped);
  TargetUnderTest delta("delta", {});
  expect_same_bytes_in_chunks(delta);
  TargetUnderTest noise("white-noise", {{"inputs", std::string("flat")}});
  expect_same_bytes_in_chunks(noise);
}

}  // namespace
}  // namespace basso::test

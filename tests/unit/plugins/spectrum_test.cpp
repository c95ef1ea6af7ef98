// Probe spectrum against closed forms, direct sums and numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;
using Reals = std::vector<double>;
using Integers = std::vector<std::int64_t>;

// offset + sum of amplitude sin(2 pi k j / n + phase).
struct Sine {
  double k, amplitude, phase = 0.0;
};
Reals wave(std::size_t n, const std::vector<Sine>& sines, double offset = 0.0) {
  Reals y(n, offset);
  for (std::size_t j = 0; j < n; ++j)
    for (const Sine& s : sines)
      y[j] +=
          s.amplitude * std::sin(2.0 * pi * s.k * static_cast<double>(j) / static_cast<double>(n) + s.phase);
  return y;
}

Reals scaled(Reals y, double factor) {
  for (double& value : y) value *= factor;
  return y;
}

TEST(Spectrum, ASineAtABinHasItsAmplitudeThereAndNothingElsewhere) {
  const Reals y = wave(20, {{3.0, 0.7, 0.4}}, -2.0);
  ProbeUnderTest probe("spectrum", {}, {periodic_set("train", "train", y)});
  const auto seen = probe.observe({{"predictions:train", y}});
  Reals expected(11, 0.0);
  expected[0] = 2.0;
  expected[3] = 0.7;
  EXPECT_THAT(seen.at("magnitude"), Pointwise(DoubleNear(1e-13), expected));
  EXPECT_THAT(seen.at("target_magnitude"), Pointwise(DoubleNear(1e-13), expected));
  EXPECT_EQ(probe.series("magnitude").axes.at(0).values, even(11, 0.0, 1.0));
  EXPECT_EQ(probe.series("magnitude").axes.at(0).unit, "cycles per window");
}

TEST(Spectrum, AnAlternatingSignHasItsAmplitudeAtTheNyquistBin) {
  Reals y(8);
  for (std::size_t j = 0; j < 8; ++j) y[j] = j % 2 == 0 ? 1.5 : -1.5;
  ProbeUnderTest probe("spectrum", {}, {periodic_set("train", "train", y)});
  EXPECT_THAT(probe.observe({{"predictions:train", y}}).at("magnitude"),
              Pointwise(DoubleNear(1e-14), Reals{0.0, 0.0, 0.0, 0.0, 1.5}));
}

TEST(Spectrum, EveryMeasureAgreesWithNumpyOnRandomDataForOddAndEvenLengthsAndTwoOutputs) {
  std::mt19937 random(3);
  std::normal_distribution<double> normal;
  for (const std::size_t n : {51u, 50u}) {
    Reals target(2 * n), learned(2 * n);
    std::ostringstream script;
    script.precision(17);
    script << "import numpy as np\nn = " << n << "\nraw = np.array([";
    for (double& v : target) script << (v = normal(random)) << ",";
    for (double& v : learned) script << (v = normal(random)) << ",";
    script
        << "]).reshape(2, n, 2)\nf, t = np.fft.rfft(raw, axis=1).transpose(0, 2, 1)\nm = np.full(f.shape[1], "
           "2/n)\n"
        << "m[0] = 1/n\nif n % 2 == 0: m[-1] = 1/n\n"
        << "a = [m*abs(t), abs(t)/abs(f), abs(f-t)/abs(f), abs(abs(f)-abs(t))/n/(1e-5+abs(f)/n), m*abs(f)]\n"
        << "for v in np.array(a).ravel(): print(repr(float(v)))";
    ProbeUnderTest probe("spectrum", {}, {periodic_set("train", "train", target, 2)});
    const auto seen = probe.observe({{"predictions:train", learned}});
    ASSERT_EQ(probe.series("magnitude").axes.size(), 2u);
    EXPECT_EQ(probe.series("magnitude").axes[0].name, "output");
    std::istringstream said(run_python(script.str()));
    for (const char* name :
         {"magnitude", "normalised", "relative_error", "relative_error_magnitude", "target_magnitude"})
      for (const double value : seen.at(name)) {
        double expected = NAN;
        said >> expected;
        EXPECT_NEAR(value, expected, 1e-11 * (1.0 + std::fabs(expected))) << name;
      }
  }
}

TEST(Spectrum, AtTheLinesOfATargetItIsNormalisedByTheirAmplitudes) {
  const TargetUnderTest target("sinusoids", {{"amplitude_range", Reals{0.1, 1.0}}});
  ProbeUnderTest probe("spectrum", {{"at", std::string("lines")}}, {target.set("train")});
  const Reals& y = target.set("train").outputs;
  EXPECT_EQ(probe.series("normalised").axes.at(0).values, even(10, 5.0, 5.0));
  EXPECT_THAT(probe.observe({{"predictions:train", y}}).at("normalised"),
              Pointwise(DoubleNear(1e-12), Reals(10, 1.0)));
  const auto half = probe.observe({{"predictions:train", scaled(y, 0.5)}}, 1);
  EXPECT_THAT(half.at("normalised"), Pointwise(DoubleNear(1e-12), Reals(10, 0.5)));
  EXPECT_THAT(half.at("relative_error"), Pointwise(DoubleNear(1e-12), Reals(10, 0.5)));
  EXPECT_EQ(half.count("target_magnitude"), 0u);
}

TEST(Spectrum, AlongTheFlowerItIsTheSpectrumInTheLatentCoordinate) {
  const TargetUnderTest target("flower", {{"samples", std::int64_t{500}}});
  ProbeUnderTest probe("spectrum", {{"at", std::string("lines")}}, {target.set("train")});
  EXPECT_THAT(probe.observe({{"predictions:train", target.set("train").outputs}}).at("normalised"),
              Pointwise(DoubleNear(1e-12), Reals(10, 1.0)));
}

TEST(Spectrum, AConstantNetworkHasNoErrorOnlyWhereTheTargetsComponentVanishesAndOneElsewhere) {
  const Reals y = wave(30, {{4.0, 1.0}}, 2.0);
  ProbeUnderTest probe("spectrum", {{"bins", std::int64_t{6}}}, {periodic_set("train", "train", y)});
  const auto seen = probe.observe({{"predictions:train", Reals(30, 2.0)}});
  EXPECT_NEAR(seen.at("relative_error")[0], 0.0, 1e-14);
  EXPECT_NEAR(seen.at("relative_error")[4], 1.0, 1e-14);
  EXPECT_NEAR(seen.at("normalised")[4], 0.0, 1e-14);
  for (const std::size_t empty : {1u, 2u, 3u, 5u}) {
    EXPECT_TRUE(std::isnan(seen.at("relative_error")[empty]));
    EXPECT_TRUE(std::isnan(seen.at("relative_error_magnitude")[empty]));
    EXPECT_TRUE(std::isnan(seen.at("normalised")[empty]));
  }
}

TEST(Spectrum, ComparesNothingWithComponentsBelowTheFloorOfMeasuredData) {
  const Reals y = wave(30, {{4.0, 1.0}, {7.0, 1e-5}, {9.0, 1e-8}});
  const Reals network = wave(30, {{4.0, 0.5}, {9.0, 1e-3}});
  ProbeUnderTest probe("spectrum", {}, {periodic_set("train", "train", y)});
  const auto seen = probe.observe({{"predictions:train", network}});
  EXPECT_NEAR(seen.at("normalised")[4], 0.5, 1e-12);
  EXPECT_NEAR(seen.at("relative_error")[7], 1.0, 1e-9);
  for (const char* name : {"normalised", "relative_error", "relative_error_magnitude"})
    EXPECT_TRUE(std::isnan(seen.at(name)[9])) << name;
  EXPECT_NEAR(seen.at("magnitude")[9], 1e-3, 1e-12);
  EXPECT_NEAR(seen.at("target_magnitude")[9], 1e-8, 1e-12);
  ProbeUnderTest lower("spectrum", {{"floor", 1e-9}}, {periodic_set("train", "train", y)});
  EXPECT_NEAR(lower.observe({{"predictions:train", network}}).at("normalised")[9], 1e5, 1.0);
}

TEST(Spectrum, ComparesWithExactLinesHoweverSmall) {
  const TargetUnderTest target("sinusoids",
                               {{"frequencies", Reals{5.0, 10.0}}, {"amplitudes", Reals{1.0, 1e-8}}});
  ProbeUnderTest probe("spectrum", {{"at", std::string("lines")}}, {target.set("train")});
  const Reals& y = target.set("train").outputs;
  const auto seen = probe.observe({{"predictions:train", y}});
  EXPECT_THAT(seen.at("normalised"), Pointwise(DoubleNear(1e-5), Reals{1.0, 1.0}));
  EXPECT_THAT(seen.at("relative_error"), Pointwise(DoubleNear(1e-12), Reals{0.0, 0.0}));
}

TEST(Spectrum, AWrongPhaseShowsInTheComplexDifferenceOnly) {
  const Reals y = wave(40, {{3.0, 1.0}});
  ProbeUnderTest probe("spectrum", {{"at", std::string("list")}, {"frequencies", Integers{3}}},
                       {periodic_set("train", "train", y)});
  const auto seen = probe.observe({{"predictions:train", scaled(y, -1.0)}});
  EXPECT_NEAR(seen.at("relative_error")[0], 2.0, 1e-13);
  EXPECT_NEAR(seen.at("relative_error_magnitude")[0], 0.0, 1e-13);
}

TEST(Spectrum, PeaksAreTheFirstStrictLocalMaximaOfTheTargetsSpectrum) {
  const TargetUnderTest target("quantized", {{"samples", std::int64_t{120}}});
  const Set& train = target.set("train");
  const auto f = direct_transform(even(120, 0.0, 1.0 / 120.0), train.outputs, even(61, 0.0, 1.0));
  Reals expected;
  for (std::size_t k = 1; k + 1 < 40 && expected.size() < 6; ++k)
    if (std::abs(f[k - 1]) < std::abs(f[k]) && std::abs(f[k]) > std::abs(f[k + 1]))
      expected.push_back(static_cast<double>(k));
  ProbeUnderTest probe("spectrum", {{"at", std::string("peaks")}, {"bins", std::int64_t{40}}}, {train});
  EXPECT_EQ(probe.series("relative_error").axes.at(0).values, expected);
  ASSERT_FALSE(expected.empty());
  EXPECT_EQ(expected[0], 1.0);
}

TEST(Spectrum, BandPowersAreTheMeanSquareBelowAndAboveTheTrainingGridsNyquistFrequency) {
  const std::vector<Sine> sines = {{3.0, 0.8}, {8.0, 0.2, pi / 2.0}, {12.0, 0.6}, {32.0, 0.1, pi / 2.0}};
  const Reals y = wave(64, sines, 0.5);
  ProbeUnderTest probe(
      "spectrum", {},
      {periodic_set("train", "train", wave(16, {{3.0, 1.0}})), periodic_set("dense", "dense", y)});
  const auto seen =
      probe.observe({{"predictions:train", Reals(16, 1.0)}, {"predictions:dense", scaled(y, 2.0)}});
  const double below = 0.25 + 0.32 + 0.02, above = 0.18 + 0.01;  // k = 8 is the Nyquist frequency itself
  EXPECT_NEAR(seen.at("target_power_below_nyquist")[0], below, 1e-13);
  EXPECT_NEAR(seen.at("target_power_above_nyquist")[0], above, 1e-13);
  EXPECT_NEAR(seen.at("power_below_nyquist")[0], 4.0 * below, 1e-13);
  EXPECT_NEAR(seen.at("power_above_nyquist")[0], 4.0 * above, 1e-13);
  double mean_square = 0.0;
  for (const double v : y) mean_square += v * v / 64.0;
  EXPECT_NEAR(below + above, mean_square, 1e-13);
}

TEST(Spectrum, WhatIsNotWantedIsNotDeclared) {
  const ProbeUnderTest probe(
      "spectrum", {{"normalised", false}, {"relative_error_magnitude", false}, {"band_power", false}},
      {periodic_set("train", "train", Reals(8, 1.0)), periodic_set("d", "dense", Reals(16, 1.0))});
  EXPECT_TRUE(probe.has("magnitude") && probe.has("relative_error") && probe.has("target_magnitude"));
  for (const char* name : {"normalised", "relative_error_magnitude", "power_above_nyquist"})
    EXPECT_FALSE(probe.has(name)) << name;
}

TEST(Spectrum, RequestsThatMakeNoSenseAreRefusedWithASentence) {
  const auto refusal = [](const Given& given, const Set& set) {
    const Refusal said = ProbeUnderTest("spectrum", given, {set}).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    return said.sentence;
  };
  const Given at_lines = {{"at", std::string("lines")}};
  Set set = periodic_set("train", "train", wave(20, {{3.0, 1.0}}));
  EXPECT_THAT(refusal({{"set", std::string("dense")}}, set),
              HasSubstr("no set named 'dense'; its sets are: train"));
  EXPECT_THAT(refusal(at_lines, set), HasSubstr("states no exact lines"));
  EXPECT_THAT(refusal({{"at", std::string("list")}}, set), HasSubstr("frequencies: the list is empty"));
  EXPECT_THAT(refusal({{"at", std::string("list")}, {"frequencies", Integers{11}}}, set),
              HasSubstr("11 lies above the last bin of the set, 10"));
  EXPECT_THAT(refusal({{"at", std::string("peaks")}, {"peaks", std::int64_t{11}}}, set),
              HasSubstr("strict local maxima among its first 11 bins, not 11"));
  EXPECT_THAT(refusal(at_lines, TargetUnderTest("sinusoids", {{"samples", std::int64_t{60}}}).set("train")),
              HasSubstr("the line at 35.000000 is no bin of the set 'train'"));
  EXPECT_THAT(refusal(at_lines, TargetUnderTest("sinusoids", {{"frequencies", Reals{2.5}}}).set("train")),
              HasSubstr("the line at 2.500000 is no bin"));
  set.axes[0].values = even(20, 0.0, 0.05);
  set.axes[0].values[7] += 1e-3;
  EXPECT_THAT(refusal({}, set), HasSubstr("an axis of unequal steps"));
  set.axes.clear();
  EXPECT_THAT(refusal({}, set), HasSubstr("has 0 axes"));
}

}  // namespace
}  // namespace basso::test

// Probe projection-spectrum against the closed forms of the non-uniform transform.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::DoubleNear;
using testing::HasSubstr;
using testing::Pointwise;
using Reals = std::vector<double>;

// Rows without a grid: two inputs, one latent x, and the values y.
Set scattered(const Reals& x, const Reals& y) {
  Set set;
  set.rows = y.size();
  set.input_dim = 2;
  set.latent_dim = 1;
  for (std::size_t i = 0; i < y.size(); ++i) {
    set.inputs.push_back(-1.0);
    set.inputs.push_back(x[i]);
  }
  set.latents = x;
  set.outputs = y;
  return set;
}

TEST(ProjectionSpectrum, AConstantOnAnEvenGridIsOneAtMultiplesOfTheNumberOfPointsAndZeroElsewhere) {
  const Reals x = even(10, 0.0, 0.1);
  ProbeUnderTest probe("projection-spectrum", {{"frequencies", Reals{0, 1, 2, 3, 10, 20}}},
                       {scattered(x, Reals(10, 1.0))});
  const auto seen = probe.observe({{"predictions:train", Reals(10, 3.0)}});
  EXPECT_THAT(seen.at("magnitude"), Pointwise(DoubleNear(1e-12), Reals{3, 0, 0, 0, 3, 3}));
  EXPECT_THAT(seen.at("target_magnitude"), Pointwise(DoubleNear(1e-12), Reals{1, 0, 0, 0, 1, 1}));
  EXPECT_NEAR(seen.at("relative_error")[0], 2.0, 1e-12);
  EXPECT_TRUE(std::isnan(seen.at("relative_error")[1]));
  EXPECT_NEAR(seen.at("relative_error_magnitude")[0], 2.0 / (1.0 + 1e-5), 1e-12);
}

TEST(ProjectionSpectrum, TheRampOnAGridWithBothEndsHasItsCotangentForm) {
  const std::size_t n = 21;
  const Reals x = even(n, 0.0, 1.0 / 20.0), k = {1, 2, 3, 7};
  for (const bool latent : {true, false}) {
    Given given = {{"frequencies", k}};
    if (!latent)
      given = {{"frequencies", k}, {"coordinate", std::string("input")}, {"index", std::int64_t{1}}};
    ProbeUnderTest probe("projection-spectrum", given, {scattered(x, x)});
    const auto seen = probe.observe({{"predictions:train", x}});
    for (std::size_t i = 0; i < k.size(); ++i) {
      const double cotangent = 1.0 / std::tan(std::numbers::pi * k[i] / 20.0);
      EXPECT_NEAR(seen.at("magnitude")[i], std::abs(std::complex<double>(0.5, 0.5 * cotangent)) / 21.0,
                  1e-14);
      EXPECT_NEAR(seen.at("relative_error")[i], 0.0, 1e-13);
    }
  }
}

TEST(ProjectionSpectrum, ErrorsAreComplexOrOfModuliAsNamed) {
  const Reals x = {0.03, 0.2, 0.21, 0.5, 0.77, 0.9}, y = {1, -2, 0.5, 3, 1, -1}, z = {0, 1, 1, 2, -1, 0.3};
  const Reals k = {0.0, 0.5, 2.0};
  ProbeUnderTest probe("projection-spectrum", {{"frequencies", k}}, {scattered(x, y)});
  const auto seen = probe.observe({{"predictions:train", z}});
  const auto f = direct_transform(x, y, k), t = direct_transform(x, z, k);
  for (std::size_t i = 0; i < k.size(); ++i) {
    EXPECT_NEAR(seen.at("relative_error")[i], std::abs(f[i] - t[i]) / std::abs(f[i]), 1e-13);
    EXPECT_NEAR(seen.at("relative_error_magnitude")[i],
                std::fabs(std::abs(f[i]) - std::abs(t[i])) / 6.0 / (1e-5 + std::abs(f[i]) / 6.0), 1e-13);
  }
  EXPECT_EQ(probe.series("relative_error").axes.at(0).values, k);
  EXPECT_EQ(probe.observe({{"predictions:train", z}}, 1).count("target_magnitude"), 0u);
}

TEST(ProjectionSpectrum, RequestsThatMakeNoSenseAreRefusedWithASentence) {
  const Set set = scattered({0.1, 0.2}, {1.0, 2.0});
  const auto refusal = [&set](const Given& given) {
    const Refusal said = ProbeUnderTest("projection-spectrum", given, {set}).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"index", std::int64_t{1}}}),
              HasSubstr("the set 'train' has no latent coordinate 1; it has 1"));
  EXPECT_THAT(refusal({{"index", std::int64_t{2}}, {"coordinate", std::string("input")}}),
              HasSubstr("no input 2"));
  EXPECT_THAT(refusal({{"frequencies", Reals{}}}), HasSubstr("frequencies: the list is empty"));
}

}  // namespace
}  // namespace basso::test

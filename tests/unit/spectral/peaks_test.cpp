// Amplitudes, the peak picker and the two relative errors.
#include "spectral/peaks.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

#include "basso/error.hpp"
#include "spectral/fft.hpp"

namespace basso::spectral {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Magnitude, IsTheAmplitudeOfASineADcAndANyquistLine) {
  for (const std::size_t n : {100U, 101U}) {
    std::vector<double> y(n);
    for (std::size_t j = 0; j < n; ++j) {
      const double turn = 2.0 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(n);
      y[j] = 0.7 + 3.0 * std::sin(12.0 * turn + 0.4) + (n % 2 == 0 ? 0.25 * std::cos(50.0 * turn) : 0.0);
    }
    const FftPlan plan(n);
    std::vector<Complex> transform(plan.real_bins());
    plan.real_forward(y.data(), transform.data());
    const auto amplitudes = magnitude(transform, n);
    ASSERT_EQ(amplitudes.size(), 51U);
    EXPECT_NEAR(amplitudes[0], 0.7, 1e-14);
    EXPECT_NEAR(amplitudes[12], 3.0, 1e-13);
    EXPECT_NEAR(amplitudes[50], n % 2 == 0 ? 0.25 : 0.0, 1e-13);
    EXPECT_NEAR(amplitudes[20], 0.0, 1e-13);
  }
}

TEST(Magnitude, RefusesMoreBinsThanHalfTheTransform) {
  const std::vector<std::complex<double>> seven(7);
  EXPECT_THROW(magnitude(seven, 10), Error);
  EXPECT_THROW(magnitude({}, 0), Error);
}

TEST(PeakBins, AreStrictLocalMaximaWithoutDcAndTheLast) {
  const std::vector<double> spectrum = {9, 1, 2, 1, 3, 3, 1, 4, 0, 5};
  EXPECT_THAT(peak_bins(spectrum, 100), ElementsAre(2, 7));  // 3, 3 is flat; 9 is DC; 5 is the last
}

TEST(PeakBins, AreSoughtAmongTheFirstBinsOnly) {
  const std::vector<double> spectrum = {0, 1, 0, 2, 0, 3, 0};
  EXPECT_THAT(peak_bins(spectrum, 5), ElementsAre(1, 3));
  EXPECT_THAT(peak_bins(spectrum, 4), ElementsAre(1));  // bin 3 is then the last
  EXPECT_THAT(peak_bins(spectrum, 2), IsEmpty());
  EXPECT_THAT(peak_bins({}, 40), IsEmpty());
}

TEST(RelativeError, OfComplexValuesSeesAWrongPhase) {
  const std::complex<double> target(3.0, 4.0);
  EXPECT_DOUBLE_EQ(relative_error(target, -target), 2.0);
  EXPECT_DOUBLE_EQ(relative_error(target, {0.0, 0.0}), 1.0);
  EXPECT_EQ(relative_error(target, target), 0.0);
  EXPECT_TRUE(std::isinf(relative_error({0.0, 0.0}, target)));
  EXPECT_TRUE(std::isnan(relative_error({0.0, 0.0}, {0.0, 0.0})));
}

TEST(RelativeError, OfMagnitudesIgnoresThePhaseAndHasAnOffset) {
  const std::complex<double> target(3.0, 4.0);
  EXPECT_EQ(relative_error_magnitude(target, -target), 0.0);
  EXPECT_DOUBLE_EQ(relative_error_magnitude(target, {0.0, 2.0}), 3.0 / (1e-5 + 5.0));
  EXPECT_DOUBLE_EQ(relative_error_magnitude({0.0, 0.0}, {1e-5, 0.0}), 1.0);
}

}  // namespace
}  // namespace basso::spectral

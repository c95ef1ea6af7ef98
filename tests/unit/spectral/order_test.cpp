// Order statistics against scipy and numpy, run at test time, and against small cases by hand.
#include "spectral/order.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <sstream>
#include <vector>

#include "basso/error.hpp"
#include "support/python.hpp"

namespace basso::spectral {
namespace {

constexpr double inf = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

using Values = std::vector<double>;

// One number of Python's output; its repr writes nan and inf, which operator>> does not read.
double read_number(std::istream& in) {
  std::string word;
  in >> word;
  return word.empty() ? nan : std::strtod(word.c_str(), nullptr);
}

Values read_numbers(std::istream& in, std::size_t n) {
  Values values(n);
  for (double& value : values) value = read_number(in);
  return values;
}

TEST(KendallTauB, IsScipysWithTiesAndInfinities) {
  std::istringstream cases(test::run_python(R"(
import numpy as np, scipy.stats as st
r = np.random.default_rng(1)
for case in range(200):
    n = int(r.integers(2, 40))
    x = r.integers(0, int(r.integers(1, 12)) + 1, n).astype(float)
    y = r.integers(0, 9, n) * r.choice([-1.0, 1.0]) if case % 2 else r.normal(size=n) + 0.3 * x
    y = np.where(r.random(n) < 0.2 * (case % 3), np.inf, y)
    print(n, *x, *y, st.kendalltau(x, y, variant='b').statistic)
)"));
  int compared = 0;
  for (std::size_t n = 0; cases >> n; ++compared) {
    const Values x = read_numbers(cases, n), y = read_numbers(cases, n);
    const double expected = read_number(cases);
    const double tau = kendall_tau_b(x, y);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(tau)) << "case " << compared;
    } else {
      EXPECT_NEAR(tau, expected, 1e-14) << "case " << compared;
    }
  }
  EXPECT_EQ(compared, 200);
}

TEST(KendallTauB, OfStrictlyRisingPairsIsOneAlsoWhenTheLastNeverCrossed) {
  EXPECT_EQ(kendall_tau_b(Values{1, 2, 3, 4}, Values{10, 20, 30, inf}), 1.0);
  EXPECT_EQ(kendall_tau_b(Values{1, 2, 3, 4}, Values{5, 4, 3, 2}), -1.0);
}

TEST(KendallTauB, IsNaNWithoutTwoDifferentValuesOrWithANaN) {
  EXPECT_TRUE(std::isnan(kendall_tau_b(Values{1, 2, 3}, Values{inf, inf, inf})));
  EXPECT_TRUE(std::isnan(kendall_tau_b(Values{1, 2, 3}, Values{1, nan, 3})));
  EXPECT_TRUE(std::isnan(kendall_tau_b(Values{}, Values{})));
  EXPECT_THROW(kendall_tau_b(Values{1, 2}, Values{1}), Error);
}

TEST(Prominences, AreScipys) {
  std::istringstream cases(test::run_python(R"(
import numpy as np, scipy.signal as sg
r = np.random.default_rng(2)
for case in range(200):
    n = int(r.integers(1, 60))
    y = r.integers(0, 6, n).astype(float) if case % 2 else np.cumsum(r.normal(size=n))
    found = sg.peak_prominences(y, sg.find_peaks(y)[0])[0]
    print(n, *y, len(found), *found)
)"));
  int compared = 0;
  for (std::size_t n = 0; cases >> n; ++compared) {
    const Values y = read_numbers(cases, n);
    std::size_t count = 0;
    cases >> count;
    const Values expected = read_numbers(cases, count), found = prominences(y);
    ASSERT_EQ(found.size(), count) << "case " << compared;
    for (std::size_t i = 0; i < count; ++i) EXPECT_NEAR(found[i], expected[i], 1e-14) << "case " << compared;
  }
  EXPECT_EQ(compared, 200);
}

TEST(Prominences, OfTheEndsThereAreNone) {
  EXPECT_TRUE(prominences(Values{3, 2, 1}).empty());
  EXPECT_TRUE(prominences(Values{1, 2, 2}).empty());
  EXPECT_TRUE(prominences(Values{}).empty());
  EXPECT_EQ(prominences(Values{0, 3, 1, 2, 1}), (Values{2, 1}));
}

TEST(CrossingIndex, IsTheFirstOfTheRecordingsThatHold) {
  const Values v = {1.0, 0.2, 0.9, 0.1, 0.1, 0.1, 0.9};
  EXPECT_EQ(crossing_index(v, 0.5, Side::below, 1), 1.0);
  EXPECT_EQ(crossing_index(v, 0.5, Side::below, 2), 3.0);
  EXPECT_EQ(crossing_index(v, 0.5, Side::below, 3), 3.0);
  EXPECT_EQ(crossing_index(v, 0.5, Side::below, 4), inf);
  EXPECT_EQ(crossing_index(v, 0.9, Side::above, 1), 0.0);
  EXPECT_EQ(crossing_index(v, 1.5, Side::above, 1), inf);
}

TEST(CrossingIndex, NeverHoldsOnNaNNorOnASeriesThatEndsTooEarly) {
  EXPECT_EQ(crossing_index(Values{0.1, nan, 0.1}, 0.5, Side::below, 2), inf);
  EXPECT_EQ(crossing_index(Values{nan, nan}, 0.5, Side::above, 1), inf);
  EXPECT_EQ(crossing_index(Values{1.0, 0.1}, 0.5, Side::below, 2), inf);
  EXPECT_EQ(crossing_index(Values{}, 0.5, Side::below, 1), inf);
  EXPECT_THROW(crossing_index(Values{0.1}, 0.5, Side::below, 0), Error);
}

TEST(CrossingIndex, TakesTheLevelItselfAsAbove) {
  EXPECT_EQ(crossing_index(Values{0.5}, 0.5, Side::below, 1), inf);
  EXPECT_EQ(crossing_index(Values{0.5}, 0.5, Side::above, 1), 0.0);
}

TEST(Quantile, IsNumpysLinearOne) {
  std::istringstream cases(test::run_python(R"(
import numpy as np
r = np.random.default_rng(2)
for case in range(100):
    v = r.normal(size=int(r.integers(1, 30)))
    q = float(r.choice([0.0, 0.25, 0.5, 0.75, 1.0, r.random()]))
    print(len(v), *v.tolist(), q, np.quantile(v, q))
)"));
  int compared = 0;
  for (std::size_t n = 0; cases >> n; ++compared) {
    const Values v = read_numbers(cases, n);
    const double q = read_number(cases);
    EXPECT_NEAR(quantile(v, q), read_number(cases), 1e-14) << "case " << compared;
  }
  EXPECT_EQ(compared, 100);
}

TEST(Quantile, CarriesInfinityAndNaN) {
  EXPECT_EQ(median(Values{1.0, 2.0, inf}), 2.0);
  EXPECT_EQ(median(Values{1.0, inf}), inf);
  EXPECT_EQ(median(Values{inf, inf, 1.0, inf}), inf);
  EXPECT_TRUE(std::isnan(median(Values{1.0, nan, 2.0})));
  EXPECT_TRUE(std::isnan(median(Values{})));
  EXPECT_THROW(quantile(Values{1.0}, 1.5), Error);
}

TEST(LogLogFit, RecoversAPowerLaw) {
  Values x, y;
  for (int i = 1; i <= 40; ++i) {
    x.push_back(i);
    y.push_back(3.0 * std::pow(i, -2.5));
  }
  const LogLogFit fit = log_log_fit(x, y);
  EXPECT_NEAR(fit.slope, -2.5, 1e-13);
  EXPECT_NEAR(fit.intercept, std::log(3.0), 1e-13);
}

TEST(LogLogFit, IsNumpysPolyfitOfLogarithms) {
  std::istringstream reference(test::run_python(R"(
import numpy as np
r = np.random.default_rng(3)
x, y = np.exp(r.normal(size=25)), np.exp(r.normal(size=25))
print(25, *x.tolist(), *y.tolist(), *np.polyfit(np.log(x), np.log(y), 1))
)"));
  std::size_t n = 0;
  reference >> n;
  const Values x = read_numbers(reference, n), y = read_numbers(reference, n);
  const LogLogFit fit = log_log_fit(x, y);
  EXPECT_NEAR(fit.slope, read_number(reference), 1e-12);
  EXPECT_NEAR(fit.intercept, read_number(reference), 1e-12);
}

TEST(LogLogFit, IsNaNWhereALogarithmOrASlopeIsMissing) {
  EXPECT_TRUE(std::isnan(log_log_fit(Values{1, 2}, Values{1, 0}).slope));
  EXPECT_TRUE(std::isnan(log_log_fit(Values{1, 2}, Values{1, nan}).slope));
  EXPECT_TRUE(std::isnan(log_log_fit(Values{1, 2}, Values{1, inf}).slope));
  EXPECT_TRUE(std::isnan(log_log_fit(Values{3, 3}, Values{1, 2}).slope));
  EXPECT_TRUE(std::isnan(log_log_fit(Values{}, Values{}).slope));
}

}  // namespace
}  // namespace basso::spectral

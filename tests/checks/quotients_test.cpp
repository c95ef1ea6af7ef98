// Derivatives from values alone, against derivatives in closed form.
#include "check/quotients.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace basso::check {
namespace {

constexpr double kFar = std::numeric_limits<double>::infinity();

// Quotients of f at x, of which each is smooth within `reach`.
template <class F>
std::vector<Quotient> quotients(F&& f, const std::vector<double>& x, double reach) {
  Moved moved;
  moved.values = [&](double offset) {
    std::vector<double> values;
    for (const double each : x) values.push_back(f(each + offset));
    return values;
  };
  moved.reach.assign(x.size(), reach);
  moved.noise.assign(x.size(), std::numeric_limits<double>::epsilon());
  for (const double each : x) moved.place.push_back(std::abs(each));
  return difference_quotients(moved);
}

std::vector<double> points() {
  std::vector<double> x;
  for (int i = -50; i <= 50; ++i) x.push_back(0.173 * i);
  return x;
}

TEST(DifferenceQuotients, FindTheDerivativeOfSlowAndOfFastFunctions) {
  for (const double omega : {0.01, 1.0, 30.0, 1'000.0}) {
    const std::vector<double> x = points();
    const auto found = quotients([&](double at) { return std::sin(omega * at); }, x, kFar);
    for (std::size_t i = 0; i < x.size(); ++i)
      EXPECT_NEAR(found[i].value, omega * std::cos(omega * x[i]), 1e-8 * omega) << omega << " " << x[i];
  }
}

TEST(DifferenceQuotients, StateAnErrorThatTheirErrorDoesNotExceed) {
  for (const double omega : {0.01, 1.0, 30.0, 1'000.0}) {
    const std::vector<double> x = points();
    const auto found = quotients([&](double at) { return std::sin(omega * at); }, x, kFar);
    for (std::size_t i = 0; i < x.size(); ++i) {
      EXPECT_LE(std::abs(found[i].value - omega * std::cos(omega * x[i])), 10 * found[i].error);
      EXPECT_LE(found[i].error, 1e-6 * omega);
    }
  }
}

TEST(DifferenceQuotients, DoNotReachOverAKink) {
  const auto found = quotients([](double at) { return std::abs(at); }, {-0.01, 0.01}, 0.01);
  EXPECT_NEAR(found[0].value, -1, 1e-9);
  EXPECT_NEAR(found[1].value, 1, 1e-9);
}

// The second derivative of x / (1 + |x|) jumps at 0: differences over 0 are off by a multiple of h.
TEST(DifferenceQuotients, StateAnErrorThatHoldsWhereTheSecondDerivativeJumps) {
  std::vector<double> x;
  for (double each = 1e-6; each < 2; each *= 1.013) x.push_back(each), x.push_back(-each);
  const auto found = quotients([](double at) { return at / (1 + std::abs(at)); }, x, kFar);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double slope = std::pow(1 + std::abs(x[i]), -2);
    EXPECT_LE(std::abs(found[i].value - slope), 10 * found[i].error) << x[i];
    EXPECT_LE(found[i].error, 1e-4) << x[i];
  }
}

TEST(DifferenceQuotients, AdmitThatNoStepWasShortEnough) {
  const auto found = quotients([](double at) { return at; }, {0.0}, 1e-12);
  EXPECT_EQ(found[0].error, kFar);
}

}  // namespace
}  // namespace basso::check

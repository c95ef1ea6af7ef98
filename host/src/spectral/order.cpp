// Order statistics (see order.hpp).
#include "spectral/order.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "basso/error.hpp"

namespace basso::spectral {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

bool has_nan(std::span<const double> values) {
  return std::any_of(values.begin(), values.end(), [](double v) { return std::isnan(v); });
}

void require_pairs(std::span<const double> x, std::span<const double> y, const char* what) {
  if (x.size() == y.size()) return;
  throw Error(Exit::usage, std::string(what) + " pairs each x with a y: got " + std::to_string(x.size()) +
                               " and " + std::to_string(y.size()) + " values");
}

// Comparison that treats equal infinities as equal, without their difference.
int sign_of_difference(double a, double b) { return (a > b) - (a < b); }

}  // namespace

double kendall_tau_b(std::span<const double> x, std::span<const double> y) {
  require_pairs(x, y, "Kendall's tau-b");
  if (has_nan(x) || has_nan(y)) return nan;
  double balance = 0.0, untied_x = 0.0, untied_y = 0.0;  // counts of pairs, exact in a double
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const int dx = sign_of_difference(x[i], x[j]), dy = sign_of_difference(y[i], y[j]);
      balance += dx * dy;
      untied_x += dx != 0;
      untied_y += dy != 0;
    }
  }
  if (untied_x == 0.0 || untied_y == 0.0) return nan;
  return std::clamp(balance / std::sqrt(untied_x * untied_y), -1.0, 1.0);
}

double crossing_index(std::span<const double> values, double level, Side side, std::size_t hold) {
  if (hold == 0) throw Error(Exit::usage, "a crossing must hold for at least 1 recording, got hold = 0");
  std::size_t held = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const bool holds = side == Side::below ? values[i] < level : values[i] >= level;
    held = holds ? held + 1 : 0;
    if (held == hold) return static_cast<double>(i + 1 - hold);
  }
  return infinity;
}

std::vector<double> prominences(std::span<const double> values) {
  // Least of the values from `from` on in steps of `step`, as far as none is higher than `top`.
  const auto least = [&](std::size_t from, int step, double top) {
    double low = top;
    for (std::size_t i = from; i < values.size() && values[i] <= top; i += static_cast<std::size_t>(step))
      low = std::min(low, values[i]);
    return low;
  };
  std::vector<double> found;
  for (std::size_t i = 1; i + 1 < values.size(); ++i) {
    if (!(values[i - 1] < values[i])) continue;
    std::size_t end = i;  // of a flat top
    while (end + 1 < values.size() && values[end + 1] == values[i]) ++end;
    if (end + 1 == values.size() || values[end + 1] > values[i]) continue;
    found.push_back(values[i] - std::max(least(i, -1, values[i]), least(end, 1, values[i])));
  }
  return found;
}

double quantile(std::span<const double> values, double q) {
  if (!(q >= 0.0 && q <= 1.0)) {
    throw Error(Exit::usage, "a quantile lies in [0, 1], got " + std::to_string(q));
  }
  if (values.empty() || has_nan(values)) return nan;
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  const double position = q * static_cast<double>(sorted.size() - 1);
  const auto lower = static_cast<std::size_t>(position);
  const double fraction = position - static_cast<double>(lower);
  const double a = sorted[lower];
  const double b = sorted[std::min(lower + 1, sorted.size() - 1)];
  if (fraction == 0.0 || a == b) return a;
  return a + fraction * (b - a);
}

double median(std::span<const double> values) { return quantile(values, 0.5); }

LogLogFit log_log_fit(std::span<const double> x, std::span<const double> y) {
  require_pairs(x, y, "a log-log fit");
  const auto usable = [](double v) { return v > 0.0 && std::isfinite(v); };
  if (x.empty() || !std::all_of(x.begin(), x.end(), usable) || !std::all_of(y.begin(), y.end(), usable)) {
    return {nan, nan};
  }
  const auto n = static_cast<double>(x.size());
  double mean_x = 0.0, mean_y = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    mean_x += std::log(x[i]) / n;
    mean_y += std::log(y[i]) / n;
  }
  if (std::adjacent_find(x.begin(), x.end(), std::not_equal_to<>()) == x.end()) return {nan, nan};
  double covariance = 0.0, variance = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double dx = std::log(x[i]) - mean_x;
    covariance += dx * (std::log(y[i]) - mean_y);
    variance += dx * dx;
  }
  const double slope = covariance / variance;
  return {slope, mean_y - slope * mean_x};
}

}  // namespace basso::spectral

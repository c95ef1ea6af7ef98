// Richardson's extrapolation on halved steps: D(h) = f' + c2 h^2 + c4 h^4 + …, so that
// R[j] = R[j-1](h/2) + (R[j-1](h/2) - R[j-1](h)) / (4^j - 1) has lost the first j terms.
#include "check/quotients.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace basso::check {
namespace {

constexpr std::size_t kSteps = 28;
constexpr std::size_t kOrders = 6;
constexpr std::size_t kAnchor = 17;    // the step 2^-18
constexpr std::size_t kWitnesses = 6;  // shorter steps that must bear an estimate out
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

struct Column {
  std::array<double, kSteps> value{};
  std::array<double, kSteps> noise{};  // of the value, from rounding
};

// By how much the estimate at `k` misses what the next shorter steps say, beyond their rounding. Two steps
// may agree by chance where f'' jumps between them: over x / (1 + |x|) at 0.001 differences pass from falling
// with h to falling with h^2, and turn on the way.
double against_shorter(const Column& estimates, std::size_t k, std::size_t end) {
  double most = 0;
  for (std::size_t other = k + 1; other < std::min(end, k + 1 + kWitnesses); ++other)
    most = std::max(most, std::abs(estimates.value[k] - estimates.value[other]) - estimates.noise[other]);
  return most;
}

// Differences at one point, the longest step first; those beyond its reach are left out by `first`.
Quotient extrapolate(Column column, std::size_t first) {
  Quotient best{0, std::numeric_limits<double>::infinity()};
  // Long steps over a narrow bump may agree with each other and know nothing of it: a short step has a say.
  const double anchor = (4 * column.value[kAnchor + 1] - column.value[kAnchor]) / 3;
  const double anchor_noise = 2 * column.noise[kAnchor + 1];
  const auto beside_anchor = [&](double value) {
    return first <= kAnchor ? std::max(0.0, std::abs(value - anchor) - anchor_noise) : 0.0;
  };
  for (std::size_t order = 1; order <= kOrders; ++order) {
    Column next;
    const double weight = 1 / (std::pow(4.0, static_cast<double>(order)) - 1);
    for (std::size_t k = first; k + order < kSteps; ++k) {
      const double coarse = column.value[k], fine = column.value[k + 1];
      next.value[k] = fine + (fine - coarse) * weight;
      next.noise[k] = column.noise[k + 1] + (column.noise[k + 1] + column.noise[k]) * weight;
    }
    for (std::size_t k = first; k + order < kSteps; ++k) {
      const double value = next.value[k];
      const double change =
          std::max(std::abs(value - column.value[k + 1]), std::abs(value - column.value[k]));
      const double error =
          std::max(change, against_shorter(next, k, kSteps - order)) + next.noise[k] + beside_anchor(value);
      if (error < best.error) best = {value, error};
    }
    column = next;
  }
  return best;
}

}  // namespace

std::vector<Quotient> difference_quotients(const Moved& f) {
  const std::size_t n = f.reach.size();
  std::vector<Column> columns(n);
  for (std::size_t k = 0; k < kSteps; ++k) {
    const double h = f.unit * std::ldexp(1.0, -static_cast<int>(k) - 1);
    const std::vector<double> above = f.values(h), below = f.values(-h);
    for (std::size_t i = 0; i < n; ++i) {
      const double slope = (above[i] - below[i]) / (2 * h);
      const double rounding = f.noise[i] + kEpsilon * (f.place[i] * std::abs(slope) + std::abs(above[i]));
      columns[i].value[k] = slope;
      columns[i].noise[k] = 2 * rounding / h;
    }
  }
  std::vector<Quotient> result(n);
  for (std::size_t i = 0; i < n; ++i) {
    std::size_t first = 0;
    while (first < kSteps && f.unit * std::ldexp(1.0, -static_cast<int>(first) - 1) >= f.reach[i]) ++first;
    result[i] = extrapolate(columns[i], first);
  }
  return result;
}

}  // namespace basso::check

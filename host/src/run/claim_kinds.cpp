// The kinds of claims: order, trend, compare, bound, interior_minimum, slope, disagreement.
#include "run/claim_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <span>

#include "spectral/order.hpp"

namespace basso {

namespace {

// Values along the claim's axis, in its order; of a trend along another series x are the values of that.
struct Curve {
  std::size_t group = 0;
  std::vector<double> x, y;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Entries that count as the end of a curve: the last tenth, at least one.
std::size_t tail_length(std::size_t count) { return std::max<std::size_t>(1, count / 10); }

double tail_median(const std::vector<double>& values) {
  const std::size_t tail = tail_length(values.size());
  return spectral::median(std::span(values).last(tail));
}

double combined(const ClaimSettings& claim, const std::vector<double>& values) {
  return claim.combine == "mean" ? mean_of(values) : spectral::median(values);
}

spectral::Side side_of(const ClaimSettings& claim) {
  return claim.direction == "below" ? spectral::Side::below : spectral::Side::above;
}

// How many maxima rise out of the curve by the claim's level or more.
double oscillations_of(const ClaimSettings& claim, const std::vector<double>& values) {
  const std::vector<double> rises = spectral::prominences(values);
  return static_cast<double>(
      std::count_if(rises.begin(), rises.end(), [&](double rise) { return rise >= claim.level; }));
}

// How far the highest of them does; 0 without one.
double swing_of(const std::vector<double>& values) {
  const std::vector<double> rises = spectral::prominences(values);
  return rises.empty() ? 0 : *std::max_element(rises.begin(), rises.end());
}

// The greatest ratio of a value to the least one before it; 1 for a curve that never rises.
double rebound_of(const std::vector<double>& values) {
  double least = values[0], greatest = 1;
  for (const double value : values) {
    if (value <= 0) throw NotEvaluated{"a value is not positive, so that there is no ratio to it"};
    least = std::min(least, value);
    greatest = std::max(greatest, value / least);
  }
  return greatest;
}

// How far the least value lies below the start and the end of the curve, as a share of it; 0 where it lies
// there.
double dip_of(const std::vector<double>& values) {
  const std::size_t count = values.size();
  if (count < 3) throw NotEvaluated{"fewer than three entries have no interior"};
  const auto least = std::min_element(values.begin(), values.end());
  if (*least <= 0) throw NotEvaluated{"a value is not positive, so that a dip has no depth"};
  const auto position = static_cast<std::size_t>(least - values.begin());
  if (position == 0 || position + tail_length(count) >= count) return 0;
  return std::min(values.front(), tail_median(values)) / *least - 1;
}

// One number out of a cell's recordings.
double reduced(const ClaimSettings& claim, const Cell& cell) {
  const auto [least, greatest] = std::minmax_element(cell.values.begin(), cell.values.end());
  if (claim.reduce == "best_min") return *least;
  if (claim.reduce == "best_max") return *greatest;
  if (claim.reduce == "median_tail") return tail_median(cell.values);
  if (claim.reduce == "mean") return mean_of(cell.values);
  if (claim.reduce == "first_crossing")
    return cell.steps.empty() ? cell.values[0] : crossing_step(claim, cell);
  if (claim.reduce == "oscillations") return oscillations_of(claim, cell.values);
  if (claim.reduce == "swing") return swing_of(cell.values);
  if (claim.reduce == "rebound") return rebound_of(cell.values);
  if (claim.reduce == "dip") return dip_of(cell.values);
  return cell.values.back();
}

// Each group's values along the claim's axis; along the recordings every cell is a curve of its own.
std::vector<Curve> curves_of(const ClaimSettings& claim, const std::vector<Cell>& cells) {
  std::vector<Curve> curves;
  if (claim.axis == "recording") {
    for (const Cell& cell : cells) curves.push_back({cell.group, cell.steps, cell.values});
    return curves;
  }
  std::map<std::size_t, std::vector<std::pair<double, double>>> groups;
  for (const Cell& cell : cells) groups[cell.group].emplace_back(cell.axis_value, reduced(claim, cell));
  for (auto& [group, pairs] : groups) {
    std::stable_sort(pairs.begin(), pairs.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Curve curve{group, {}, {}};
    for (const auto& [x, y] : pairs) {
      curve.x.push_back(x);
      curve.y.push_back(y);
    }
    curves.push_back(std::move(curve));
  }
  return curves;
}

// The mean or median of the curves, as far as all of them go.
Curve combined_curve(const ClaimSettings& claim, const std::vector<Curve>& curves) {
  std::size_t length = curves[0].x.size();
  for (const Curve& curve : curves) length = std::min(length, curve.x.size());
  Curve result{0, {}, {}};
  for (std::size_t i = 0; i < length; ++i) {
    std::vector<double> values;
    for (const Curve& curve : curves) {
      if (curve.x[i] != curves[0].x[i])
        throw NotEvaluated{"the points recorded at different steps; select one"};
      values.push_back(curve.y[i]);
    }
    result.x.push_back(curves[0].x[i]);
    result.y.push_back(combined(claim, values));
  }
  return result;
}

double rank_correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const double tau = spectral::kendall_tau_b(x, y);
  if (std::isnan(tau)) throw NotEvaluated{"all values are equal, so there is no order to judge"};
  return tau;
}

[[noreturn]] void refuse_never(const ClaimSettings& claim) {
  throw NotEvaluated{fmt::format("nothing crosses {}: every crossing is \"never\"", claim.level)};
}

bool is_infinite(double step) { return std::isinf(step); }

// Crossings of which there are none have neither shape nor size.
void check_crossings(const ClaimSettings& claim, std::span<const double> steps) {
  if (claim.reduce == "first_crossing" && std::all_of(steps.begin(), steps.end(), is_infinite))
    refuse_never(claim);
}

double order_of(const ClaimSettings& claim, const std::vector<Cell>& cells) {
  std::vector<double> x, crossings;
  for (const Cell& cell : cells) {
    x.push_back(cell.axis_value);
    crossings.push_back(crossing_step(claim, cell));
  }
  if (std::all_of(crossings.begin(), crossings.end(), is_infinite)) {
    refuse_never(claim);
  }
  return rank_correlation(x, crossings);
}

double slope_of(const ClaimSettings& claim, const Curve& curve) {
  const std::size_t skip = claim.axis == "recording" && curve.x.front() == 0 ? 1 : 0;  // log 0
  check_crossings(claim, curve.y);
  const double slope =
      spectral::log_log_fit(std::span(curve.x).subspan(skip), std::span(curve.y).subspan(skip)).slope;
  if (std::isnan(slope))
    throw NotEvaluated{"a value is not positive and finite, so that it has no logarithm"};
  return slope;
}

double curve_statistic(const ClaimSettings& claim, const Curve& curve) {
  if (claim.kind == "interior_minimum") {
    check_crossings(claim, curve.y);
    return dip_of(curve.y);
  }
  if (claim.kind == "slope") return slope_of(claim, curve);
  return rank_correlation(curve.x, curve.y) * (claim.direction == "falling" ? -1 : 1);
}

double compared(const ClaimSettings& claim, double first, double second) {
  check_crossings(claim, std::array{first, second});
  const double value = claim.by == "ratio" ? first / second : first - second;
  if (std::isnan(value) || (claim.by == "ratio" && second == 0)) {
    throw NotEvaluated{fmt::format("{} and {} have no {}", first, second, claim.by)};
  }
  return value;
}

// What `evaluate` cannot evaluate, it cannot of the group.
template <class Evaluate>
Statistic of_group(std::size_t group, Evaluate evaluate) {
  try {
    return {evaluate(), group};
  } catch (NotEvaluated& reason) {
    reason.group = group;
    throw;
  }
}

std::vector<Statistic> order_statistics(const ClaimSettings& claim, const std::vector<Cell>& cells) {
  std::map<std::size_t, std::vector<Cell>> groups;
  for (const Cell& cell : cells) groups[cell.group].push_back(cell);
  std::vector<Statistic> all;
  for (const auto& entry : groups)
    all.push_back(of_group(entry.first, [&] { return order_of(claim, entry.second); }));
  return all;
}

std::vector<Curve> combined_curves(const ClaimSettings& claim, const std::vector<Cell>& cells) {
  const std::vector<Curve> curves = curves_of(claim, cells);
  if (claim.combine == "worst" || curves.size() == 1) return curves;
  return {combined_curve(claim, curves)};
}

std::vector<Statistic> curve_statistics(const ClaimSettings& claim, const std::vector<Cell>& cells,
                                        const std::vector<Cell>& second) {
  std::vector<Curve> curves = combined_curves(claim, cells);
  if (!second.empty()) {  // a trend along what another series has at these entries
    const std::vector<Curve> others = combined_curves(claim, second);
    for (std::size_t i = 0; i < curves.size(); ++i) {
      if (others.size() != curves.size() || curves[i].x != others[i].x)
        throw NotEvaluated{"the two series were recorded at different steps"};
      curves[i].x = others[i].y;
    }
  }
  std::vector<Statistic> all;
  for (const Curve& curve : curves)
    all.push_back(of_group(curve.group, [&] { return curve_statistic(claim, curve); }));
  return all;
}

std::vector<double> scalars(const ClaimSettings& claim, const std::vector<Cell>& cells) {
  std::vector<double> values;
  for (const Cell& cell : cells) values.push_back(reduced(claim, cell));
  if (claim.combine != "worst" && values.size() > 1) values = {combined(claim, values)};
  return values;
}

std::vector<Statistic> scalar_statistics(const ClaimSettings& claim, const std::vector<Cell>& cells,
                                         const std::vector<Cell>& second) {
  const std::vector<double> values = scalars(claim, cells);
  const std::vector<double> others = second.empty() ? std::vector<double>{} : scalars(claim, second);
  std::vector<Statistic> all;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double value =
        others.empty() ? values[i] : compared(claim, values[i], others[others.size() == 1 ? 0 : i]);
    if (std::isnan(value)) throw NotEvaluated{"a value is not a number"};
    all.push_back({value, i});
  }
  return all;
}

// Each recording beside that of the other series.
std::vector<Statistic> recording_statistics(const ClaimSettings& claim, const std::vector<Cell>& cells,
                                            const std::vector<Cell>& second) {
  std::vector<Statistic> all;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Cell& other = second[second.size() == 1 ? 0 : i];
    if (cells[i].steps != other.steps)
      throw NotEvaluated{"the two series were recorded at different steps", i};
    for (std::size_t r = 0; r < other.values.size(); ++r) {
      try {
        all.push_back({compared(claim, cells[i].values[r], other.values[r]), i, other.steps[r]});
      } catch (const NotEvaluated& reason) {
        throw NotEvaluated{fmt::format("at step {}, {}", other.steps[r], reason.why), i};
      }
    }
  }
  return all;
}

// The share of entries whose last values lie on different sides of the level in two repeats.
double disagreement_of(const ClaimSettings& claim, const std::vector<Cell>& cells,
                       const std::vector<Cell>& first) {
  std::size_t apart = 0;
  for (std::size_t i = 0; i < cells.size(); ++i)
    apart += (cells[i].values.back() >= claim.level) != (first[i].values.back() >= claim.level) ? 1u : 0u;
  return static_cast<double>(apart) / static_cast<double>(cells.size());
}

}  // namespace

double crossing_step(const ClaimSettings& claim, const Cell& cell) {
  const double index = spectral::crossing_index(cell.values, claim.level, side_of(claim),
                                                static_cast<std::size_t>(claim.hold));
  return std::isinf(index) ? index : cell.steps[static_cast<std::size_t>(index)];
}

Statistic claim_statistic(const ClaimSettings& claim, const std::vector<Cell>& cells,
                          const std::vector<Cell>& second) {
  std::vector<Statistic> all;
  if (claim.kind == "order") {
    all = order_statistics(claim, cells);
  } else if (claim.reduce == "each") {
    all = recording_statistics(claim, cells, second);
  } else if (claim.kind == "compare" || claim.kind == "bound") {
    all = scalar_statistics(claim, cells, second);
  } else if (claim.kind == "disagreement") {
    all = {{disagreement_of(claim, cells, second), 0}};
  } else {
    all = curve_statistics(claim, cells, second);
  }
  const bool greater_is_worse = claim_relation(claim)[0] == '<';
  return *std::min_element(all.begin(), all.end(), [&](const Statistic& a, const Statistic& b) {
    return greater_is_worse ? a.value > b.value : a.value < b.value;
  });
}

std::string claim_relation(const ClaimSettings& claim) {
  return claim.kind == "interior_minimum" ? ">=" : claim.relation;
}

bool relation_holds(double value, const std::string& relation, double threshold) {
  if (relation == "<=") return value <= threshold;
  if (relation == "<") return value < threshold;
  if (relation == ">") return value > threshold;
  return value >= threshold;
}

}  // namespace basso

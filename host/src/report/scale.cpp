// Cells and ticks. See scale.hpp.
#include "report/scale.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/slice.hpp"

namespace basso::report {
namespace {

bool equally_spaced(const std::vector<double>& values) {
  if (values.size() < 3) return true;
  const double step = values[1] - values[0];
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (std::abs(values[i] - values[i - 1] - step) > 1e-6 * std::abs(step)) return false;
  }
  return step > 0;
}

std::string number(double value) { return fmt::format("{:.6g}", value == 0 ? 0.0 : value); }  // no -0

// These digits times each power of ten that lies from low to high; of the exponents only multiples of
// `every`.
std::vector<double> digits_times_powers(double low, double high, const std::vector<int>& digits, int every) {
  std::vector<double> result;
  const int last = static_cast<int>(std::floor(std::log10(high) + 1e-12));
  for (int exponent = static_cast<int>(std::floor(std::log10(low))); exponent <= last; ++exponent) {
    if (exponent % every != 0) continue;
    for (const int digit : digits) {
      const double value = digit * std::pow(10.0, exponent);
      if (value >= low * (1 - 1e-12) && value <= high * (1 + 1e-12)) result.push_back(value);
    }
  }
  return result;
}

// One cell an entry, labels as many as there is room for.
Cells one_each(const SeriesAxis& axis, std::size_t most_ticks) {
  Cells result;
  const std::size_t every = (axis.values.size() + most_ticks - 1) / most_ticks;
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    result.members.push_back({i});
    if (i % every == 0) result.ticks.push_back({static_cast<double>(i), entry_text(axis, i)});
  }
  return result;
}

// Equal parts of the axis, or of its logarithm.
Cells equal_parts(const std::vector<double>& values, bool logarithmic, std::size_t count,
                  std::size_t most_ticks) {
  const auto place = [logarithmic](double value) { return logarithmic ? std::log10(value) : value; };
  std::size_t first = 0;
  while (logarithmic && first < values.size() && values[first] <= 0) ++first;
  Cells result;
  if (first == values.size()) return result;
  const double low = place(values[first]), high = place(values.back());
  const double width = high > low ? (high - low) / static_cast<double>(count) : 1.0;
  result.members.resize(high > low ? count : 1);
  for (std::size_t i = first; i < values.size(); ++i) {
    const auto cell = static_cast<std::size_t>(std::max(0.0, (place(values[i]) - low) / width));
    result.members[std::min(cell, result.members.size() - 1)].push_back(i);
  }
  for (std::size_t cell = 1; cell < result.members.size(); ++cell) {
    if (result.members[cell].empty()) result.members[cell] = {result.members[cell - 1].back()};
  }
  const auto marks = logarithmic ? logarithmic_numbers(values[first], values.back(), most_ticks)
                                 : round_numbers(values[first], values.back(), most_ticks);
  for (const double mark : marks) result.ticks.push_back({(place(mark) - low) / width - 0.5, number(mark)});
  return result;
}

}  // namespace

double round_step(double range, std::size_t most) {
  if (!(range > 0) || !std::isfinite(range)) return 1.0;
  const double rough = range / static_cast<double>(std::max<std::size_t>(most, 2) - 1);
  const double unit = std::pow(10.0, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * unit >= rough * (1 - 1e-9)) return factor * unit;
  }
  return 10 * unit;
}

std::vector<double> round_numbers(double low, double high, std::size_t most) {
  const double step = round_step(high - low, most);
  const double finest = 4 * std::numeric_limits<double>::epsilon() * std::max(std::abs(low), std::abs(high));
  if (step < finest) return {low};
  std::vector<double> result;
  for (double i = std::ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i)
    result.push_back(i * step);
  // One mark would give no scale.
  return result.size() < 2 && low < high ? round_numbers(low, high, 2 * most) : result;
}

std::vector<double> logarithmic_numbers(double low, double high, std::size_t most) {
  if (!(low < high)) return {low};
  const int every = std::max(1, static_cast<int>(std::ceil(std::log10(high / low) / 8)));
  std::vector<double> result = digits_times_powers(low, high, {1}, every);
  if (result.size() < 3) result = digits_times_powers(low, high, {1, 2, 5}, 1);
  if (result.size() < 3) result = digits_times_powers(low, high, {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1);
  if (result.size() < 3) result = round_numbers(low, high, 5);
  const std::size_t keep_every = (result.size() + most - 1) / most;
  for (std::size_t i = 0; i * keep_every < result.size(); ++i) result[i] = result[i * keep_every];
  result.resize((result.size() + keep_every - 1) / keep_every);
  return result;
}

Cells cells(const SeriesAxis& axis, bool to_scale, bool logarithmic, std::size_t most_cells,
            std::size_t most_ticks) {
  const std::size_t count = axis.values.size();
  if (!axis.labels.empty()) return one_each(axis, most_ticks);
  if (!to_scale && !logarithmic && (count <= most_ticks || !equally_spaced(axis.values))) {
    return one_each(axis, most_ticks);
  }
  if (logarithmic || count > most_cells || !equally_spaced(axis.values)) {
    return equal_parts(axis.values, logarithmic, most_cells, most_ticks);
  }
  Cells result;
  const double step = count > 1 ? axis.values[1] - axis.values[0] : 1.0;
  for (std::size_t i = 0; i < count; ++i) result.members.push_back({i});
  for (const double mark : round_numbers(axis.values.front(), axis.values.back(), most_ticks)) {
    result.ticks.push_back({(mark - axis.values.front()) / step, number(mark)});
  }
  return result;
}

std::vector<std::size_t> thinned(const std::vector<double>& values, bool logarithmic, std::size_t most) {
  const auto place = [logarithmic](double value) { return logarithmic ? std::log10(value) : value; };
  std::vector<std::size_t> usable, result;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!logarithmic || values[i] > 0) usable.push_back(i);
  if (usable.size() <= most) return usable;
  const double first = place(values[usable.front()]);
  const double gap = std::abs(place(values[usable.back()]) - first) /
                     static_cast<double>(std::max<std::size_t>(most, 2) - 1);
  double next = 0;
  for (const std::size_t i : usable) {
    const double distance = std::abs(place(values[i]) - first);
    if (distance < next && i != usable.back()) continue;
    result.push_back(i);
    next = distance + 0.999 * gap;
  }
  return result;
}

}  // namespace basso::report

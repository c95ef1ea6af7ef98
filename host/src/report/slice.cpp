// Parts of a series. See slice.hpp.
#include "report/slice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "spectral/order.hpp"

namespace basso::report {
namespace {

// Positions of the recordings, of which there are some, with a value in the first repeat of any sweep point;
// {0} where nothing was recorded.
std::vector<std::size_t> recorded_by_first_repeat(const Series& series) {
  const Roles role = roles(series);
  std::size_t inner = 1;
  for (const std::size_t axis : role.own) inner *= series.axes[axis].values.size();
  const std::size_t length = series.axes[*role.recording].values.size();
  const std::size_t repeats = series.axes[role.repeat].values.size();
  std::vector<bool> seen(length, false);
  for (std::size_t i = 0; i < series.data.size(); ++i) {
    const std::size_t place = i / inner;
    if (place / length % repeats == 0 && !std::isnan(series.data[i])) seen[place % length] = true;
  }
  std::vector<std::size_t> positions;
  for (std::size_t i = 0; i < length; ++i)
    if (seen[i]) positions.push_back(i);
  return positions.empty() ? std::vector<std::size_t>{0} : positions;
}

}  // namespace

std::size_t last_recorded(const Series& series) {
  const Roles role = roles(series);
  if (!role.recording) return 0;
  std::size_t inner = 1;
  for (const std::size_t axis : role.own) inner *= series.axes[axis].values.size();
  const std::size_t length = series.axes[*role.recording].values.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < series.data.size(); ++i) {
    if (!std::isnan(series.data[i])) last = std::max(last, i / inner % length);
  }
  return last;
}

RepeatCounts repeat_counts(const Series& series) {
  const std::size_t repeat = roles(series).repeat, repeats = series.axes[repeat].values.size();
  std::size_t inner = 1;
  for (std::size_t i = repeat + 1; i < series.axes.size(); ++i) inner *= series.axes[i].values.size();
  RepeatCounts result{repeats, 0};
  for (std::size_t outer = 0; outer * repeats * inner < series.data.size(); ++outer) {
    for (std::size_t place = 0; place < inner; ++place) {
      std::size_t count = 0;
      for (std::size_t r = 0; r < repeats; ++r) {
        if (!std::isnan(series.data[(outer * repeats + r) * inner + place])) ++count;
      }
      if (count == 0) continue;
      result = {std::min(result.least, count), std::max(result.most, count)};
    }
  }
  return result.most == 0 ? RepeatCounts{0, 0} : result;
}

double value_at(const Series& series, const std::vector<std::size_t>& index) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < index.size(); ++i) offset = offset * series.axes[i].values.size() + index[i];
  return series.data[offset];
}

std::vector<std::size_t> shown_recordings(const Series& series, const std::vector<std::int64_t>& steps) {
  const auto recording = roles(series).recording;
  if (!recording) return {0};
  if (!steps.empty()) return recordings_at(series.axes[*recording], steps);
  const std::vector<std::size_t> seen = recorded_by_first_repeat(series);
  std::vector<std::size_t> shown{seen.front(), seen[(seen.size() - 1) / 2], seen.back()};
  shown.erase(std::unique(shown.begin(), shown.end()), shown.end());
  return shown;
}

std::vector<std::size_t> index_in(const Series& series, const Series& of,
                                  const std::vector<std::size_t>& index) {
  std::vector<std::size_t> result(series.axes.size(), 0);
  const std::size_t shared = std::min(roles(series).repeat, roles(of).repeat);
  std::copy_n(index.begin(), shared + 1, result.begin());
  const auto mine = roles(series).recording, theirs = roles(of).recording;
  if (mine && theirs) result[*mine] = index[*theirs];
  return result;
}

Quartiles over_repeats(const Series& series, std::vector<std::size_t> index) {
  const std::size_t repeat = roles(series).repeat;
  std::vector<double> values;
  for (std::size_t r = 0; r < series.axes[repeat].values.size(); ++r) {
    index[repeat] = r;
    const double value = value_at(series, index);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, nan};
  }
  return {spectral::quantile(values, 0.25), spectral::median(values), spectral::quantile(values, 0.75)};
}

std::vector<std::vector<std::size_t>> combinations(const Series& series, const std::vector<std::size_t>& axes,
                                                   const std::vector<std::size_t>& base) {
  std::vector<std::vector<std::size_t>> result{base};
  for (const std::size_t axis : axes) {
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& index : result) {
      for (std::size_t entry = 0; entry < series.axes[axis].values.size(); ++entry) {
        longer.push_back(index);
        longer.back()[axis] = entry;
      }
    }
    result = std::move(longer);
  }
  return result;
}

std::string words(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string entry_with_name(const SeriesAxis& axis, std::size_t entry) {
  const std::string name = axis.name == "recording" ? "step" : words(last_part(axis.name));
  return fmt::format("{} = {}", name, entry_text(axis, entry));
}

std::string axis_title(const SeriesAxis& axis) {
  if (axis.name == "recording") return "training step";
  const std::string name = words(last_part(axis.name));
  return axis.unit.empty() ? name : fmt::format("{} ({})", name, axis.unit);
}

std::string series_title(const std::string& series) {
  const std::string probe = series.substr(0, series.find('.')), output = last_part(series);
  const bool said = output == "value" || probe.ends_with(output);
  std::string title = words(said ? probe : probe + ": " + output);
  std::replace(title.begin(), title.end(), '-', ' ');
  return title;
}

std::string value_title(const Series& series) {
  const std::string title = series_title(series.name);
  return series.unit.empty() ? title : fmt::format("{} ({})", title, series.unit);
}

}  // namespace basso::report

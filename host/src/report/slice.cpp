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

// The part of a dotted sweep key that names the parameter: "L" of "target.L".
std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

bool is_entry(const SeriesAxis& axis, std::size_t entry, const std::variant<double, std::string>& wanted) {
  if (const auto* text = std::get_if<std::string>(&wanted)) {
    return !axis.labels.empty() && (axis.labels[entry] == *text || axis.labels[entry] == '"' + *text + '"');
  }
  const double value = std::get<double>(wanted);
  return std::abs(axis.values[entry] - value) <= 1e-9 * std::max(1.0, std::abs(value));
}

std::vector<std::size_t> kept_entries(const SeriesAxis& axis, const Selection::mapped_type& wanted,
                                      const std::string& series, const std::string& figure) {
  std::vector<std::size_t> kept;
  for (const auto& one : wanted) {
    std::size_t entry = 0;
    while (entry < axis.values.size() && !is_entry(axis, entry, one)) ++entry;
    if (entry == axis.values.size()) {
      std::vector<std::string> known;
      for (std::size_t i = 0; i < entry; ++i) known.push_back(entry_text(axis, i));
      throw Error(
          Exit::usage,
          fmt::format("figure {}: select: axis {} of series {} has no entry {}; it has {}", figure, axis.name,
                      series, std::visit([](const auto& v) { return fmt::format("{}", v); }, one),
                      fmt::join(known, ", ")));
    }
    kept.push_back(entry);
  }
  return kept;
}

// The series with only these entries along one axis.
Series keep(const Series& series, std::size_t axis, const std::vector<std::size_t>& entries) {
  Series result = series;
  std::size_t inner = 1;
  for (std::size_t i = axis + 1; i < series.axes.size(); ++i) inner *= series.axes[i].values.size();
  const std::size_t length = series.axes[axis].values.size();
  const std::size_t outer = length == 0 ? 0 : series.data.size() / (inner * length);

  SeriesAxis& kept = result.axes[axis];
  kept.values.clear();
  kept.labels.clear();
  for (const std::size_t entry : entries) {
    kept.values.push_back(series.axes[axis].values[entry]);
    if (!series.axes[axis].labels.empty()) kept.labels.push_back(series.axes[axis].labels[entry]);
  }
  result.data.clear();
  for (std::size_t block = 0; block < outer; ++block) {
    for (const std::size_t entry : entries) {
      const auto first = series.data.begin() + static_cast<std::ptrdiff_t>((block * length + entry) * inner);
      result.data.insert(result.data.end(), first, first + static_cast<std::ptrdiff_t>(inner));
    }
  }
  return result;
}

}  // namespace

Roles roles(const Series& series) {
  Roles result;
  std::size_t i = 0;
  for (; i < series.axes.size() && series.axes[i].name != "repeat"; ++i) result.sweep.push_back(i);
  if (i == series.axes.size()) {
    throw Error(Exit::data,
                fmt::format("series {} has no axis called repeat: series.json is damaged", series.name));
  }
  result.repeat = i++;
  if (series.when == "recording" && i < series.axes.size()) result.recording = i++;
  for (; i < series.axes.size(); ++i) result.own.push_back(i);
  return result;
}

std::size_t axis_position(const Series& series, const std::string& name, const std::string& figure) {
  const Roles role = roles(series);
  if (name == "recording" && role.recording) return *role.recording;
  std::vector<std::string> known;
  for (std::size_t i = 0; i < series.axes.size(); ++i) {
    if (i == role.repeat) continue;
    const std::string& axis = series.axes[i].name;
    if (axis == name || (i < role.repeat && last_part(axis) == name)) return i;
    known.push_back(axis);
  }
  throw Error(Exit::usage, fmt::format("figure {}: series {} has no axis {}; it has {}", figure, series.name,
                                       name, fmt::join(known, ", ")));
}

Series select_entries(const Series& series, const Selection& select, const std::string& figure) {
  Series result = series;
  for (const auto& [name, wanted] : select) {
    for (std::size_t i = 0; i < result.axes.size(); ++i) {
      if (result.axes[i].name != name && last_part(result.axes[i].name) != name) continue;
      result = keep(result, i, kept_entries(result.axes[i], wanted, series.name, figure));
      break;
    }
  }
  return result;
}

std::size_t recording_at(const SeriesAxis& recording, double step) {
  const auto after = std::upper_bound(recording.values.begin(), recording.values.end(), step);
  return after == recording.values.begin() ? 0
                                           : static_cast<std::size_t>(after - recording.values.begin()) - 1;
}

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

double value_at(const Series& series, const std::vector<std::size_t>& index) {
  std::size_t offset = 0;
  for (std::size_t i = 0; i < index.size(); ++i) offset = offset * series.axes[i].values.size() + index[i];
  return series.data[offset];
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

std::string entry_text(const SeriesAxis& axis, std::size_t entry) {
  if (axis.labels.empty()) return fmt::format("{:.6g}", axis.values[entry]);
  const std::string& label = axis.labels[entry];  // a sweep's are TOML: "relu" with its quotes
  const bool text = label.size() >= 2 && label.front() == '"' && label.back() == '"';
  return text ? label.substr(1, label.size() - 2) : label;
}

std::string entry_with_name(const SeriesAxis& axis, std::size_t entry) {
  return fmt::format("{} = {}", last_part(axis.name), entry_text(axis, entry));
}

std::string axis_title(const SeriesAxis& axis) {
  if (axis.name == "recording") return "training step";
  std::string name = last_part(axis.name);
  std::replace(name.begin(), name.end(), '_', ' ');
  return axis.unit.empty() ? name : fmt::format("{} ({})", name, axis.unit);
}

std::string value_title(const Series& series) {
  const std::string probe = series.name.substr(0, series.name.find('.')), output = last_part(series.name);
  const bool said = output == "value" || probe.ends_with(output);
  std::string name = said ? probe : probe + ": " + output;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return c == '_' || c == '-'; }, ' ');
  return series.unit.empty() ? name : fmt::format("{} ({})", name, series.unit);
}

}  // namespace basso::report

// See figure_axes.hpp.
#include "run/figure_axes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <system_error>

#include "basso/error.hpp"
#include "spectral/order.hpp"

namespace basso {

namespace {

[[noreturn]] void refuse(const FigureSettings& figure, const std::string& message) {
  throw Error(Exit::usage, fmt::format("figure {}: {}", figure.name, message));
}

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
      for (std::size_t i = 0; i < entry; ++i)
        known.push_back(axis.labels.empty() ? entry_text(axis, i) : axis.labels[i]);
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

// The axis of repeats becomes one before it, so that they are apart like points of a sweep; of each there is
// one.
Series with_repeats_apart(const Series& series) {
  Series result = series;
  const auto repeat = result.axes.begin() + static_cast<std::ptrdiff_t>(roles(series).repeat);
  SeriesAxis apart = *repeat;
  apart.name = "repeat number";
  repeat->values = {0};
  repeat->labels.clear();
  result.axes.insert(repeat, apart);
  return result;
}

// Of names in quotes that are absolute paths: the folder that all of them share, with its slash; else "".
std::string common_folder(const SeriesAxis& axis) {
  std::string common = axis.labels.front();
  for (const std::string& label : axis.labels) {
    const auto apart = std::mismatch(common.begin(), common.end(), label.begin(), label.end());
    common.erase(apart.first, common.end());
  }
  if (!common.starts_with("\"/")) return "";
  if (axis.labels.size() == 1) common.pop_back();
  return common.substr(1, common.rfind('/'));
}

}  // namespace

std::string last_part(const std::string& name) { return name.substr(name.rfind('.') + 1); }

std::string entry_text(const SeriesAxis& axis, std::size_t entry) {
  if (axis.labels.empty()) return fmt::format("{:.6g}", axis.values[entry]);
  const std::string& label = axis.labels[entry];  // a sweep's are TOML
  const auto between = [&label](char first, char last) {
    return label.size() >= 2 && label.front() == first && label.back() == last;
  };
  const std::string inside = label.size() >= 2 ? label.substr(1, label.size() - 2) : "";
  if (between('"', '"')) return inside.substr(common_folder(axis).size());
  if (between('[', ']') && inside.find_first_of(",[") == std::string::npos) return inside;
  constexpr std::string_view plugin = "{ plugin = \"", end = " }";
  if (!label.starts_with(plugin) || !label.ends_with(end)) return label;
  std::string text = label.substr(plugin.size(), label.size() - plugin.size() - end.size());
  return text.erase(text.find('"'), 1);
}

bool has_names(const SeriesAxis& axis) {
  for (std::size_t i = 0; i < axis.labels.size(); ++i) {
    const std::string text = entry_text(axis, i);
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc() || end != text.data() + text.size() || number != axis.values[i]) return true;
  }
  return false;
}

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

Series drawn_part(const FigureSettings& figure, const Series& series) {
  Series selected = select_entries(series, figure.select, figure.name);
  if (figure.each_repeat) selected = with_repeats_apart(selected);
  const auto recording = roles(selected).recording;
  if (!figure.level) return selected;
  if (!recording)
    refuse(figure, fmt::format("series {} has no recordings at which a level could be crossed", series.name));

  Series result = selected;
  result.axes.erase(result.axes.begin() + static_cast<std::ptrdiff_t>(*recording));
  result.when = "final";
  result.unit = "step";
  result.meaning = fmt::format("first step at which {} is {} {:g} (grey: never)", series.name,
                               figure.direction, *figure.level);
  result.data.clear();
  const std::vector<double>& steps = selected.axes[*recording].values;
  std::size_t inner = 1;
  for (std::size_t i = *recording + 1; i < selected.axes.size(); ++i) inner *= selected.axes[i].values.size();
  const auto side = figure.direction == "below" ? spectral::Side::below : spectral::Side::above;
  for (std::size_t first = 0; first < selected.data.size(); first += inner * steps.size()) {
    for (std::size_t entry = 0; entry < inner; ++entry) {
      std::vector<double> values;
      for (std::size_t at = 0; at < steps.size(); ++at)
        values.push_back(selected.data[first + at * inner + entry]);
      const double index = spectral::crossing_index(values, *figure.level, side, 1);
      const bool nothing =
          std::all_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
      result.data.push_back(nothing             ? values.front()
                            : std::isinf(index) ? index
                                                : steps[static_cast<std::size_t>(index)]);
    }
  }
  return result;
}

std::vector<std::size_t> recordings_at(const SeriesAxis& recording, const std::vector<std::int64_t>& steps) {
  std::vector<std::size_t> positions;
  for (const std::int64_t step : steps) {
    const auto after =
        std::upper_bound(recording.values.begin(), recording.values.end(), static_cast<double>(step));
    const auto made = static_cast<std::size_t>(after - recording.values.begin());
    const std::size_t position = made == 0 ? 0 : made - 1;
    if (std::find(positions.begin(), positions.end(), position) == positions.end())
      positions.push_back(position);
  }
  return positions;
}

std::vector<std::size_t> heatmap_recordings(const FigureSettings& figure, const Series& series) {
  const HeatmapAxes axes = heatmap_axes(figure, series);
  const auto recording = roles(series).recording;
  if (!recording || axes.x == *recording || axes.y == *recording || figure.steps.empty()) return {0};
  return recordings_at(series.axes[*recording], figure.steps);
}

HeatmapAxes heatmap_axes(const FigureSettings& figure, const Series& series) {
  const Roles role = roles(series);
  const auto other_than = [&](std::optional<std::size_t> taken) -> std::optional<std::size_t> {
    for (const std::size_t axis : role.own) {
      if (axis != taken && series.axes[axis].values.size() > 1) return axis;
    }
    return std::nullopt;
  };
  std::optional<std::size_t> x, y;
  if (!figure.x.empty()) x = axis_position(series, figure.x, figure.name);
  if (!figure.y.empty()) y = axis_position(series, figure.y, figure.name);
  if (!x) x = other_than(y);
  if (!y && role.recording && x != role.recording) y = role.recording;
  if (!y) y = other_than(x);
  if (!x || !y || x == y) {
    throw Error(Exit::usage,
                fmt::format("figure {}: a heatmap needs two different axes and series {} has not: name them "
                            "with x and y, or draw lines",
                            figure.name, series.name));
  }
  HeatmapAxes axes{*x, *y, role.sweep};
  axes.panels.insert(axes.panels.end(), role.own.begin(), role.own.end());
  std::erase_if(axes.panels, [&](std::size_t axis) { return axis == x || axis == y; });
  return axes;
}

LineAxes line_axes(const FigureSettings& figure, const Series& series) {
  const Roles role = roles(series);
  std::optional<std::size_t> x = role.recording;
  if (!figure.x.empty()) {
    x = axis_position(series, figure.x, figure.name);
  } else if (!x) {
    if (!role.own.empty()) x = role.own.front();
  }
  if (!x) {
    throw Error(Exit::usage, fmt::format("figure {}: series {} is one number a run: name a sweep key as x",
                                         figure.name, series.name));
  }
  LineAxes axes{*x, role.sweep, role.own};
  std::erase(axes.sweep, *x);
  std::erase(axes.lines, *x);
  return axes;
}

std::size_t function_axis(const FigureSettings& figure, const Series& series) {
  const Roles role = roles(series);
  std::optional<std::size_t> found;
  if (!figure.x.empty()) found = axis_position(series, figure.x, figure.name);
  for (const std::size_t axis : role.own) {
    if (!found && series.axes[axis].values.size() > 1) found = axis;
  }
  if (!found) refuse(figure, fmt::format("series {} has no axis of points", series.name));
  for (const std::size_t other : role.own) {
    if (other != *found && series.axes[other].values.size() > 1)
      refuse(figure, fmt::format("keep one entry of axis {} with select", series.axes[other].name));
  }
  return *found;
}

ImageAxes image_axes(const FigureSettings& figure, const Series& series) {
  std::vector<std::size_t> several;
  for (const std::size_t axis : roles(series).own)
    if (series.axes[axis].values.size() > 1) several.push_back(axis);
  if (several.size() != 2)
    refuse(figure, fmt::format("an image has rows and columns, but series {} has {} with more than one entry",
                               series.name,
                               several.size() == 1 ? "one axis" : fmt::format("{} axes", several.size())));
  return {several[0], several[1]};
}

std::vector<std::string> all_series(const FigureSettings& figure) {
  std::vector<std::string> names = figure.series;
  if (!figure.against.empty()) names.push_back(figure.against);
  names.insert(names.end(), figure.reference.begin(), figure.reference.end());
  return names;
}

}  // namespace basso

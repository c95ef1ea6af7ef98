// What a figure of each kind asks of the shapes of its series. See figure_axes.hpp.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>
#include <utility>

#include "basso/error.hpp"
#include "run/figure_axes.hpp"

namespace basso {

namespace {

[[noreturn]] void refuse(const FigureSettings& figure, const std::string& message) {
  throw Error(Exit::usage, fmt::format("figure {}: {}", figure.name, message));
}

std::size_t entries_of(const Series& series, const std::vector<std::size_t>& axes) {
  std::size_t count = 1;
  for (const std::size_t axis : axes) count *= series.axes[axis].values.size();
  return count;
}

void check_positive(const FigureSettings& figure, const SeriesAxis& axis, bool logarithmic) {
  const auto positive = [](double value) { return value > 0; };
  if (logarithmic && std::none_of(axis.values.begin(), axis.values.end(), positive))
    refuse(figure, fmt::format("nothing is positive along the logarithmic axis {}", axis.name));
}

void check_heatmap(const FigureSettings& figure, const Series& series) {
  const HeatmapAxes axes = heatmap_axes(figure, series);
  check_positive(figure, series.axes[axes.x], figure.log_x);
  check_positive(figure, series.axes[axes.y], figure.log_y);
  const std::size_t panels = entries_of(series, axes.panels) * heatmap_recordings(figure, series).size();
  const std::size_t rows = series.axes[axes.y].values.size(), columns = series.axes[axes.x].values.size();
  if (figure.numbers && (rows > most_number_rows || columns * panels > most_number_columns))
    refuse(figure,
           fmt::format("numbers: {} rows and {} columns, there is room in at most {} and {}: keep fewer "
                       "entries with select",
                       rows, columns * panels, most_number_rows, most_number_columns));
  if (panels > most_heatmap_panels)
    refuse(figure, fmt::format("{} panels, at most {} are drawn: keep fewer entries with select{}", panels,
                               most_heatmap_panels, figure.steps.empty() ? "" : ", or give fewer steps"));
}

void check_lines(const FigureSettings& figure, const std::vector<Series>& series) {
  std::size_t lines = 0, points = 1;
  for (const Series& one : std::span(series).first(figure.series.size())) {
    if (!figure.against.empty()) check_pairs(figure, one, series[figure.series.size()]);
    const LineAxes axes = line_axes(figure, one);
    const auto recording = roles(one).recording;
    const bool by_step = recording && axes.x != *recording && !figure.steps.empty();
    lines += entries_of(one, axes.lines) *
             (by_step ? recordings_at(one.axes[*recording], figure.steps).size() : 1);
    points = std::max(points, entries_of(one, axes.sweep));
  }
  for (const Series& one : std::span(series).last(figure.reference.size()))
    check_reference(figure, series.front(), one);
  if (lines > most_lines || (lines == 1 && points > most_lines))
    refuse(figure, fmt::format("{} lines, at most {} are drawn: keep fewer entries with select",
                               std::max(lines, points), most_lines));
  if (lines > 1 && points > most_line_panels)
    refuse(figure, fmt::format("{} panels, at most {} are drawn: keep fewer entries with select", points,
                               most_line_panels));
}

// How many pictures of the learned function there are: sweep points times steps.
std::size_t pictures(const FigureSettings& figure, const Series& learned) {
  const Roles role = roles(learned);
  std::size_t steps = 1;
  if (role.recording) {
    const SeriesAxis& recording = learned.axes[*role.recording];
    steps = figure.steps.empty() ? std::min<std::size_t>(3, recording.values.size())  // first, middle, last
                                 : recordings_at(recording, figure.steps).size();
  }
  return steps * entries_of(learned, role.sweep);
}

void check_pictures(const FigureSettings& figure, std::size_t panels, std::size_t most) {
  if (panels > most)
    refuse(figure, fmt::format("{} panels, at most {} are drawn: give fewer steps, or select", panels, most));
}

void check_function(const FigureSettings& figure, const std::vector<Series>& series) {
  std::vector<std::size_t> points;
  for (const Series& one : series) points.push_back(one.axes[function_axis(figure, one)].values.size());
  if (std::any_of(points.begin(), points.end(), [&](std::size_t count) { return count != points[0]; }))
    refuse(figure, fmt::format("its series have different numbers of points: {}", fmt::join(points, ", ")));
  check_pictures(figure, pictures(figure, series.front()), most_function_panels);
}

void check_image(const FigureSettings& figure, const std::vector<Series>& series) {
  const auto shape = [&](const Series& one) {
    const ImageAxes axes = image_axes(figure, one);
    return std::pair(one.axes[axes.down].values.size(), one.axes[axes.across].values.size());
  };
  if (shape(series.front()) != shape(series.back()))
    refuse(figure,
           fmt::format("{} and {} are images of different sizes", series.front().name, series.back().name));
  const std::size_t targets = series.size() > 1 ? entries_of(series.back(), roles(series.back()).sweep) : 0;
  check_pictures(figure, pictures(figure, series.front()) + targets, most_image_panels);
}

}  // namespace

void check_pairs(const FigureSettings& figure, const Series& series, const Series& against) {
  const auto same = [](const SeriesAxis& a, const SeriesAxis& b) {
    return a.name == b.name && a.values == b.values;
  };
  if (!std::equal(series.axes.begin(), series.axes.end(), against.axes.begin(), against.axes.end(), same))
    refuse(figure, fmt::format("the values of {} and {} are no pairs: these series have different axes, "
                               "or recordings at different steps",
                               series.name, against.name));
}

void check_reference(const FigureSettings& figure, const Series& series, const Series& reference) {
  const Roles role = roles(reference);
  if (role.recording || entries_of(reference, role.own) != 1)
    refuse(figure, fmt::format("reference: series {} is not one number a run; select one", reference.name));
  if (line_axes(figure, series).x < roles(series).repeat)
    refuse(figure, "reference: x is a sweep key, along which the reference would not be level");
}

void check_series_count(const FigureSettings& figure) {
  const std::size_t count = figure.series.size();
  if (count == 0) refuse(figure, "series names nothing to draw");
  if (figure.kind == "heatmap" && count != 1)
    refuse(figure, fmt::format("a heatmap draws exactly one series, got {}", count));
  if (figure.kind == "image" && count != 1 && count != 2)
    refuse(figure, fmt::format("series must be [learned] or [learned, target], got {}", count));
  if (figure.kind == "function" && count != 2 && count != 3)
    refuse(figure,
           fmt::format("series must be [learned, target] or [learned, target, coordinate], got {}", count));
}

void check_shapes(const FigureSettings& figure, const std::vector<Series>& series) {
  std::vector<Series> kept;
  for (const Series& one : series) {
    for (const SeriesAxis& axis : one.axes) {
      if (axis.values.empty())
        refuse(figure, fmt::format("series {} has no entries along {}", one.name, axis.name));
    }
    kept.push_back(drawn_part(figure, one));
  }
  if (figure.kind == "heatmap") check_heatmap(figure, kept.front());
  if (figure.kind == "lines") check_lines(figure, kept);
  if (figure.kind == "function") check_function(figure, kept);
  if (figure.kind == "image") check_image(figure, kept);
}

}  // namespace basso

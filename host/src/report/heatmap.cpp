// Figures of kind "heatmap": one series as colours over two of its axes, as in R Figs 1 and 8 (Rahaman et al.
// 2019) and T Figs 1 and 3c (Xu, Zhang and Xiao 2018). Room report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "basso/error.hpp"
#include "report/colour_bar.hpp"
#include "report/figure.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

// Beside a panel that has the height for itself there is room for many names, as of activations.
constexpr std::size_t most_cells = 400, most_row_numbers = 12, most_row_names = 26;

struct Panel {
  std::string title, x_title, y_title;
  Cells x, y;
  std::vector<double> values;  // [y cells x x cells], medians over repeats; infinite: never crossed
  Range range;                 // of all entries, also of those that share a cell
  bool downwards = false;
};

// The median of the last entry with a value among those that a cell stands for. `range` grows by all of them,
// or by those that are positive.
double cell_value(const Series& series, const HeatmapAxes& axes, std::vector<std::size_t> index,
                  const std::vector<std::size_t>& columns, const std::vector<std::size_t>& rows,
                  bool positive, Range& range) {
  double last = std::numeric_limits<double>::quiet_NaN();
  for (const std::size_t row : rows) {
    for (const std::size_t column : columns) {
      index[axes.x] = column;
      index[axes.y] = row;
      const double median = over_repeats(series, index).median;
      if (!std::isnan(median)) last = median;
      if (!positive || median > 0) range.add(median);
    }
  }
  return last;
}

// How many labels of this axis fit below one of so many panels in a row.
std::size_t room_for_labels(const SeriesAxis& axis, std::size_t columns) {
  std::size_t longest = 1;
  for (std::size_t i = 0; i < axis.values.size(); ++i) {
    longest = std::max(longest, code_points(entry_text(axis, i)));
  }
  const double width = 980.0 / static_cast<double>(columns) - 50;
  return std::max<std::size_t>(2,
                               static_cast<std::size_t>(width / (9.0 * static_cast<double>(longest) + 16)));
}

Panel make_panel(const Figure& figure, const Series& series, const HeatmapAxes& axes,
                 const std::vector<std::size_t>& index, std::size_t panels_in_a_row, bool one_row) {
  const auto recording = roles(series).recording;
  Panel panel;
  panel.x = cells(series.axes[axes.x], axes.x == recording, figure.log_x, most_cells,
                  room_for_labels(series.axes[axes.x], panels_in_a_row));
  const bool names = one_row && !series.axes[axes.y].labels.empty();
  panel.y = cells(series.axes[axes.y], axes.y == recording, figure.log_y, most_cells,
                  names ? most_row_names : most_row_numbers);
  panel.x_title = axis_title(series.axes[axes.x]);
  panel.y_title = axis_title(series.axes[axes.y]);
  panel.downwards = axes.y == recording || has_names(series.axes[axes.y]);
  for (const auto& rows : panel.y.members) {
    for (const auto& columns : panel.x.members) {
      panel.values.push_back(cell_value(series, axes, index, columns, rows, figure.log_color, panel.range));
    }
  }
  return panel;
}

// Where in the series each panel stands: for each entry of the axes that are no sides, and each step.
std::vector<std::vector<std::size_t>> panel_places(const Figure& figure, const Series& series,
                                                   const HeatmapAxes& axes) {
  const auto recording = roles(series).recording;
  std::vector<std::size_t> shown = heatmap_recordings(figure, series);
  if (recording && figure.steps.empty()) shown = {last_recorded(series)};
  std::vector<std::vector<std::size_t>> places;
  for (auto index : combinations(series, axes.panels, std::vector<std::size_t>(series.axes.size(), 0))) {
    for (const std::size_t entry : shown) {
      if (recording) index[*recording] = entry;
      places.push_back(index);
    }
  }
  return places;
}

std::vector<Panel> make_panels(const Figure& figure, const std::vector<Source>& runs,
                               const std::vector<Series>& series) {
  std::vector<Panel> panels;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const HeatmapAxes axes = heatmap_axes(figure, series[run]);
    const auto places = panel_places(figure, series[run], axes);
    if (panels.size() + places.size() > most_heatmap_panels) {
      throw Error(Exit::usage, fmt::format("figure {}: more than {} panels: keep fewer entries with select",
                                           figure.name, most_heatmap_panels));
    }
    const std::size_t columns = panel_columns(places.size() * runs.size(), 4);
    std::vector<std::size_t> named = axes.panels;
    if (heatmap_recordings(figure, series[run]).size() > 1) named.push_back(*roles(series[run]).recording);
    for (const auto& index : places) {
      panels.push_back(
          make_panel(figure, series[run], axes, index, columns, places.size() * runs.size() <= 4));
      panels.back().title = place_text(runs, runs[run], series[run], named, index);
    }
  }
  return panels;
}

Range value_range(const std::vector<Panel>& panels) {
  Range all;
  for (const Panel& panel : panels) all.add(panel.range);
  return all;
}

// Ends of the colours: as asked, else those of the data of all panels, moved out to round numbers.
std::vector<double> colour_range(const Figure& figure, const std::vector<Panel>& panels) {
  if (!figure.color_range.empty()) return figure.color_range;
  const Range all = value_range(panels);
  if (figure.log_color && all.low < all.high) return {all.low, all.high};
  return figure.log_color && all.low > all.high ? std::vector<double>{0.1, 1.0} : round_ends(all);
}

// As colours take them: what is never reached has none, and what a logarithm has not is at the lower end.
std::vector<double> coloured(std::vector<double> values, bool logarithmic, double low) {
  for (double& value : values) {
    if (std::isinf(value)) value = std::numeric_limits<double>::quiet_NaN();
    if (logarithmic && value < low) value = low;
  }
  return values;
}

std::string cell_text(double value) {
  if (std::isnan(value)) return "";
  if (std::isinf(value)) return "never";
  return std::abs(value) >= 100 ? fmt::format("{:.0f}", value) : fmt::format("{:.2g}", value);
}

// In white on the dark half of the colours, else in black.
void write_numbers(Canvas& canvas, const Panel& panel, const std::vector<double>& range, bool logarithmic) {
  const auto place = [logarithmic](double value) { return logarithmic ? std::log(value) : value; };
  const std::size_t columns = panel.x.members.size();
  for (std::size_t i = 0; i < panel.values.size(); ++i) {
    const double value = panel.values[i];
    const double part = (place(value) - place(range[0])) / (place(range[1]) - place(range[0]));
    const bool dark = std::isfinite(value) && !(part > 0.5);
    canvas.command(
        fmt::format("set label {} {} at {},{} center front noenhanced font '{},{}' textcolor rgb '{}'",
                    1000 + i, in_quotes(cell_text(value)), i % columns, i / columns, font, tick_points,
                    dark ? "#ffffff" : "#000000"));
  }
}

// `shown`: the values of all panels, for the colour bar beside the last one; else none.
void draw_panel(Canvas& canvas, std::size_t number, const Figure& figure, const Panel& panel,
                const std::vector<double>& range, const std::string& colour_title, const Range* shown) {
  canvas.begin_panel(number);
  canvas.axis_titles(number, panel.x_title, panel.y_title);
  canvas.ticks('x', panel.x.ticks);
  canvas.ticks('y', panel.y.ticks);
  begin_colours(canvas, palette(range[0] > range[1]), range, figure.log_color);
  if (figure.numbers) write_numbers(canvas, panel, range, figure.log_color);
  if (shown) draw_colour_bar(canvas, range, *shown, figure.log_color, colour_title);
  const double columns = static_cast<double>(panel.x.members.size()),
               rows = static_cast<double>(panel.y.members.size());
  canvas.command(fmt::format("set xrange [-0.5:{:.1f}]", columns - 0.5));
  canvas.command(panel.downwards ? fmt::format("set yrange [{:.1f}:-0.5]", rows - 0.5)
                                 : fmt::format("set yrange [-0.5:{:.1f}]", rows - 0.5));
  const std::vector<double> values = coloured(panel.values, figure.log_color, std::min(range[0], range[1]));
  canvas.command(
      fmt::format("plot {} matrix with image notitle", canvas.matrix(values, panel.x.members.size())));
}

}  // namespace

Canvas draw_heatmap(const Figure& figure, const std::vector<Source>& runs) {
  check_series_count(figure);
  std::vector<Series> series;
  for (const Source& run : runs) series.push_back(load_series(figure, run, figure.series.front()));
  const std::vector<Panel> panels = make_panels(figure, runs, series);
  if (std::any_of(panels.begin(), panels.end(), [](const Panel& panel) { return panel.values.empty(); })) {
    throw Error(Exit::usage,
                fmt::format("figure {}: nothing is positive along a logarithmic axis", figure.name));
  }
  Grid grid;
  grid.columns = panel_columns(panels.size(), 4);
  grid.rows = (panels.size() + grid.columns - 1) / grid.columns;
  grid.panel_height = grid.rows > 1 ? 270 : 480;
  grid.strip = 150;
  for (const Panel& panel : panels) {
    for (const Tick& tick : panel.y.ticks) grid.left = std::max(grid.left, room_for_label(tick.label));
    if (panels.size() > 1) grid.titles.push_back(panel.title);
  }
  const HeatmapAxes axes = heatmap_axes(figure, series.front());
  const SeriesAxis &x = series.front().axes[axes.x], &y = series.front().axes[axes.y];
  if (x.name == "x" && y.name == "y") {  // of the plane: to one scale
    const double width = std::abs(x.values.back() - x.values.front());
    grid.shape = width > 0 ? std::abs(y.values.back() - y.values.front()) / width : 0;
    if (grid.shape > 0) narrow_panels(grid, grid.panel_height / grid.shape);
  }
  const std::string meaning =
      series.front().meaning.empty() ? "" : fmt::format("Colour: {}", series.front().meaning);
  Canvas canvas(figure.title.empty() ? figure.name : figure.title,
                subtitle(figure, runs, repeats_text(series.front(), runs, ""), meaning), grid);
  const std::vector<double> range = colour_range(figure, panels);
  const Range values = value_range(panels);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    draw_panel(canvas, i, figure, panels[i], range, drawn_title(figure, series.front()),
               i + 1 == panels.size() ? &values : nullptr);
  }
  return canvas;
}

}  // namespace basso::report

// Figures of kind "heatmap": one series as colours over two of its axes, as in R Figs 1 and 8 (Rahaman et al.
// 2019) and T Figs 1 and 3c (Xu, Zhang and Xiao 2018). Room report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "basso/error.hpp"
#include "report/figure.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr std::size_t most_cells = 400;

struct Panel {
  std::string title, x_title, y_title;
  Cells x, y;
  std::vector<double> values;  // [y cells x x cells], medians over repeats
  bool downwards = false;
};

// The mean of the medians over the entries that a cell stands for.
double cell_value(const Series& series, const HeatmapAxes& axes, std::vector<std::size_t> index,
                  const std::vector<std::size_t>& columns, const std::vector<std::size_t>& rows) {
  double sum = 0;
  std::size_t count = 0;
  for (const std::size_t row : rows) {
    for (const std::size_t column : columns) {
      index[axes.x] = column;
      index[axes.y] = row;
      const double median = over_repeats(series, index).median;
      if (std::isnan(median)) continue;
      sum += median;
      ++count;
    }
  }
  return count == 0 ? std::numeric_limits<double>::quiet_NaN() : sum / static_cast<double>(count);
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
                 const std::vector<std::size_t>& index, std::size_t panels_in_a_row) {
  const auto recording = roles(series).recording;
  Panel panel;
  panel.x = cells(series.axes[axes.x], axes.x == recording, figure.log_x, most_cells,
                  room_for_labels(series.axes[axes.x], panels_in_a_row));
  panel.y = cells(series.axes[axes.y], axes.y == recording, figure.log_y, most_cells, 12);
  panel.x_title = axis_title(series.axes[axes.x]);
  panel.y_title = axis_title(series.axes[axes.y]);
  panel.downwards = axes.y == recording;
  for (const auto& rows : panel.y.members) {
    for (const auto& columns : panel.x.members) {
      panel.values.push_back(cell_value(series, axes, index, columns, rows));
    }
  }
  return panel;
}

std::vector<Panel> make_panels(const Figure& figure, const std::vector<Source>& runs,
                               const std::vector<Series>& series) {
  std::vector<Panel> panels;
  for (std::size_t run = 0; run < runs.size(); ++run) {
    const HeatmapAxes axes = heatmap_axes(figure, series[run]);
    std::vector<std::size_t> base(series[run].axes.size(), 0);
    const Roles role = roles(series[run]);
    if (role.recording) {
      base[*role.recording] = figure.steps.empty()
                                  ? last_recorded(series[run])
                                  : recordings_at(series[run].axes[*role.recording], figure.steps).front();
    }
    const auto places = combinations(series[run], axes.panels, base);
    if (panels.size() + places.size() > most_heatmap_panels) {
      throw Error(Exit::usage, fmt::format("figure {}: more than {} panels: keep fewer entries with select",
                                           figure.name, most_heatmap_panels));
    }
    const std::size_t columns = std::min<std::size_t>(4, places.size() * runs.size());
    for (const auto& index : places) {
      panels.push_back(make_panel(figure, series[run], axes, index, columns));
      panels.back().title = place_text(runs, runs[run], series[run], axes.panels, index);
    }
  }
  return panels;
}

// Ends of the colours: as asked, else the least and greatest value of all panels.
std::vector<double> colour_range(const Figure& figure, const std::vector<Panel>& panels) {
  if (!figure.color_range.empty()) return figure.color_range;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Panel& panel : panels) {
    for (const double value : panel.values) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (!(low <= high)) return {0.0, 1.0};
  return low < high ? std::vector<double>{low, high}
                    : std::vector<double>{low, low + std::max(1e-12, std::abs(low))};
}

void draw_panel(Canvas& canvas, std::size_t number, const Panel& panel, const std::vector<double>& range,
                const std::string& colour_title, bool last) {
  canvas.begin_panel(number, panel.title);
  canvas.axis_titles(number, panel.x_title, panel.y_title);
  canvas.ticks('x', panel.x.ticks);
  canvas.ticks('y', panel.y.ticks);
  canvas.command("set palette " + palette(range[0] > range[1]));
  canvas.command(
      fmt::format("set cbrange [{:.8g}:{:.8g}]", std::min(range[0], range[1]), std::max(range[0], range[1])));
  canvas.command(
      "set object 1 rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#d4d4d4' linewidth 0");
  if (last) {
    const Box strip = canvas.strip();
    canvas.command(fmt::format("set colorbox user origin {} size {}",
                               canvas.screen(strip.left + 26, strip.bottom),
                               canvas.screen_size(18, strip.top - strip.bottom)));
    canvas.command(
        fmt::format("set cblabel {} noenhanced font '{},{}'", in_quotes(colour_title), font, text_points));
  } else {
    canvas.command("unset colorbox");
  }
  const double columns = static_cast<double>(panel.x.members.size()),
               rows = static_cast<double>(panel.y.members.size());
  canvas.command(fmt::format("set xrange [-0.5:{:.1f}]", columns - 0.5));
  canvas.command(panel.downwards ? fmt::format("set yrange [{:.1f}:-0.5]", rows - 0.5)
                                 : fmt::format("set yrange [-0.5:{:.1f}]", rows - 0.5));
  canvas.command(
      fmt::format("plot {} matrix with image notitle", canvas.matrix(panel.values, panel.x.members.size())));
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
  grid.columns = std::min<std::size_t>(4, panels.size());
  grid.rows = (panels.size() + grid.columns - 1) / grid.columns;
  grid.panel_height = grid.rows > 1 ? 270 : 480;
  grid.strip = 128;
  grid.panel_titles = panels.size() > 1;
  const std::string meaning =
      series.front().meaning.empty() ? "" : fmt::format("Colour: {}", series.front().meaning);
  Canvas canvas(figure.title.empty() ? figure.name : figure.title,
                subtitle(figure, runs, repeats_text(series.front(), runs, ""), meaning), grid);
  const std::vector<double> range = colour_range(figure, panels);
  for (std::size_t i = 0; i < panels.size(); ++i) {
    draw_panel(canvas, i, panels[i], range, value_title(series.front()), i + 1 == panels.size());
  }
  return canvas;
}

}  // namespace basso::report

// Figures of kind "function": the learned function over its target at several steps, as in R Fig 2 (Rahaman
// et al. 2019). Room report.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include "basso/error.hpp"
#include "report/figure.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr const char* target_colour = "#56b4e9";
constexpr const char* learned_colour = "#b03a00";

struct Panel {
  std::string title;
  std::vector<double> x, learned, target;  // ascending in x
};

// The values along the point axis of the first repeat. Other axes must have been brought to one entry.
std::vector<double> values_along(const Series& series, std::vector<std::size_t> index, std::size_t axis) {
  std::vector<double> values;
  for (std::size_t i = 0; i < series.axes[axis].values.size(); ++i) {
    index[axis] = i;
    values.push_back(value_at(series, index));
  }
  return values;
}

std::vector<double> sorted_by(const std::vector<double>& values, const std::vector<std::size_t>& order) {
  std::vector<double> result;
  for (const std::size_t i : order) result.push_back(values[i]);
  return result;
}

struct Pictures {
  std::vector<Panel> panels;
  std::size_t columns = 1;
  std::string x_title, y_title;
};

void add_run(const Figure& figure, const std::vector<Source>& runs, const Source& run, Pictures& pictures) {
  const Series learned = load_series(figure, run, figure.series[0]);
  const Series target = load_series(figure, run, figure.series[1]);
  const std::size_t axis = function_axis(figure, learned), target_axis = function_axis(figure, target);
  const Roles role = roles(learned);
  const auto shown = shown_recordings(learned, figure.steps);
  pictures.columns = std::max(pictures.columns, shown.size());
  pictures.x_title = axis_title(learned.axes[axis]);
  pictures.y_title = fmt::format("{} and {}", words(last_part(learned.name)), words(last_part(target.name)));

  for (auto index : combinations(learned, role.sweep, std::vector<std::size_t>(learned.axes.size(), 0))) {
    for (const std::size_t recording : shown) {
      if (role.recording) index[*role.recording] = recording;
      Panel panel;
      panel.learned = values_along(learned, index, axis);
      panel.target = values_along(target, index_in(target, learned, index), target_axis);
      panel.x = learned.axes[axis].values;
      if (figure.series.size() == 3) {
        const Series coordinate = load_series(figure, run, figure.series[2]);
        panel.x =
            values_along(coordinate, index_in(coordinate, learned, index), function_axis(figure, coordinate));
        pictures.x_title = last_part(coordinate.name);
      }
      if (panel.x.size() != panel.learned.size() || panel.target.size() != panel.learned.size()) {
        throw Error(Exit::usage,
                    fmt::format("figure {}: its series have different numbers of points", figure.name));
      }
      std::vector<std::size_t> order(panel.x.size());
      std::iota(order.begin(), order.end(), std::size_t{0});
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return panel.x[a] < panel.x[b]; });
      panel.learned = sorted_by(panel.learned, order);
      panel.target = sorted_by(panel.target, order);
      panel.x = sorted_by(panel.x, order);
      const std::string place = place_text(runs, run, learned, role.sweep, index);
      const std::string step =
          role.recording ? fmt::format("step {:g}", learned.axes[*role.recording].values[recording]) : "";
      panel.title = place.empty() ? step : (step.empty() ? place : place + ", " + step);
      pictures.panels.push_back(std::move(panel));
    }
  }
}

void draw_panel(Canvas& canvas, std::size_t number, std::size_t columns, const Pictures& pictures, double low,
                double high) {
  const Panel& panel = pictures.panels[number];
  canvas.begin_panel(number);
  canvas.axis_titles(number, pictures.x_title, pictures.y_title);
  canvas.command("set grid linecolor rgb '#e4e4e4' linewidth 1 linetype 1");
  canvas.command(fmt::format("set yrange [{:.8g}:{:.8g}]\nset format '%.6g'", low, high));
  const double left = panel.x.front(), right = panel.x.back() > left ? panel.x.back() : left + 1;
  canvas.command(fmt::format("set xrange [{:.8g}:{:.8g}]\nset xtics {:.8g}", left, right,
                             round_step(right - left, columns > 2 ? 5 : 8)));
  if (number == 0) {
    const Box strip = canvas.strip();
    canvas.command(fmt::format("set key at {} left top Left reverse samplen 1.6 spacing 1.15 font '{},{}'",
                               canvas.screen(strip.left + 14, strip.top), font, tick_points));
  }
  const std::string file = canvas.table({panel.x, panel.target, panel.learned});
  canvas.command(
      fmt::format("plot {0} using 1:2 with lines linewidth 3 linecolor rgb '{1}' {3}, \\\n"
                  "  {0} using 1:3 with lines linewidth 1.6 linecolor rgb '{2}' {4}",
                  file, target_colour, learned_colour, number == 0 ? "title 'target'" : "notitle",
                  number == 0 ? "title 'learned'" : "notitle"));
}

}  // namespace

Canvas draw_function(const Figure& figure, const std::vector<Source>& runs) {
  check_series_count(figure);
  Pictures pictures;
  for (const Source& run : runs) add_run(figure, runs, run, pictures);
  if (pictures.panels.size() > most_function_panels) {
    throw Error(Exit::usage, fmt::format("figure {}: more than {} panels: give fewer steps, or select",
                                         figure.name, most_function_panels));
  }
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const Panel& panel : pictures.panels) {
    for (const auto* values : {&panel.learned, &panel.target}) {
      for (const double value : *values) {
        if (!std::isfinite(value)) continue;
        low = std::min(low, value);
        high = std::max(high, value);
      }
    }
  }
  if (!(low < high)) low = low <= high ? low - 1 : 0, high = low + 2;
  const double margin = 0.05 * (high - low);

  Grid grid;
  // A single row of many steps becomes two columns, wide enough for quick functions.
  const bool single = pictures.panels.size() == pictures.columns;
  grid.columns = std::min<std::size_t>(single ? 2 : 4, pictures.columns);
  grid.rows = (pictures.panels.size() + grid.columns - 1) / grid.columns;
  grid.panel_height = grid.rows > 1 ? 230 : 330;
  grid.strip = 130;
  for (const Panel& panel : pictures.panels) grid.titles.push_back(panel.title);
  Canvas canvas(figure.title.empty() ? figure.name : figure.title, subtitle(figure, runs, "first repeat", ""),
                grid);
  for (std::size_t i = 0; i < pictures.panels.size(); ++i)
    draw_panel(canvas, i, grid.columns, pictures, low - margin, high + margin);
  return canvas;
}

}  // namespace basso::report

// Figures of kind "image": the learned function as the pixels of a picture, at several steps, beside its
// target, as in X Figs 2 and 3 (Xu 2018) and T Fig 2 (Xu, Zhang and Xiao 2018). Room report.
#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"
#include "report/colour_bar.hpp"
#include "report/figure.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

struct Panel {
  std::string title;
  std::size_t rows, columns;
  std::vector<double> values;  // [rows x columns], the first row on top
  bool is_target;
};

Panel make_panel(const Figure& figure, const Series& series, std::vector<std::size_t> index) {
  const ImageAxes axes = image_axes(figure, series);
  Panel panel{"", series.axes[axes.down].values.size(), series.axes[axes.across].values.size(), {}, false};
  for (index[axes.down] = 0; index[axes.down] < panel.rows; ++index[axes.down])
    for (index[axes.across] = 0; index[axes.across] < panel.columns; ++index[axes.across])
      panel.values.push_back(value_at(series, index));
  return panel;
}

// For each sweep point of the run: the target, where there is one, and the learned function at each step.
void add_run(const Figure& figure, const std::vector<Source>& runs, const Source& run,
             std::vector<Panel>& panels) {
  std::vector<Series> series;
  for (const std::string& name : figure.series) series.push_back(load_series(figure, run, name));
  check_shapes(figure, series);
  const Series& learned = series.front();
  const Roles role = roles(learned);
  const auto add = [&](const Series& one, const std::vector<std::size_t>& index, const std::string& what) {
    panels.push_back(make_panel(figure, one, index));
    const std::string place = place_text(runs, run, one, roles(one).sweep, index);
    panels.back().title = place.empty() || what.empty() ? place + what : place + ", " + what;
  };
  for (auto index : combinations(learned, role.sweep, std::vector<std::size_t>(learned.axes.size(), 0))) {
    if (series.size() == 2) {
      add(series.back(), index_in(series.back(), learned, index), "target");
      panels.back().is_target = true;
    }
    for (const std::size_t recording : shown_recordings(learned, figure.steps)) {
      if (role.recording) index[*role.recording] = recording;
      add(learned, index,
          role.recording ? fmt::format("step {:g}", learned.axes[*role.recording].values[recording]) : "");
    }
  }
}

// As asked, else that of the targets, else that of all.
std::vector<double> grey_range(const Figure& figure, const std::vector<Panel>& panels) {
  if (!figure.color_range.empty()) return figure.color_range;
  const bool targets = figure.series.size() == 2;
  Range range;
  for (const Panel& panel : panels)
    if (panel.is_target == targets)
      for (const double value : panel.values) range.add(value);
  return round_ends(range);
}

// `shown`: the values of all panels, for the bar of greys beside the last one; else none.
void draw_panel(Canvas& canvas, std::size_t number, const Panel& panel, const std::vector<double>& range,
                const Range* shown) {
  canvas.begin_panel(number);
  begin_colours(canvas,
                range[0] > range[1] ? "defined (0 'white', 1 'black')" : "defined (0 'black', 1 'white')",
                range, false);
  canvas.command("unset tics");
  canvas.command(
      fmt::format("set xrange [-0.5:{}.5]\nset yrange [{}.5:-0.5]", panel.columns - 1, panel.rows - 1));
  if (shown) draw_colour_bar(canvas, range, *shown, false, "value");
  canvas.command(
      fmt::format("plot {} matrix with image notitle", canvas.matrix(panel.values, panel.columns)));
}

}  // namespace

Canvas draw_image(const Figure& figure, const std::vector<Source>& runs) {
  check_series_count(figure);
  std::vector<Panel> panels;
  for (const Source& run : runs) add_run(figure, runs, run, panels);
  if (panels.size() > most_image_panels) {
    throw Error(Exit::usage, fmt::format("figure {}: more than {} panels: give fewer steps, or select",
                                         figure.name, most_image_panels));
  }
  Grid grid;
  grid.shape = static_cast<double>(panels.front().rows) / static_cast<double>(panels.front().columns);
  grid.columns = grid.shape < 0.5 ? 2 : std::clamp<std::size_t>(panels.size(), 3, 4);
  grid.rows = (panels.size() + grid.columns - 1) / grid.columns;
  grid.strip = 140;
  for (const Panel& panel : panels) grid.titles.push_back(panel.title);
  Canvas canvas(figure.title.empty() ? figure.name : figure.title, subtitle(figure, runs, "first repeat", ""),
                grid);
  const std::vector<double> range = grey_range(figure, panels);
  Range values;
  for (const Panel& panel : panels)
    for (const double value : panel.values) values.add(value);
  for (std::size_t i = 0; i < panels.size(); ++i)
    draw_panel(canvas, i, panels[i], range, i + 1 == panels.size() ? &values : nullptr);
  return canvas;
}

}  // namespace basso::report

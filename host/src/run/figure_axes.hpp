// What a figure needs of the series that it draws: which axes are its sides, panels and lines. Asked before
// training, when only shapes are known, and again by the room report, which draws.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/settings.hpp"

namespace basso {

// What the axes of a series stand for, as positions in Series::axes.
struct Roles {
  std::vector<std::size_t> sweep;
  std::size_t repeat = 0;
  std::optional<std::size_t> recording;  // none: emitted once or at the end
  std::vector<std::size_t> own;          // the probe's
};
Roles roles(const Series& series);

// The part of a dotted sweep key that names the parameter: "L" of "target.L".
std::string last_part(const std::string& name);

// An entry for readers, its label or its number: "5", "relu", "5" of [5], "ricker, a = 1" of a table.
std::string entry_text(const SeriesAxis& axis, std::size_t entry);

// Whether some label is not the number of its entry.
bool has_names(const SeriesAxis& axis);

// Position of the axis called `name`: one of its own, a sweep key (or its last part), or "recording". Throws
// Error(Exit::usage) that lists the axes.
std::size_t axis_position(const Series& series, const std::string& name, const std::string& figure);

// Keeps only the entries named in `select` (values by axis; axes that this series does not have are passed
// over), of the axes and of the data where there are any.
Series select_entries(const Series& series, const Selection& select, const std::string& figure);

// What a figure draws of a series: the selected entries, or with `level` the steps at which each crosses it
// (as in a claim of kind order; infinity: never) in place of its recordings. With `each_repeat` the repeats
// are an axis like those of a sweep, "repeat number", and the median is one of a single repeat.
Series drawn_part(const FigureSettings& figure, const Series& series);

// Positions on the recording axis of the last recordings made by these steps (the first one where none was),
// each once: a shorter training leaves several steps with one recording.
std::vector<std::size_t> recordings_at(const SeriesAxis& recording, const std::vector<std::int64_t>& steps);

// The axes of a series with its selection applied. Each throws Error(Exit::usage) that says what is needed.
struct HeatmapAxes {
  std::size_t x, y;
  std::vector<std::size_t> panels;
};
HeatmapAxes heatmap_axes(const FigureSettings& figure, const Series& series);
// Positions of the recordings that get panels: those of `steps`. {0}: recordings are an axis, there are none,
// or no steps were asked for.
std::vector<std::size_t> heatmap_recordings(const FigureSettings& figure, const Series& series);

struct LineAxes {
  std::size_t x;
  std::vector<std::size_t> sweep;  // panels or lines
  std::vector<std::size_t> lines;  // the probe's other axes
};
LineAxes line_axes(const FigureSettings& figure, const Series& series);

// The axis along which the points of a function lie: the one named, else the first of the probe's own with
// several entries. All others have one entry.
std::size_t function_axis(const FigureSettings& figure, const Series& series);

// The two axes of an image: of the probe's own, those with several entries. All others have one entry.
struct ImageAxes {
  std::size_t down, across;
};
ImageAxes image_axes(const FigureSettings& figure, const Series& series);

// Of a heat map whose cells have numbers, all panels together.
inline constexpr std::size_t most_number_rows = 30, most_number_columns = 14;
inline constexpr std::size_t most_heatmap_panels = 12, most_line_panels = 12, most_function_panels = 16,
                             most_image_panels = 16, most_lines = 64;

// figure.series, behind them `against`, where there is one, and those of `reference`.
std::vector<std::string> all_series(const FigureSettings& figure);

// The kind takes so many series; where not, says how many.
void check_series_count(const FigureSettings& figure);
// `against` has the axes of `series`, so that their values are pairs.
void check_pairs(const FigureSettings& figure, const Series& series, const Series& against);
// A series of `reference` has one value a run, which lies beside an axis that is no sweep's.
void check_reference(const FigureSettings& figure, const Series& series, const Series& reference);
// All that the kind needs of these shapes (no data), in the order of all_series; throws for the first
// lack.
void check_shapes(const FigureSettings& figure, const std::vector<Series>& series);

}  // namespace basso

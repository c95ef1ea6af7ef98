// Parts of a series: entries selected by axis, and the distribution over repeats at one place. Room report.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/settings.hpp"

namespace basso::report {

// What the axes of a series stand for, as positions in Series::axes.
struct Roles {
  std::vector<std::size_t> sweep;
  std::size_t repeat = 0;
  std::optional<std::size_t> recording;  // none: emitted once or at the end
  std::vector<std::size_t> own;          // the probe's
};
Roles roles(const Series& series);

// Position of the axis called `name`: one of its own, a sweep key (or its last part), or "recording". Throws
// Error(Exit::usage) that lists the axes.
std::size_t axis_position(const Series& series, const std::string& name, const std::string& figure);

// Keeps only the entries named in `select` (values by axis; axes that this series does not have are passed
// over).
Series select_entries(const Series& series, const Selection& select, const std::string& figure);

// Position on the recording axis of the last recording made by `step`; the first one where none was.
std::size_t recording_at(const SeriesAxis& recording, double step);

// The last recording with a value in any repeat (all other axes included); 0 where nothing was recorded.
std::size_t last_recorded(const Series& series);

struct Quartiles {
  double low, median, high;  // NaN where no repeat has a value
};
// Over the repeats that have a value, at `index` (one entry an axis; the repeat's is passed over).
Quartiles over_repeats(const Series& series, std::vector<std::size_t> index);

double value_at(const Series& series, const std::vector<std::size_t>& index);

// Every combination of entries of these axes, the last running fastest, the other axes at `base`.
std::vector<std::vector<std::size_t>> combinations(const Series& series, const std::vector<std::size_t>& axes,
                                                   const std::vector<std::size_t>& base);

// "5", "relu": an entry's label or its number. "L = 4": with the name of its axis.
std::string entry_text(const SeriesAxis& axis, std::size_t entry);
std::string entry_with_name(const SeriesAxis& axis, std::size_t entry);
// "frequency (cycles per window)"; the recording axis is "training step".
std::string axis_title(const SeriesAxis& axis);
// "spectrum: relative error" for spectrum.relative_error, "spectral norm" for spectral-norm.norm; with the
// unit.
std::string value_title(const Series& series);

}  // namespace basso::report

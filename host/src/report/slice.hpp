// Parts of a series: entries selected by axis, and the distribution over repeats at one place. Room report.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/figure_axes.hpp"

namespace basso::report {

// The last recording with a value in any repeat (all other axes included); 0 where nothing was recorded.
std::size_t last_recorded(const Series& series);

struct Quartiles {
  double low, median, high;  // NaN where no repeat has a value
};
// Over the repeats that have a value, at `index` (one entry an axis; the repeat's is passed over).
Quartiles over_repeats(const Series& series, std::vector<std::size_t> index);

// How many repeats have a value, where any has: at the least and at the most. Zeros where nothing was
// recorded.
struct RepeatCounts {
  std::size_t least, most;
};
RepeatCounts repeat_counts(const Series& series);

double value_at(const Series& series, const std::vector<std::size_t>& index);

// Positions of the recordings that a picture of the first repeat's function shows: those of `steps`, else the
// first one with a value, one in the middle and the last one. {0} for a series without recordings.
std::vector<std::size_t> shown_recordings(const Series& series, const std::vector<std::int64_t>& steps);
// The index in `series` of the sweep point, repeat and recording that `index` is in `of`; other axes at 0. A
// series that is emitted once has no recording axis.
std::vector<std::size_t> index_in(const Series& series, const Series& of,
                                  const std::vector<std::size_t>& index);

// Every combination of entries of these axes, the last running fastest, the other axes at `base`.
std::vector<std::vector<std::size_t>> combinations(const Series& series, const std::vector<std::size_t>& axes,
                                                   const std::vector<std::size_t>& base);

// "L = 4": an entry with the name of its axis.
std::string entry_with_name(const SeriesAxis& axis, std::size_t entry);
// "frequency (cycles per window)"; the recording axis is "training step".
std::string axis_title(const SeriesAxis& axis);
// "relative error" for relative_error.
std::string words(std::string name);
// "spectrum: relative error" for spectrum.relative_error, "spectral norm" for spectral-norm.norm.
std::string series_title(const std::string& series);
// The same with the unit.
std::string value_title(const Series& series);

}  // namespace basso::report

// Where the entries of an axis stand in a picture: cells of a heat map, tick marks. Room report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "basso/run.hpp"

namespace basso::report {

struct Tick {
  double position;
  std::string label;
};

// Cells of equal width along one side of a heat map, numbered 0, 1, …; a tick's position is in cells.
struct Cells {
  std::vector<std::vector<std::size_t>> members;  // entries of the axis that each cell stands for
  std::vector<Tick> ticks;
};

// Entries become cells: one each where there are few and they are named, unequal, or equally spaced; else the
// axis is cut into `most_cells` equal parts (of the logarithm, where `logarithmic`, which leaves out what is
// not positive), each standing for the entries in it, or for the entry before it where it holds none.
// `to_scale`: unequal spacing is kept (training steps) instead of being evened out.
Cells cells(const SeriesAxis& axis, bool to_scale, bool logarithmic, std::size_t most_cells,
            std::size_t most_ticks);

// Round numbers (1, 2 or 5 times a power of ten apart) from low to high, at most `most` of them, or as few as
// make two.
std::vector<double> round_numbers(double low, double high, std::size_t most);

// Numbers to label a logarithmic axis with, at most `most` (> 0): powers of ten; where there are fewer than
// three, 1, 2 and 5 times them, then all digits, then numbers in equal steps.
std::vector<double> logarithmic_numbers(double low, double high, std::size_t most);

// Distance between round numbers, for gnuplot's own ticks.
double round_step(double range, std::size_t most);

// Positions of at most `most` entries of ascending or descending values, spread evenly (in the logarithm,
// where `logarithmic`; values that are not positive are left out), first and last included.
std::vector<std::size_t> thinned(const std::vector<double>& values, bool logarithmic, std::size_t most);

}  // namespace basso::report

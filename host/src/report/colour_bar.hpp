// Values as colours: their range, and the bar at the right that explains them. Room report.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "report/canvas.hpp"

namespace basso::report {

// The least and the greatest of some values; numbers that are not finite are passed over.
struct Range {
  double low = std::numeric_limits<double>::infinity(), high = -low;

  void add(double value);
  void add(const Range& other);
};

// Both ends moved out to round numbers; [0, 1] for no value.
std::vector<double> round_ends(const Range& range);

// Colours of one panel by `palette`, between the two ends of `range` in either order; what has no value is
// grey.
void begin_colours(Canvas& canvas, const std::string& palette, const std::vector<double>& range,
                   bool logarithmic);
// The colours with their numbers and what they mean, in the strip at the right; an end beyond which there are
// values has "≤" or "≥". Once, in the last panel.
void draw_colour_bar(Canvas& canvas, const std::vector<double>& range, const Range& values, bool logarithmic,
                     const std::string& title);

}  // namespace basso::report

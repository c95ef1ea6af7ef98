// Discrete Fourier transforms along an equally spaced set of the target; what the probes share that look at
// such a set: spectrum, robustness, extrapolation, kernel-spectrum, predictions, stage-ratios, initial-rate,
// frequency-gradient, parameter-fraction.
//
// Frequencies are DFT bins: cycles per window, where the window is N steps of the grid (for a grid with both
// end points that is one step longer than the interval). On a period of length 1 they are the papers' k.
#pragma once

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "comparison.hpp"

namespace {

[[noreturn]] inline void fail(const std::string& sentence) {
  throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
}

// The one axis of the set, where it has one and its steps are equal; else nullptr.
inline const basso_axis* even_axis(const basso_set& set) {
  if (set.axis_count != 1) return nullptr;
  const basso_axis& axis = *set.axes[0];
  if (axis.values == nullptr || axis.length < 2) return &axis;
  const double first = axis.values[0], span = axis.values[axis.length - 1] - first;
  for (std::uint64_t i = 0; i < axis.length; ++i) {
    const double even = first + span * static_cast<double>(i) / static_cast<double>(axis.length - 1);
    if (!(std::abs(axis.values[i] - even) <= 1e-9 * std::abs(span))) return nullptr;
  }
  return &axis;
}

// The axis along which the set is transformed.
inline const basso_axis& grid_axis(const basso_set& set) {
  const basso_axis* axis = even_axis(set);
  if (axis == nullptr)
    fail("set: '" + std::string(set.name) + "' has " +
         (set.axis_count == 1 ? "an axis of unequal steps" : std::to_string(set.axis_count) + " axes") +
         ", but the transform needs one axis of equal steps; for other points take the probe "
         "projection-spectrum");
  return *axis;
}

inline double step(const basso_axis& axis) {
  if (axis.values != nullptr && axis.length > 1)
    return (axis.values[axis.length - 1] - axis.values[0]) / static_cast<double>(axis.length - 1);
  return axis.step == 0.0 ? 1.0 : axis.step;
}

// One set, transformed: magnitudes one-sided (2/N, and 1/N at DC and, for even N, at Nyquist), so that
// A sin(2 pi k j/N + phi) has the magnitude A at bin k.
class Grid {
 public:
  Grid(const basso::probe_setup& setup, std::uint32_t set)
      : width(setup.info(set).output_dim),
        step_(step(grid_axis(setup.info(set)))),
        plan_(setup.host(), setup.info(set).rows) {
    const std::vector<double> y = setup.outputs(set);
    for (std::size_t output = 0; output < width; ++output) {
      const std::vector<double> values = column({y.data(), plan_.points(), width}, output);
      target.push_back(plan_.forward(basso::as_view(values)));
      zero.push_back(zero_level(values));
    }
  }

  double points() const { return static_cast<double>(plan_.points()); }
  std::size_t bins() const { return plan_.bins(); }
  double window() const { return points() * step_; }  // in the unit of the axis
  bool unpaired(std::size_t bin) const { return bin == 0 || 2 * bin == plan_.points(); }
  double magnitude(std::complex<double> f, std::size_t bin) const {
    return std::abs(f) * (unpaired(bin) ? 1.0 : 2.0) / points();
  }
  basso::spectrum_values transform(const basso_matrix& predictions, std::size_t output) const {
    const std::vector<double> values = column(predictions, output);
    return plan_.forward(basso::as_view(values));
  }

  std::size_t width;                           // outputs
  std::vector<basso::spectrum_values> target;  // [width][bins]
  std::vector<double> zero;                    // [width], components of the target below are rounding

 private:
  double step_;
  basso::fourier_plan plan_;
};

// The terms of Parseval's sum, mean of y^2 = sum over bins of (2, or 1 at DC and Nyquist) |F|^2/n^2, in two
// bands.
struct BandPowers {
  double low = 0.0, high = 0.0;
};

// Of the transform f of `points` values; `last_low`, the last frequency of the low band, is in cycles per
// window.
inline BandPowers band_powers(const basso::spectrum_values& f, std::uint64_t points, double last_low) {
  BandPowers powers;
  for (std::size_t bin = 0; bin < f.size(); ++bin) {
    const double both = bin == 0 || 2 * bin == points ? 1.0 : 2.0;
    double& band = static_cast<double>(bin) <= last_low * (1.0 + 1e-12) ? powers.low : powers.high;
    band += both * std::norm(f[bin] / static_cast<double>(points));
  }
  return powers;
}

// The bin of a line, where it falls on one.
inline std::optional<std::size_t> bin_of(const Grid& grid, const basso::line& line) {
  const double k = line.k * grid.window(), whole = std::nearbyint(k);
  if (std::abs(k - whole) > 1e-9 * std::max(1.0, whole) || whole >= static_cast<double>(grid.bins()))
    return {};
  return static_cast<std::size_t>(whole);
}

// at = "lines": the bins of the target's exact lines.
inline std::vector<std::size_t> line_bins(const basso::probe_setup& setup, std::uint32_t set,
                                          const Grid& grid) {
  const std::vector<basso::line> lines = setup.lines(set);
  if (lines.empty())
    fail("at: the target " + std::string(setup.scene().target) +
         " states no exact lines; take at = \"list\" or \"all\"");
  std::vector<std::size_t> bins;
  for (const basso::line& line : lines) {
    const auto bin = bin_of(grid, line);
    if (!bin)
      fail("at: the line at " + std::to_string(line.k) + " is no bin of the set '" + setup.info(set).name +
           "' (whole numbers of cycles per window of " + std::to_string(grid.window()) + ", up to " +
           std::to_string(grid.bins() - 1) + "); take more points, or at = \"list\" or \"all\"");
    bins.push_back(*bin);
  }
  return bins;
}

// `frequencies` belongs to at = "list".
inline void refuse_idle_list(const basso::values& values, int list) {
  if (values.choice("at") != list && !values.list("frequencies").empty())
    fail("frequencies: are read with at = \"list\" only; add that, or leave them out");
}

// The bins that the parameter `name` lists.
inline std::vector<std::size_t> listed_bins(const Grid& grid, basso::view<const double> list,
                                            const std::string& name) {
  if (list.empty()) fail(name + ": the list is empty; name at least one");
  std::vector<std::size_t> bins;
  for (const double bin : list) {
    if (!(bin < static_cast<double>(grid.bins())))
      fail(name + ": " + std::to_string(static_cast<std::int64_t>(bin)) +
           " lies above the last bin of the set, " + std::to_string(grid.bins() - 1));
    bins.push_back(static_cast<std::size_t>(bin));
  }
  return bins;
}

// The bins that the parameter `name` lists; where the list is empty 1, 2, 4, … up to N/4.
inline std::vector<std::size_t> listed_or_doubled_bins(const Grid& grid, basso::view<const double> list,
                                                       const std::string& name) {
  if (!list.empty()) return listed_bins(grid, list, name);
  if (grid.bins() < 2) fail("set: one point has no frequencies; take a set of more points");
  std::vector<std::size_t> bins = {1};
  while (8.0 * static_cast<double>(bins.back()) <= grid.points()) bins.push_back(2 * bins.back());
  return bins;
}

// at = "all": the first `count` bins from DC on.
inline std::vector<std::size_t> first_bins(std::size_t count) {
  std::vector<std::size_t> bins(count);
  for (std::size_t bin = 0; bin < count; ++bin) bins[bin] = bin;
  return bins;
}

}  // namespace

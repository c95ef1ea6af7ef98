// Order statistics on which claims are decided: rank correlation, crossings, quantiles, slopes. Room
// spectral. Infinity is an ordinary value everywhere ("never crossed"); NaN ("not recorded") makes a result
// NaN.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace basso::spectral {

// Kendall's tau-b of paired values: (concordant - discordant) / sqrt((n0 - n1)(n0 - n2)), n0 = n(n-1)/2
// pairs, n1 and n2 the pairs tied in x and in y; equal infinities are tied. NaN where one side has no two
// different values, or holds a NaN.
double kendall_tau_b(std::span<const double> x, std::span<const double> y);

// Below means value < level, above means value >= level; a NaN is neither.
enum class Side { below, above };

// Index of the first recording from which the values stay on `side` of `level` for `hold` recordings in a
// row; infinity where there is none (a series that ends before `hold` is full has not crossed). hold >= 1.
double crossing_index(std::span<const double> values, double level, Side side, std::size_t hold);

// Prominence of each maximum inside a curve (a flat top counts once, the two ends not at all): how far down
// the way to anything higher, or to an end of the curve, leads at least, on the side where it leads less far
// down. As scipy.signal's find_peaks and peak_prominences. For no NaN.
std::vector<double> prominences(std::span<const double> values);

// Quantile q in [0, 1], linear between order statistics (type 7 of Hyndman and Fan 1996, numpy's default). An
// interpolation between a finite value and infinity is infinite. NaN for no values or any NaN.
double quantile(std::span<const double> values, double q);
double median(std::span<const double> values);

// Least-squares fit of log y = intercept + slope log x (natural logarithms). Both NaN where a value is not
// positive and finite, or where there are no two different x.
struct LogLogFit {
  double slope;
  double intercept;
};
LogLogFit log_log_fit(std::span<const double> x, std::span<const double> y);

}  // namespace basso::spectral

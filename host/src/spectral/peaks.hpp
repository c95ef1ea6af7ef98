// What is read off a spectrum: one-sided amplitudes, its peaks, and how far one spectrum is from another.
// Room spectral.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

namespace basso::spectral {

// One-sided amplitude of the bins 0 to n/2 of the transform of n real values: 2/n |F_k|, and 1/n |F_k| at DC
// and, for even n, at Nyquist; A sin(2 pi k j / n + phase) has amplitude A at bin k. Takes [bins], bins <=
// n/2 + 1.
std::vector<double> magnitude(std::span<const std::complex<double>> transform, std::size_t n);

// Bins that are strict local maxima of |F| among the first `count` bins, the first (DC) and the last of these
// excluded, ascending: the picker of the F-Principle code of Xu et al. (SelectPeakIndex). A flat top is no
// peak.
std::vector<std::size_t> peak_bins(std::span<const double> magnitudes, std::size_t count);

// Delta_F(k) = |F[f](k) - F[T](k)| / |F[f](k)|, target f, learned T; the difference is complex, as the papers
// define it (T section 2, Xu 2018). F[f](k) = 0 gives infinity, or NaN where F[T](k) = 0 too.
double relative_error(std::complex<double> target, std::complex<double> learned);

// | |F[f](k)| - |F[T](k)| | / (1e-5 + |F[f](k)|): the form in the authors' code, blind to a wrong phase. The
// offset 1e-5 makes it depend on the normalisation: theirs is the transform divided by the number of points.
double relative_error_magnitude(std::complex<double> target, std::complex<double> learned);

}  // namespace basso::spectral

// Amplitudes, peaks and distances of spectra (see peaks.hpp).
#include "spectral/peaks.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "basso/error.hpp"

namespace basso::spectral {

std::vector<double> magnitude(std::span<const std::complex<double>> transform, std::size_t n) {
  if (n == 0 || transform.size() > n / 2 + 1) {
    throw Error(Exit::usage, "the one-sided spectrum of " + std::to_string(n) + " real values has at most " +
                                 std::to_string(n / 2 + 1) + " bins, got " +
                                 std::to_string(transform.size()));
  }
  std::vector<double> amplitudes(transform.size());
  for (std::size_t k = 0; k < transform.size(); ++k) {
    const bool unpaired = k == 0 || 2 * k == n;  // DC and Nyquist have no mirror bin
    amplitudes[k] = (unpaired ? 1.0 : 2.0) * std::abs(transform[k]) / static_cast<double>(n);
  }
  return amplitudes;
}

std::vector<std::size_t> peak_bins(std::span<const double> magnitudes, std::size_t count) {
  const std::size_t bins = std::min(count, magnitudes.size());
  std::vector<std::size_t> peaks;
  for (std::size_t k = 1; k + 1 < bins; ++k) {
    if (magnitudes[k] > magnitudes[k - 1] && magnitudes[k] > magnitudes[k + 1]) peaks.push_back(k);
  }
  return peaks;
}

double relative_error(std::complex<double> target, std::complex<double> learned) {
  return std::abs(target - learned) / std::abs(target);
}

double relative_error_magnitude(std::complex<double> target, std::complex<double> learned) {
  const double reference = std::abs(target);
  return std::abs(reference - std::abs(learned)) / (1e-5 + reference);
}

}  // namespace basso::spectral

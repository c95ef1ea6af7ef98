// Non-uniform discrete Fourier transform (see nudft.hpp).
#include "spectral/nudft.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "basso/error.hpp"
#include "spectral/kernels.hpp"
#include "spectral/phase.hpp"

namespace basso::spectral {
namespace {

constexpr std::size_t block = 32;  // rows of the table that are summed before they are stored

// Floating-point operations of each (point, frequency) pair; a sine with its cosine counts as 60.
constexpr double table_flops = 4.0, direct_flops = 64.0;

void require_finite(std::span<const double> values, const char* what) {
  if (!std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); })) {
    throw Error(Exit::usage, std::string("a non-uniform Fourier transform got ") + what +
                                 " that are not finite; expected finite numbers only");
  }
}

}  // namespace

NudftPlan::NudftPlan(std::span<const double> points, std::span<const double> frequencies,
                     std::size_t memory_bound)
    : points_(points.begin(), points.end()), frequencies_(frequencies.begin(), frequencies.end()) {
  require_finite(points, "points");
  require_finite(frequencies, "frequencies");
  const double pairs = static_cast<double>(points.size()) * static_cast<double>(frequencies.size());
  const bool fits = pairs * 2.0 * sizeof(double) <= static_cast<double>(memory_bound);
  const double by_pairs = pairs * (fits ? table_flops : direct_flops);
  if (Gridding::flops(points.size(), frequencies.size()) < by_pairs) {
    if (const auto even = even_frequencies()) {
      gridding_.emplace(points_, *even);
      method_ = Method::gridding;
      return;
    }
  }
  if (fits) fill_table();
}

// The frequencies as whole steps from the middle one, where that gives the phase at every point to 1e-13
// radians.
std::optional<EvenFrequencies> NudftPlan::even_frequencies() const {
  const std::size_t count = frequencies_.size(), middle = count / 2;
  if (count < 2) return std::nullopt;
  double reach = 0.0;
  for (const double x : points_) reach = std::max(reach, std::abs(x));
  const double step = (frequencies_.back() - frequencies_.front()) / static_cast<double>(count - 1);
  if (!std::isfinite(reach * step)) return std::nullopt;
  for (std::size_t m = 0; m < count; ++m) {
    const double steps = static_cast<double>(m) - static_cast<double>(middle);
    const double expected = std::fma(steps, step, frequencies_[middle]);
    const double off = 2.0 * std::numbers::pi * reach * std::abs(frequencies_[m] - expected);
    if (!(off <= 1e-13)) return std::nullopt;
  }
  return EvenFrequencies{frequencies_[middle], step, middle, count};
}

void NudftPlan::fill_table() {
  method_ = Method::table;
  cosines_.reserve(points_.size() * frequencies_.size());
  sines_.reserve(points_.size() * frequencies_.size());
  for (const double k : frequencies_) {
    for (const double x : points_) {
      const Phase p = phase(x, k);
      cosines_.push_back(p.cosine);
      sines_.push_back(p.sine);
    }
  }
}

void NudftPlan::transform(const double* y, std::complex<double>* out) const {
  switch (method_) {
    case Method::table:
      return transform_table(y, out);
    case Method::gridding:
      return gridding_->transform(y, out);
    case Method::direct:
      return transform_direct(y, out);
  }
}

void NudftPlan::transform_table(const double* y, std::complex<double>* out) const {
  double re[block], im[block];
  for (std::size_t first = 0; first < frequencies_.size(); first += block) {
    const std::size_t rows = std::min(block, frequencies_.size() - first);
    kernels::multiply(cosines_.data() + first * points_.size(), rows, points_.size(), y, re);
    kernels::multiply(sines_.data() + first * points_.size(), rows, points_.size(), y, im);
    for (std::size_t m = 0; m < rows; ++m) out[first + m] = {re[m], -im[m]};
  }
}

void NudftPlan::transform_direct(const double* y, std::complex<double>* out) const {
  for (std::size_t m = 0; m < frequencies_.size(); ++m) {
    double re = 0.0, im = 0.0;
    for (std::size_t j = 0; j < points_.size(); ++j) {
      const Phase p = phase(points_[j], frequencies_[m]);
      re += y[j] * p.cosine;
      im -= y[j] * p.sine;
    }
    out[m] = {re, im};
  }
}

}  // namespace basso::spectral

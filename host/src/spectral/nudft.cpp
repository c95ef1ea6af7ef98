// Non-uniform discrete Fourier transform (see nudft.hpp).
#include "spectral/nudft.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "basso/error.hpp"
#include "spectral/kernels.hpp"

namespace basso::spectral {
namespace {

constexpr std::size_t block = kernels::max_rotation_steps;  // frequencies from one anchor of the recurrence

struct Phase {
  double cosine, sine;
};

// cos and sin of 2 pi x k, from x k modulo 1 with the rounding error of the product added back.
Phase phase(double x, double k) {
  const double turns = x * k;
  const double error = std::fma(x, k, -turns);
  const double angle = 2.0 * std::numbers::pi * ((turns - std::nearbyint(turns)) + error);
  return {std::cos(angle), std::sin(angle)};
}

// A copy of y [n] with zeros up to `padded`, in a buffer of this thread.
const double* pad(const double* y, std::size_t n, std::size_t padded) {
  thread_local std::vector<double> buffer;
  if (buffer.size() < padded) buffer.resize(padded);
  std::copy(y, y + n, buffer.begin());
  std::fill(buffer.begin() + static_cast<std::ptrdiff_t>(n),
            buffer.begin() + static_cast<std::ptrdiff_t>(padded), 0.0);
  return buffer.data();
}

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
  const std::size_t pad_to = kernels::padding;
  padded_ = (points_.size() + pad_to - 1) / pad_to * pad_to;
  const std::size_t row_bytes = 2 * sizeof(double) * padded_;
  const std::size_t rows_in_bound = row_bytes == 0 ? frequencies_.size() : memory_bound / row_bytes;
  const std::size_t anchors = (frequencies_.size() + block - 1) / block;

  std::size_t stride = 1;  // frequencies from one row of the table to the next
  if (frequencies_.size() <= rows_in_bound) {
    method_ = Method::table;
  } else if (anchors + 1 <= rows_in_bound && equally_spaced()) {
    method_ = Method::recurrence;
    stride = block;
    step_cos_.assign(padded_, 0.0);
    step_sin_.assign(padded_, 0.0);
    fill_phases(frequencies_[1] - frequencies_[0], step_cos_.data(), step_sin_.data());
  } else {
    return;
  }
  const std::size_t rows = method_ == Method::table ? frequencies_.size() : anchors;
  cosines_.assign(rows * padded_, 0.0);
  sines_.assign(rows * padded_, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    fill_phases(frequencies_[row * stride], cosines_.data() + row * padded_, sines_.data() + row * padded_);
  }
}

// Whether the recurrence may stand for the listed frequencies: within each block, the phase at every point is
// that of the first frequency plus whole steps, to 1e-13 radians.
bool NudftPlan::equally_spaced() const {
  if (frequencies_.size() < 2) return false;
  double reach = 0.0;
  for (const double x : points_) reach = std::max(reach, std::abs(x));
  const double step = frequencies_[1] - frequencies_[0];
  for (std::size_t m = 0; m < frequencies_.size(); ++m) {
    const std::size_t anchor = m / block * block;
    const double expected = std::fma(static_cast<double>(m - anchor), step, frequencies_[anchor]);
    if (!(2.0 * std::numbers::pi * reach * std::abs(frequencies_[m] - expected) <= 1e-13)) return false;
  }
  return true;
}

void NudftPlan::fill_phases(double frequency, double* cosines, double* sines) const {
  for (std::size_t j = 0; j < points_.size(); ++j) {
    const Phase p = phase(points_[j], frequency);
    cosines[j] = p.cosine;
    sines[j] = p.sine;
  }
}

void NudftPlan::transform(const double* y, std::complex<double>* out) const {
  switch (method_) {
    case Method::table:
      return transform_table(y, out);
    case Method::recurrence:
      return transform_recurrence(y, out);
    case Method::direct:
      return transform_direct(y, out);
  }
}

void NudftPlan::transform_table(const double* y, std::complex<double>* out) const {
  const double* padded_y = pad(y, points_.size(), padded_);
  double re[block], im[block];
  for (std::size_t first = 0; first < frequencies_.size(); first += block) {
    const std::size_t rows = std::min(block, frequencies_.size() - first);
    kernels::multiply(cosines_.data() + first * padded_, rows, padded_, padded_y, re);
    kernels::multiply(sines_.data() + first * padded_, rows, padded_, padded_y, im);
    for (std::size_t m = 0; m < rows; ++m) out[first + m] = {re[m], -im[m]};
  }
}

void NudftPlan::transform_recurrence(const double* y, std::complex<double>* out) const {
  const double* padded_y = pad(y, points_.size(), padded_);
  double re[block], im[block];
  for (std::size_t first = 0; first < frequencies_.size(); first += block) {
    const std::size_t steps = std::min(block, frequencies_.size() - first);
    const std::size_t row = first / block * padded_;
    kernels::rotate_and_sum(padded_y,
                            {cosines_.data() + row, sines_.data() + row, step_cos_.data(), step_sin_.data()},
                            padded_, steps, re, im);
    for (std::size_t m = 0; m < steps; ++m) out[first + m] = {re[m], im[m]};
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

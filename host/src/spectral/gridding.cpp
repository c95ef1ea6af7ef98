// Gridding (see gridding.hpp). With n grid points, q = m - index and g_j = n x_j step, modulo n:
//
//   b_l = sum_j y_j e^{-2 pi i x_j centre} phi(l - g_j)                          spreading
//   B_q = sum_l b_l e^{-2 pi i q l / n}                                          transform
//   F(k_m) = B_q / phi^(q),  phi^(q) = int phi(u) e^{-2 pi i q u / n} du         deconvolution
//
// with phi(u) = e^{beta (sqrt(1 - z^2) - 1)}, z = 2 u / width, 0 outside |z| < 1, and beta = 2.30 width for a
// grid with twice as many points as there are frequencies (Barnett et al. 2019).
#include "spectral/gridding.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "spectral/kernels.hpp"
#include "spectral/phase.hpp"

namespace basso::spectral {
namespace {

constexpr double half_width = static_cast<double>(Gridding::width) / 2.0;
constexpr double beta = 2.30 * static_cast<double>(Gridding::width);
constexpr std::size_t margin = Gridding::width / 2 - 1;  // grid points left of a cell that its points meet

double kernel(double u) {
  const double z = u / half_width;
  const double square = 1.0 - z * z;
  return square > 0.0 ? std::exp(beta * (std::sqrt(square) - 1.0)) : 0.0;
}

// phi^ at q / n cycles a grid point, by the trapezoidal rule with four nodes a grid point: by Poisson's
// summation its error is phi^ four turns away, far below the aliases that the method itself leaves (phi^ one
// turn away).
double kernel_transform(double q_over_n) {
  constexpr int nodes_a_point = 4;
  constexpr int nodes = nodes_a_point * static_cast<int>(Gridding::width) / 2;
  static const std::vector<double> values = [] {
    std::vector<double> at_nodes(nodes);
    for (int i = 0; i < nodes; ++i) at_nodes[static_cast<std::size_t>(i)] = kernel(1.0 * i / nodes_a_point);
    return at_nodes;
  }();
  double sum = 0.5 * values[0];
  for (int i = 1; i < nodes; ++i)
    sum +=
        values[static_cast<std::size_t>(i)] * std::cos(2.0 * std::numbers::pi * q_over_n * i / nodes_a_point);
  return 2.0 * sum / nodes_a_point;
}

// Where a point lies on the grid of n: n x step = cell + offset modulo n, the offset in [0, 1] with an error
// near 1e-16, however large n and x.
struct Place {
  std::size_t cell;
  double offset;
};
Place place_of(double x, double step, double n) {
  const Turns t = turns(x, step);
  const double leading = n * t.leading;
  const double rest = std::fma(n, t.leading, -leading) + n * t.error;
  const double cell = std::floor(leading + rest);
  return {static_cast<std::size_t>(cell - n * std::floor(cell / n)), (leading - cell) + rest};
}

// A buffer of this thread, for each use.
enum class Use { real, imaginary, grid, spectrum };
template <Use, class Number>
Number* buffer(std::size_t size) {
  thread_local std::vector<Number> values;
  if (values.size() < size) values.resize(size);
  return values.data();
}

}  // namespace

std::size_t Gridding::grid_size(std::size_t frequencies) {
  return smooth_length(std::max(2 * frequencies, 2 * width));
}

double Gridding::flops(std::size_t points, std::size_t frequencies) {
  const auto n = static_cast<double>(grid_size(frequencies));
  return static_cast<double>(points) * (4.0 * width + 2.0) + 5.0 * n * std::log2(n) + 4.0 * n;
}

Gridding::Gridding(std::span<const double> points, const EvenFrequencies& frequencies)
    : index_(frequencies.index), fft_(grid_size(frequencies.count)) {
  place(points, frequencies);
  weigh(frequencies);
}

void Gridding::place(std::span<const double> points, const EvenFrequencies& frequencies) {
  const std::size_t n = fft_.size();
  std::vector<Place> places;
  places.reserve(points.size());
  std::vector<std::size_t> begin(n + 1, 0);  // of each cell in the order, by counting
  for (const double x : points) {
    places.push_back(place_of(x, frequencies.step, static_cast<double>(n)));
    ++begin[places.back().cell + 1];
  }
  for (std::size_t cell = 0; cell < n; ++cell) {
    if (begin[cell + 1] > 0) runs_.push_back({cell, begin[cell], begin[cell] + begin[cell + 1]});
    begin[cell + 1] += begin[cell];
  }
  order_.resize(points.size());
  for (std::size_t j = 0; j < points.size(); ++j) order_[begin[places[j].cell]++] = j;

  cosines_.resize(points.size());
  sines_.resize(points.size());
  kernel_.resize(points.size() * width);
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const std::size_t j = order_[i];
    const Phase centre = phase(points[j], frequencies.centre);
    cosines_[i] = centre.cosine;
    sines_[i] = centre.sine;
    for (std::size_t l = 0; l < width; ++l) {
      const double from_cell = static_cast<double>(l) - static_cast<double>(margin);
      kernel_[i * width + l] = kernel(from_cell - places[j].offset);
    }
  }
}

void Gridding::weigh(const EvenFrequencies& frequencies) {
  const auto n = static_cast<double>(fft_.size());
  weights_.resize(frequencies.count);
  for (std::size_t m = 0; m < frequencies.count; ++m) {
    const double q = static_cast<double>(m) - static_cast<double>(index_);
    weights_[m] = 1.0 / kernel_transform(q / n);
  }
}

void Gridding::transform(const double* y, std::complex<double>* out) const {
  const std::size_t n = fft_.size(), points = order_.size();
  double* strengths = buffer<Use::real, double>(points + n + width);
  double* strengths_im = buffer<Use::imaginary, double>(points + n + width);
  double *re = strengths + points, *im = strengths_im + points;  // [margin + n + width - margin]
  for (std::size_t i = 0; i < points; ++i) {
    const double value = y[order_[i]];
    strengths[i] = value * cosines_[i];
    strengths_im[i] = -value * sines_[i];
  }
  std::fill(re, re + n + width, 0.0);
  std::fill(im, im + n + width, 0.0);
  for (const Run& run : runs_) {
    kernels::spread16(kernel_.data() + run.first * width, strengths + run.first, strengths_im + run.first,
                      run.end - run.first, re + run.cell, im + run.cell);
  }

  Complex* grid = buffer<Use::grid, Complex>(n);
  Complex* spectrum = buffer<Use::spectrum, Complex>(n);
  for (std::size_t l = 0; l < n; ++l) grid[l] = {re[l + margin], im[l + margin]};
  for (std::size_t l = 0; l < margin; ++l) grid[n - margin + l] += Complex(re[l], im[l]);
  for (std::size_t l = n + margin; l < n + width; ++l) grid[l - n - margin] += Complex(re[l], im[l]);
  fft_.forward(grid, spectrum);
  for (std::size_t m = 0; m < weights_.size(); ++m) {
    out[m] = spectrum[m >= index_ ? m - index_ : n + m - index_] * weights_[m];
  }
}

}  // namespace basso::spectral

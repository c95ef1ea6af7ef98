// How a learned spectrum is compared with the target's; what the probes of spectra
// share.
//   T: Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency domain.
//   R: Rahaman et al. 2019, On the Spectral Bias of Neural Networks.
#pragma once

#include <basso/probe.hpp>

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

namespace {

constexpr double turn = 6.283185307179586;  // 2 pi
constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

// A component this small against the sum of all moduli of the data is rounding: relative measures there mean
// nothing and are NaN (T Fig 3a's valleys are exactly zero). It is the accuracy that fft/1 promises.
constexpr double rounding = 1e-12;

// Delta_F(k) = |F[f](k) - F[T](k)| / |F[f](k)|, target f, learned T, complex difference (T Eq 1). NaN where
// the target has no component.
inline double relative_error(std::complex<double> target, std::complex<double> learned, double zero) {
  return std::abs(target) > zero ? std::abs(target - learned) / std::abs(target) : no_value;
}

// | |F[f](k)| - |F[T](k)| | / (1e-5 + |F[f](k)|) with F divided by the number of points: the form of Xu's
// published code, which a wrong phase does not show in. NaN where the target has no component.
inline double relative_error_of_moduli(std::complex<double> target, std::complex<double> learned,
                                       double points, double zero) {
  if (!(std::abs(target) > zero)) return no_value;
  const double f = std::abs(target) / points;
  return std::abs(f - std::abs(learned) / points) / (1e-5 + f);
}

// Column `column` of a matrix, as one array.
inline std::vector<double> column(const basso_matrix& matrix, std::size_t which) {
  std::vector<double> values(static_cast<std::size_t>(matrix.rows));
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = matrix.data[i * static_cast<std::size_t>(matrix.columns) + which];
  return values;
}

// The modulus below which a component of y's transform is rounding.
inline double zero_level(const std::vector<double>& y) {
  double sum = 0.0;
  for (const double value : y) sum += std::abs(value);
  return rounding * sum;
}

// The Hann window w(j) = 1 - cos(2 pi (j + 1/2)/n): mean 1, so that a wave keeps its amplitude on average.
inline std::vector<double> hann_window(std::size_t n) {
  std::vector<double> window(n);
  for (std::size_t j = 0; j < n; ++j)
    window[j] = 1.0 - std::cos(turn * (static_cast<double>(j) + 0.5) / static_cast<double>(n));
  return window;
}

// Axes of a series: [frequency], or [output x frequency] where the target has several outputs.
inline std::vector<basso::axis> spectrum_axes(const basso_set& set, const basso::axis& frequency) {
  std::vector<basso::axis> axes;
  if (set.output_dim > 1) axes.push_back(basso::axis::steps("output", "", set.output_dim, 0.0, 1.0));
  axes.push_back(frequency);
  return axes;
}

}  // namespace

// The Gaussian kernel K_ij = exp(-|x_i - x_j|^2 / (2 v)) of a set's inputs; what the probes kernel-spectrum
// (v = sigma^2) and gaussian-filter (v = delta) and the target mnist-pairs (v = sigma^2) share.
#pragma once

#include <basso/services.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

// Of an eigenproblem [rows x rows], at its peak: the kernel, the eigenvectors, and three inside the solver.
constexpr double eigen_matrices = 5.0;

// Refuses, before anything is allocated, `matrices` matrices [rows x rows] for the points of a set that need
// more than `limit` GiB, the parameter `memory`; `remedy` says how to have fewer points.
inline void refuse_too_large(const std::string& set, std::uint64_t points, double matrices, double limit,
                             const std::string& remedy) {
  const double rows = static_cast<double>(points);
  const double needed = matrices * rows * rows * sizeof(double) / 1073741824.0;
  if (needed <= limit) return;
  char numbers[160];
  std::snprintf(numbers, sizeof(numbers), "%.0f matrices of %.0f x %.0f need %.3g GiB, more than %g GiB",
                matrices, rows, rows, needed, limit);
  throw basso::failure(BASSO_ERROR_PARAMETER,
                       "memory: for the set '" + set + "' " + numbers + "; " + remedy + ", or raise memory");
}

// Squared distances |x_i - x_j|^2 of points [rows x columns]: [rows x rows], one task a row.
inline std::vector<double> squared_distances(const basso_host* host, const std::vector<double>& points,
                                             std::size_t rows) {
  constexpr std::size_t lanes = 8;  // partial sums, so that the loop vectorises
  const std::size_t columns = points.size() / rows;
  std::vector<double> squares(rows * rows);
  basso::parallel(host, rows, [&](std::uint64_t task) {
    const std::size_t i = static_cast<std::size_t>(task);
    if (i % 64 == 0) basso::stop_if_cancelled(host);
    const double* x = &points[i * columns];
    for (std::size_t j = 0; j < i; ++j) {
      const double* y = &points[j * columns];
      double sums[lanes] = {};
      std::size_t c = 0;
      for (; c + lanes <= columns; c += lanes)
        for (std::size_t l = 0; l < lanes; ++l) sums[l] += (x[c + l] - y[c + l]) * (x[c + l] - y[c + l]);
      for (std::size_t l = 0; c + l < columns; ++l) sums[l] += (x[c + l] - y[c + l]) * (x[c + l] - y[c + l]);
      double sum = 0.0;
      for (const double each : sums) sum += each;
      squares[i * rows + j] = squares[j * rows + i] = sum;
    }
  });
  return squares;
}

}  // namespace

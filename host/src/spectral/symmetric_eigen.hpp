// Eigenvalues and eigenvectors of symmetric matrices, and the first principal direction of data, in float64:
// room spectral.
//
// Signs: an eigenvector has unit length and its component of largest magnitude (the first of equals) is
// positive.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace basso::spectral {

struct SymmetricEigen {
  std::vector<double> values;   // [n], descending
  std::vector<double> vectors;  // [n x n], row i is the eigenvector of values[i]
};

// Of a symmetric matrix A [n x n], in 3 n^2 numbers with the result; only its lower triangle (row >= column,
// row-major) is read. Throws where an element of it is not finite.
SymmetricEigen symmetric_eigen(std::span<const double> a, std::size_t n);

struct PrincipalDirection {
  std::vector<double> mean;       // [dim]
  std::vector<double> direction;  // [dim], unit length
  double variance;                // of the data along the direction (divided by the number of rows)
  double total_variance;          // trace of the covariance
};

// Fills `block` [count x dim], row-major, with the rows first to first+count-1 of the data.
using RowProvider = std::function<void(std::size_t first, std::size_t count, double* block)>;

// First principal direction of the centred data X [rows x dim]: the covariance (X - mean)^T (X - mean) / rows
// is summed in float64 in blocks of rows, two passes over the provider (mean, then covariance).
PrincipalDirection leading_direction(std::size_t rows, std::size_t dim, const RowProvider& provider);
// X [rows x dim] row-major, as numbers or as bytes (0 to 255, not rescaled).
PrincipalDirection leading_direction(std::span<const double> data, std::size_t rows, std::size_t dim);
PrincipalDirection leading_direction(std::span<const std::uint8_t> data, std::size_t rows, std::size_t dim);

}  // namespace basso::spectral

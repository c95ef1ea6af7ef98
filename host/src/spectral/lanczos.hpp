// Largest singular value of a real matrix by Golub-Kahan-Lanczos bidiagonalisation, float64: room spectral.
#pragma once

#include <cstddef>
#include <vector>

namespace basso::spectral {

// Buffers of the iteration. They grow to what the largest matrix so far needed; a call that needs no more
// does not allocate. One workspace serves one call at a time.
class LanczosWorkspace {
 private:
  friend class GolubKahan;
  std::vector<double> left_, right_;      // bases [steps x rows] and [steps x cols]
  std::vector<double> projection_;        // [steps], coefficients of a reorthogonalisation
  std::vector<double> diagonal_, upper_;  // [steps], the bidiagonal matrix
  std::vector<double> square_, off_;      // [steps], its tridiagonal product with its transpose
  std::vector<double> down_, up_;         // [steps], pivots of the latter
};

inline constexpr double lanczos_tolerance = 1e-10;

// The largest singular value of A [rows x cols], row-major. Both bases are fully reorthogonalised; the start
// vector is fixed, so that the same matrix always gives the same bits; it stops when the residual
// |A^T u - theta v| is below tolerance * theta (an upper bound of the distance from theta to a singular
// value), or when the smaller dimension is exhausted, where theta is exact. An empty or zero matrix gives 0,
// a matrix with an infinity or NaN gives NaN.
double largest_singular_value(const double* a, std::size_t rows, std::size_t cols,
                              LanczosWorkspace& workspace, double tolerance = lanczos_tolerance);

}  // namespace basso::spectral

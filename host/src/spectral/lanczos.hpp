// Largest singular value of a real matrix by Lanczos' iteration, float64: room spectral.
#pragma once

#include <cstddef>
#include <vector>

namespace basso::spectral {

// Buffers of the iteration. They grow to what the largest matrix so far needed; a call that needs no more
// does not allocate. One workspace serves one call at a time.
class LanczosWorkspace {
 private:
  friend class LanczosIteration;
  std::vector<double> scaled_;          // [rows x cols], where the matrix is far from 1
  std::vector<double> basis_;           // [steps + 1 x cols]
  std::vector<double> projection_;      // [steps], coefficients of a reorthogonalisation
  std::vector<double> diagonal_, off_;  // [steps], the tridiagonal matrix
  std::vector<double> down_, up_;       // [steps], its pivots
};

inline constexpr double lanczos_tolerance = 1e-10;

// The largest singular value of A [rows x cols], row-major. The basis is fully reorthogonalised; the start
// vector is fixed, so that the same matrix always gives the same bits; it stops when the residual
// |A^T A v - theta v| is below tolerance * theta, so that sqrt(theta) is within tolerance / 2 of a singular
// value, relatively, or when the space is exhausted, where theta is exact. An empty or zero matrix gives 0, a
// matrix with an infinity or NaN gives NaN.
double largest_singular_value(const double* a, std::size_t rows, std::size_t cols,
                              LanczosWorkspace& workspace, double tolerance = lanczos_tolerance);

}  // namespace basso::spectral

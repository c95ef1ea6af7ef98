// The two halves of the symmetric eigenproblem (see symmetric_eigen.hpp): reduction to tridiagonal form by
// Householder reflections, and the eigenvalues of that by the implicit QR algorithm.
#pragma once

#include <cstddef>
#include <vector>

namespace basso::spectral {

// Q^T A Q = T of a symmetric A, with Q = H_0 H_1 ... H_{n-2}, H_k = I - tau_k v_k v_k^T, and T tridiagonal.
class Tridiagonal {
 public:
  // Of a symmetric matrix [n x n], row-major, of which it reads the lower triangle, over `scale`, which
  // brings the largest magnitude near 1.
  Tridiagonal(const double* a, std::size_t n, double scale);

  std::vector<double> diagonal;      // [n] of T
  std::vector<double> off_diagonal;  // [n], the last one zero

  // P = P Q for the 16 rows of P [16 x n], stored column after column.
  void multiply_by_q(double* panel) const;

 private:
  double* row(std::size_t i) { return &rows_[i * stride_]; }
  void reduce(std::size_t k, std::size_t done, double* w);
  void prepare_groups();

  std::size_t n_, stride_;
  std::vector<double> rows_;  // the upper triangle of what is left of A; row k becomes v_k
  std::vector<double> tau_;
  std::vector<double> dots_;  // of each group of four v_k, as reflect16 takes them
};

// Turns T into its eigenvalues, `diagonal` in no order, and applies the rotations to the columns of Q, which
// becomes the eigenvectors: `panels` hold 16 rows each, column after column, n + 4 columns, of which the last
// four are zero. False where it does not converge.
bool implicit_qr(std::vector<double>& diagonal, std::vector<double>& off_diagonal,
                 std::vector<double>& panels);

}  // namespace basso::spectral

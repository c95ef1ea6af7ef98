// The vectorised inner loops of room spectral (products with a matrix, spreading), in float64 through
// Highway with run-time dispatch. Sums run in an order fixed by the vector width: the same CPU features give
// the same bits, whatever the alignment of the arrays.
#pragma once

#include <cstddef>

namespace basso::spectral::kernels {

// sum_j a_j b_j over n elements.
double dot(const double* a, const double* b, std::size_t n);

// y = A x, A [rows x cols] row-major, x [cols], y [rows].
void multiply(const double* a, std::size_t rows, std::size_t cols, const double* x, double* y);

// y += scale * A^T x, A [rows x cols] row-major, x [rows], y [cols].
void add_transposed(const double* a, std::size_t rows, std::size_t cols, double scale, const double* x,
                    double* y);

// y = A^T A x in one pass over A, A [rows x cols] row-major, x and y [cols].
void multiply_gram(const double* a, std::size_t rows, std::size_t cols, const double* x, double* y);

// Columns for the function below are padded with zeros to a multiple of this.
inline constexpr std::size_t padding = 32;

// C += X^T X, X [rows x cols] and C [cols x cols] row-major, cols a multiple of `padding`; the lower triangle
// of C is complete, what lies above it is not.
void add_gram(const double* x, std::size_t rows, std::size_t cols, double* c);

// grid[l] += sum_j kernel[j][l] (re[j] + i im[j]) for l < 16, kernel [points x 16]. Each element is one chain
// of multiply-adds in the order of j, whatever the vector width.
void spread16(const double* kernel, const double* re, const double* im, std::size_t points, double* grid_re,
              double* grid_im);

// The two functions below read the upper triangle of A [n x n], row-major with rows `stride` apart, of which
// they may read and write up to 3 rows and 16 columns more: these must be there and, like those elements of
// the vectors, zero. `subtract_rank2` also changes elements below the diagonal.

// y = A x for a symmetric A.
void multiply_symmetric(const double* a, std::size_t n, std::size_t stride, const double* x, double* y);

// A -= sum_s v_s w_s^T + w_s v_s^T over `count` pairs of vectors, each a row of v and w, `stride` apart.
void subtract_rank2(double* a, std::size_t n, std::size_t stride, const double* v, const double* w,
                    std::size_t count);

// The two functions below multiply a matrix P of 16 rows from the right. It lies column after column.

// P H_0 H_1 H_2 H_3 with reflections H_s = I - tau_s v_s v_s^T, P [16 x n], v_s a row of v, and
// dots[4 r + s] = v_r . v_s for r < s.
void reflect16(double* panel, std::size_t n, const double* v, std::size_t stride, const double* tau,
               const double* dots);

// Four sweeps of Givens rotations of the columns `first` to `last`, in which column j is turned with column
// j+1 for rising j: (p_j, p_{j+1}) to (c p_j - s p_{j+1}, s p_j + c p_{j+1}). c and s of sweep q for column j
// are rotations[8 (j+1+q) + q] and, 4 further, s; all others are identities, c = 1 and s = 0, from index
// 8 first to 8 (last+5) - 1. P has at least last + 5 columns, finite.
void rotate16(double* panel, std::size_t first, std::size_t last, const double* rotations);

}  // namespace basso::spectral::kernels

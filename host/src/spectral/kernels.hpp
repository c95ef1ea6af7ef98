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

}  // namespace basso::spectral::kernels

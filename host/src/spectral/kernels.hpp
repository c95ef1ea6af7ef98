// The vectorised inner loops of room spectral (products with a matrix, phase rotation), in float64 through
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

// Arrays for the two functions below are padded with zeros to a multiple of this.
inline constexpr std::size_t padding = 32;

// C += X^T X, X [rows x cols] and C [cols x cols] row-major, cols a multiple of `padding`; the lower triangle
// of C is complete, what lies above it is not.
void add_gram(const double* x, std::size_t rows, std::size_t cols, double* c);

// For m = 0 to steps-1: re[m] + i im[m] = sum_j y_j a_j r_j^m with the anchor phases a = cos - i sin and the
// rotations r = cos - i sin, all arrays [n], n a multiple of `padding`.
struct Rotation {
  const double *anchor_cos, *anchor_sin;
  const double *step_cos, *step_sin;
};
inline constexpr std::size_t max_rotation_steps = 32;
void rotate_and_sum(const double* y, const Rotation& phases, std::size_t n, std::size_t steps, double* re,
                    double* im);

}  // namespace basso::spectral::kernels

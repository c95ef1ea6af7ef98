// Symmetric eigenproblems (see symmetric_eigen.hpp).
#include "spectral/symmetric_eigen.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "basso/error.hpp"
#include "spectral/kernels.hpp"
#include "spectral/lanczos.hpp"
#include "spectral/tridiagonal.hpp"

namespace basso::spectral {
namespace {

using Matrix = Eigen::MatrixXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr std::size_t block_rows = 64;  // of data at a time: 64 x 784 numbers stay in the L2 cache

Eigen::Index index(std::size_t i) { return static_cast<Eigen::Index>(i); }

// The vector, or its negative where its component of largest magnitude is negative.
void fix_sign(double* vector, std::size_t n) {
  const double* largest =
      std::max_element(vector, vector + n, [](double a, double b) { return std::abs(a) < std::abs(b); });
  if (n > 0 && *largest < 0.0) {
    for (std::size_t i = 0; i < n; ++i) vector[i] = -vector[i];
  }
}

// A power of two near the largest magnitude in the lower triangle, so that squares neither overflow nor
// vanish.
double scale_of(std::span<const double> a, std::size_t n) {
  double largest = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) largest = std::max(largest, std::abs(a[i * n + j]));
  }
  return largest > 0.0 ? std::ldexp(1.0, std::ilogb(largest)) : 1.0;
}

// Unit vectors, times Q: rows of Q in panels of 16, column after column.
std::vector<double> panels_of_q(const Tridiagonal& reduced, std::size_t n) {
  const std::size_t panel = 16 * (n + 4);
  std::vector<double> panels((n + 15) / 16 * panel, 0.0);
  for (std::size_t i = 0; i < n; ++i) panels[i / 16 * panel + 16 * i + i % 16] = 1.0;
  for (std::size_t p = 0; p < panels.size(); p += panel) reduced.multiply_by_q(&panels[p]);
  return panels;
}

std::vector<double> mean_of(std::size_t rows, std::size_t dim, const RowProvider& provider) {
  std::vector<double> sum(dim, 0.0), block(std::min(rows, block_rows) * dim);
  for (std::size_t first = 0; first < rows; first += block_rows) {
    const std::size_t count = std::min(block_rows, rows - first);
    provider(first, count, block.data());
    for (std::size_t i = 0; i < count * dim; ++i) sum[i % dim] += block[i];
  }
  for (double& value : sum) value /= static_cast<double>(rows);
  return sum;
}

RowMajor centred_rows(std::size_t rows, const std::vector<double>& mean, const RowProvider& provider) {
  RowMajor data(index(rows), index(mean.size()));
  provider(0, rows, data.data());
  data.rowwise() -= Eigen::Map<const Eigen::RowVectorXd>(mean.data(), index(mean.size()));
  return data;
}

Matrix covariance_of(std::size_t rows, const std::vector<double>& mean, const RowProvider& provider) {
  const std::size_t dim = mean.size();
  const std::size_t padded = (dim + kernels::padding - 1) / kernels::padding * kernels::padding;
  const std::size_t most = std::min(rows, block_rows);
  std::vector<double> block(most * dim), centred(most * padded, 0.0);
  RowMajor gram = RowMajor::Zero(index(padded), index(padded));
  for (std::size_t first = 0; first < rows; first += block_rows) {
    const std::size_t count = std::min(block_rows, rows - first);
    provider(first, count, block.data());
    for (std::size_t r = 0; r < count; ++r) {
      for (std::size_t c = 0; c < dim; ++c) centred[r * padded + c] = block[r * dim + c] - mean[c];
    }
    kernels::add_gram(centred.data(), count, padded, gram.data());
  }
  gram /= static_cast<double>(rows);
  return gram.topLeftCorner(index(dim), index(dim)).selfadjointView<Eigen::Lower>();
}

// By inverse iteration with a shift just above the largest eigenvalue, where shift - A is positive definite:
// each solve shrinks the other components by about 1e-9 lambda_1 / (lambda_1 - lambda_i).
Eigen::VectorXd leading_eigenvector(const Matrix& a) {
  const auto n = static_cast<std::size_t>(a.rows());
  LanczosWorkspace workspace;
  const double largest = largest_singular_value(a.data(), n, n, workspace);
  const Eigen::LLT<Matrix> shifted(Matrix::Identity(a.rows(), a.cols()) * (largest * (1.0 + 1e-9)) - a);
  Eigen::VectorXd v(a.rows());
  for (Eigen::Index i = 0; i < a.rows(); ++i)
    v(i) = std::sin(static_cast<double>(i + 1));  // a start without symmetry
  for (int iteration = 0; iteration < 5; ++iteration) v = shifted.solve(v).normalized();
  return v;
}

template <typename T>
PrincipalDirection leading_direction_of(std::span<const T> data, std::size_t rows, std::size_t dim) {
  if (dim == 0 || data.size() / dim != rows || data.size() % dim != 0) {
    throw Error(Exit::usage, "principal direction: " + std::to_string(data.size()) + " numbers are not " +
                                 std::to_string(rows) + " rows of " + std::to_string(dim));
  }
  return leading_direction(rows, dim, [&](std::size_t first, std::size_t count, double* block) {
    std::copy_n(data.data() + first * dim, count * dim, block);
  });
}

}  // namespace

SymmetricEigen symmetric_eigen(std::span<const double> a, std::size_t n) {
  if (n == 0 ? !a.empty() : a.size() / n != n || a.size() % n != 0) {
    throw Error(Exit::usage, "a symmetric matrix of size " + std::to_string(n) + " was given " +
                                 std::to_string(a.size()) + " elements");
  }
  if (n == 0) return {};
  const Eigen::Map<const RowMajor> matrix(a.data(), index(n), index(n));
  for (std::size_t row = 0; row < n; ++row) {
    if (!matrix.row(index(row)).head(index(row + 1)).allFinite()) {
      throw Error(Exit::run_failed, "symmetric eigenproblem: row " + std::to_string(row) +
                                        " of the matrix holds a value that is not finite");
    }
  }
  const double scale = scale_of(a, n);
  Tridiagonal reduced(a.data(), n, scale);
  std::vector<double> panels = panels_of_q(reduced, n);
  if (!implicit_qr(reduced.diagonal, reduced.off_diagonal, panels)) {
    throw Error(Exit::run_failed,
                "the symmetric eigensolver did not converge on a matrix of size " + std::to_string(n));
  }
  SymmetricEigen result{std::vector<double>(n), std::vector<double>(n * n)};
  std::vector<std::size_t> order(n);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t i, std::size_t j) { return reduced.diagonal[i] > reduced.diagonal[j]; });
  for (std::size_t i = 0; i < n; ++i) {
    const double* column = &panels[16 * order[i]];
    double* vector = &result.vectors[i * n];
    for (std::size_t r = 0; r < n; ++r) vector[r] = column[r / 16 * 16 * (n + 4) + r % 16];
    fix_sign(vector, n);
    result.values[i] = scale * reduced.diagonal[order[i]];
  }
  return result;
}

PrincipalDirection leading_direction(std::size_t rows, std::size_t dim, const RowProvider& provider) {
  if (rows == 0 || dim == 0) {
    throw Error(Exit::usage, "a principal direction needs data, got " + std::to_string(rows) + " rows of " +
                                 std::to_string(dim));
  }
  const std::vector<double> mean = mean_of(rows, dim, provider);
  // Of fewer rows than columns the smaller matrix X X^T: its eigenvector u gives the direction X^T u.
  const bool wide = rows < dim;
  const RowMajor centred = wide ? centred_rows(rows, mean, provider) : RowMajor();
  const Matrix matrix = wide ? Matrix(centred * centred.transpose() / static_cast<double>(rows))
                             : covariance_of(rows, mean, provider);
  PrincipalDirection result{mean, std::vector<double>(dim), 0.0, matrix.trace()};
  if (!std::isfinite(result.total_variance)) {
    throw Error(Exit::data, "principal direction: the data hold values that are not finite");
  }
  if (!(result.total_variance > 0.0)) {
    throw Error(Exit::data,
                "principal direction: all " + std::to_string(rows) + " rows of the data are equal");
  }
  const Eigen::VectorXd leading = leading_eigenvector(matrix);
  result.variance = leading.dot(matrix * leading);
  const Eigen::VectorXd direction = wide ? (centred.transpose() * leading).normalized() : leading;
  std::copy_n(direction.data(), dim, result.direction.begin());
  fix_sign(result.direction.data(), dim);
  return result;
}

PrincipalDirection leading_direction(std::span<const double> data, std::size_t rows, std::size_t dim) {
  return leading_direction_of(data, rows, dim);
}

PrincipalDirection leading_direction(std::span<const std::uint8_t> data, std::size_t rows, std::size_t dim) {
  return leading_direction_of(data, rows, dim);
}

}  // namespace basso::spectral

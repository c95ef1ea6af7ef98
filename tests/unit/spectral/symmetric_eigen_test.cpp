// The symmetric eigensolver and the first principal direction against their defining equations.
#include "spectral/symmetric_eigen.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <numbers>
#include <random>

#include "basso/error.hpp"

namespace basso::spectral {
namespace {

std::vector<double> random_symmetric(std::size_t n, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  std::vector<double> a(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) a[i * n + j] = a[j * n + i] = normal(generator);
  }
  return a;
}

TEST(SymmetricEigen, VectorsAreOrthonormalDescendingAndSolveTheEquation) {
  constexpr std::size_t n = 30;
  const auto a = random_symmetric(n, 1);
  const SymmetricEigen e = symmetric_eigen(a, n);
  for (std::size_t i = 0; i < n; ++i) {
    if (i > 0) {
      EXPECT_LE(e.values[i], e.values[i - 1]);
    }
    const double* v = &e.vectors[i * n];
    double largest = 0.0;
    for (std::size_t r = 0; r < n; ++r) {
      double product = 0.0;
      for (std::size_t c = 0; c < n; ++c) product += a[r * n + c] * v[c];
      EXPECT_NEAR(product, e.values[i] * v[r], 1e-12);
      if (std::abs(v[r]) > std::abs(largest)) largest = v[r];
    }
    EXPECT_GT(largest, 0.0) << "sign of vector " << i;
    for (std::size_t k = 0; k <= i; ++k) {
      double dot = 0.0;
      for (std::size_t c = 0; c < n; ++c) dot += v[c] * e.vectors[k * n + c];
      EXPECT_NEAR(dot, k == i ? 1.0 : 0.0, 1e-13);
    }
  }
}

TEST(SymmetricEigen, OfThePathGraphHasItsClosedForm) {
  constexpr std::size_t n = 12;  // tridiagonal (-1, 2, -1): 2 - 2 cos(pi m / (n+1))
  std::vector<double> a(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    a[i * n + i] = 2.0;
    if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1.0;
  }
  const SymmetricEigen e = symmetric_eigen(a, n);
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(e.values[i], 2.0 - 2.0 * std::cos(std::numbers::pi * static_cast<double>(n - i) / (n + 1)),
                1e-14);
  }
}

TEST(SymmetricEigen, ReadsTheLowerTriangleOnly) {
  auto a = random_symmetric(8, 3);
  const auto values = symmetric_eigen(a, 8).values;
  a[0 * 8 + 5] = std::nan("");
  EXPECT_EQ(symmetric_eigen(a, 8).values, values);
  a[5 * 8 + 0] = std::nan("");
  EXPECT_THROW(symmetric_eigen(a, 8), Error);
}

TEST(SymmetricEigen, RefusesASizeThatDoesNotFit) {
  EXPECT_THROW(symmetric_eigen(std::vector<double>(8), 3), Error);
  EXPECT_TRUE(symmetric_eigen({}, 0).values.empty());
}

void expect_first_right_singular_vector(Eigen::Index n, Eigen::Index d) {
  std::mt19937_64 generator(5);
  std::normal_distribution<double> normal;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> x(n, d);
  for (Eigen::Index i = 0; i < n; ++i) {
    for (Eigen::Index j = 0; j < d; ++j) x(i, j) = 5.0 + normal(generator) / static_cast<double>(j + 1);
  }
  const auto rows = static_cast<std::size_t>(n), columns = static_cast<std::size_t>(d);
  const auto found = leading_direction({x.data(), rows * columns}, rows, columns);
  const Eigen::RowVectorXd mean = x.colwise().mean();
  const Eigen::MatrixXd centred = x.rowwise() - mean;
  const Eigen::BDCSVD<Eigen::MatrixXd> svd(centred, Eigen::ComputeThinV);
  const Eigen::VectorXd v = svd.matrixV().col(0) * (svd.matrixV()(0, 0) > 0.0 ? 1.0 : -1.0);
  for (Eigen::Index j = 0; j < d; ++j) {
    EXPECT_NEAR(found.direction[static_cast<std::size_t>(j)], v(j), 1e-12);
    EXPECT_NEAR(found.mean[static_cast<std::size_t>(j)], mean(j), 1e-13);
  }
  const auto count = static_cast<double>(n);
  EXPECT_NEAR(found.variance, svd.singularValues()(0) * svd.singularValues()(0) / count, 1e-12);
  EXPECT_NEAR(found.total_variance, centred.squaredNorm() / count, 1e-12);
}

TEST(LeadingDirection, IsTheFirstRightSingularVectorOfTheCentredData) {
  expect_first_right_singular_vector(700, 9);  // more rows than one block
  expect_first_right_singular_vector(12, 50);  // more columns than rows
}

TEST(LeadingDirection, OfBytesIsThatOfTheSameNumbers) {
  std::mt19937 generator(7);
  std::vector<std::uint8_t> bytes(300 * 16);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(generator() % 256);
  const std::vector<double> numbers(bytes.begin(), bytes.end());
  const auto a = leading_direction(bytes, 300, 16), b = leading_direction(numbers, 300, 16);
  EXPECT_EQ(a.direction, b.direction);
  EXPECT_EQ(a.variance, b.variance);
}

TEST(LeadingDirection, RefusesNoDataAndShapesThatDoNotFit) {
  EXPECT_THROW(leading_direction(std::vector<double>{}, 0, 4), Error);
  EXPECT_THROW(leading_direction(std::vector<double>(7), 2, 4), Error);
  EXPECT_THROW(leading_direction(std::vector<double>{1.0, std::nan("")}, 2, 1), Error);
}

}  // namespace
}  // namespace basso::spectral

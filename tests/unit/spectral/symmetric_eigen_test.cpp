// The symmetric eigensolver and the first principal direction against their defining equations.
#include "spectral/symmetric_eigen.hpp"

#include <gtest/gtest.h>
#include <hwy/detect_targets.h>
#include <hwy/targets.h>

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <random>
#include <string>

#include "basso/error.hpp"
#include "support/python.hpp"
#include "support/temporary_directory.hpp"

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

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

// Against the definition, and numpy's values; errors are relative to the largest eigenvalue.
void expect_eigensystem(const RowMajor& a, const Eigen::VectorXd& expected) {
  const Eigen::Index n = a.rows();
  const SymmetricEigen found =
      symmetric_eigen({a.data(), static_cast<std::size_t>(a.size())}, static_cast<std::size_t>(n));
  const Eigen::Map<const RowMajor> vectors(found.vectors.data(), n, n);
  const Eigen::Map<const Eigen::VectorXd> values(found.values.data(), n);
  const double largest = expected.cwiseAbs().maxCoeff(), scale = largest > 0.0 ? largest : 1.0;
  const double bound = 4e-15 * (1.0 + std::sqrt(static_cast<double>(n)));
  EXPECT_LT((vectors * vectors.transpose() - RowMajor::Identity(n, n)).cwiseAbs().maxCoeff(), bound);
  const RowMajor residual = vectors * (a / scale) - (values / scale).asDiagonal() * vectors;
  EXPECT_LT(residual.cwiseAbs().maxCoeff(), bound);
  EXPECT_LT((values / scale - expected / scale).cwiseAbs().maxCoeff(), bound);
  EXPECT_TRUE(std::is_sorted(found.values.rbegin(), found.values.rend()));
  for (Eigen::Index i = 0; i < n; ++i) {
    Eigen::Index place = 0;
    vectors.row(i).cwiseAbs().maxCoeff(&place);
    EXPECT_GT(vectors(i, place), 0.0) << "sign of vector " << i;
  }
}

// A matrix as an expression in numpy: of n, i = 0 ... n-1, points x of [-1, 1], normal numbers g [n x n].
class SymmetricEigenOf : public testing::TestWithParam<const char*> {};

TEST_P(SymmetricEigenOf, IsOrthonormalSolvesTheEquationAndHasNumpysValues) {
  const test::TemporaryDirectory directory;
  const std::string path = directory.file("matrices").string();
  test::run_python("matrix, path = '" + std::string(GetParam()) + "', '" + path + "'" + R"(
import numpy as np
r = np.random.default_rng(1)
def turned(values):
    q = np.linalg.qr(r.normal(size=(n, n)))[0]
    return (q * values) @ q.T
with open(path, 'wb') as file:
    for n in (1, 2, 3, 4, 5, 8, 16, 17, 31, 64, 150, 333):
        i, x, g = np.arange(n), np.linspace(-1, 1, n), r.normal(size=(n, n))
        a = np.tril(eval(matrix))
        a += np.tril(a, -1).T
        scale = abs(a).max() or 1
        values = np.linalg.eigvalsh(a / scale)[::-1] * scale
        np.concatenate(([n], values, a.ravel())).astype(float).tofile(file)
)");
  std::ifstream file(path, std::ios::binary);
  const auto read = [&](Eigen::Index rows, Eigen::Index columns) {
    RowMajor numbers(rows, columns);
    file.read(reinterpret_cast<char*>(numbers.data()),
              static_cast<std::streamsize>(sizeof(double)) * numbers.size());
    return numbers;
  };
  const int64_t targets = hwy::SupportedTargets() & HWY_TARGETS;
  for (int matrices = 0; matrices < 12; ++matrices) {
    const auto n = static_cast<Eigen::Index>(read(1, 1)(0, 0));
    const Eigen::VectorXd values = read(n, 1);
    const RowMajor a = read(n, n);
    ASSERT_TRUE(file);
    for (int64_t left = targets; left != 0; left &= left - 1) {
      SCOPED_TRACE(std::to_string(n) + " rows, " + hwy::TargetName(left & -left));
      hwy::SetSupportedTargetsForTest(left & -left);
      hwy::GetChosenTarget().Update(hwy::SupportedTargets());
      expect_eigensystem(a, values);
    }
    hwy::SetSupportedTargetsForTest(0);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Numpy, SymmetricEigenOf,
    testing::Values("g", "g * 1e300", "g * 1e-300",                     // random, near both ends
                    "np.exp(-(x[:, None] - x) ** 2 / 0.18)",            // a kernel: most at rounding level
                    "np.exp(-(x[:, None] - x) ** 2 / 2e-4)",            // and a narrow one
                    "turned(np.where(i % 3 == 0, 1, -2.0))",            // two values only
                    "turned(1 + 1e-14 * i)",                            // a cluster
                    "turned(10.0 ** -i.clip(max=300))",                 // graded
                    "np.diag(r.permutation(n) - 3.0)",                  // diagonal
                    "np.diag(10.0 ** -i.clip(max=300))",                // down to denormal squares
                    "np.diag(abs(i - (n - 1) / 2)) + np.eye(n, k=-1)",  // Wilkinson's: pairs
                    "g * (i > n // 2)",                                 // a block of zeros
                    "np.ones((n, n))", "np.zeros((n, n))"));

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

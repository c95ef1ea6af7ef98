// The largest singular value by Lanczos against Eigen's singular value decomposition.
#include "spectral/lanczos.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <cmath>
#include <limits>
#include <random>
#include <string>

namespace basso::spectral {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

double lanczos(const Matrix& a) {
  LanczosWorkspace workspace;
  return largest_singular_value(a.data(), static_cast<std::size_t>(a.rows()),
                                static_cast<std::size_t>(a.cols()), workspace);
}

double svd(const Matrix& a) { return Eigen::BDCSVD<Eigen::MatrixXd>(a).singularValues()(0); }

Matrix gaussian(Eigen::Index rows, Eigen::Index cols, unsigned seed) {
  std::mt19937_64 generator(seed);
  std::normal_distribution<double> normal;
  return Matrix::NullaryExpr(rows, cols, [&] { return normal(generator); });
}

// Random orthonormal columns around the given singular values.
Matrix with_spectrum(Eigen::Index rows, Eigen::Index cols, const Eigen::VectorXd& values, unsigned seed) {
  const Eigen::Index rank = values.size();
  const Eigen::MatrixXd left =
      Eigen::HouseholderQR<Eigen::MatrixXd>(gaussian(rows, rank, seed)).householderQ() *
      Eigen::MatrixXd::Identity(rows, rank);
  const Eigen::MatrixXd right =
      Eigen::HouseholderQR<Eigen::MatrixXd>(gaussian(cols, rank, seed + 1)).householderQ() *
      Eigen::MatrixXd::Identity(cols, rank);
  return left * values.asDiagonal() * right.transpose();
}

void expect_equal(const Matrix& a, const std::string& what) {
  const double expected = svd(a);
  EXPECT_NEAR(lanczos(a), expected, 1e-10 * expected) << what;
}

TEST(LargestSingularValue, OfRandomMatricesOfEveryShapeIsTheSvds) {
  unsigned seed = 0;
  for (const Eigen::Index rows : {1, 2, 3, 7, 40, 129, 256}) {
    for (const Eigen::Index cols : {1, 2, 5, 33, 200}) {
      expect_equal(gaussian(rows, cols, ++seed), std::to_string(rows) + " x " + std::to_string(cols));
    }
  }
}

TEST(LargestSingularValue, OfPyTorchsInitialWeightsIsTheSvds) {
  for (unsigned seed = 0; seed < 5; ++seed) {  // uniform in +-1/sqrt(fan-in), 256 x 256
    std::mt19937_64 generator(seed);
    std::uniform_real_distribution<double> uniform(-1.0 / 16.0, 1.0 / 16.0);
    expect_equal(
        Matrix::NullaryExpr(256, 256, [&] { return double{static_cast<float>(uniform(generator))}; }),
        "seed " + std::to_string(seed));
  }
}

TEST(LargestSingularValue, OfLowRankMatricesIsTheSvds) {
  for (const Eigen::Index rank : {1, 2, 5}) {
    expect_equal(with_spectrum(60, 90, Eigen::VectorXd::LinSpaced(rank, 3.0, 1.0), 7),
                 "rank " + std::to_string(rank));
  }
  Matrix one_entry = Matrix::Zero(50, 20);
  one_entry(31, 4) = -2.5;
  EXPECT_NEAR(lanczos(one_entry), 2.5, 1e-12);
}

TEST(LargestSingularValue, OfClusteredSpectraIsTheSvds) {
  for (const double gap : {0.0, 1e-12, 1e-8, 1e-6, 1e-4, 1e-2}) {
    Eigen::VectorXd values = Eigen::VectorXd::LinSpaced(100, 1.0 - 2e-2, 0.0);
    values(0) = 2.0;
    values(1) = values(2) = 2.0 * (1.0 - gap);
    const Matrix a = with_spectrum(120, 100, values, 11);
    EXPECT_NEAR(lanczos(a), 2.0, 2e-10) << "gap " << gap;
  }
  expect_equal(Matrix::Identity(64, 64) * 3.0, "a multiple of the identity");
  Eigen::VectorXd dense = Eigen::VectorXd::LinSpaced(200, 1.0, 1.0 - 1e-3);
  expect_equal(with_spectrum(200, 200, dense, 13), "all within a thousandth");
}

TEST(LargestSingularValue, ScalesWithTheMatrixFarFromOne) {
  const Matrix a = gaussian(30, 30, 17);
  const double expected = svd(a);
  for (const double scale : {1e-290, 1e-160, 1e160, 1e290}) {
    EXPECT_NEAR(lanczos(a * scale) / scale, expected, 1e-10 * expected) << scale;
  }
}

TEST(LargestSingularValue, OfNothingOrZeroIsZeroAndOfNaNIsNaN) {
  EXPECT_EQ(lanczos(Matrix(0, 5)), 0.0);
  EXPECT_EQ(lanczos(Matrix::Zero(10, 4)), 0.0);
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    Matrix a = gaussian(6, 6, 19);
    a(2, 3) = bad;
    EXPECT_TRUE(std::isnan(lanczos(a)));
  }
}

TEST(LargestSingularValue, HasTheSameBitsInAUsedWorkspace) {
  LanczosWorkspace workspace;
  const Matrix small = gaussian(20, 30, 23), large = gaussian(150, 90, 29);
  const auto in_workspace = [&](const Matrix& a) {
    return largest_singular_value(a.data(), static_cast<std::size_t>(a.rows()),
                                  static_cast<std::size_t>(a.cols()), workspace);
  };
  for (int repeat = 0; repeat < 3; ++repeat) {
    EXPECT_EQ(in_workspace(large), lanczos(large));
    EXPECT_EQ(in_workspace(small), lanczos(small));
  }
}

}  // namespace
}  // namespace basso::spectral

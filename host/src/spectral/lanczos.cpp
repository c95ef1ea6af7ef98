// Lanczos' iteration on A^T A (see lanczos.hpp; C. Lanczos 1950; B. Parlett, The Symmetric Eigenvalue
// Problem, chapter 13), which is as good as A for its largest singular value and needs one basis and one pass
// over A a step.
//
// A^T A V_j = V_j T_j + beta_j v_{j+1} e_j^T with T_j tridiagonal: diagonal alpha, off-diagonal beta. theta
// is the largest eigenvalue of T_j, p its eigenvector: |A^T A V p - theta V p| = beta_j |p_j| is an upper
// bound of the distance from theta to an eigenvalue of A^T A.
#include "spectral/lanczos.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "spectral/kernels.hpp"

namespace basso::spectral {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

// Values in [-1, 1) that depend on the index only (splitmix64), so that no structured matrix is blind to
// them.
double start_value(std::uint64_t index) {
  std::uint64_t z = (index + 1) * 0x9e3779b97f4a7c15U;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return static_cast<double>(static_cast<std::int64_t>(z ^ (z >> 31))) * 0x1p-63;
}

// A power of two that brings the largest |a| near 1, so that squares neither overflow nor vanish; 0 for a
// zero matrix, NaN where an element is not finite.
double scale_of(const double* a, std::size_t count) {
  double largest = 0.0, poison = 0.0;
  for (std::size_t i = 0; i < count; ++i) {
    largest = std::max(largest, std::abs(a[i]));
    poison += a[i] * 0.0;  // NaN for an infinity or a NaN
  }
  if (std::isnan(poison)) return poison;
  if (largest == 0.0) return 0.0;
  return std::ldexp(1.0, std::clamp(std::ilogb(largest), -1000, 1000));
}

}  // namespace

class LanczosIteration {
 public:
  LanczosIteration(const double* a, std::size_t rows, std::size_t cols, LanczosWorkspace& workspace)
      : a_(a), rows_(rows), cols_(cols), limit_(std::min(rows + 1, cols)), w_(workspace) {}

  double run(double tolerance) {
    const double squares = kernels::dot(a_, a_, rows_ * cols_);
    const double scale = squares > 0x1p-400 && squares < 0x1p400 ? 1.0 : rescale();
    return scale > 0.0 ? scale * std::sqrt(largest(tolerance)) : scale;
  }

 private:
  // Goes on with a copy of A over a power of two, where products of its squares might overflow or vanish.
  double rescale() {
    const double scale = scale_of(a_, rows_ * cols_);
    if (!(scale > 0.0)) return scale;
    w_.scaled_.resize(rows_ * cols_);
    for (std::size_t i = 0; i < w_.scaled_.size(); ++i) w_.scaled_[i] = a_[i] / scale;
    a_ = w_.scaled_.data();
    return scale;
  }

  // The largest eigenvalue of A^T A.
  double largest(double tolerance) {
    reserve(std::min<std::size_t>(limit_, 32));
    start();
    double theta = 0.0;
    for (std::size_t j = 0; j < limit_; ++j) {
      if (j + 1 > w_.diagonal_.size()) reserve(std::min(limit_, 2 * j));
      const bool last = step(j) || j + 1 == limit_;
      if (!last && (j + 1) % (j < 16 ? 2 : 4) != 0) continue;
      theta = largest_eigenvalue(j);
      if (last || w_.off_[j] * last_component(j, theta) <= tolerance * theta) break;
    }
    return theta;
  }

  void reserve(std::size_t steps) {
    const auto grow = [](std::vector<double>& v, std::size_t size) {
      if (v.size() < size) v.resize(size);
    };
    grow(w_.basis_, (steps + 1) * cols_);
    for (auto* v : {&w_.projection_, &w_.diagonal_, &w_.off_, &w_.down_, &w_.up_}) grow(*v, steps);
  }

  double* basis(std::size_t j) { return &w_.basis_[j * cols_]; }

  void start() {
    double* v = basis(0);
    for (std::size_t i = 0; i < cols_; ++i) v[i] = start_value(i);
    normalise(v, std::sqrt(kernels::dot(v, v, cols_)));
  }

  // Column j of T. True where beta_j vanishes: the basis then spans an invariant subspace and T_j is exact.
  bool step(std::size_t j) {
    double* v = basis(j + 1);
    kernels::multiply_gram(a_, rows_, cols_, basis(j), v);
    w_.diagonal_[j] = kernels::dot(basis(j), v, cols_);
    largest_alpha_ = std::max(largest_alpha_, w_.diagonal_[j]);
    const double coefficients[] = {j > 0 ? w_.off_[j - 1] : w_.diagonal_[j], w_.diagonal_[j]};
    const std::size_t terms = std::min<std::size_t>(j + 1, 2);  // of the recurrence
    kernels::add_transposed(basis(j + 1 - terms), terms, cols_, -1.0, coefficients, v);
    const double beta = orthogonalise(j + 1, v);
    w_.off_[j] = 0.0;
    if (!(beta > breakdown * largest_alpha_)) return true;
    w_.off_[j] = beta;
    normalise(v, beta);
    return false;
  }

  // x minus its part in the first `count` vectors of the basis, and again where that took most of it (twice
  // is enough: Parlett, section 6.9). Returns |x|.
  double orthogonalise(std::size_t count, double* x) {
    double norm = std::sqrt(kernels::dot(x, x, cols_));
    for (int pass = 0; pass < 3; ++pass) {
      kernels::multiply(basis(0), count, cols_, x, w_.projection_.data());
      kernels::add_transposed(basis(0), count, cols_, -1.0, w_.projection_.data(), x);
      const double before = norm;
      norm = std::sqrt(kernels::dot(x, x, cols_));
      if (norm > 0.5 * before) break;
    }
    return norm;
  }

  void normalise(double* x, double norm) const {
    const double factor = 1.0 / norm;
    for (std::size_t i = 0; i < cols_; ++i) x[i] *= factor;
  }

  // Largest eigenvalue of T_j [j+1 x j+1], by Newton's method on its characteristic polynomial, which falls
  // monotonically to it from Gershgorin's bound. d are the pivots of T_j - x, all negative above the largest
  // eigenvalue; the logarithmic derivative of their product, the polynomial, is the sum of d' / d.
  double largest_eigenvalue(std::size_t j) const {
    double x = 0.0;
    for (std::size_t i = 0; i <= j; ++i)
      x = std::max(x, w_.diagonal_[i] + (i > 0 ? w_.off_[i - 1] : 0.0) + (i < j ? w_.off_[i] : 0.0));
    for (;;) {
      double pivot = w_.diagonal_[0] - x, slope = -1.0;
      double sum = slope / pivot;
      for (std::size_t i = 1; i <= j && pivot < 0.0; ++i) {
        const double carried = w_.off_[i - 1] / pivot;
        slope = slope * carried * carried - 1.0;
        pivot = w_.diagonal_[i] - x - w_.off_[i - 1] * carried;
        sum += slope / pivot;
      }
      const double next = x - 1.0 / sum;
      if (!(pivot < 0.0 && next < x)) return x;  // as far as rounding lets it
      x = next;
    }
  }

  // |p_j| of the normalised eigenvector p of T_j at its largest eigenvalue, by twisted factorisation: pivots
  // from the top down to row k and from the bottom up to it, k where they meet best, so that each half of p
  // runs in its stable direction and p_j is right also when it is tiny.
  double last_component(std::size_t j, double eigenvalue) {
    eigenvalue *= 1.0 + 8.0 * epsilon;  // just above, where every pivot is negative
    const double floor = -epsilon * eigenvalue;
    std::vector<double>&down = w_.down_, &up = w_.up_;
    for (std::size_t i = 0; i <= j; ++i) {
      const double carried = i > 0 ? w_.off_[i - 1] * w_.off_[i - 1] / down[i - 1] : 0.0;
      down[i] = std::min(w_.diagonal_[i] - eigenvalue - carried, floor);
    }
    for (std::size_t i = j + 1; i-- > 0;) {
      const double carried = i < j ? w_.off_[i] * w_.off_[i] / up[i + 1] : 0.0;
      up[i] = std::min(w_.diagonal_[i] - eigenvalue - carried, floor);
    }
    std::size_t twist = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i <= j; ++i) {
      const double meeting = std::abs(down[i] + up[i] - (w_.diagonal_[i] - eigenvalue));
      if (meeting < smallest) {
        smallest = meeting;
        twist = i;
      }
    }
    double norm = 1.0, component = 1.0;
    for (std::size_t i = twist; i > 0; --i) {
      component *= -w_.off_[i - 1] / down[i - 1];
      norm += component * component;
    }
    component = 1.0;
    for (std::size_t i = twist; i < j; ++i) {
      component *= -w_.off_[i] / up[i + 1];
      norm += component * component;
    }
    return std::abs(component) / std::sqrt(norm);
  }

  static constexpr double breakdown = 1e-14;
  const double* a_;
  std::size_t rows_, cols_, limit_;  // limit: dimension of the largest space that a start can span
  LanczosWorkspace& w_;
  double largest_alpha_ = 0.0;
};

double largest_singular_value(const double* a, std::size_t rows, std::size_t cols,
                              LanczosWorkspace& workspace, double tolerance) {
  if (rows == 0 || cols == 0) return 0.0;
  return LanczosIteration(a, rows, cols, workspace).run(tolerance);
}

}  // namespace basso::spectral

// Golub-Kahan-Lanczos bidiagonalisation (see lanczos.hpp; G. Golub and W. Kahan 1965, section 3).
//
// A V_j = U_j B_j and A^T U_j = V_j B_j^T + beta_j v_{j+1} e_j^T with B_j upper bidiagonal: diagonal alpha,
// superdiagonal beta. theta^2 is the largest eigenvalue of T_j = B_j B_j^T, p its eigenvector, and the
// residual of the singular triple (theta, U p, V q) is beta_j |p_j|.
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

class GolubKahan {
 public:
  GolubKahan(const double* a, std::size_t rows, std::size_t cols, LanczosWorkspace& workspace)
      : a_(a), rows_(rows), cols_(cols), limit_(std::min(rows, cols)), w_(workspace) {}

  double run(double tolerance) {
    const double scale = scale_of(a_, rows_ * cols_);
    if (!(scale > 0.0)) return scale;
    inverse_scale_ = 1.0 / scale;
    reserve(std::min<std::size_t>(limit_, 32));
    start();
    double theta = 0.0;
    for (std::size_t j = 0; j < limit_; ++j) {
      if (j + 1 > w_.diagonal_.size()) reserve(std::min(limit_, 2 * j));
      const bool invariant = step(j);
      const bool last = invariant || j + 1 == limit_;
      if (!last && j % 4 != 3) continue;
      theta = std::sqrt(largest_eigenvalue(j, theta * theta));
      if (last || w_.upper_[j] * last_component(j, theta * theta) <= tolerance * theta) break;
    }
    return theta * scale;
  }

 private:
  void reserve(std::size_t steps) {
    const auto grow = [](std::vector<double>& v, std::size_t size) {
      if (v.size() < size) v.resize(size);
    };
    grow(w_.left_, steps * rows_);
    grow(w_.right_, (steps + 1) * cols_);
    for (auto* v : {&w_.projection_, &w_.diagonal_, &w_.upper_, &w_.square_, &w_.off_, &w_.down_, &w_.up_})
      grow(*v, steps);
  }

  double* left(std::size_t j) { return &w_.left_[j * rows_]; }
  double* right(std::size_t j) { return &w_.right_[j * cols_]; }

  void start() {
    double* v = right(0);
    for (std::size_t i = 0; i < cols_; ++i) v[i] = start_value(i);
    normalise(v, cols_, std::sqrt(kernels::dot(v, v, cols_)));
  }

  // Column j of B. True where alpha_j vanishes: the bases then span an invariant subspace and T_j is exact.
  bool step(std::size_t j) {
    double* u = left(j);
    kernels::multiply(a_, rows_, cols_, right(j), u);
    for (std::size_t i = 0; i < rows_; ++i) u[i] *= inverse_scale_;
    const double alpha = orthogonalise(w_.left_.data(), j, rows_, u);
    largest_alpha_ = std::max(largest_alpha_, alpha);
    w_.diagonal_[j] = alpha;
    w_.upper_[j] = 0.0;
    if (alpha <= breakdown * largest_alpha_) {
      w_.diagonal_[j] = 0.0;
      return true;
    }
    normalise(u, rows_, alpha);

    double* v = right(j + 1);
    std::fill(v, v + cols_, 0.0);
    kernels::add_transposed(a_, rows_, cols_, inverse_scale_, u, v);
    const double beta = orthogonalise(w_.right_.data(), j + 1, cols_, v);
    if (beta <= breakdown * largest_alpha_) return true;
    w_.upper_[j] = beta;
    normalise(v, cols_, beta);
    return false;
  }

  // x minus its part in the `count` rows of the orthonormal `basis` [count x n], and again where that took
  // most of it (twice is enough: B. Parlett); the two-term recurrence is part of this projection. Returns
  // |x|.
  double orthogonalise(const double* basis, std::size_t count, std::size_t n, double* x) {
    double norm = std::sqrt(kernels::dot(x, x, n));
    for (int pass = 0; pass < 3 && count > 0; ++pass) {
      kernels::multiply(basis, count, n, x, w_.projection_.data());
      kernels::add_transposed(basis, count, n, -1.0, w_.projection_.data(), x);
      const double before = norm;
      norm = std::sqrt(kernels::dot(x, x, n));
      if (norm > 0.5 * before) break;
    }
    return norm;
  }

  static void normalise(double* x, std::size_t n, double norm) {
    const double factor = 1.0 / norm;
    for (std::size_t i = 0; i < n; ++i) x[i] *= factor;
  }

  // Largest eigenvalue of T_j [j+1 x j+1], by bisection above `lower`, which is at most that eigenvalue (that
  // of a leading submatrix). beta_j belongs to the residual, except in the last possible step: there the left
  // or the right basis is complete and A A^T = B B^T holds with it.
  double largest_eigenvalue(std::size_t j, double lower) {
    double upper = 0.0;
    for (std::size_t i = 0; i <= j; ++i) {
      const double alpha = w_.diagonal_[i];
      const double beta = i < j || j + 1 == limit_ ? w_.upper_[i] : 0.0;
      w_.square_[i] = alpha * alpha + beta * beta;
      w_.off_[i] = i < j ? w_.diagonal_[i + 1] * beta : 0.0;  // T_{i,i+1}
      upper = std::max(upper, w_.square_[i] + w_.off_[i] + (i > 0 ? w_.off_[i - 1] : 0.0));
    }
    double reach = 16.0 * epsilon * std::max(lower, epsilon * upper);
    while (lower + reach < upper && exceeds(j, lower + reach)) {
      lower += reach;
      reach *= 64.0;
    }
    upper = std::min(upper * (1.0 + 4.0 * epsilon), lower + reach);
    while (upper - lower > epsilon * upper) {
      const double middle = 0.5 * (lower + upper);
      if (middle <= lower || middle >= upper) break;
      (exceeds(j, middle) ? lower : upper) = middle;
    }
    return 0.5 * (lower + upper);
  }

  // Whether T_j has an eigenvalue above x: a positive pivot of T_j - x (Sylvester's law of inertia).
  bool exceeds(std::size_t j, double x) const {
    double pivot = w_.square_[0] - x;
    for (std::size_t i = 1; i <= j && pivot < 0.0; ++i) {
      pivot = w_.square_[i] - x - w_.off_[i - 1] * w_.off_[i - 1] / pivot;
    }
    return pivot >= 0.0;
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
      down[i] = std::min(w_.square_[i] - eigenvalue - carried, floor);
    }
    for (std::size_t i = j + 1; i-- > 0;) {
      const double carried = i < j ? w_.off_[i] * w_.off_[i] / up[i + 1] : 0.0;
      up[i] = std::min(w_.square_[i] - eigenvalue - carried, floor);
    }
    std::size_t twist = 0;
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i <= j; ++i) {
      const double meeting = std::abs(down[i] + up[i] - (w_.square_[i] - eigenvalue));
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

  static constexpr double breakdown = 1e-13;
  const double* a_;
  std::size_t rows_, cols_, limit_;
  LanczosWorkspace& w_;
  double inverse_scale_ = 1.0;
  double largest_alpha_ = 0.0;
};

double largest_singular_value(const double* a, std::size_t rows, std::size_t cols,
                              LanczosWorkspace& workspace, double tolerance) {
  if (rows == 0 || cols == 0) return 0.0;
  return GolubKahan(a, rows, cols, workspace).run(tolerance);
}

}  // namespace basso::spectral

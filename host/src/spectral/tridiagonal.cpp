// Householder reduction and implicit QR (see tridiagonal.hpp; G. Golub, C. Van Loan, Matrix Computations,
// fourth edition, algorithms 8.3.1 to 8.3.3). Both run from cache: the reduction in blocks, as LAPACK's
// dsytrd does (J. Dongarra, D. Sorensen, S. Hammarling 1989), the rotations of many sweeps on few rows of Q
// at a time (F. Van Zee, R. van de Geijn, G. Quintana-Orti 2014).
#include "spectral/tridiagonal.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "spectral/kernels.hpp"

namespace basso::spectral {
namespace {

constexpr std::size_t block = 16;    // reflections between two updates of the rest of A
constexpr std::size_t group = 4;     // reflections or sweeps that a kernel applies in one pass
constexpr std::size_t groups = 32;   // of sweeps before they are applied: 4 MB of rotations at n = 2,000
constexpr std::size_t padding = 16;  // of rows, for kernels that read beyond the end
constexpr std::size_t sweeps_per_value = 30;
constexpr double tiny = std::numeric_limits<double>::min();

// x becomes v, with v[0] = 1, such that (I - tau v v^T) x = beta e_0; returns beta.
double householder(double* x, std::size_t n, double& tau) {
  const double head = x[0], tail = kernels::dot(x + 1, x + 1, n - 1);
  tau = 0.0;
  x[0] = 1.0;
  if (tail < tiny) {
    std::fill(x + 1, x + n, 0.0);
    return head;
  }
  const double beta = -std::copysign(std::sqrt(head * head + tail), head);
  for (std::size_t i = 1; i < n; ++i) x[i] /= head - beta;
  tau = (beta - head) / beta;
  return beta;
}

// The rotations of four sweeps at a time, as rotate16 takes them.
class Rotations {
 public:
  explicit Rotations(std::size_t n)
      : n_(n), stride_(8 * (n + 4)), values_(groups * stride_), spans_(groups) {}

  void begin_sweep(std::size_t first, std::size_t last) {
    Span& span = spans_[sweeps_ / group];
    if (sweeps_ % group == 0) {
      span = {first, last};
      double* of_group = &values_[sweeps_ / group * stride_];
      for (std::size_t i = 0; i < stride_; ++i) of_group[i] = i % 8 < 4 ? 1.0 : 0.0;
    }
    span = {std::min(span.first, first), std::max(span.last, last)};
    ++sweeps_;
  }

  void add(std::size_t column, double c, double s) {
    const std::size_t sweep = sweeps_ - 1, place = sweep % group;
    double* at = &values_[sweep / group * stride_ + 8 * (column + 1 + place) + place];
    at[0] = c;
    at[4] = s;
  }

  bool full() const { return sweeps_ == groups * group; }

  void apply(std::vector<double>& panels) {
    const std::size_t panel = 16 * (n_ + 4);
    for (std::size_t p = 0; p < panels.size(); p += panel) {
      for (std::size_t g = 0; g * group < sweeps_; ++g)
        kernels::rotate16(&panels[p], spans_[g].first, spans_[g].last, &values_[g * stride_]);
    }
    sweeps_ = 0;
  }

 private:
  struct Span {
    std::size_t first, last;  // columns
  };
  std::size_t n_, stride_, sweeps_ = 0;
  std::vector<double> values_;
  std::vector<Span> spans_;
};

// Wilkinson's: the eigenvalue of the last 2 x 2 block (a, b; b, d) that is nearer to d.
double shift(double a, double b, double d) {
  const double half = (a - d) / 2.0;
  return d - b * (b / (half + std::copysign(std::hypot(half, b), half)));
}

// One sweep on the unreduced block from `first` to `last` (Golub and Van Loan, algorithm 8.3.2). By hypot c^2
// + s^2 errs to either side alike, so that Q stays orthonormal through thousands of sweeps.
void sweep(double* d, double* e, std::size_t first, std::size_t last, Rotations& rotations) {
  rotations.begin_sweep(first, last);
  double x = d[first] - shift(d[last - 1], e[last - 1], d[last]), z = e[first];
  for (std::size_t k = first; k < last && std::abs(z) >= tiny; ++k) {
    const double length = std::hypot(x, z), c = x / length, s = -z / length;
    const double upper = s * d[k] + c * e[k], lower = s * e[k] + c * d[k + 1];
    d[k] = c * (c * d[k] - s * e[k]) - s * (c * e[k] - s * d[k + 1]);
    d[k + 1] = s * upper + c * lower;
    e[k] = c * upper - s * lower;
    if (k > first) e[k - 1] = c * e[k - 1] - s * z;
    x = e[k];
    if (k + 1 < last) {
      z = -s * e[k + 1];
      e[k + 1] *= c;
    }
    rotations.add(k, c, s);
  }
}

}  // namespace

Tridiagonal::Tridiagonal(const double* a, std::size_t n, double scale)
    : diagonal(n),
      off_diagonal(n, 0.0),
      n_(n),
      stride_(n + padding),
      rows_((n + group) * stride_, 0.0),
      tau_(n + group, 0.0) {
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) row(j)[i] = a[i * n + j] / scale;
  }
  std::vector<double> w(block * stride_);
  for (std::size_t first = 0; first < n; first += block) {
    const std::size_t count = std::min(block, n - first), rest = first + count;
    std::fill(w.begin(), w.end(), 0.0);
    for (std::size_t done = 0; done < count; ++done) reduce(first + done, done, w.data());
    if (rest < n)
      kernels::subtract_rank2(row(rest) + rest, n - rest, stride_, row(first) + rest, &w[rest], count);
  }
  prepare_groups();
}

// Step k, when `done` reflections of the block are not yet in the rest of A: that is A - V W^T - W V^T.
void Tridiagonal::reduce(std::size_t k, std::size_t done, double* w) {
  const double* v = row(k - done);
  double at_k[2][block], products[2][block];
  for (std::size_t s = 0; s < done; ++s) {
    at_k[0][s] = v[s * stride_ + k];
    at_k[1][s] = w[s * stride_ + k];
  }
  double* current = row(k);
  kernels::add_transposed(w, done, stride_, -1.0, at_k[0], current);
  kernels::add_transposed(v, done, stride_, -1.0, at_k[1], current);
  diagonal[k] = current[k];
  std::fill(current, current + k + 1, 0.0);
  if (k + 1 == n_) return;
  off_diagonal[k] = householder(current + k + 1, n_ - k - 1, tau_[k]);

  double* product = w + done * stride_;  // A v, which becomes w = tau (A v - tau/2 (v . A v) v)
  kernels::multiply_symmetric(row(k + 1) + k + 1, n_ - k - 1, stride_, current + k + 1, product + k + 1);
  kernels::multiply(w, done, stride_, current, products[0]);
  kernels::multiply(v, done, stride_, current, products[1]);
  kernels::add_transposed(v, done, stride_, -1.0, products[0], product);
  kernels::add_transposed(w, done, stride_, -1.0, products[1], product);
  std::fill(product, product + k + 1, 0.0);
  const double half = 0.5 * tau_[k] * kernels::dot(product, current, n_);
  for (std::size_t j = k + 1; j < n_; ++j) product[j] = tau_[k] * (product[j] - half * current[j]);
}

void Tridiagonal::prepare_groups() {
  for (std::size_t k = 0; k < n_; k += group) {
    for (std::size_t r = 0; r < group; ++r) {
      for (std::size_t s = 0; s < group; ++s)
        dots_.push_back(r < s ? kernels::dot(row(k + r), row(k + s), n_) : 0.0);
    }
  }
}

void Tridiagonal::multiply_by_q(double* panel) const {
  for (std::size_t k = 0; k < n_; k += group) {
    kernels::reflect16(panel + 16 * k, n_ - k, &rows_[k * stride_ + k], stride_, &tau_[k], &dots_[group * k]);
  }
}

bool implicit_qr(std::vector<double>& diagonal, std::vector<double>& off_diagonal,
                 std::vector<double>& panels) {
  const std::size_t n = diagonal.size();
  double *d = diagonal.data(), *e = off_diagonal.data();
  const auto negligible = [&](std::size_t i) {
    const double scaled = e[i] / std::numeric_limits<double>::epsilon();
    return std::abs(e[i]) < tiny || scaled * scaled <= std::abs(d[i]) + std::abs(d[i + 1]);
  };
  Rotations rotations(n);
  std::size_t first = 0, last = n - 1, sweeps = 0;
  while (true) {
    for (std::size_t i = first; i < last; ++i) {
      if (negligible(i)) e[i] = 0.0;
    }
    while (last > 0 && e[last - 1] == 0.0) --last;
    if (last == 0) break;
    if (sweeps++ == sweeps_per_value * n) return false;
    first = last - 1;
    while (first > 0 && e[first - 1] != 0.0) --first;
    sweep(d, e, first, last, rotations);
    if (rotations.full()) rotations.apply(panels);
  }
  rotations.apply(panels);
  return true;
}

}  // namespace basso::spectral

// Vectorised inner loops (see kernels.hpp). Highway compiles this file once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "spectral/kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "spectral/kernels.hpp"

HWY_BEFORE_NAMESPACE();
namespace basso::spectral::HWY_NAMESPACE {
namespace {
namespace hn = hwy::HWY_NAMESPACE;

using D = hn::ScalableTag<double>;

double Dot(const double* a, const double* b, size_t n) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
  size_t j = 0;
  for (; j + 4 * lanes <= n; j += 4 * lanes) {
    s0 = hn::MulAdd(hn::LoadU(d, a + j), hn::LoadU(d, b + j), s0);
    s1 = hn::MulAdd(hn::LoadU(d, a + j + lanes), hn::LoadU(d, b + j + lanes), s1);
    s2 = hn::MulAdd(hn::LoadU(d, a + j + 2 * lanes), hn::LoadU(d, b + j + 2 * lanes), s2);
    s3 = hn::MulAdd(hn::LoadU(d, a + j + 3 * lanes), hn::LoadU(d, b + j + 3 * lanes), s3);
  }
  for (; j + lanes <= n; j += lanes) s0 = hn::MulAdd(hn::LoadU(d, a + j), hn::LoadU(d, b + j), s0);
  double sum = hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(s0, s1), hn::Add(s2, s3))));
  for (; j < n; ++j) sum += a[j] * b[j];
  return sum;
}

void Multiply(const double* a, size_t rows, size_t cols, const double* x, double* y) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const double* r0 = a + i * cols;
    const double *r1 = r0 + cols, *r2 = r1 + cols, *r3 = r2 + cols;
    auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
    size_t j = 0;
    for (; j + lanes <= cols; j += lanes) {
      const auto v = hn::LoadU(d, x + j);
      s0 = hn::MulAdd(hn::LoadU(d, r0 + j), v, s0);
      s1 = hn::MulAdd(hn::LoadU(d, r1 + j), v, s1);
      s2 = hn::MulAdd(hn::LoadU(d, r2 + j), v, s2);
      s3 = hn::MulAdd(hn::LoadU(d, r3 + j), v, s3);
    }
    double t0 = hn::GetLane(hn::SumOfLanes(d, s0)), t1 = hn::GetLane(hn::SumOfLanes(d, s1));
    double t2 = hn::GetLane(hn::SumOfLanes(d, s2)), t3 = hn::GetLane(hn::SumOfLanes(d, s3));
    for (; j < cols; ++j) {
      t0 += r0[j] * x[j];
      t1 += r1[j] * x[j];
      t2 += r2[j] * x[j];
      t3 += r3[j] * x[j];
    }
    y[i] = t0;
    y[i + 1] = t1;
    y[i + 2] = t2;
    y[i + 3] = t3;
  }
  for (; i < rows; ++i) y[i] = Dot(a + i * cols, x, cols);
}

void AddTransposed(const double* a, size_t rows, size_t cols, double scale, const double* x, double* y) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const double* r0 = a + i * cols;
    const double *r1 = r0 + cols, *r2 = r1 + cols, *r3 = r2 + cols;
    const double x0 = scale * x[i], x1 = scale * x[i + 1], x2 = scale * x[i + 2], x3 = scale * x[i + 3];
    const auto v0 = hn::Set(d, x0), v1 = hn::Set(d, x1), v2 = hn::Set(d, x2), v3 = hn::Set(d, x3);
    size_t j = 0;
    for (; j + lanes <= cols; j += lanes) {
      auto sum = hn::MulAdd(hn::LoadU(d, r0 + j), v0, hn::LoadU(d, y + j));
      sum = hn::MulAdd(hn::LoadU(d, r1 + j), v1, sum);
      sum = hn::MulAdd(hn::LoadU(d, r2 + j), v2, sum);
      hn::StoreU(hn::MulAdd(hn::LoadU(d, r3 + j), v3, sum), d, y + j);
    }
    for (; j < cols; ++j) y[j] += r0[j] * x0 + r1[j] * x1 + r2[j] * x2 + r3[j] * x3;
  }
  for (; i < rows; ++i) {
    const double* row = a + i * cols;
    const double factor = scale * x[i];
    for (size_t j = 0; j < cols; ++j) y[j] += row[j] * factor;
  }
}

// Four rows at a time are read twice in turn, the second time from the first-level cache.
void MultiplyGram(const double* a, size_t rows, size_t cols, const double* x, double* y) {
  for (size_t j = 0; j < cols; ++j) y[j] = 0.0;
  for (size_t i = 0; i < rows; i += 4) {
    double products[4];
    const size_t some = HWY_MIN(size_t{4}, rows - i);
    Multiply(a + i * cols, some, cols, x, products);
    AddTransposed(a + i * cols, some, cols, 1.0, products, y);
  }
}

// Tiles of C of 4 rows by 2 vectors stay in registers while the rows of X pass.
void AddGram(const double* x, size_t rows, size_t cols, double* c) {
  const D d;
  const size_t lanes = hn::Lanes(d);
  for (size_t j = 0; j < cols; j += 2 * lanes) {
    for (size_t i = j; i < cols; i += 4) {
      auto a0 = hn::Zero(d), a1 = hn::Zero(d), a2 = hn::Zero(d), a3 = hn::Zero(d);
      auto b0 = hn::Zero(d), b1 = hn::Zero(d), b2 = hn::Zero(d), b3 = hn::Zero(d);
      for (size_t r = 0; r < rows; ++r) {
        const double* row = x + r * cols;
        const auto a = hn::LoadU(d, row + j), b = hn::LoadU(d, row + j + lanes);
        const auto x0 = hn::Set(d, row[i]), x1 = hn::Set(d, row[i + 1]);
        const auto x2 = hn::Set(d, row[i + 2]), x3 = hn::Set(d, row[i + 3]);
        a0 = hn::MulAdd(a, x0, a0);
        b0 = hn::MulAdd(b, x0, b0);
        a1 = hn::MulAdd(a, x1, a1);
        b1 = hn::MulAdd(b, x1, b1);
        a2 = hn::MulAdd(a, x2, a2);
        b2 = hn::MulAdd(b, x2, b2);
        a3 = hn::MulAdd(a, x3, a3);
        b3 = hn::MulAdd(b, x3, b3);
      }
      const auto add = [&](size_t row, auto left, auto right) {
        double* to = c + row * cols + j;
        hn::StoreU(hn::Add(hn::LoadU(d, to), left), d, to);
        hn::StoreU(hn::Add(hn::LoadU(d, to + lanes), right), d, to + lanes);
      };
      add(i, a0, b0);
      add(i + 1, a1, b1);
      add(i + 2, a2, b2);
      add(i + 3, a3, b3);
    }
  }
}

// Four sums at a time, so that their dependent additions overlap.
void Spread16(const double* kernel, const double* re, const double* im, size_t points, double* grid_re,
              double* grid_im) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t l = 0; l < 16; l += 2 * lanes) {
    auto a_re = hn::Zero(d), a_im = hn::Zero(d), b_re = hn::Zero(d), b_im = hn::Zero(d);
    for (size_t j = 0; j < points; ++j) {
      const auto a = hn::LoadU(d, kernel + 16 * j + l), b = hn::LoadU(d, kernel + 16 * j + l + lanes);
      const auto s_re = hn::Set(d, re[j]), s_im = hn::Set(d, im[j]);
      a_re = hn::MulAdd(a, s_re, a_re);
      a_im = hn::MulAdd(a, s_im, a_im);
      b_re = hn::MulAdd(b, s_re, b_re);
      b_im = hn::MulAdd(b, s_im, b_im);
    }
    const auto add = [&](double* to, auto sum) { hn::StoreU(hn::Add(hn::LoadU(d, to), sum), d, to); };
    add(grid_re + l, a_re);
    add(grid_im + l, a_im);
    add(grid_re + l + lanes, b_re);
    add(grid_im + l + lanes, b_im);
  }
}

// Four rows at a time: their sums stay in registers, and each element serves its row and its column.
void MultiplySymmetric(const double* a, size_t n, size_t stride, const double* x, double* y) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < n; ++i) y[i] = 0.0;
  for (size_t i = 0; i < n; i += 4) {
    const double *r0 = a + i * stride, *r1 = r0 + stride, *r2 = r1 + stride, *r3 = r2 + stride;
    const auto x0 = hn::Set(d, x[i]), x1 = hn::Set(d, x[i + 1]);
    const auto x2 = hn::Set(d, x[i + 2]), x3 = hn::Set(d, x[i + 3]);
    auto s0 = hn::Zero(d), s1 = hn::Zero(d), s2 = hn::Zero(d), s3 = hn::Zero(d);
    for (size_t j = i + 4; j < n; j += lanes) {
      const auto a0 = hn::LoadU(d, r0 + j), a1 = hn::LoadU(d, r1 + j);
      const auto a2 = hn::LoadU(d, r2 + j), a3 = hn::LoadU(d, r3 + j);
      const auto v = hn::LoadU(d, x + j);
      auto sum = hn::MulAdd(a0, x0, hn::LoadU(d, y + j));
      s0 = hn::MulAdd(a0, v, s0);
      sum = hn::MulAdd(a1, x1, sum);
      s1 = hn::MulAdd(a1, v, s1);
      sum = hn::MulAdd(a2, x2, sum);
      s2 = hn::MulAdd(a2, v, s2);
      sum = hn::MulAdd(a3, x3, sum);
      s3 = hn::MulAdd(a3, v, s3);
      hn::StoreU(sum, d, y + j);
    }
    y[i] += hn::GetLane(hn::SumOfLanes(d, s0));
    y[i + 1] += hn::GetLane(hn::SumOfLanes(d, s1));
    y[i + 2] += hn::GetLane(hn::SumOfLanes(d, s2));
    y[i + 3] += hn::GetLane(hn::SumOfLanes(d, s3));
    for (size_t r = 0; r < 4; ++r) {  // the square on the diagonal
      const double* row = r0 + r * stride + i;
      y[i + r] += row[r] * x[i + r];
      for (size_t c = r + 1; c < 4; ++c) {
        y[i + r] += row[c] * x[i + c];
        y[i + c] += row[c] * x[i + r];
      }
    }
  }
}

// Tiles of A of 4 rows by 2 vectors stay in registers while the pairs of vectors pass.
void SubtractRank2(double* a, size_t n, size_t stride, const double* v, const double* w, size_t count) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  for (size_t i = 0; i < n; i += 4) {
    for (size_t j = i; j < n; j += 2 * lanes) {
      double *r0 = a + i * stride + j, *r1 = r0 + stride, *r2 = r1 + stride, *r3 = r2 + stride;
      auto a0 = hn::LoadU(d, r0), a1 = hn::LoadU(d, r1), a2 = hn::LoadU(d, r2), a3 = hn::LoadU(d, r3);
      auto b0 = hn::LoadU(d, r0 + lanes), b1 = hn::LoadU(d, r1 + lanes);
      auto b2 = hn::LoadU(d, r2 + lanes), b3 = hn::LoadU(d, r3 + lanes);
      const auto subtract = [&](const double* left, const double* right) {
        const auto p = hn::LoadU(d, right + j), q = hn::LoadU(d, right + j + lanes);
        const auto f0 = hn::Set(d, left[i]), f1 = hn::Set(d, left[i + 1]);
        const auto f2 = hn::Set(d, left[i + 2]), f3 = hn::Set(d, left[i + 3]);
        a0 = hn::NegMulAdd(p, f0, a0);
        b0 = hn::NegMulAdd(q, f0, b0);
        a1 = hn::NegMulAdd(p, f1, a1);
        b1 = hn::NegMulAdd(q, f1, b1);
        a2 = hn::NegMulAdd(p, f2, a2);
        b2 = hn::NegMulAdd(q, f2, b2);
        a3 = hn::NegMulAdd(p, f3, a3);
        b3 = hn::NegMulAdd(q, f3, b3);
      };
      for (size_t s = 0; s < count; ++s) {
        subtract(v + s * stride, w + s * stride);
        subtract(w + s * stride, v + s * stride);
      }
      hn::StoreU(a0, d, r0);
      hn::StoreU(b0, d, r0 + lanes);
      hn::StoreU(a1, d, r1);
      hn::StoreU(b1, d, r1 + lanes);
      hn::StoreU(a2, d, r2);
      hn::StoreU(b2, d, r2 + lanes);
      hn::StoreU(a3, d, r3);
      hn::StoreU(b3, d, r3 + lanes);
    }
  }
}

// P H_0 = P - z_0 v_0^T with z_0 = tau_0 P v_0; then (P H_0) v_1 = P v_1 - z_0 (v_0 . v_1), and so on: all
// four products with P are made in one pass.
void Reflect16(double* panel, size_t n, const double* v, size_t stride, const double* tau,
               const double* dots) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  const double *v0 = v, *v1 = v0 + stride, *v2 = v1 + stride, *v3 = v2 + stride;
  for (size_t l = 0; l < 16; l += lanes) {
    auto z0 = hn::Zero(d), z1 = hn::Zero(d), z2 = hn::Zero(d), z3 = hn::Zero(d);
    for (size_t j = 0; j < n; ++j) {
      const auto p = hn::LoadU(d, panel + 16 * j + l);
      z0 = hn::MulAdd(p, hn::Set(d, v0[j]), z0);
      z1 = hn::MulAdd(p, hn::Set(d, v1[j]), z1);
      z2 = hn::MulAdd(p, hn::Set(d, v2[j]), z2);
      z3 = hn::MulAdd(p, hn::Set(d, v3[j]), z3);
    }
    const auto dot = [&](size_t r, size_t s) { return hn::Set(d, dots[4 * r + s]); };
    z0 = hn::Mul(z0, hn::Set(d, tau[0]));
    z1 = hn::NegMulAdd(z0, dot(0, 1), z1);
    z1 = hn::Mul(z1, hn::Set(d, tau[1]));
    z2 = hn::NegMulAdd(z1, dot(1, 2), hn::NegMulAdd(z0, dot(0, 2), z2));
    z2 = hn::Mul(z2, hn::Set(d, tau[2]));
    z3 = hn::NegMulAdd(z2, dot(2, 3), hn::NegMulAdd(z1, dot(1, 3), hn::NegMulAdd(z0, dot(0, 3), z3)));
    z3 = hn::Mul(z3, hn::Set(d, tau[3]));
    for (size_t j = 0; j < n; ++j) {
      auto p = hn::LoadU(d, panel + 16 * j + l);
      p = hn::NegMulAdd(z0, hn::Set(d, v0[j]), p);
      p = hn::NegMulAdd(z1, hn::Set(d, v1[j]), p);
      p = hn::NegMulAdd(z2, hn::Set(d, v2[j]), p);
      p = hn::NegMulAdd(z3, hn::Set(d, v3[j]), p);
      hn::StoreU(p, d, panel + 16 * j + l);
    }
  }
}

// What a sweep has finished goes on into the next sweep from a register: each column is read and written once
// for all four. A sweep's first identity takes its first column in, the last ones let its last column out.
void Rotate16(double* panel, size_t first, size_t last, const double* rotations) {
  const hn::CappedTag<double, 8> d;
  const size_t lanes = hn::Lanes(d);
  using V = hn::Vec<decltype(d)>;
  for (size_t l = 0; l < 16; l += lanes) {
    auto c0 = hn::Zero(d), c1 = hn::Zero(d), c2 = hn::Zero(d), c3 = hn::Zero(d);
    const auto pass = [&](V& carried, V in, const double* cosine) {
      const auto c = hn::Set(d, cosine[0]), s = hn::Set(d, cosine[4]);
      const auto out = hn::NegMulAdd(s, in, hn::Mul(c, carried));
      carried = hn::MulAdd(s, carried, hn::Mul(c, in));
      return out;
    };
    const auto step = [&](size_t column) {  // that comes in
      const double* r = rotations + 8 * column;
      auto out = pass(c0, hn::LoadU(d, panel + 16 * column + l), r);
      out = pass(c1, out, r + 1);
      out = pass(c2, out, r + 2);
      return pass(c3, out, r + 3);
    };
    size_t column = first;
    for (; column < first + 4; ++column) step(column);
    for (; column <= last + 4; ++column) hn::StoreU(step(column), d, panel + 16 * (column - 4) + l);
  }
}

}  // namespace
}  // namespace basso::spectral::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace basso::spectral {
HWY_EXPORT(Dot);
HWY_EXPORT(Multiply);
HWY_EXPORT(AddTransposed);
HWY_EXPORT(MultiplyGram);
HWY_EXPORT(AddGram);
HWY_EXPORT(Spread16);
HWY_EXPORT(MultiplySymmetric);
HWY_EXPORT(SubtractRank2);
HWY_EXPORT(Reflect16);
HWY_EXPORT(Rotate16);

namespace kernels {

double dot(const double* a, const double* b, std::size_t n) { return HWY_DYNAMIC_DISPATCH(Dot)(a, b, n); }

void multiply(const double* a, std::size_t rows, std::size_t cols, const double* x, double* y) {
  HWY_DYNAMIC_DISPATCH(Multiply)(a, rows, cols, x, y);
}

void add_transposed(const double* a, std::size_t rows, std::size_t cols, double scale, const double* x,
                    double* y) {
  HWY_DYNAMIC_DISPATCH(AddTransposed)(a, rows, cols, scale, x, y);
}

void multiply_gram(const double* a, std::size_t rows, std::size_t cols, const double* x, double* y) {
  HWY_DYNAMIC_DISPATCH(MultiplyGram)(a, rows, cols, x, y);
}

void add_gram(const double* x, std::size_t rows, std::size_t cols, double* c) {
  HWY_DYNAMIC_DISPATCH(AddGram)(x, rows, cols, c);
}

void spread16(const double* kernel, const double* re, const double* im, std::size_t points, double* grid_re,
              double* grid_im) {
  HWY_DYNAMIC_DISPATCH(Spread16)(kernel, re, im, points, grid_re, grid_im);
}

void multiply_symmetric(const double* a, std::size_t n, std::size_t stride, const double* x, double* y) {
  HWY_DYNAMIC_DISPATCH(MultiplySymmetric)(a, n, stride, x, y);
}

void subtract_rank2(double* a, std::size_t n, std::size_t stride, const double* v, const double* w,
                    std::size_t count) {
  HWY_DYNAMIC_DISPATCH(SubtractRank2)(a, n, stride, v, w, count);
}

void reflect16(double* panel, std::size_t n, const double* v, std::size_t stride, const double* tau,
               const double* dots) {
  HWY_DYNAMIC_DISPATCH(Reflect16)(panel, n, v, stride, tau, dots);
}

void rotate16(double* panel, std::size_t first, std::size_t last, const double* rotations) {
  HWY_DYNAMIC_DISPATCH(Rotate16)(panel, first, last, rotations);
}

}  // namespace kernels
}  // namespace basso::spectral
#endif

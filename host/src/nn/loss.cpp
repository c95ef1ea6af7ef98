// Losses and their gradients; every element is computed in float64 and the gradient is rounded once.
#include "nn/loss.hpp"

#include <algorithm>
#include <cmath>

namespace basso::nn {
namespace {

// Value and slope of one element's term.
struct Term {
  double value;
  double slope;
};

Term squared(double f, double y) { return {(f - y) * (f - y), 2.0 * (f - y)}; }

Term absolute(double f, double y) {
  const double r = f - y;
  return {std::abs(r), r > 0.0 ? 1.0 : (r < 0.0 ? -1.0 : r * 0.0)};  // r * 0 keeps NaN
}

Term logistic(double f, double y) {
  const double e = std::exp(-std::abs(f));
  const double sigmoid = f >= 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
  return {std::max(f, 0.0) - f * y + std::log1p(e), sigmoid - y};
}

template <class T, class F>
double elementwise(F&& term, const T* f, const T* y, size_t n, T* gradient) {
  double sum = 0.0;
  const double scale = 1.0 / static_cast<double>(n);
  for (size_t i = 0; i < n; ++i) {
    const Term t = term(static_cast<double>(f[i]), static_cast<double>(y[i]));
    sum += t.value;
    if (gradient) gradient[i] = static_cast<T>(t.slope * scale);
  }
  return sum * scale;
}

template <class T>
double softmax(const T* f, const T* y, size_t rows, size_t cols, T* gradient) {
  double sum = 0.0;
  const double scale = 1.0 / static_cast<double>(rows);
  for (size_t r = 0; r < rows; ++r, f += cols, y += cols) {
    const double top = static_cast<double>(*std::max_element(f, f + cols));
    double total = 0.0;
    double weight = 0.0;
    for (size_t c = 0; c < cols; ++c) {
      total += std::exp(static_cast<double>(f[c]) - top);
      weight += static_cast<double>(y[c]);
    }
    const double log_total = top + std::log(total);
    for (size_t c = 0; c < cols; ++c) {
      const double logit = static_cast<double>(f[c]);
      const double target = static_cast<double>(y[c]);
      sum += target * (log_total - logit);
      if (gradient) *gradient++ = static_cast<T>((weight * std::exp(logit - log_total) - target) * scale);
    }
  }
  return sum * scale;
}

}  // namespace

const char* name(LossKind kind) {
  switch (kind) {
    case LossKind::mean_squared:
      return "mean squared error";
    case LossKind::mean_absolute:
      return "mean absolute error";
    case LossKind::binary_cross_entropy:
      return "binary cross-entropy with logits";
    case LossKind::softmax_cross_entropy:
      return "softmax cross-entropy";
  }
  return "unknown";
}

template <class T>
double evaluate_loss(LossKind kind, const T* f, const T* y, size_t rows, size_t cols, T* gradient) {
  switch (kind) {
    case LossKind::mean_squared:
      return elementwise(squared, f, y, rows * cols, gradient);
    case LossKind::mean_absolute:
      return elementwise(absolute, f, y, rows * cols, gradient);
    case LossKind::binary_cross_entropy:
      return elementwise(logistic, f, y, rows * cols, gradient);
    case LossKind::softmax_cross_entropy:
      break;
  }
  return softmax(f, y, rows, cols, gradient);
}

template double evaluate_loss(LossKind, const float*, const float*, size_t, size_t, float*);
template double evaluate_loss(LossKind, const double*, const double*, size_t, size_t, double*);

}  // namespace basso::nn

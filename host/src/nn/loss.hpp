// The losses, with their gradients with respect to the predictions. Sums run in float64, row by row.
#pragma once

#include <cstddef>

namespace basso::nn {

// f: predictions, y: targets, both [rows x cols]; n = rows * cols.
enum class LossKind {
  mean_squared,          // Σ (f - y)² / n
  mean_absolute,         // Σ |f - y| / n; gradient 0 where f = y
  binary_cross_entropy,  // f are logits: Σ (max(f, 0) - f y + log(1 + e^-|f|)) / n
  softmax_cross_entropy  // f are logits, y rows of class weights (one-hot): Σ_r Σ_c y_rc (log Σ_j e^f_rj -
                         // f_rc) / rows
};

const char* name(LossKind kind);

// The value; `gradient` [rows x cols], where not null, receives its derivatives by f. T is float or double.
template <class T>
double evaluate_loss(LossKind kind, const T* predictions, const T* targets, size_t rows, size_t cols,
                     T* gradient);

}  // namespace basso::nn

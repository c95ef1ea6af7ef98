// An activation as the engine sees it: the plugin's tables with their numbers. Whoever makes one keeps the
// library loaded.
#pragma once

#include <basso/activation.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace basso::nn {

// The numbers of one layer, as the plugin's array functions take them.
using Numbers = std::array<double, BASSO_MAX_NUMBERS>;

struct Activation {
  struct Trainable {
    uint32_t position;    // in the numbers
    double lower, upper;  // the value is kept inside, both ends included
    std::string name;
  };

  std::string id;
  const basso_activation_v1* functions = nullptr;
  const basso_trainable_v1* trainable = nullptr;  // null: none
  const basso_layers_v1* layers = nullptr;        // null: none
  std::vector<double> numbers;                    // [BASSO_MAX_NUMBERS], padded with zeros
  bool has_zeros = false;  // states that value and derivative are zero below or above some argument
  std::vector<Trainable> trainables;  // in the order of the parameter block
};

// The plugin's functions by precision. y may equal x; d may equal x or y.
inline void value(const Activation& f, const Numbers& numbers, const float* x, float* y, uint64_t count) {
  f.functions->value_f32(numbers.data(), x, y, count);
}
inline void value(const Activation& f, const Numbers& numbers, const double* x, double* y, uint64_t count) {
  f.functions->value_f64(numbers.data(), x, y, count);
}
inline void derivative(const Activation& f, const Numbers& numbers, const float* x, const float* y, float* d,
                       uint64_t count) {
  f.functions->derivative_f32(numbers.data(), x, y, d, count);
}
inline void derivative(const Activation& f, const Numbers& numbers, const double* x, const double* y,
                       double* d, uint64_t count) {
  f.functions->derivative_f64(numbers.data(), x, y, d, count);
}
// d[i] = ∂f/∂p (x[i]) for the number at `position`.
inline void parameter(const Activation& f, const Numbers& numbers, uint32_t position, const float* x,
                      float* d, uint64_t count) {
  f.trainable->parameter_f32(numbers.data(), position, x, d, count);
}
inline void parameter(const Activation& f, const Numbers& numbers, uint32_t position, const double* x,
                      double* d, uint64_t count) {
  f.trainable->parameter_f64(numbers.data(), position, x, d, count);
}

}  // namespace basso::nn

// An activation as the engine sees it: the plugin's tables with their numbers. Whoever makes one keeps the
// library loaded.
#pragma once

#include <basso/activation.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "plugin/calls.hpp"

namespace basso::nn {

// The numbers of one layer, as the plugin's array functions take them.
using Numbers = std::array<double, BASSO_MAX_NUMBERS>;

// Its functions that the engine calls.
enum class Function {
  value_f32,
  value_f64,
  derivative_f32,
  derivative_f64,
  parameter_f32,
  parameter_f64,
  numbers,
  init
};
inline constexpr std::array<const char*, 8> function_names = {
    "value_f32",     "value_f64",     "derivative_f32", "derivative_f64",
    "parameter_f32", "parameter_f64", "numbers",        "init"};

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
  std::vector<Trainable> trainables;                             // in the order of the parameter block
  std::array<const PluginCall*, function_names.size()> calls{};  // by Function; null: without a name
  const PluginCall* call(Function function) const { return calls[static_cast<size_t>(function)]; }
};

// Array functions have no status, and are not to throw.
template <class Body>
void call_array(const PluginCall* call, Body&& body) {
  const plugin::CallScope scope(call);
  try {
    body();
  } catch (...) {
    plugin::throw_from_array(call);
  }
}

// The plugin's functions by precision. y may equal x; d may equal x or y.
inline void value(const Activation& f, const Numbers& numbers, const float* x, float* y, uint64_t count) {
  call_array(f.call(Function::value_f32), [&] { f.functions->value_f32(numbers.data(), x, y, count); });
}
inline void value(const Activation& f, const Numbers& numbers, const double* x, double* y, uint64_t count) {
  call_array(f.call(Function::value_f64), [&] { f.functions->value_f64(numbers.data(), x, y, count); });
}
inline void derivative(const Activation& f, const Numbers& numbers, const float* x, const float* y, float* d,
                       uint64_t count) {
  call_array(f.call(Function::derivative_f32),
             [&] { f.functions->derivative_f32(numbers.data(), x, y, d, count); });
}
inline void derivative(const Activation& f, const Numbers& numbers, const double* x, const double* y,
                       double* d, uint64_t count) {
  call_array(f.call(Function::derivative_f64),
             [&] { f.functions->derivative_f64(numbers.data(), x, y, d, count); });
}
// d[i] = ∂f/∂p (x[i]) for the number at `position`.
inline void parameter(const Activation& f, const Numbers& numbers, uint32_t position, const float* x,
                      float* d, uint64_t count) {
  call_array(f.call(Function::parameter_f32),
             [&] { f.trainable->parameter_f32(numbers.data(), position, x, d, count); });
}
inline void parameter(const Activation& f, const Numbers& numbers, uint32_t position, const double* x,
                      double* d, uint64_t count) {
  call_array(f.call(Function::parameter_f64),
             [&] { f.trainable->parameter_f64(numbers.data(), position, x, d, count); });
}

}  // namespace basso::nn

// Activations for the engine's tests and benchmarks, built with the SDK's loops as a plugin would be.
#pragma once

#include <basso/loops.h>

#include <cmath>
#include <vector>

#include "nn/activation.hpp"

namespace basso::nn::testing {

#define RELU(T, x, p) ((x) > (T)0 ? (x) : ((x) <= (T)0 ? (T)0 : (x)))
#define RELU_SLOPE(T, x, y, p) ((x) > (T)0 ? (T)1 : ((x) <= (T)0 ? (T)0 : (x)))
BASSO_ELEMENTWISE(relu, RELU, RELU_SLOPE)

#define TANH(T, x, p) BASSO_TANH(T, x)
#define TANH_SLOPE(T, x, y, p) (((T)1 - (y)) * ((T)1 + (y)))
BASSO_ELEMENTWISE(tanh, TANH, TANH_SLOPE)

// sin(ω x), ω = p[0].
#define SINE(T, x, p) BASSO_SIN(T, (p)[0] * (x))
#define SINE_SLOPE(T, x, y, p) ((p)[0] * BASSO_COS(T, (p)[0] * (x)))
BASSO_ELEMENTWISE(sine, SINE, SINE_SLOPE)

// p[0] tanh(p[1] x), both trainable.
#define SCALED(T, x, p) ((p)[0] * BASSO_TANH(T, (p)[1] * (x)))
#define SCALED_SLOPE(T, x, y, p) \
  ((p)[0] * (p)[1] * ((T)1 - BASSO_TANH(T, (p)[1] * (x)) * BASSO_TANH(T, (p)[1] * (x))))
BASSO_ELEMENTWISE(scaled, SCALED, SCALED_SLOPE)

template <class T>
void scaled_parameter(const double* numbers, uint32_t parameter, const T* x, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) {
    const T t = std::tanh(static_cast<T>(numbers[1]) * x[i]);
    d[i] = parameter == 0 ? t : static_cast<T>(numbers[0]) * x[i] * (T{1} - t * t);
  }
}

// p[0] max(0, x), p[0] trainable and possibly 0, where all values and slopes are.
#define HINGE(T, x, p) ((p)[0] * RELU(T, x, p))
#define HINGE_SLOPE(T, x, y, p) ((p)[0] * RELU_SLOPE(T, x, y, p))
BASSO_ELEMENTWISE(hinge, HINGE, HINGE_SLOPE)

template <class T>
void hinge_parameter(const double*, uint32_t, const T* x, T* d, uint64_t count) {
  for (uint64_t i = 0; i < count; ++i) d[i] = RELU(T, x[i], nullptr);
}

inline int32_t no_facts(const double*, basso_facts*, basso_error*) { return BASSO_OK; }

inline const basso_activation_v1 relu_table = {relu_value_f32, relu_value_f64, relu_derivative_f32,
                                               relu_derivative_f64, no_facts};
inline const basso_activation_v1 tanh_table = {tanh_value_f32, tanh_value_f64, tanh_derivative_f32,
                                               tanh_derivative_f64, no_facts};
inline const basso_activation_v1 sine_table = {sine_value_f32, sine_value_f64, sine_derivative_f32,
                                               sine_derivative_f64, no_facts};
inline const basso_activation_v1 scaled_table = {scaled_value_f32, scaled_value_f64, scaled_derivative_f32,
                                                 scaled_derivative_f64, no_facts};
inline const basso_trainable_v1 scaled_trainable = {scaled_parameter<float>, scaled_parameter<double>};

inline const basso_activation_v1 hinge_table = {hinge_value_f32, hinge_value_f64, hinge_derivative_f32,
                                                hinge_derivative_f64, no_facts};
inline const basso_trainable_v1 hinge_trainable = {hinge_parameter<float>, hinge_parameter<double>};

inline Activation make(const char* id, const basso_activation_v1* table, std::vector<double> numbers = {}) {
  Activation f;
  f.id = id;
  f.functions = table;
  f.numbers = std::move(numbers);
  f.numbers.resize(BASSO_MAX_NUMBERS, 0.0);
  return f;
}

inline Activation relu() {
  Activation f = make("relu", &relu_table);
  f.has_zeros = true;
  return f;
}
inline Activation tanh() { return make("tanh", &tanh_table); }
inline Activation sine(double omega) { return make("sine", &sine_table, {omega}); }
inline Activation scaled(double amplitude, double slope) {
  Activation f = make("scaled", &scaled_table, {amplitude, slope});
  f.trainable = &scaled_trainable;
  f.trainables = {{0, 0.1, 10.0, "amplitude"}, {1, 0.1, 10.0, "slope"}};
  return f;
}

inline Activation hinge(double slope) {
  Activation f = make("hinge", &hinge_table, {slope});
  f.has_zeros = true;
  f.trainable = &hinge_trainable;
  f.trainables = {{0, -10.0, 10.0, "slope"}};
  return f;
}

inline NetworkSpec network(int inputs, std::vector<int> widths, int outputs, const Activation& f) {
  NetworkSpec spec;
  spec.inputs = inputs;
  spec.activations.assign(widths.size(), f);
  spec.widths = std::move(widths);
  spec.outputs = outputs;
  return spec;
}

}  // namespace basso::nn::testing

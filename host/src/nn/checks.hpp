// What both kinds of TrainingRun refuse, and their words for it.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <string>

#include "nn/network.hpp"
#include "nn/trainer.hpp"

namespace basso::nn {

// Throws where an array that was handed in has not the size that it must have.
void check_size(const char* what, size_t size, size_t expected);

template <class T>
bool all_finite(const T* values, size_t count) {
  return std::all_of(values, values + count, [](T v) { return std::isfinite(v); });
}

// Throws for sizes that are not those of the network, and for numbers that T cannot hold.
template <class T>
void check_data(const NetworkSpec& network, std::span<const double> inputs, std::span<const double> outputs,
                size_t rows);
template <class T>
void check_parameters(const ParameterLayout& layout, const T* parameters);

int64_t step_count(double of_state);  // throws where it is none

// Where numbers stop being finite: of map number `map`, from 0.
std::string pre_activations_of(size_t map, size_t maps);
std::string values_of(const Activation& activation, size_t map);

// What TrainingRun::failure() says; `where` is one of these or empty.
std::string loss_failure(int64_t step, LossKind kind, double loss, const std::string& where);
std::string update_failure(int64_t step, bool of_gradient, const std::string& block,
                           const std::string& where);

}  // namespace basso::nn

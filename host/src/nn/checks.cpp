// Checks of what enters a training, and the texts of what ends it.
#include "nn/checks.hpp"

#include <fmt/format.h>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

template <class T>
void check_finite(const char* what, const double* values, size_t rows, size_t cols) {
  for (size_t i = 0; i < rows * cols; ++i)
    if (!std::isfinite(static_cast<T>(values[i])))
      throw Error(Exit::data, fmt::format("{}: column {} of sample {} is {}, not a finite float{}", what,
                                          i % cols, i / cols, values[i], 8 * sizeof(T)));
}

}  // namespace

void check_size(const char* what, size_t size, size_t expected) {
  if (size != expected)
    throw Error(Exit::run_failed, fmt::format("{}: {} values; expected {}", what, size, expected));
}

template <class T>
void check_data(const NetworkSpec& network, std::span<const double> inputs, std::span<const double> outputs,
                size_t rows) {
  const auto ins = static_cast<size_t>(network.inputs), outs = static_cast<size_t>(network.outputs);
  check_size("training inputs", inputs.size(), rows * ins);
  check_size("training outputs", outputs.size(), rows * outs);
  check_finite<T>("training inputs", inputs.data(), rows, ins);
  check_finite<T>("training outputs", outputs.data(), rows, outs);
}

template <class T>
void check_parameters(const ParameterLayout& layout, const T* parameters) {
  for (const ParameterLayout::Block& block : layout.blocks())
    if (!all_finite(parameters + block.offset, block.size()))
      throw Error(Exit::run_failed,
                  fmt::format("parameters: {} holds a value that is not finite", block.name));
}

int64_t step_count(double of_state) {
  if (!(of_state >= 0.0 && of_state < 0x1p53) || of_state != std::floor(of_state))
    throw Error(Exit::data,
                fmt::format("training state: the step counter is {}; expected a whole number", of_state));
  return static_cast<int64_t>(of_state);
}

std::string pre_activations_of(size_t map, size_t maps) {
  return fmt::format("the pre-activations of layer {} of {}", map + 1, maps);
}

std::string values_of(const Activation& activation, size_t map) {
  return fmt::format("the values of activation '{}' of layer {}", activation.id, map + 1);
}

std::string loss_failure(int64_t step, LossKind kind, double loss, const std::string& where) {
  return fmt::format("step {}: the {} is {}; {}", step, name(kind), std::abs(loss),
                     where.empty() ? "all predictions are finite" : "first seen in " + where);
}

std::string update_failure(int64_t step, bool of_gradient, const std::string& block,
                           const std::string& where) {
  return fmt::format("step {}: {} of {} is not finite{}", step, of_gradient ? "the gradient" : "a parameter",
                     block, where.empty() ? "" : "; first seen in " + where);
}

template void check_data<float>(const NetworkSpec&, std::span<const double>, std::span<const double>, size_t);
template void check_data<double>(const NetworkSpec&, std::span<const double>, std::span<const double>,
                                 size_t);
template void check_parameters(const ParameterLayout&, const float*);
template void check_parameters(const ParameterLayout&, const double*);

}  // namespace basso::nn

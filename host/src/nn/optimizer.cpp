// The constants of each step in float64; the arithmetic on the vectors is in kernels_vector.cpp.
#include "nn/optimizer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

void require(bool fits, const char* what, double value, const char* expected) {
  if (!fits) throw Error(Exit::usage, fmt::format("{} is {}; expected {}", what, value, expected));
}

}  // namespace

void validate(const OptimizerSpec& spec) {
  require(std::isfinite(spec.rate) && spec.rate >= 0.0, "the learning rate", spec.rate,
          "a finite number, 0 or above");
  require(spec.momentum >= 0.0 && spec.momentum < 1.0, "momentum", spec.momentum, "a number in [0, 1)");
  require(spec.beta1 >= 0.0 && spec.beta1 < 1.0, "Adam's beta1", spec.beta1, "a number in [0, 1)");
  require(spec.beta2 >= 0.0 && spec.beta2 < 1.0, "Adam's beta2", spec.beta2, "a number in [0, 1)");
  require(std::isfinite(spec.epsilon) && spec.epsilon > 0.0, "Adam's epsilon", spec.epsilon,
          "a finite number above 0");
}

template <class T>
Optimizer<T>::Optimizer(const OptimizerSpec& spec, size_t parameters, Arena* arena)
    : spec_(spec),
      kernels_(&kernels<T>()),
      first_(spec.kind == OptimizerKind::gradient_descent ? 0 : parameters, arena),
      second_(spec.kind == OptimizerKind::adam ? parameters : 0, arena) {
  validate(spec);
}

template <class T>
void Optimizer<T>::begin(int64_t t) {
  if (spec_.kind != OptimizerKind::adam) return;
  const double correction1 = 1.0 - std::pow(spec_.beta1, static_cast<double>(t));
  const double correction2 = 1.0 - std::pow(spec_.beta2, static_cast<double>(t));
  const bool hat = spec_.form == AdamForm::tensorflow;
  step_ = spec_.rate / correction1 * (hat ? std::sqrt(correction2) : 1.0);
  scale_ = hat ? 1.0 : 1.0 / std::sqrt(correction2);
}

template <class T>
T Optimizer<T>::update(T* parameters, const T* gradient, size_t offset, size_t count, double decay,
                       double clip) {
  T* const p = parameters + offset;
  const T* const g = gradient + offset;
  if (spec_.kind == OptimizerKind::adam) {
    const AdamConstants<T> constants{static_cast<T>(spec_.beta1),   static_cast<T>(1.0 - spec_.beta1),
                                     static_cast<T>(spec_.beta2),   static_cast<T>(1.0 - spec_.beta2),
                                     static_cast<T>(step_),         static_cast<T>(scale_),
                                     static_cast<T>(spec_.epsilon), static_cast<T>(decay),
                                     static_cast<T>(clip)};
    return kernels_->adam(constants, p, g, first_.data() + offset, second_.data() + offset, count);
  }
  const bool velocity = spec_.kind == OptimizerKind::momentum;
  const MomentumConstants<T> constants{static_cast<T>(spec_.rate), static_cast<T>(spec_.momentum),
                                       static_cast<T>(decay), static_cast<T>(clip), spec_.nesterov};
  return kernels_->momentum(constants, p, g, velocity ? first_.data() + offset : nullptr, count);
}

template <class T>
void Optimizer<T>::export_state(std::span<double> out) const {
  std::copy_n(first_.data(), first_.size(), out.begin());
  std::copy_n(second_.data(), second_.size(), out.begin() + static_cast<std::ptrdiff_t>(first_.size()));
}

template <class T>
void Optimizer<T>::import_state(std::span<const double> in) {
  const auto cast = [](double x) { return static_cast<T>(x); };
  const auto middle = in.begin() + static_cast<std::ptrdiff_t>(first_.size());
  std::transform(in.begin(), middle, first_.data(), cast);
  std::transform(middle, in.end(), second_.data(), cast);
}

template class Optimizer<float>;
template class Optimizer<double>;

}  // namespace basso::nn

// What enters and leaves the engine between steps, in the user's order of units: parameters, gradient, state.
// And that order.
#include <algorithm>
#include <cmath>

#include "nn/engine.hpp"

namespace basso::nn {

template <class T>
std::vector<double> Trainer<T>::last_predictions() const {
  const size_t size = rows_ * static_cast<size_t>(network_.outputs);
  return {predictions_.data(), predictions_.data() + size};
}

template <class T>
std::vector<double> Trainer<T>::last_gradient() const {
  std::vector<double> result(gradient_.size());
  order_.for_each([&](size_t place, size_t number) { result[number] = gradient_[place]; });
  return result;
}

template <class T>
void Trainer<T>::parameters(std::span<double> out) const {
  check_size("room for parameters", out.size(), parameters_.size());
  order_.for_each([&](size_t place, size_t number) { out[number] = parameters_[place]; });
}

template <class T>
void Trainer<T>::set_parameters(std::span<const double> values) {
  check_size("parameters", values.size(), parameters_.size());
  forwarded_ = false;
  order_.for_each([&](size_t place, size_t number) { parameters_[place] = static_cast<T>(values[number]); });
  check_parameters(layout_, parameters_.data());
  for (size_t l = 0; l < layers_.size(); ++l) {
    const ParameterLayout::Block& weights = layout_.weights(static_cast<int>(l));
    const T* const first = parameters_.data() + weights.offset;
    layers_[l].tame = std::all_of(first, first + weights.size(),
                                  [](T v) { return std::abs(v) <= static_cast<T>(tame_limit); });
    take_parameters(l);
  }
}

template <class T>
std::vector<double> Trainer<T>::unit_order() const {
  std::vector<double> result;
  order_.export_to(result);
  return result;
}

template <class T>
void Trainer<T>::show(std::span<const double> parameters, std::span<const double> unit_order) {
  check_size("order of units", unit_order.size(), order_.size());
  order_.import(unit_order);
  set_parameters(parameters);
}

// [steps, loss, stage of a frequency-weighted loss, order of each hidden layer's units, arrays of the
// optimiser in the user's order]
template <class T>
std::vector<double> Trainer<T>::state() const {
  std::vector<double> result{static_cast<double>(steps_), loss_};
  if (weighted_)
    for (const double value : weighted_->state()) result.push_back(value);
  order_.export_to(result);
  const size_t head = result.size();
  std::vector<double> inside(optimizer_.state_size());
  optimizer_.export_state(inside);
  result.resize(head + inside.size());
  for (size_t array = 0; array < inside.size(); array += layout_.size())
    order_.for_each(
        [&](size_t place, size_t number) { result[head + array + number] = inside[array + place]; });
  return result;
}

template <class T>
void Trainer<T>::restore(std::span<const double> state) {
  const size_t weights = weighted_ ? FrequencyLoss::state_size : 0;
  const size_t head = 2 + weights + order_.size();
  check_size("training state", state.size(), head + optimizer_.state_size());
  steps_ = step_count(state[0]);
  loss_ = state[1];
  if (weighted_) weighted_->restore(state.subspan(2, weights));
  std::vector<double> values(layout_.size());
  parameters(values);
  order_.import(state.subspan(2 + weights, order_.size()));
  std::vector<double> inside(optimizer_.state_size());
  for (size_t array = 0; array < inside.size(); array += layout_.size())
    order_.for_each(
        [&](size_t place, size_t number) { inside[array + place] = state[head + array + number]; });
  optimizer_.import_state(inside);
  set_parameters(values);
  failure_.clear();
}

// Puts units side by side that were zero on the same samples in this step. A network is the same function in
// any order of its hidden units.
template <class T>
void Trainer<T>::reorder() {
  for (size_t map = 0; map + 1 < layers_.size(); ++map) {
    if (!layers_[map].zeros.kept() || !layers_[map].zeros.columns_pay()) continue;
    const std::span<const uint32_t> order = layers_[map].zeros.better_order();
    const auto move = [&](T* values) { order_.move_array(map, order, values, scratch_.data()); };
    move(parameters_.data());
    move(gradient_.data());
    optimizer_.for_each_array(move);
    order_.move(map, order);
  }
  for (size_t map = 0; map < layers_.size(); ++map) take_parameters(map);
}

template std::vector<double> Trainer<float>::last_predictions() const;
template std::vector<double> Trainer<double>::last_predictions() const;
template std::vector<double> Trainer<float>::last_gradient() const;
template std::vector<double> Trainer<double>::last_gradient() const;
template void Trainer<float>::parameters(std::span<double>) const;
template void Trainer<double>::parameters(std::span<double>) const;
template void Trainer<float>::set_parameters(std::span<const double>);
template void Trainer<double>::set_parameters(std::span<const double>);
template std::vector<double> Trainer<float>::unit_order() const;
template std::vector<double> Trainer<double>::unit_order() const;
template void Trainer<float>::show(std::span<const double>, std::span<const double>);
template void Trainer<double>::show(std::span<const double>, std::span<const double>);
template std::vector<double> Trainer<float>::state() const;
template std::vector<double> Trainer<double>::state() const;
template void Trainer<float>::restore(std::span<const double>);
template void Trainer<double>::restore(std::span<const double>);
template void Trainer<float>::reorder();
template void Trainer<double>::reorder();

}  // namespace basso::nn

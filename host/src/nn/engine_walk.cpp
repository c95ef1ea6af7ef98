// Passes through the network beside the training step: predictions, and the search for what is not finite.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "basso/error.hpp"
#include "nn/engine.hpp"

namespace basso::nn {
namespace {

constexpr size_t predict_rows = 240;  // points that predict takes at once

template <class T>
std::string damage_text(std::string_view call, std::string_view side, std::string_view array, size_t map) {
  return fmt::format("{}_f{}: something was written {} the {} of layer {}", call, 8 * sizeof(T), side, array,
                     map + 1);
}

}  // namespace

template <class T>
std::string Trainer<T>::not_finite_at() const {
  if (rows_ == 0) return "";  // no batch yet
  std::vector<T> row_major;
  Buffer<T> z;
  Buffer<T> below;
  const T* x = x_.data();
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    const Panels& out = layer.map.out();
    z = Buffer<T>(rows_ * out.padded());
    row_major.assign(rows_ * out.width(), T{0});
    for (size_t p = 0; p < out.count(); ++p)
      layer.map.forward(x, rows_, {p, 0, rows_}, z.data(), nullptr, [](const Part&) {});
    out.unpack(z.data(), rows_, row_major.data());
    if (!all_finite(row_major.data(), row_major.size())) return pre_activations_of(l, layers_.size());
    if (!layer.activation) break;
    value(*layer.activation, layer.numbers, z.data(), z.data(), rows_ * out.padded());
    out.unpack(z.data(), rows_, row_major.data());
    if (!all_finite(row_major.data(), row_major.size())) return values_of(*layer.activation, l);
    below = std::move(z);
    x = below.data();
  }
  return "";
}

// Each call writes a stretch; the fences stand at the ends of all of them.
template <class T>
std::optional<TrainingRun::Damage> Trainer<T>::damage() const {
  for (size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    if (!layer.activation) continue;
    const std::string_view by_parameter = damaged_behind_ == &layer   ? "behind the end of"
                                          : damaged_before_ == &layer ? "before"
                                                                      : "";
    const std::array<std::array<std::string_view, 3>, 3> looks = {
        {{layer.y.damage(), "value", "values"},
         {layer.slopes().damage(), "derivative", "derivatives"},
         {by_parameter, "parameter", "derivatives by a number"}}};
    for (const auto& [side, call, array] : looks)
      if (!side.empty()) return Damage{layer.activation->id, damage_text<T>(call, side, array, l)};
  }
  return std::nullopt;
}

// Looks through what the passes of the last step left behind, in their order, for the first number that is
// not finite.
template <class T>
std::string Trainer<T>::bad_gradient_at() const {
  const auto finite_in = [&](const Layer& layer, const FencedBuffer<T>& values) {
    std::vector<T> row_major(rows_ * layer.map.out().width());
    layer.map.out().unpack(values.data(), rows_, row_major.data());
    return all_finite(row_major.data(), row_major.size());
  };
  for (size_t l = 0; l < layers_.size(); ++l)
    if (layers_[l].activation && !finite_in(layers_[l], layers_[l].y))
      return values_of(*layers_[l].activation, l);
  for (size_t l = layers_.size(); l-- > 0;) {
    const Layer& layer = layers_[l];
    if (!finite_in(layer, layer.slopes())) return "the gradient by " + pre_activations_of(l, layers_.size());
  }
  return "";
}

template <class T>
void Trainer<T>::predict(std::span<const double> points, size_t rows, std::span<double> out) const {
  const auto ins = static_cast<size_t>(network_.inputs);
  const auto outs = static_cast<size_t>(network_.outputs);
  check_size("points to predict at", points.size(), rows * ins);
  check_size("room for predictions", out.size(), rows * outs);
  const size_t chunk = std::min(rows, predict_rows);
  size_t widest = layers_[0].map.in().padded();
  for (const Layer& layer : layers_) widest = std::max(widest, layer.map.out().padded());
  const auto fenced = [&] { return FencedBuffer<T>(chunk * widest, T{0.75}, nullptr); };
  FencedBuffer<T> below = fenced(), above = fenced();
  for (size_t row = 0; row < rows; row += chunk) {
    const size_t count = std::min(chunk, rows - row);
    layers_[0].map.in().pack(points.data() + row * ins, count, below.data());
    for (size_t l = 0; l < layers_.size(); ++l) {
      const Layer& layer = layers_[l];
      const Panels& panels = layer.map.out();
      for (size_t p = 0; p < panels.count(); ++p)
        layer.map.forward(below.data(), count, {p, 0, count}, above.data(), nullptr, [&](const Part& part) {
          const size_t columns = panels.columns(p);
          T* const z = above.data() + panels.offset(p, count) + part.row * columns;
          if (layer.activation) value(*layer.activation, layer.numbers, z, z, part.rows * columns);
        });
      if (const std::string_view side = above.damage(); !side.empty())
        throw Error(Exit::run_failed, fmt::format("activation {}: {}", layer.activation->id,
                                                  damage_text<T>("value", side, "values", l)));
      std::swap(below, above);
    }
    layers_.back().map.out().unpack(below.data(), count, out.data() + row * outs);
  }
}

template <class T>
void Trainer<T>::predict_training(std::span<double> out) {
  check_size("room for predictions", out.size(), outputs_.size());
  if (batches_.full()) {
    if (!forwarded_) forward();
    forwarded_ = true;
    std::copy_n(predictions_.data(), out.size(), out.begin());
    return;
  }
  const size_t ins = static_cast<size_t>(network_.inputs);
  std::vector<double> points(inputs_.size());
  std::copy_n(inputs_.data(), points.size(), points.begin());
  predict(points, points.size() / ins, out);
}

template void Trainer<float>::predict_training(std::span<double>);
template void Trainer<double>::predict_training(std::span<double>);
template std::optional<TrainingRun::Damage> Trainer<float>::damage() const;
template std::optional<TrainingRun::Damage> Trainer<double>::damage() const;
template std::string Trainer<float>::not_finite_at() const;
template std::string Trainer<double>::not_finite_at() const;
template std::string Trainer<float>::bad_gradient_at() const;
template std::string Trainer<double>::bad_gradient_at() const;
template void Trainer<float>::predict(std::span<const double>, size_t, std::span<double>) const;
template void Trainer<double>::predict(std::span<const double>, size_t, std::span<double>) const;

}  // namespace basso::nn

// The training step: forward, loss, backward with the update of each layer; and what surrounds it.
#include "nn/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

constexpr int64_t steps_between_orders = 128;

size_t width(const NetworkSpec& spec, size_t map) {  // of a_map, the inputs being a_0
  return static_cast<size_t>(map == 0 ? spec.inputs
                                      : (map > spec.widths.size() ? spec.outputs : spec.widths[map - 1]));
}

template <class T>
void check_finite(const char* what, const double* values, size_t rows, size_t cols) {
  for (size_t i = 0; i < rows * cols; ++i)
    if (!std::isfinite(static_cast<T>(values[i])))
      throw Error(Exit::data, fmt::format("{}: column {} of sample {} is {}, not a finite float{}", what,
                                          i % cols, i / cols, values[i], 8 * sizeof(T)));
}

}  // namespace

template <class T>
Trainer<T>::Layer::Layer(size_t inputs, size_t outputs, bool first, size_t rows, const Activation* f,
                         const Numbers& initial)
    : map(inputs, outputs, !first),
      activation(f),
      numbers(initial),
      z(rows * map.out().padded()),
      y(f ? z.size() : 0),
      slope(f && !f->trainables.empty() ? z.size() : 0),
      bias_sums(map.out().padded()),
      trainable_sums(f ? f->trainables.size() : 0) {
  if (!f || !f->has_zeros) return;
  zeros = Activity<T>(map.out(), rows, kernels<T>());
  zeros_of_dz = Activity<T>(map.out(), rows, kernels<T>());
}

template <class T>
Trainer<T>::Trainer(const NetworkSpec& network, const TrainSpec& train, std::span<const double> inputs,
                    std::span<const double> outputs, size_t rows, std::span<const double> parameters,
                    const StreamKey& batches)
    : network_((validate(network, train, rows), network)),
      train_(train),
      layout_(network_),
      order_(layout_),
      samples_(rows),
      batches_(rows, train.batch, batches),
      optimizer_(train.optimizer, layout_.size()),
      parameters_(layout_.size()),
      gradient_(layout_.size()) {
  const auto outs = static_cast<size_t>(network_.outputs);
  check_size("training inputs", inputs.size(), rows * static_cast<size_t>(network_.inputs));
  check_size("training outputs", outputs.size(), rows * outs);
  check_finite<T>("training inputs", inputs.data(), rows, static_cast<size_t>(network_.inputs));
  check_finite<T>("training outputs", outputs.data(), rows, outs);
  const size_t largest = batches_.largest();
  const std::vector<Numbers> numbers = layer_numbers(network_);
  const auto maps = static_cast<size_t>(layout_.layers());
  size_t widest = 0;
  layers_.reserve(maps);
  for (size_t l = 0; l < maps; ++l) {
    const bool hidden = l < numbers.size();
    layers_.emplace_back(width(network_, l), width(network_, l + 1), l == 0, largest,
                         hidden ? &network_.activations[l] : nullptr, hidden ? numbers[l] : Numbers{});
    widest = std::max(widest, layers_.back().map.out().padded());
  }
  for (Buffer<T>& delta : deltas_) delta = Buffer<T>(largest * widest);
  tile_ = Buffer<T>(Dense<T>::largest_stretch);
  x_ = Buffer<T>(largest * layers_[0].map.in().padded());
  predictions_ = Buffer<T>(largest * outs);
  residual_ = Buffer<T>(largest * outs);
  outputs_ = Buffer<T>(outputs.size());
  std::transform(outputs.begin(), outputs.end(), outputs_.data(), [](double v) { return static_cast<T>(v); });
  if (batches_.full()) {
    layers_[0].map.in().pack(inputs.data(), rows, x_.data());
    rows_ = rows;
  } else {
    inputs_ = Buffer<T>(inputs.size());
    std::transform(inputs.begin(), inputs.end(), inputs_.data(), [](double v) { return static_cast<T>(v); });
    targets_ = Buffer<T>(largest * outs);
  }
  size_t largest_block = 0;
  for (const ParameterLayout::Block& block : layout_.blocks())
    largest_block = std::max(largest_block, block.size());
  const bool zeros =
      std::any_of(layers_.begin(), layers_.end(), [](const Layer& l) { return l.zeros.kept(); });
  if (zeros) scratch_ = Buffer<T>(largest_block);
  set_parameters(parameters);
}

template <class T>
void Trainer<T>::step() {
  if (!finite()) return;
  if (!batches_.full()) load_batch(batches_.select(steps_));
  if (!forwarded_) forward();
  forwarded_ = false;
  const auto outs = static_cast<size_t>(network_.outputs);
  const T* const targets = batches_.full() ? outputs_.data() : targets_.data();
  loss_ = evaluate_loss(train_.loss, predictions_.data(), targets, rows_, outs, residual_.data());
  if (!std::isfinite(loss_)) return fail(diagnose());
  optimizer_.begin(steps_ + 1);
  backward();
  ++steps_;
  if (finite() && scratch_.size() != 0 && train_.reorder && batches_.full() &&
      steps_ % steps_between_orders == 1)
    reorder();
}

template <class T>
void Trainer<T>::load_batch(std::span<const uint32_t> samples) {
  rows_ = samples.size();
  const Panels& panels = layers_[0].map.in();
  const auto outs = static_cast<size_t>(network_.outputs);
  for (size_t r = 0; r < rows_; ++r) {
    const T* const sample = inputs_.data() + samples[r] * panels.width();
    for (size_t p = 0; p < panels.count(); ++p)
      std::copy_n(sample + panels.begin(p), panels.used(p),
                  x_.data() + panels.offset(p, rows_) + r * panels.columns(p));
    std::copy_n(outputs_.data() + samples[r] * outs, outs, targets_.data() + r * outs);
  }
}

template <class T>
void Trainer<T>::forward() {
  const T* below = x_.data();
  const Activity<T>* zeros = nullptr;
  for (Layer& layer : layers_) {
    if (layer.zeros.kept()) layer.zeros.begin(rows_);
    layer.map.forward(below, rows_, layer.z.data(), zeros, [&](size_t panel, size_t row, size_t rows) {
      if (layer.activation) activate(layer, panel, row, rows);
    });
    if (layer.zeros.kept()) layer.zeros.list_columns();
    below = layer.y.data();
    zeros = known(layer.zeros);
  }
  layers_.back().map.out().unpack(layers_.back().z.data(), rows_, predictions_.data());
}

// Value and slope at once, while the pre-activations are in the cache.
template <class T>
void Trainer<T>::activate(Layer& layer, size_t panel, size_t row, size_t rows) {
  const Panels& panels = layer.map.out();
  const size_t offset = panels.offset(panel, rows_) + row * panels.columns(panel);
  const size_t count = rows * panels.columns(panel);
  T* const z = layer.z.data() + offset;
  T* const y = layer.y.data() + offset;
  T* const slope = layer.slope.size() ? layer.slope.data() + offset : z;
  value(*layer.activation, layer.numbers, z, y, count);
  derivative(*layer.activation, layer.numbers, z, y, slope, count);
  if (layer.zeros.kept()) layer.zeros.look(panel, row, rows, y, slope);
}

template <class T>
void Trainer<T>::backward() {
  T* delta = deltas_[0].data();
  T* next = deltas_[1].data();
  Layer& top = layers_.back();
  top.map.out().pack(residual_.data(), rows_, delta);
  std::fill_n(top.bias_sums.data(), top.bias_sums.size(), T{0});
  for (size_t p = 0; p < top.map.out().count(); ++p)
    kernels<T>().sum_columns(delta + top.map.out().offset(p, rows_), rows_, top.map.out().columns(p),
                             top.bias_sums.data() + top.map.out().begin(p));
  for (size_t l = layers_.size(); l-- > 0;) {
    Layer& layer = layers_[l];
    if (l > 0) {
      Layer& below = layers_[l - 1];
      std::fill_n(below.bias_sums.data(), below.bias_sums.size(), T{0});
      std::fill(below.trainable_sums.begin(), below.trainable_sums.end(), 0.0);
      Activity<T>& zeros = below.zeros_of_dz;
      if (zeros.kept()) zeros.begin(rows_);
      const bool tame = layer.tame && layer.zeros_of_dz.kept() && layer.zeros_of_dz.tame();
      layer.map.input_gradient(
          delta, rows_, next, known(layer.zeros_of_dz), tame ? known(below.zeros) : nullptr,
          [&](size_t panel, size_t row, size_t rows) { backward_activation(below, next, panel, row, rows); });
      if (zeros.kept()) zeros.list_columns(), zeros.list_rows();
    }
    weight_gradient(l, delta);
    if (!update(l)) return;
    std::swap(delta, next);
  }
}

// Zeros count only beside finite factors, which the inputs are and activations may not be.
template <class T>
void Trainer<T>::weight_gradient(size_t map, const T* delta) {
  Layer& layer = layers_[map];
  T* const gradient = gradient_.data() + layout_.weights(static_cast<int>(map)).offset;
  if (map == 0) return layer.map.weight_gradient(x_.data(), delta, rows_, nullptr, nullptr, gradient);
  const Layer& below = layers_[map - 1];
  const bool tame =
      below.zeros.kept() && below.zeros.tame() && layer.zeros_of_dz.kept() && layer.zeros_of_dz.tame();
  layer.map.weight_gradient(below.y.data(), delta, rows_, tame ? known(below.zeros) : nullptr,
                            tame ? known(layer.zeros_of_dz) : nullptr, gradient);
}

// Turns ∂loss/∂y of one stretch into ∂loss/∂z, and sums the gradients of the biases and of the trainable
// numbers.
template <class T>
void Trainer<T>::backward_activation(Layer& below, T* gradient, size_t panel, size_t row, size_t rows) {
  const Panels& panels = below.map.out();
  const size_t columns = panels.columns(panel);
  const size_t offset = panels.offset(panel, rows_) + row * columns;
  for (size_t j = 0; j < below.trainable_sums.size(); ++j) {
    parameter(*below.activation, below.numbers, below.activation->trainables[j].position,
              below.z.data() + offset, tile_.data(), rows * columns);
    double sum = 0.0;
    for (size_t r = 0; r < rows; ++r)
      for (size_t c = 0; c < panels.used(panel); ++c)
        sum += static_cast<double>(gradient[offset + r * columns + c]) *
               static_cast<double>(tile_[r * columns + c]);
    below.trainable_sums[j] += sum;
  }
  const T* const slope = (below.slope.size() ? below.slope.data() : below.z.data()) + offset;
  kernels<T>().scale_and_sum(gradient + offset, slope, rows, columns,
                             below.bias_sums.data() + panels.begin(panel));
  if (below.zeros_of_dz.kept()) below.zeros_of_dz.look(panel, row, rows, gradient + offset);
}

// Updates one layer's parameters and packs them. False where one of them is not finite.
template <class T>
bool Trainer<T>::update(size_t map) {
  Layer& layer = layers_[map];
  const auto index = static_cast<int>(map);
  const ParameterLayout::Block& weights = layout_.weights(index);
  const ParameterLayout::Block& biases = layout_.biases(index);
  const ParameterLayout::Block* const trainables = layout_.trainables(index);
  std::copy_n(layer.bias_sums.data(), biases.size(), gradient_.data() + biases.offset);
  const double clip = train_.clip.value_or(std::numeric_limits<double>::infinity());
  const auto run = [&](const ParameterLayout::Block& block, double decay, double limit) {
    const T largest =
        optimizer_.update(parameters_.data(), gradient_.data(), block.offset, block.size(), decay, limit);
    if (block.kind == ParameterLayout::Kind::weight) layer.tame = largest <= static_cast<T>(tame_limit);
    if (std::isfinite(largest)) return true;
    const bool gradient = all_finite(gradient_.data() + block.offset, block.size());
    fail(fmt::format("step {}: {} of {} is not finite", steps_ + 1, gradient ? "a parameter" : "the gradient",
                     block.name));
    return false;
  };
  if (!run(weights, train_.l2, clip) || !run(biases, train_.l2_biases ? train_.l2 : 0.0, clip)) return false;
  if (trainables) {
    for (size_t j = 0; j < layer.trainable_sums.size(); ++j)
      gradient_[trainables->offset + j] = static_cast<T>(layer.trainable_sums[j]);
    if (!run(*trainables, 0.0, std::numeric_limits<double>::infinity())) return false;
    for (size_t j = 0; j < layer.trainable_sums.size(); ++j) {
      T& p = parameters_[trainables->offset + j];
      const Activation::Trainable& range = layer.activation->trainables[j];
      p = std::clamp(p, static_cast<T>(range.lower), static_cast<T>(range.upper));
    }
  }
  take_parameters(map);
  return true;
}

template <class T>
void Trainer<T>::take_parameters(size_t map) {
  Layer& layer = layers_[map];
  const auto index = static_cast<int>(map);
  layer.map.pack(parameters_.data() + layout_.weights(index).offset,
                 parameters_.data() + layout_.biases(index).offset);
  if (const ParameterLayout::Block* const trainables = layout_.trainables(index))
    for (size_t j = 0; j < trainables->size(); ++j)
      layer.numbers[layer.activation->trainables[j].position] =
          static_cast<double>(parameters_[trainables->offset + j]);
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

template <class T>
void Trainer<T>::fail(std::string reason) {
  failure_ = std::move(reason);
}

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
  for (const ParameterLayout::Block& block : layout_.blocks())
    if (!all_finite(parameters_.data() + block.offset, block.size()))
      throw Error(Exit::run_failed,
                  fmt::format("parameters: {} holds a value that is not finite", block.name));
  for (size_t l = 0; l < layers_.size(); ++l) {
    const ParameterLayout::Block& weights = layout_.weights(static_cast<int>(l));
    const T* const first = parameters_.data() + weights.offset;
    layers_[l].tame = std::all_of(first, first + weights.size(),
                                  [](T v) { return std::abs(v) <= static_cast<T>(tame_limit); });
    take_parameters(l);
  }
}

// [steps, loss, order of each hidden layer's units, arrays of the optimiser in the user's order]
template <class T>
std::vector<double> Trainer<T>::state() const {
  std::vector<double> result{static_cast<double>(steps_), loss_};
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
  const size_t head = 2 + order_.size();
  check_size("training state", state.size(), head + optimizer_.state_size());
  if (!(state[0] >= 0.0 && state[0] < 0x1p53) || state[0] != std::floor(state[0]))
    throw Error(Exit::data,
                fmt::format("training state: the step counter is {}; expected a whole number", state[0]));
  steps_ = static_cast<int64_t>(state[0]);
  loss_ = state[1];
  std::vector<double> values(layout_.size());
  parameters(values);
  order_.import(state.subspan(2, order_.size()));
  std::vector<double> inside(optimizer_.state_size());
  for (size_t array = 0; array < inside.size(); array += layout_.size())
    order_.for_each(
        [&](size_t place, size_t number) { inside[array + place] = state[head + array + number]; });
  optimizer_.import_state(inside);
  set_parameters(values);
  failure_.clear();
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace basso::nn

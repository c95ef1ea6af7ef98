// The training step: forward, loss, backward with the update of each layer; and what surrounds it.
#include "nn/engine.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace basso::nn {
namespace {

constexpr int64_t steps_between_orders = 128;
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr size_t block_rows = 96;           // of a part, about
constexpr size_t worth_sharing = 1u << 20;  // multiply-adds: some 20 µs of one core

constexpr std::array<double, 3> marks = {0.78125, 0.84375, 0.90625};  // of fences, exact in either precision

size_t block_count(size_t rows) { return std::max<size_t>(1, (rows + block_rows / 2) / block_rows); }

size_t width(const NetworkSpec& spec, size_t map) {  // of a_map, the inputs being a_0
  return static_cast<size_t>(map == 0 ? spec.inputs
                                      : (map > spec.widths.size() ? spec.outputs : spec.widths[map - 1]));
}

// NaN is larger than all.
template <class T>
T larger(T a, T b) {
  return std::isnan(a) || a > b ? a : b;
}

}  // namespace

template <class T>
Trainer<T>::Layer::Layer(size_t inputs, size_t outputs, size_t rows, const Activation* f,
                         const Numbers& initial, bool keep_zeros, Arena* arena)
    : map(inputs, outputs, kernels<T>(), arena),
      activation(f),
      numbers(initial),
      z(rows * map.out().padded(), static_cast<T>(marks[0]), arena),
      y(f ? z.size() : 0, static_cast<T>(marks[1]), arena),
      slope(f && !f->trainables.empty() ? z.size() : 0, static_cast<T>(marks[2]), arena),
      bias_sums(block_count(rows) * map.out().padded(), arena),
      largest(map.out().count()),
      trainable_sums(f ? map.out().count() * block_count(rows) * f->trainables.size() : 0) {
  if (!f || !f->has_zeros || !keep_zeros) return;
  zeros = Activity<T>(map.out(), rows, kernels<T>());
  zeros_of_dz = Activity<T>(map.out(), rows, kernels<T>());
}

template <class T>
Trainer<T>::Trainer(const NetworkSpec& network, const TrainSpec& train, std::span<const double> inputs,
                    std::span<const double> outputs, size_t rows, std::span<const double> parameters,
                    const StreamKey& batches, Team* team)
    : network_((validate(network, train, rows), network)),
      train_(train),
      layout_(network_),
      order_(layout_),
      samples_(rows),
      batches_(rows, train.batch, batches),
      team_(team),
      optimizer_(train.optimizer, layout_.size(), &arena_),
      parameters_(layout_.size(), &arena_),
      gradient_(layout_.size(), &arena_) {
  const auto outs = static_cast<size_t>(network_.outputs);
  check_data<T>(network_, inputs, outputs, rows);
  const size_t largest = batches_.largest();
  const std::vector<Numbers> numbers = layer_numbers(network_);
  const auto maps = static_cast<size_t>(layout_.layers());
  layers_.reserve(maps);
  for (size_t l = 0; l < maps; ++l) {
    const bool hidden = l < numbers.size();
    layers_.emplace_back(width(network_, l), width(network_, l + 1), largest,
                         hidden ? &network_.activations[l] : nullptr, hidden ? numbers[l] : Numbers{},
                         train.skip_zeros || train.reorder, &arena_);
    for (size_t q = 0; q < layers_.back().map.out().count(); ++q) weight_tasks_.push_back({l, q});
  }
  x_ = Buffer<T>(largest * layers_[0].map.in().padded(), &arena_);
  predictions_ = Buffer<T>(largest * outs, &arena_);
  residual_ = Buffer<T>(largest * outs, &arena_);
  outputs_ = Buffer<T>(outputs.size(), &arena_);
  std::transform(outputs.begin(), outputs.end(), outputs_.data(), [](double v) { return static_cast<T>(v); });
  if (batches_.full()) {
    layers_[0].map.in().pack(inputs.data(), rows, x_.data());
    rows_ = rows;
  } else {
    inputs_ = Buffer<T>(inputs.size(), &arena_);
    std::transform(inputs.begin(), inputs.end(), inputs_.data(), [](double v) { return static_cast<T>(v); });
    targets_ = Buffer<T>(largest * outs, &arena_);
  }
  size_t largest_block = 0;
  for (const ParameterLayout::Block& block : layout_.blocks())
    largest_block = std::max(largest_block, block.size());
  const bool zeros =
      std::any_of(layers_.begin(), layers_.end(), [](const Layer& l) { return l.zeros.kept(); });
  if (zeros) scratch_ = Buffer<T>(largest_block, &arena_);
  if (train_.frequencies) weighted_.emplace(*train_.frequencies, outputs);
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
  loss_ = weighted_ ? weighted_->evaluate(steps_, predictions_.data(), targets, residual_.data())
                    : evaluate_loss(train_.loss, predictions_.data(), targets, rows_, outs, residual_.data());
  if (!std::isfinite(loss_)) return fail(loss_failure(steps_ + 1, train_.loss, loss_, not_finite_at()));
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
size_t Trainer<T>::blocks() const {
  return block_count(rows_);
}

// The blocks are of nearly equal numbers of whole tiles.
template <class T>
Part Trainer<T>::part(size_t index) const {
  const size_t block = index % blocks(), tiles = (rows_ + tile_rows - 1) / tile_rows;
  const auto begin = [&](size_t b) { return std::min(rows_, tile_rows * (tiles * b / blocks())); };
  return {index / blocks(), begin(block), begin(block + 1) - begin(block)};
}

// Whether work is worth a team.
template <class T>
bool Trainer<T>::shared(size_t multiply_adds) const {
  return team_ && team_->helped() && multiply_adds >= worth_sharing;
}

template <class T>
template <class Task>
void Trainer<T>::share(size_t tasks, size_t multiply_adds, const Task& task) {
  if (shared(multiply_adds)) return team_->run(tasks, task);
  for (size_t i = 0; i < tasks; ++i) task(i);
}

// For several threads in another order: first all parts of the first half of the rows, since then a thread
// finds what it made of these rows in the pass before in its own caches.
template <class T>
template <class Body>
void Trainer<T>::for_parts(const Panels& panels, size_t depth, Body&& body) {
  const size_t multiply_adds = rows_ * panels.width() * depth;
  const size_t all = blocks(), half = shared(multiply_adds) ? (all + 1) / 2 : all;
  share(panels.count() * all, multiply_adds, [&](size_t task) {
    const bool first = task < panels.count() * half;
    const size_t place = first ? task : task - panels.count() * half, width = first ? half : all - half;
    const size_t index = place / width * all + (first ? 0 : half) + place % width;
    body(part(index), index);
  });
}

template <class T>
void Trainer<T>::forward() {
  const T* below = x_.data();
  const Activity<T>* zeros = nullptr;
  for (Layer& layer : layers_) {
    if (layer.zeros.kept()) layer.zeros.begin(rows_);
    for_parts(layer.map.out(), layer.map.in().width(), [&](const Part& part, size_t) {
      layer.map.forward(below, rows_, part, layer.z.data(), zeros, [&](const Part& done) {
        if (layer.activation) activate(layer, done);
      });
    });
    if (layer.zeros.kept()) layer.zeros.unite_rows();
    below = layer.y.data();
    zeros = known(layer.zeros);
  }
  layers_.back().map.out().unpack(layers_.back().z.data(), rows_, predictions_.data());
}

// Value and slope at once, while the pre-activations are in the cache.
template <class T>
void Trainer<T>::activate(Layer& layer, const Part& part) {
  const Panels& panels = layer.map.out();
  const size_t columns = panels.columns(part.panel);
  const size_t offset = panels.offset(part.panel, rows_) + part.row * columns;
  const size_t count = part.rows * columns;
  T* const z = layer.z.data() + offset;
  T* const y = layer.y.data() + offset;
  T* const slope = layer.delta() + offset;
  value(*layer.activation, layer.numbers, z, y, count);
  derivative(*layer.activation, layer.numbers, z, y, slope, count);
  if (layer.zeros.kept()) layer.zeros.look(part.panel, part.row, part.rows, y, slope);
}

template <class T>
void Trainer<T>::backward() {
  output_delta();
  // On one thread each map's weights follow while what they need is in the cache; several threads take those
  // of all maps in one go. The result is the same: nothing before reads the new weights.
  const bool together = shared(rows_ * layout_.size());
  for (size_t l = layers_.size(); l-- > 0;) {
    if (l > 0) input_gradient(l);
    if (!together) weights(l, 0, layers_[l].map.out().count());
  }
  if (together)
    team_->run(weight_tasks_.size(),
               [&](size_t i) { weights(weight_tasks_[i].map, weight_tasks_[i].panel, 1); });
  for (size_t l = layers_.size(); l-- > 0;)
    if (!finish(l)) return;
}

template <class T>
void Trainer<T>::input_gradient(size_t map) {
  Layer& layer = layers_[map];
  Layer& below = layers_[map - 1];
  std::fill_n(below.bias_sums.data(), below.bias_sums.size(), T{0});
  std::fill(below.trainable_sums.begin(), below.trainable_sums.end(), 0.0);
  Activity<T>& zeros = below.zeros_of_dz;
  if (zeros.kept()) zeros.begin(rows_);
  const bool tame = layer.tame && layer.zeros_of_dz.kept() && layer.zeros_of_dz.tame();
  const bool slopes_alone =
      below.activation->trainables.empty();  // meet dx; numbers learn from units that are off
  const Activity<T>* const zeros_of_dx = tame && slopes_alone ? known(below.zeros) : nullptr;
  for_parts(layer.map.in(), layer.map.out().width(), [&](const Part& part, size_t index) {
    layer.map.input_gradient(
        layer.delta(), rows_, part, known(layer.zeros_of_dz), zeros_of_dx,
        [&](const Part& done, const T* dx) { backward_activation(below, done, index, dx); });
  });
  if (zeros.kept()) zeros.unite_rows(), zeros.unite_columns();
}

template <class T>
void Trainer<T>::output_delta() {
  Layer& top = layers_.back();
  const Panels& panels = top.map.out();
  panels.pack(residual_.data(), rows_, top.delta());
  std::fill_n(top.bias_sums.data(), top.bias_sums.size(), T{0});
  for (size_t i = 0; i < panels.count() * blocks(); ++i) {
    const Part now = part(i);
    kernels<T>().sum_columns(
        top.delta() + panels.offset(now.panel, rows_) + now.row * panels.columns(now.panel), now.rows,
        panels.columns(now.panel),
        top.bias_sums.data() + i % blocks() * panels.padded() + panels.begin(now.panel));
  }
}

// Turns ∂loss/∂y of one stretch into ∂loss/∂z, and sums the gradients of the biases and of the trainable
// numbers.
template <class T>
void Trainer<T>::backward_activation(Layer& below, const Part& part, size_t index, const T* dx) {
  const Panels& panels = below.map.out();
  const size_t columns = panels.columns(part.panel);
  const size_t offset = panels.offset(part.panel, rows_) + part.row * columns;
  const size_t trainables = below.activation->trainables.size();
  for (size_t j = 0; j < trainables; ++j) {
    constexpr size_t margin = 64 / sizeof(T);  // a cache line
    alignas(64) std::array<T, Dense<T>::largest_stretch + 2 * margin> room;
    T* const by_parameter = room.data() + margin;
    T* const end = by_parameter + part.rows * columns;
    constexpr T mark = static_cast<T>(marks[0]);
    by_parameter[-1] = *end = mark;
    parameter(*below.activation, below.numbers, below.activation->trainables[j].position,
              below.z.data() + offset, by_parameter, part.rows * columns);
    if (by_parameter[-1] != mark) damaged_before_ = &below;
    if (*end != mark) damaged_behind_ = &below;
    double sum = 0.0;
    for (size_t r = 0; r < part.rows; ++r)
      for (size_t c = 0; c < panels.used(part.panel); ++c)
        sum += static_cast<double>(dx[r * columns + c]) * static_cast<double>(by_parameter[r * columns + c]);
    below.trainable_sums[index * trainables + j] += sum;
  }
  T* const delta = below.delta() + offset;
  kernels<T>().scale_and_sum(
      delta, dx, part.rows, columns,
      below.bias_sums.data() + index % blocks() * panels.padded() + panels.begin(part.panel));
  if (below.zeros_of_dz.kept()) below.zeros_of_dz.look(part.panel, part.row, part.rows, delta);
}

// The gradient, and the update of each panel's rows once they are complete. Zeros count only beside finite
// factors, which the inputs are and activations may not be.
template <class T>
void Trainer<T>::weights(size_t map, size_t panel, size_t panels) {
  Layer& layer = layers_[map];
  const ParameterLayout::Block& block = layout_.weights(static_cast<int>(map));
  Layer* const below = map > 0 ? &layers_[map - 1] : nullptr;
  const bool tame = below && below->zeros.kept() && below->zeros.tame() && layer.zeros_of_dz.kept() &&
                    layer.zeros_of_dz.tame();
  T* const parameters = parameters_.data() + block.offset;
  const size_t inputs = layer.map.in().width();
  std::fill_n(layer.largest.begin() + static_cast<std::ptrdiff_t>(panel), panels, T{0});
  layer.map.weight_gradient(below ? below->y.data() : x_.data(), layer.delta(), rows_, panel, panels,
                            tame ? known(below->zeros) : nullptr, tame ? known(layer.zeros_of_dz) : nullptr,
                            gradient_.data() + block.offset, [&](size_t row, size_t rows) {
                              const T largest = optimizer_.update(parameters_.data(), gradient_.data(),
                                                                  block.offset + row * inputs, rows * inputs,
                                                                  train_.l2, train_.clip.value_or(infinity));
                              layer.largest[panel] = larger(layer.largest[panel], largest);
                            });
  for (size_t q = panel; q < panel + panels; ++q) layer.map.pack(parameters, q);
}

// Of biases or trainables.
template <class T>
bool Trainer<T>::update(const ParameterLayout::Block& block, double decay, double clip) {
  return check(block, optimizer_.update(parameters_.data(), gradient_.data(), block.offset, block.size(),
                                        decay, clip));
}

// What is left of a layer's update behind that of its weights. False where a parameter is not finite.
template <class T>
bool Trainer<T>::finish(size_t map) {
  Layer& layer = layers_[map];
  const auto index = static_cast<int>(map);
  const T largest = std::accumulate(layer.largest.begin(), layer.largest.end(), T{0}, larger<T>);
  layer.tame = largest <= static_cast<T>(tame_limit);
  if (!check(layout_.weights(index), largest)) return false;
  const ParameterLayout::Block& biases = layout_.biases(index);
  T* const bias_gradient = gradient_.data() + biases.offset;
  std::copy_n(layer.bias_sums.data(), biases.size(), bias_gradient);
  for (size_t b = 1; b < blocks(); ++b)
    for (size_t c = 0; c < biases.size(); ++c)
      bias_gradient[c] += layer.bias_sums[b * layer.map.out().padded() + c];
  if (!update(biases, train_.l2_biases ? train_.l2 : 0.0, train_.clip.value_or(infinity))) return false;
  if (const ParameterLayout::Block* const trainables = layout_.trainables(index)) {
    const size_t count = trainables->size();
    for (size_t j = 0; j < count; ++j) {
      double sum = 0.0;
      for (size_t i = 0; i < layer.map.out().count() * blocks(); ++i)
        sum += layer.trainable_sums[i * count + j];
      gradient_[trainables->offset + j] = static_cast<T>(sum);
    }
    if (!update(*trainables, 0.0, infinity)) return false;
    for (size_t j = 0; j < count; ++j) {
      T& p = parameters_[trainables->offset + j];
      const Activation::Trainable& range = layer.activation->trainables[j];
      p = std::clamp(p, static_cast<T>(range.lower), static_cast<T>(range.upper));
    }
  }
  take_biases(map);
  return true;
}

template <class T>
bool Trainer<T>::check(const ParameterLayout::Block& block, T largest) {
  if (std::isfinite(largest)) return true;
  const bool gradient = all_finite(gradient_.data() + block.offset, block.size());
  fail(update_failure(steps_ + 1, !gradient, block.name, gradient ? "" : bad_gradient_at()));
  return false;
}

template <class T>
void Trainer<T>::take_parameters(size_t map) {
  layers_[map].map.pack(parameters_.data() + layout_.weights(static_cast<int>(map)).offset);
  take_biases(map);
}

// And the trainable numbers.
template <class T>
void Trainer<T>::take_biases(size_t map) {
  Layer& layer = layers_[map];
  const auto index = static_cast<int>(map);
  layer.map.set_biases(parameters_.data() + layout_.biases(index).offset);
  if (const ParameterLayout::Block* const trainables = layout_.trainables(index))
    for (size_t j = 0; j < trainables->size(); ++j)
      layer.numbers[layer.activation->trainables[j].position] =
          static_cast<double>(parameters_[trainables->offset + j]);
}

template <class T>
size_t Trainer<T>::layers_left_out() const {
  return static_cast<size_t>(std::count_if(layers_.begin(), layers_.end(), [&](const Layer& layer) {
    return known(layer.zeros) && layer.zeros.columns_pay() && layer.zeros_of_dz.rows_pay();
  }));
}

template <class T>
void Trainer<T>::fail(std::string reason) {
  failure_ = std::move(reason);
}

template class Trainer<float>;
template class Trainer<double>;

}  // namespace basso::nn

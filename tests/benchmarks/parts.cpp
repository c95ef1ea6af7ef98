// What the engine's passes do, one kind of work at a time.
#include "benchmarks/parts.hpp"

#include <benchmark/benchmark.h>

#include "nn/kernels.hpp"
#include "nn/loss.hpp"

namespace basso::bench {
namespace {

nn::Buffer<float> normals(size_t count) {
  std::vector<double> values(count);
  nn::Stream(nn::StreamKey{.kind = "benchmark", .id = "parts"}).normals(values);
  nn::Buffer<float> buffer(count);
  std::transform(values.begin(), values.end(), buffer.data(), [](double v) { return static_cast<float>(v); });
  return buffer;
}

}  // namespace

Parts::Parts(const Task& task)
    : rows_(task.rows()),
      layout_(task.network),
      activation_(task.network.activations[0]),
      parameters_(normals(layout_.size())),
      gradient_(layout_.size()),
      optimizer_(task.train.optimizer, layout_.size()),
      order_(layout_),
      scratch_(layout_.size()) {
  double entries = 0.0;
  for (int l = 0; l < layout_.layers(); ++l) {
    const nn::ParameterLayout::Block& block = layout_.weights(l);
    nn::Dense<float> dense(static_cast<size_t>(block.cols), static_cast<size_t>(block.rows));
    dense.pack(parameters_.data() + block.offset);
    const size_t in = rows_ * dense.in().padded(), out = rows_ * dense.out().padded();
    const size_t width = dense.out().padded();
    maps_.push_back({std::move(dense),
                     block.offset,
                     normals(in),
                     normals(out),
                     nn::Buffer<float>(out),
                     nn::Buffer<float>(out),
                     nn::Buffer<float>(width),
                     {},
                     {}});
    for (nn::Activity<float> Map::*const zeros : {&Map::zeros, &Map::zeros_of_dz})
      if (activation_.has_zeros)
        maps_.back().*zeros = {maps_.back().dense.out(), rows_, nn::kernels<float>()};
    std::fill_n(maps_.back().ones.data(), out, 1.0F);
    entries += static_cast<double>(block.size());
  }
  const double rows = static_cast<double>(rows_);
  const double first = static_cast<double>(layout_.weights(0).size());
  add(2.0 * rows * entries, &Parts::forward);
  add(2.0 * rows * (entries - first), &Parts::input_gradient);
  add(2.0 * rows * entries, &Parts::weight_gradient);
  add(0.0, &Parts::activation);
  add(0.0, &Parts::slopes);
  add(0.0, &Parts::update);
  add(0.0, &Parts::pack);
  add(0.0, &Parts::loss);
  if (!activation_.has_zeros) return;
  activation();  // whose zeros the next ones find
  zeros_bits();
  zeros_sets();
  add(0.0, &Parts::zeros_bits);
  add(0.0, &Parts::zeros_sets);
  add(0.0, &Parts::zeros_order);
}

void Parts::forward() {
  for (Map& map : maps_)
    for (size_t p = 0; p < map.dense.out().count(); ++p)
      map.dense.forward(map.x.data(), rows_, {p, 0, rows_}, map.slope.data(), nullptr,
                        [](const nn::Part&) {});
}

void Parts::input_gradient() {
  for (size_t l = 1; l < maps_.size(); ++l)
    for (size_t p = 0; p < maps_[l].dense.in().count(); ++p)
      maps_[l].dense.input_gradient(maps_[l].z.data(), rows_, {p, 0, rows_}, nullptr, nullptr,
                                    [](const nn::Part&, const float* dx) { benchmark::DoNotOptimize(dx); });
}

void Parts::weight_gradient() {
  for (Map& map : maps_)
    map.dense.weight_gradient(map.x.data(), map.z.data(), rows_, 0, map.dense.out().count(), nullptr, nullptr,
                              gradient_.data() + map.weights, [](size_t, size_t) {});
}

template <class Body>
void Parts::for_stretches(Body&& body) {
  for (size_t l = 0; l + 1 < maps_.size(); ++l) {
    const nn::Panels& panels = maps_[l].dense.out();
    for (size_t p = 0; p < panels.count(); ++p) {
      const size_t columns = panels.columns(p), step = nn::Dense<float>::stretch(columns);
      for (size_t row = 0; row < rows_; row += step)
        body(l, nn::Part{p, row, std::min(step, rows_ - row)}, panels.offset(p, rows_) + row * columns);
    }
  }
}

void Parts::activation() {
  const nn::Numbers none{};
  for_stretches([&](size_t l, const nn::Part& part, size_t at) {
    const size_t count = part.rows * maps_[l].dense.out().columns(part.panel);
    float* const y = maps_[l + 1].x.data() + at;
    value(activation_, none, maps_[l].z.data() + at, y, count);
    derivative(activation_, none, maps_[l].z.data() + at, y, maps_[l].slope.data() + at, count);
  });
}

void Parts::slopes() {
  for_stretches([&](size_t l, const nn::Part& part, size_t at) {
    nn::kernels<float>().scale_and_sum(maps_[l].z.data() + at, maps_[l].ones.data(), part.rows,
                                       maps_[l].dense.out().columns(part.panel), maps_[l].sums.data());
  });
}

void Parts::update() {
  optimizer_.begin(100);
  for (const Map& map : maps_) {
    const nn::Panels& out = map.dense.out();
    const size_t inputs = map.dense.in().width();
    for (size_t q = 0; q < out.count(); ++q)
      optimizer_.update(parameters_.data(), gradient_.data(), map.weights + out.begin(q) * inputs,
                        out.used(q) * inputs, 0.0);
  }
}

void Parts::pack() {
  for (Map& map : maps_) map.dense.pack(parameters_.data() + map.weights);
}

void Parts::loss() {
  const size_t outputs = maps_.back().dense.out().width();
  benchmark::DoNotOptimize(evaluate_loss(nn::LossKind::mean_squared, maps_.back().x.data(),
                                         maps_.back().ones.data(), rows_, outputs,
                                         maps_.back().slope.data()));
}

void Parts::zeros_bits() {
  for (Map& map : maps_)
    for (nn::Activity<float>* const zeros : {&map.zeros, &map.zeros_of_dz}) zeros->begin(rows_);
  for_stretches([&](size_t l, const nn::Part& part, size_t at) {
    const float* const slope = maps_[l].slope.data() + at;
    maps_[l].zeros.look(part.panel, part.row, part.rows, maps_[l + 1].x.data() + at, slope);
    maps_[l].zeros_of_dz.look(part.panel, part.row, part.rows, slope);
  });
}

void Parts::zeros_sets() {
  for (size_t l = 0; l + 1 < maps_.size(); ++l) {
    maps_[l].zeros.unite_rows();
    maps_[l].zeros_of_dz.unite_rows();
    maps_[l].zeros_of_dz.unite_columns();
  }
}

void Parts::zeros_order() {
  for (size_t l = 0; l + 1 < maps_.size(); ++l) {
    const std::span<const uint32_t> order = maps_[l].zeros.better_order();
    const auto move = [&](float* values) { order_.move_array(l, order, values, scratch_.data()); };
    move(parameters_.data());
    move(gradient_.data());
    optimizer_.for_each_array(move);
    order_.move(l, order);
  }
}

}  // namespace basso::bench

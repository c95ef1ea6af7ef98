// Sines over the unit interval or the unit circle, with their derivatives written out.
#include "check/known_function.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace basso::check {
namespace {

constexpr double turn = 2 * std::numbers::pi;

}  // namespace

KnownFunction::KnownFunction(std::uint32_t input_dim, std::uint32_t output_dim, std::size_t parameter_count,
                             std::vector<double> inputs, std::vector<double> outputs)
    : input_dim_(input_dim),
      output_dim_(output_dim),
      parameters_(parameter_count),
      gradient_(parameter_count),
      inputs_(std::move(inputs)),
      outputs_(std::move(outputs)) {}

void KnownFunction::become(double constant, double amplitude, std::vector<Sine> sines) {
  sines_ = std::move(sines);
  parameters_[0] = constant;
  parameters_[1] = amplitude;
  refresh();
}

void KnownFunction::refresh() { predictions_.clear(); }

double KnownFunction::place(const double* point) const {
  return input_dim_ == 1 ? point[0] : std::atan2(point[1], point[0]) / turn;
}

double KnownFunction::shape(double z) const {
  double sum = 0;
  for (const Sine& sine : sines_) sum += sine.amplitude * std::sin(turn * sine.frequency * z + sine.phase);
  return sum;
}

double KnownFunction::slope(double z) const {
  double sum = 0;
  for (const Sine& sine : sines_)
    sum += turn * sine.frequency * sine.amplitude * std::cos(turn * sine.frequency * z + sine.phase);
  return sum;
}

double KnownFunction::total(const double* cotangents, std::uint64_t row) const {
  const double* first = cotangents + row * output_dim_;
  return std::accumulate(first, first + output_dim_, 0.0);
}

void KnownFunction::evaluate(const double* parameters, const double* points, std::uint64_t rows,
                             double* outputs) {
  const double* theta = parameters ? parameters : parameters_.data();
  for (std::uint64_t i = 0; i < rows; ++i)
    std::fill_n(outputs + i * output_dim_, output_dim_,
                theta[0] + theta[1] * shape(place(points + i * input_dim_)));
}

std::span<const double> KnownFunction::predictions(const double* points, std::uint64_t rows) {
  std::vector<double>& values = predictions_[points];
  if (values.empty()) {
    values.resize(rows * output_dim_);
    evaluate(nullptr, points, rows, values.data());
  }
  return values;
}

double KnownFunction::loss(const double* predictions, const double* outputs, std::uint64_t rows) const {
  double sum = 0;
  for (std::uint64_t i = 0; i < rows * output_dim_; ++i) sum += std::pow(predictions[i] - outputs[i], 2);
  return sum / static_cast<double>(rows * output_dim_);
}

std::span<const double> KnownFunction::gradient() {
  std::vector<double> slopes(outputs_.size());
  const std::uint64_t rows = slopes.size() / output_dim_;
  evaluate(nullptr, inputs_.data(), rows, slopes.data());
  for (std::size_t i = 0; i < slopes.size(); ++i)
    slopes[i] = 2 * (slopes[i] - outputs_[i]) / static_cast<double>(slopes.size());
  pull_to_parameters(nullptr, inputs_.data(), rows, slopes.data(), gradient_.data());
  return gradient_;
}

void KnownFunction::activation(std::uint32_t, const double* x, double* value, double* derivative,
                               std::uint64_t count) {
  for (std::uint64_t i = 0; i < count; ++i) {
    const double y = std::tanh(x[i]);
    value[i] = y;
    if (derivative) derivative[i] = 1 - y * y;
  }
}

void KnownFunction::pull_to_parameters(const double*, const double* points, std::uint64_t rows,
                                       const double* cotangents, double* gradient) {
  std::fill_n(gradient, parameters_.size(), 0.0);
  for (std::uint64_t i = 0; i < rows; ++i) {
    gradient[0] += total(cotangents, i);
    gradient[1] += total(cotangents, i) * shape(place(points + i * input_dim_));
  }
}

// dz/d(x, y) = (-y, x) / (2 pi (x^2 + y^2)) on the circle.
void KnownFunction::pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                                   const double* cotangents, double* gradient) {
  const double amplitude = (parameters ? parameters : parameters_.data())[1];
  for (std::uint64_t i = 0; i < rows; ++i) {
    const double* point = points + i * input_dim_;
    const double by_z = total(cotangents, i) * amplitude * slope(place(point));
    if (input_dim_ == 1) {
      gradient[i] = by_z;
    } else {
      const double square = turn * (point[0] * point[0] + point[1] * point[1]);
      gradient[2 * i] = -by_z * point[1] / square;
      gradient[2 * i + 1] = by_z * point[0] / square;
    }
  }
}

void KnownFunction::push_parameters(const double*, const double* points, std::uint64_t rows,
                                    const double* direction, double* tangents) {
  for (std::uint64_t i = 0; i < rows; ++i)
    std::fill_n(tangents + i * output_dim_, output_dim_,
                direction[0] + direction[1] * shape(place(points + i * input_dim_)));
}

}  // namespace basso::check

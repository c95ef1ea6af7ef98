// Steps of the plain network, and what enters and leaves between them.
#include "nn/reference_run.hpp"

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"
#include "nn/checks.hpp"

namespace basso::nn {
namespace {

constexpr size_t predict_rows = 240;  // points that predict takes at once, if no batch is larger

template <class Matrix>
Matrix matrix_of(std::span<const double> values, Eigen::Index rows, Eigen::Index cols) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  return Eigen::Map<const Rows>(values.data(), rows, cols).template cast<typename Matrix::Scalar>();
}

}  // namespace

template <class T>
ReferenceRun<T>::ReferenceRun(const NetworkSpec& network, const TrainSpec& train,
                              std::span<const double> inputs, std::span<const double> outputs, size_t rows,
                              std::span<const double> parameters, const StreamKey& batches)
    : network_((validate(network, train, rows), network)),
      train_(train),
      net_(network_),
      batches_(rows, train.batch, batches) {
  check_data<T>(network_, inputs, outputs, rows);
  inputs_ = matrix_of<Matrix>(inputs, static_cast<Eigen::Index>(rows), network_.inputs);
  outputs_ = matrix_of<Matrix>(outputs, static_cast<Eigen::Index>(rows), network_.outputs);
  if (batches_.full()) x_ = inputs_, y_ = outputs_;
  if (train_.frequencies) weighted_.emplace(*train_.frequencies, outputs);
  const auto size = static_cast<Eigen::Index>(layout().size());
  gradient_ = Vector::Zero(size);
  if (train_.optimizer.kind != OptimizerKind::gradient_descent) first_ = Vector::Zero(size);
  if (train_.optimizer.kind == OptimizerKind::adam) second_ = Vector::Zero(size);
  set_parameters(parameters);
}

template <class T>
void ReferenceRun<T>::step() {
  if (!finite()) return;
  take_batch();
  const Pass pass = net_.forward(theta_, x_);
  predictions_ = pass.output;
  const Matrix by_output = loss_gradient(predictions_);
  if (!std::isfinite(loss_)) {
    failure_ = loss_failure(steps_ + 1, train_.loss, loss_, not_finite_in(pass));
    return;
  }
  gradient_ = net_.backward(theta_, pass, by_output).parameters;
  ++steps_;
  const auto t = static_cast<double>(steps_);
  correction1_ = static_cast<T>(1.0 - std::pow(train_.optimizer.beta1, t));
  correction2_ = static_cast<T>(1.0 - std::pow(train_.optimizer.beta2, t));
  for (const ParameterLayout::Block& block : layout().blocks()) {
    update(block);
    if (!finite()) return;
    cut(block);
  }
}

template <class T>
void ReferenceRun<T>::take_batch() {
  if (batches_.full()) return;
  const std::span<const uint32_t> samples = batches_.select(steps_);
  const auto rows = static_cast<Eigen::Index>(samples.size());
  x_.resize(rows, inputs_.cols());
  y_.resize(rows, outputs_.cols());
  for (Eigen::Index r = 0; r < rows; ++r) {
    x_.row(r) = inputs_.row(samples[static_cast<size_t>(r)]);
    y_.row(r) = outputs_.row(samples[static_cast<size_t>(r)]);
  }
}

template <class T>
typename ReferenceRun<T>::Matrix ReferenceRun<T>::loss_gradient(const Matrix& predictions) {
  Matrix gradient(y_.rows(), y_.cols());
  loss_ = weighted_
              ? weighted_->evaluate(steps_, predictions.data(), y_.data(), gradient.data())
              : evaluate_loss(train_.loss, predictions.data(), y_.data(), static_cast<size_t>(y_.rows()),
                              static_cast<size_t>(y_.cols()), gradient.data());
  return gradient;
}

template <class T>
void ReferenceRun<T>::update(const ParameterLayout::Block& block) {
  using Kind = ParameterLayout::Kind;
  const bool decays = block.kind == Kind::weight || (block.kind == Kind::bias && train_.l2_biases);
  const T decay = decays ? static_cast<T>(train_.l2) : T{0};
  const auto begin = static_cast<Eigen::Index>(block.offset);
  const auto size = static_cast<Eigen::Index>(block.size());
  for (Eigen::Index i = begin; i < begin + size; ++i)
    theta_[i] -= change(i, gradient_[i] + decay * theta_[i]);
  if (all_finite(theta_.data() + begin, block.size())) return;
  failure_ = update_failure(steps_, !all_finite(gradient_.data() + begin, block.size()), block.name, "");
}

// What is subtracted from parameter i: see OptimizerKind and AdamForm.
template <class T>
T ReferenceRun<T>::change(Eigen::Index i, T gradient) {
  const OptimizerSpec& spec = train_.optimizer;
  const T rate = static_cast<T>(spec.rate);
  if (spec.kind == OptimizerKind::gradient_descent) return rate * gradient;
  if (spec.kind == OptimizerKind::momentum) {
    const T momentum = static_cast<T>(spec.momentum);
    T& u = first_[i];
    u = momentum * u + gradient;
    return rate * (spec.nesterov ? gradient + momentum * u : u);
  }
  T& m = first_[i];
  T& v = second_[i];
  m = static_cast<T>(spec.beta1) * m + static_cast<T>(1.0 - spec.beta1) * gradient;
  v = static_cast<T>(spec.beta2) * v + static_cast<T>(1.0 - spec.beta2) * gradient * gradient;
  const T epsilon = static_cast<T>(spec.epsilon);
  if (spec.form == AdamForm::tensorflow)
    return rate * std::sqrt(correction2_) / correction1_ * m / (std::sqrt(v) + epsilon);
  return rate * (m / correction1_) / (std::sqrt(v / correction2_) + epsilon);
}

// To [-clip, clip]; trainable numbers to their own range.
template <class T>
void ReferenceRun<T>::cut(const ParameterLayout::Block& block) {
  T* const values = theta_.data() + block.offset;
  if (block.kind == ParameterLayout::Kind::trainable) {
    const auto& numbers = network_.activations[static_cast<size_t>(block.layer)].trainables;
    for (size_t j = 0; j < block.size(); ++j)
      values[j] = std::clamp(values[j], static_cast<T>(numbers[j].lower), static_cast<T>(numbers[j].upper));
  } else if (train_.clip) {
    const T clip = static_cast<T>(*train_.clip);
    for (size_t j = 0; j < block.size(); ++j) values[j] = std::clamp(values[j], -clip, clip);
  }
}

template <class T>
std::string ReferenceRun<T>::not_finite_at() const {
  return x_.size() == 0 ? "" : not_finite_in(net_.forward(theta_, x_));  // no batch yet
}

template <class T>
std::string ReferenceRun<T>::not_finite_in(const Pass& pass) const {
  for (size_t l = 0; l <= pass.z.size(); ++l) {
    const bool hidden = l < pass.z.size();
    if (!(hidden ? pass.z[l] : pass.output).allFinite()) return pre_activations_of(l, pass.z.size() + 1);
    if (hidden && !pass.a[l + 1].allFinite()) return values_of(network_.activations[l], l);
  }
  return "";
}

template <class T>
void ReferenceRun<T>::predict(std::span<const double> points, size_t rows, std::span<double> out) const {
  const auto ins = static_cast<size_t>(network_.inputs), outs = static_cast<size_t>(network_.outputs);
  check_size("points to predict at", points.size(), rows * ins);
  check_size("room for predictions", out.size(), rows * outs);
  const size_t most = std::max(batches_.largest(), predict_rows);
  for (size_t row = 0; row < rows; row += most) {
    const size_t count = std::min(most, rows - row);
    const Matrix x = matrix_of<Matrix>(points.subspan(row * ins, count * ins),
                                       static_cast<Eigen::Index>(count), network_.inputs);
    const Matrix y = net_.evaluate(theta_, x);
    std::copy_n(y.data(), y.size(), out.begin() + static_cast<std::ptrdiff_t>(row * outs));
  }
}

template <class T>
void ReferenceRun<T>::predict_training(std::span<double> out) {
  check_size("room for predictions", out.size(), static_cast<size_t>(outputs_.size()));
  predictions_ = net_.evaluate(theta_, inputs_);
  std::copy_n(predictions_.data(), predictions_.size(), out.begin());
}

template <class T>
std::vector<double> ReferenceRun<T>::last_predictions() const {
  return {predictions_.data(), predictions_.data() + predictions_.size()};
}

template <class T>
std::vector<double> ReferenceRun<T>::last_gradient() const {
  return {gradient_.data(), gradient_.data() + gradient_.size()};
}

template <class T>
void ReferenceRun<T>::parameters(std::span<double> out) const {
  check_size("room for parameters", out.size(), layout().size());
  std::copy_n(theta_.data(), theta_.size(), out.begin());
}

template <class T>
void ReferenceRun<T>::set_parameters(std::span<const double> values) {
  check_size("parameters", values.size(), layout().size());
  theta_ = matrix_of<Vector>(values, static_cast<Eigen::Index>(values.size()), 1);
  check_parameters(layout(), theta_.data());
}

template <class T>
std::vector<double> ReferenceRun<T>::unit_order() const {
  std::vector<double> order;
  UnitOrder(layout()).export_to(order);
  return order;
}

template <class T>
void ReferenceRun<T>::show(std::span<const double> parameters, std::span<const double> unit_order) {
  const std::vector<double> own = this->unit_order();
  if (!std::equal(own.begin(), own.end(), unit_order.begin(), unit_order.end()))
    throw Error(Exit::data, "order of units: expected the network's own, which the reference engine keeps");
  set_parameters(parameters);
}

// [steps, loss, stage of a frequency-weighted loss, arrays of the optimiser]
template <class T>
std::vector<double> ReferenceRun<T>::state() const {
  std::vector<double> result{static_cast<double>(steps_), loss_};
  if (weighted_)
    for (const double value : weighted_->state()) result.push_back(value);
  result.insert(result.end(), first_.begin(), first_.end());
  result.insert(result.end(), second_.begin(), second_.end());
  return result;
}

template <class T>
void ReferenceRun<T>::restore(std::span<const double> state) {
  const size_t stages = weighted_ ? FrequencyLoss::state_size : 0;
  const auto first = static_cast<size_t>(first_.size()), second = static_cast<size_t>(second_.size());
  check_size("training state", state.size(), 2 + stages + first + second);
  steps_ = step_count(state[0]);
  loss_ = state[1];
  if (weighted_) weighted_->restore(state.subspan(2, stages));
  first_ = matrix_of<Vector>(state.subspan(2 + stages, first), first_.size(), 1);
  second_ = matrix_of<Vector>(state.last(second), second_.size(), 1);
  failure_.clear();
}

template class ReferenceRun<float>;
template class ReferenceRun<double>;

}  // namespace basso::nn

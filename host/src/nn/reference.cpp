// Forward, reverse and forward-mode derivatives, one line an equation.
#include "nn/reference.hpp"

#include <fmt/format.h>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

// Eigen cuts its sums by the sizes of the caches that it finds, which differ between processors with the same
// features, and between cores of one. The bits are not to.
[[maybe_unused]] const bool cuts_are_fixed = [] {
  Eigen::setCpuCacheSizes(32 << 10, 256 << 10, 2 << 20);
  return true;
}();

}  // namespace

template <class T>
Reference<T>::Reference(const NetworkSpec& spec) : spec_(spec) {
  validate(spec_);
  layout_ = ParameterLayout(spec_);
  numbers_ = layer_numbers(spec_);
}

template <class T>
Eigen::Map<const typename Reference<T>::Matrix> Reference<T>::weights(const Vector& theta, int layer) const {
  const ParameterLayout::Block& block = layout_.weights(layer);
  return {theta.data() + block.offset, block.rows, block.cols};
}

template <class T>
Eigen::Map<const typename Reference<T>::Vector> Reference<T>::biases(const Vector& theta, int layer) const {
  const ParameterLayout::Block& block = layout_.biases(layer);
  return {theta.data() + block.offset, block.rows};
}

template <class T>
typename Reference<T>::Pass Reference<T>::forward(const Vector& theta, const Matrix& x) const {
  if (static_cast<size_t>(theta.size()) != layout_.size() || x.cols() != spec_.inputs)
    throw Error(Exit::run_failed, fmt::format("evaluation: {} parameters and {} inputs; expected {} and {}",
                                              theta.size(), x.cols(), layout_.size(), spec_.inputs));
  Pass pass;
  pass.numbers = numbers_;
  pass.a.push_back(x);
  for (int l = 0; l < layout_.layers(); ++l) {
    Matrix z = pass.a.back() * weights(theta, l).transpose();
    z.rowwise() += biases(theta, l).transpose();
    const auto hidden = static_cast<size_t>(l);
    if (hidden == spec_.activations.size()) {
      pass.output = std::move(z);
      break;
    }
    const Activation& f = spec_.activations[hidden];
    Numbers& numbers = pass.numbers[hidden];
    if (const ParameterLayout::Block* const block = layout_.trainables(l))
      for (size_t j = 0; j < f.trainables.size(); ++j)
        numbers[f.trainables[j].position] =
            static_cast<double>(theta[static_cast<Eigen::Index>(block->offset + j)]);
    Matrix y(z.rows(), z.cols());
    Matrix slope(z.rows(), z.cols());
    const auto count = static_cast<uint64_t>(z.size());
    value(f, numbers, z.data(), y.data(), count);
    derivative(f, numbers, z.data(), y.data(), slope.data(), count);
    pass.z.push_back(std::move(z));
    pass.a.push_back(std::move(y));
    pass.slope.push_back(std::move(slope));
  }
  return pass;
}

template <class T>
typename Reference<T>::Matrix Reference<T>::by_trainable(const Pass& pass, size_t layer, size_t j) const {
  const Activation& f = spec_.activations[layer];
  Matrix d(pass.z[layer].rows(), pass.z[layer].cols());
  parameter(f, pass.numbers[layer], f.trainables[j].position, pass.z[layer].data(), d.data(),
            static_cast<uint64_t>(d.size()));
  return d;
}

template <class T>
typename Reference<T>::Gradients Reference<T>::backward(const Vector& theta, const Pass& pass,
                                                        const Matrix& cotangent) const {
  if (cotangent.rows() != pass.output.rows() || cotangent.cols() != pass.output.cols())
    throw Error(Exit::run_failed,
                fmt::format("pullback: the vector is [{} x {}]; expected [{} x {}]", cotangent.rows(),
                            cotangent.cols(), pass.output.rows(), pass.output.cols()));
  Vector gradient = Vector::Zero(static_cast<Eigen::Index>(layout_.size()));
  Matrix delta = cotangent;  // ∂/∂z_l
  for (int l = layout_.layers() - 1;; --l) {
    const auto below = static_cast<size_t>(l);
    const ParameterLayout::Block& w = layout_.weights(l);
    Eigen::Map<Matrix>(gradient.data() + w.offset, w.rows, w.cols) = delta.transpose() * pass.a[below];
    Eigen::Map<Vector>(gradient.data() + layout_.biases(l).offset, w.rows) = delta.colwise().sum();
    Matrix by_a = delta * weights(theta, l);  // ∂/∂a_(l-1)
    if (l == 0) return {std::move(gradient), std::move(by_a)};
    if (const ParameterLayout::Block* const block = layout_.trainables(l - 1))
      for (size_t j = 0; j < block->size(); ++j)
        gradient[static_cast<Eigen::Index>(block->offset + j)] =
            by_a.cwiseProduct(by_trainable(pass, below - 1, j)).sum();
    delta = by_a.cwiseProduct(pass.slope[below - 1]);
  }
}

template <class T>
typename Reference<T>::Matrix Reference<T>::evaluate(const Vector& theta, const Matrix& x) const {
  return forward(theta, x).output;
}

template <class T>
typename Reference<T>::Vector Reference<T>::pullback_parameters(const Vector& theta, const Matrix& x,
                                                                const Matrix& cotangent) const {
  return backward(theta, forward(theta, x), cotangent).parameters;
}

template <class T>
typename Reference<T>::Matrix Reference<T>::pullback_inputs(const Vector& theta, const Matrix& x,
                                                            const Matrix& cotangent) const {
  return backward(theta, forward(theta, x), cotangent).inputs;
}

template <class T>
typename Reference<T>::Matrix Reference<T>::pushforward(const Vector& theta, const Matrix& x,
                                                        const Vector& direction) const {
  const Pass pass = forward(theta, x);
  if (direction.size() != theta.size())
    throw Error(Exit::run_failed, fmt::format("pushforward: the direction has {} entries; expected {}",
                                              direction.size(), theta.size()));
  Matrix da = Matrix::Zero(x.rows(), x.cols());
  for (int l = 0;; ++l) {
    const auto hidden = static_cast<size_t>(l);
    Matrix dz = da * weights(theta, l).transpose() + pass.a[hidden] * weights(direction, l).transpose();
    dz.rowwise() += biases(direction, l).transpose();
    if (hidden == spec_.activations.size()) return dz;
    da = dz.cwiseProduct(pass.slope[hidden]);
    if (const ParameterLayout::Block* const block = layout_.trainables(l))
      for (size_t j = 0; j < block->size(); ++j)
        da += direction[static_cast<Eigen::Index>(block->offset + j)] * by_trainable(pass, hidden, j);
  }
}

template <class T>
double Reference<T>::loss(LossKind kind, const Vector& theta, const Matrix& x, const Matrix& y,
                          Vector* gradient) const {
  const Pass pass = forward(theta, x);
  if (y.rows() != pass.output.rows() || y.cols() != pass.output.cols())
    throw Error(Exit::run_failed, fmt::format("loss: targets are [{} x {}]; expected [{} x {}]", y.rows(),
                                              y.cols(), pass.output.rows(), pass.output.cols()));
  Matrix by_output(y.rows(), y.cols());
  const double value = evaluate_loss(kind, pass.output.data(), y.data(), static_cast<size_t>(y.rows()),
                                     static_cast<size_t>(y.cols()), by_output.data());
  if (gradient) *gradient = backward(theta, pass, by_output).parameters;
  return value;
}

template class Reference<float>;
template class Reference<double>;

}  // namespace basso::nn

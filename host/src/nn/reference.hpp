// The network as its definition reads, in Eigen: what ReferenceRun trains, the reference of the tests, and in
// float64 the evaluator behind probes' call-backs. a_0 = x, z_l = a_(l-1) W_lᵀ + b_l, a_l = f_l(z_l); rows
// are samples.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "nn/loss.hpp"
#include "nn/network.hpp"

namespace basso::nn {

template <class T>
class Reference {
 public:
  using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Vector = Eigen::Matrix<T, Eigen::Dynamic, 1>;

  // What the forward pass leaves behind, by layer: a[0] = x; z, numbers and slope f'(z) of the hidden ones.
  struct Pass {
    std::vector<Matrix> a;
    std::vector<Matrix> z;
    std::vector<Matrix> slope;
    std::vector<Numbers> numbers;
    Matrix output;
  };
  struct Gradients {
    Vector parameters;
    Matrix inputs;
  };

  explicit Reference(const NetworkSpec& spec);

  const ParameterLayout& layout() const { return layout_; }

  // f(x; θ): [rows x inputs] -> [rows x outputs]; θ is one flat vector in the layout's order.
  Matrix evaluate(const Vector& theta, const Matrix& x) const;
  // Jᵀv: Σ over rows and outputs of cotangent · ∂f/∂θ; cotangent [rows x outputs].
  Vector pullback_parameters(const Vector& theta, const Matrix& x, const Matrix& cotangent) const;
  // Row by row cotangent · ∂f/∂x, [rows x inputs].
  Matrix pullback_inputs(const Vector& theta, const Matrix& x, const Matrix& cotangent) const;
  // Jv: the derivative of f(x; θ + t direction) at t = 0, [rows x outputs].
  Matrix pushforward(const Vector& theta, const Matrix& x, const Vector& direction) const;

  // The same in two steps, for callers that need both or look at what is in between.
  Pass forward(const Vector& theta, const Matrix& x) const;
  Gradients backward(const Vector& theta, const Pass& pass, const Matrix& cotangent) const;

  // The loss at (x, y), and its gradient by θ where `gradient` is not null.
  double loss(LossKind kind, const Vector& theta, const Matrix& x, const Matrix& y, Vector* gradient) const;

 private:
  Eigen::Map<const Matrix> weights(const Vector& theta, int layer) const;
  Eigen::Map<const Vector> biases(const Vector& theta, int layer) const;
  // ∂f/∂p of hidden layer `layer` for its trainable number j, at z.
  Matrix by_trainable(const Pass& pass, size_t layer, size_t j) const;

  NetworkSpec spec_;
  ParameterLayout layout_;
  std::vector<Numbers> numbers_;
};

}  // namespace basso::nn

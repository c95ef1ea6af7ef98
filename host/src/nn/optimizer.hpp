// First-order optimisers: gradient descent, with momentum (also Nesterov's), and Adam in both of its common
// forms.
#pragma once

#include <cstdint>
#include <limits>
#include <span>

#include "nn/buffer.hpp"
#include "nn/kernels.hpp"

namespace basso::nn {

enum class OptimizerKind {
  gradient_descent,  // p -= rate g
  momentum,  // u = μ u + g (no dampening, u starts at 0); p -= rate u, or rate (g + μ u) with nesterov
  adam       // Kingma & Ba 2015, Algorithm 1
};

// m and v are the running means of g and g². They differ in where ε stands, which matters while v is small.
enum class AdamForm {
  pytorch,  // p -= rate (m / (1 - β1^t)) / (√(v / (1 - β2^t)) + ε)
  tensorflow  // p -= rate (√(1 - β2^t) / (1 - β1^t)) m / (√v + ε): TensorFlow 1, the paper's "ε-hat" form
};

struct OptimizerSpec {
  OptimizerKind kind = OptimizerKind::adam;
  double rate = 1e-3;
  double momentum = 0.0;  // momentum only
  bool nesterov = false;  // momentum only
  double beta1 = 0.9;     // the rest: adam only
  double beta2 = 0.999;
  double epsilon = 1e-8;
  AdamForm form = AdamForm::pytorch;
};

// Throws basso::Error for values that cannot be used.
void validate(const OptimizerSpec& spec);

// The state of one run over a flat parameter vector, updated block by block.
template <class T>
class Optimizer {
 public:
  Optimizer(const OptimizerSpec& spec, size_t parameters, Arena* arena = nullptr);

  // Before the blocks of step t are updated, t = 1, 2, …
  void begin(int64_t t);

  // Updates the parameters [offset, offset + count) from their gradient: g += decay p first, the cut to
  // [-clip, clip] last. Returns the largest |p| before the cut, NaN where one was not finite.
  T update(T* parameters, const T* gradient, size_t offset, size_t count, double decay,
           double clip = std::numeric_limits<double>::infinity());

  // Calls body(array) for each array of the state, each [parameters].
  template <class Body>
  void for_each_array(Body&& body) {
    if (first_.size() != 0) body(first_.data());
    if (second_.size() != 0) body(second_.data());
  }

  // The state is [m | v] for Adam, [u] for momentum, empty for gradient descent.
  size_t state_size() const { return first_.size() + second_.size(); }
  void export_state(std::span<double> out) const;
  void import_state(std::span<const double> in);

 private:
  OptimizerSpec spec_;
  const Kernels<T>* kernels_;
  Buffer<T> first_;
  Buffer<T> second_;
  double step_ = 0.0;   // Adam: rate with the corrections,
  double scale_ = 1.0;  // and what √v is multiplied by
};

}  // namespace basso::nn

// The network as probes see it at one observation. Rows are samples, parameters one flat vector in the user's
// neuron order; everything is handed out as float64.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace basso::services {

// The spans stay valid and unchanged until the next observation. Functions that take `parameters` use the
// current ones where it is null. All but refresh() may be called from parallel tasks.
class NetworkView {
 public:
  virtual ~NetworkView() = default;
  virtual std::uint32_t input_dim() const = 0;
  virtual std::uint32_t output_dim() const = 0;
  virtual std::size_t parameter_count() const = 0;

  // A new observation begins: what was computed for the last one is dropped. Called once for all probes.
  virtual void refresh() = 0;
  virtual std::span<const double> parameters() = 0;
  // [rows x output_dim], bit for bit the training pass's; computed once for each array of points.
  virtual std::span<const double> predictions(const double* points, std::uint64_t rows) = 0;
  // Of the loss on all of "train", in training precision.
  virtual std::span<const double> gradient() = 0;
  // The training loss of predictions against outputs, both [rows x output_dim], in float64.
  virtual double loss(const double* predictions, const double* outputs, std::uint64_t rows) const = 0;

  // In training precision.
  virtual void evaluate(const double* parameters, const double* points, std::uint64_t rows,
                        double* outputs) = 0;
  // The rest in float64. `derivative` may be null.
  virtual void activation(std::uint32_t layer, const double* x, double* value, double* derivative,
                          std::uint64_t count) = 0;
  virtual void pull_to_parameters(const double* parameters, const double* points, std::uint64_t rows,
                                  const double* cotangents, double* gradient) = 0;
  virtual void pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                              const double* cotangents, double* gradient) = 0;
  virtual void push_parameters(const double* parameters, const double* points, std::uint64_t rows,
                               const double* direction, double* tangents) = 0;
};

}  // namespace basso::services

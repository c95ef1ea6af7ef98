// The k-nearest-neighbours regressor as probes see it: what a network is compared with that has no spectral
// bias of training (Rahaman et al. 2019, appendix E). Its value at a point is the mean of the outputs at the
// k nearest training samples in the Euclidean norm; of equally near ones, the first in the set count.
#pragma once

#include <map>
#include <mutex>
#include <vector>

#include "services/network_view.hpp"

namespace basso::services {

// Holds references: the samples, inputs [rows x input_dim] and outputs [rows x output_dim], outlive it.
// 1 <= neighbours <= rows. There are no parameters, and what asks for derivatives is refused.
class NeighboursView final : public NetworkView {
 public:
  NeighboursView(std::span<const double> inputs, std::span<const double> outputs, std::size_t rows,
                 std::size_t neighbours);

  std::uint32_t input_dim() const override { return static_cast<std::uint32_t>(inputs_.size() / rows_); }
  std::uint32_t output_dim() const override { return static_cast<std::uint32_t>(outputs_.size() / rows_); }
  std::size_t parameter_count() const override { return 0; }
  void refresh() override;
  std::span<const double> parameters() override { return {}; }
  std::span<const double> predictions(const double* points, std::uint64_t rows) override;
  std::span<const double> gradient() override;
  double loss(const double* predictions, const double* outputs, std::uint64_t rows) const override;
  void evaluate(const double* parameters, const double* points, std::uint64_t rows, double* outputs) override;
  void activation(std::uint32_t layer, const double* x, double* value, double* derivative,
                  std::uint64_t count) override;
  void pull_to_parameters(const double* parameters, const double* points, std::uint64_t rows,
                          const double* cotangents, double* gradient) override;
  void pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                      const double* cotangents, double* gradient) override;
  void push_parameters(const double* parameters, const double* points, std::uint64_t rows,
                       const double* direction, double* tangents) override;

 private:
  std::span<const double> inputs_, outputs_;
  std::size_t rows_, neighbours_;
  std::mutex mutex_;  // guards what follows
  std::map<const double*, std::vector<double>> predictions_;
};

}  // namespace basso::services

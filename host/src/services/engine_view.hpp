// NetworkView over the training engine: evaluations by the engine itself, derivatives by the float64
// reference.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "nn/trainer.hpp"
#include "services/network_view.hpp"

namespace basso::services {

// Views `run`, whose training it never changes; `run`, the specs and the training data [rows] outlive it. The
// run must not step between refresh() and the last use of what was handed out.
class EngineView final : public NetworkView {
 public:
  EngineView(const nn::NetworkSpec& network, const nn::TrainSpec& train, nn::TrainingRun& run,
             std::span<const double> inputs, std::span<const double> outputs, std::size_t rows);
  ~EngineView() override;

  std::uint32_t input_dim() const override;
  std::uint32_t output_dim() const override;
  std::size_t parameter_count() const override;
  void refresh() override;
  std::span<const double> parameters() override;
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
  class Derivatives;
  std::unique_ptr<nn::TrainingRun> make_run(std::size_t rows) const;
  const double* given_or_current(const double* parameters);
  std::unique_ptr<nn::TrainingRun> borrow_evaluator();
  void give_back(std::unique_ptr<nn::TrainingRun> evaluator);

  const nn::NetworkSpec& network_;
  const nn::TrainSpec& train_;
  nn::TrainingRun& run_;
  std::span<const double> inputs_, outputs_;
  std::size_t rows_;
  std::unique_ptr<Derivatives> derivatives_;

  std::mutex mutex_;  // guards what follows
  std::vector<double> parameters_, gradient_;
  bool has_parameters_ = false, has_gradient_ = false;
  std::map<const double*, std::vector<double>> predictions_;
  std::vector<std::unique_ptr<nn::TrainingRun>> evaluators_;  // idle ones, for given parameters
};

}  // namespace basso::services

// A training as its definition reads: the plain network, the optimisers number by number. Slow, in the user's
// order throughout; what the engine is tested against.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "nn/batches.hpp"
#include "nn/frequency_loss.hpp"
#include "nn/reference.hpp"
#include "nn/trainer.hpp"
#include "nn/unit_order.hpp"

namespace basso::nn {

template <class T>
class ReferenceRun final : public TrainingRun {
 public:
  ReferenceRun(const NetworkSpec& network, const TrainSpec& train, std::span<const double> inputs,
               std::span<const double> outputs, size_t rows, std::span<const double> parameters,
               const StreamKey& batches);

  void step() override;
  int64_t steps() const override { return steps_; }
  double loss() const override { return loss_; }
  bool finite() const override { return failure_.empty(); }
  const std::string& failure() const override { return failure_; }
  std::string not_finite_at() const override;
  void predict(std::span<const double> points, size_t rows, std::span<double> out) const override;
  void predict_training(std::span<double> out) override;
  std::vector<double> last_predictions() const override;
  std::vector<double> last_gradient() const override;
  const ParameterLayout& layout() const override { return net_.layout(); }
  void parameters(std::span<double> out) const override;
  void set_parameters(std::span<const double> values) override;
  std::vector<double> unit_order() const override;
  void show(std::span<const double> parameters, std::span<const double> unit_order) override;
  std::vector<double> state() const override;
  void restore(std::span<const double> state) override;

 private:
  using Matrix = typename Reference<T>::Matrix;
  using Vector = typename Reference<T>::Vector;
  using Pass = typename Reference<T>::Pass;

  void take_batch();
  Matrix loss_gradient(const Matrix& predictions);  // and the loss
  void update(const ParameterLayout::Block& block);
  T change(Eigen::Index i, T gradient);
  void cut(const ParameterLayout::Block& block);
  std::string not_finite_in(const Pass& pass) const;

  NetworkSpec network_;
  TrainSpec train_;
  Reference<T> net_;
  Batches batches_;
  std::optional<FrequencyLoss> weighted_;
  Matrix inputs_, outputs_;          // the training set
  Matrix x_, y_;                     // the batch in hand
  Matrix predictions_;               // see last_predictions()
  Vector theta_, gradient_;          // [layout size]
  Vector first_, second_;            // Adam: m and v; momentum: u in first_; else empty
  T correction1_{}, correction2_{};  // Adam: 1 - β1^t, 1 - β2^t
  int64_t steps_ = 0;
  double loss_ = std::numeric_limits<double>::quiet_NaN();
  std::string failure_;
};

}  // namespace basso::nn

// TrainingRun in one precision. Each pass is cut into parts of some rows by one panel, and the weight
// gradients by panels of outputs, whose weights are updated and packed again at once. The cut depends on the
// shapes alone, and sums over rows are made part by part, then over the parts in their order: the threads
// that run the parts change no bit.
#pragma once

#include <atomic>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/arena.hpp"
#include "nn/batches.hpp"
#include "nn/checks.hpp"
#include "nn/dense.hpp"
#include "nn/fenced_buffer.hpp"
#include "nn/frequency_loss.hpp"
#include "nn/team.hpp"
#include "nn/trainer.hpp"
#include "nn/unit_order.hpp"

namespace basso::nn {

template <class T>
class Trainer final : public TrainingRun {
 public:
  Trainer(const NetworkSpec& network, const TrainSpec& train, std::span<const double> inputs,
          std::span<const double> outputs, size_t rows, std::span<const double> parameters,
          const StreamKey& batches, Team* team);

  void step() override;
  int64_t steps() const override { return steps_; }
  double loss() const override { return loss_; }
  bool finite() const override { return failure_.empty(); }
  const std::string& failure() const override { return failure_; }
  std::string not_finite_at() const override;
  std::optional<Damage> damage() const override;
  void predict(std::span<const double> points, size_t rows, std::span<double> out) const override;
  void predict_training(std::span<double> out) override;
  std::vector<double> last_predictions() const override;
  std::vector<double> last_gradient() const override;
  const ParameterLayout& layout() const override { return layout_; }
  void parameters(std::span<double> out) const override;
  void set_parameters(std::span<const double> values) override;
  std::vector<double> unit_order() const override;
  void show(std::span<const double> parameters, std::span<const double> unit_order) override;
  std::vector<double> state() const override;
  void restore(std::span<const double> state) override;

  // For tests: how many hidden layers have zeros that products leave out, as of the last pass.
  size_t layers_left_out() const;

 private:
  // One linear map with the activation behind it (none behind the last).
  struct Layer {
    Layer(size_t inputs, size_t outputs, size_t rows, const Activation* f, const Numbers& initial,
          bool keep_zeros, Arena* arena);
    Dense<T> map;
    const Activation* activation;  // null: the output map
    Numbers numbers{};
    FencedBuffer<T> z;                   // pre-activations [rows x out]; see delta() for what they become
    FencedBuffer<T> y;                   // activations [rows x out]; empty for the output map
    FencedBuffer<T> slope;               // in place of z where there are trainables, which need z to the end
    Buffer<T> bias_sums;                 // [blocks x padded out]
    Activity<T> zeros;                   // of y and slope together; kept where the activation states zeros
    Activity<T> zeros_of_dz;             // likewise
    bool tame = false;                   // the weights, as Activity::tame()
    std::vector<T> largest;              // updated weight behind each panel, as Optimizer::update has it
    std::vector<double> trainable_sums;  // [panels x blocks x trainables]

    // [rows x out]: f'(z) after the forward pass (z of the output map), ∂loss/∂z after the backward pass.
    T* delta() { return slope.size() ? slope.data() : z.data(); }
    const FencedBuffer<T>& slopes() const { return slope.size() ? slope : z; }  // the same
  };
  struct WeightTask {  // the weights behind one panel of outputs
    size_t map, panel;
  };

  void load_full_batch();
  void load_batch(std::span<const uint32_t> samples);
  size_t blocks() const;          // of the rows in hand
  Part part(size_t index) const;  // of any matrix: panel after panel, each block after block
  // Calls body(part, index) for all parts of a product's result; depth: what its sums run over.
  template <class Body>
  void for_parts(const Panels& panels, size_t depth, Body&& body);
  bool shared(size_t multiply_adds) const;
  template <class Task>
  void share(size_t tasks, size_t multiply_adds, const Task& task);
  void forward();
  void activate(Layer& layer, const Part& part);
  void backward();
  void output_delta();
  void input_gradient(size_t map);
  void backward_activation(Layer& below, const Part& part, size_t index, const T* dx);
  const Activity<T>* known(const Activity<T>& zeros) const {
    return train_.skip_zeros && zeros.kept() ? &zeros : nullptr;
  }
  void weights(size_t map, size_t panel, size_t panels);
  bool update(const ParameterLayout::Block& block, double decay, double clip);
  bool finish(size_t map);
  bool check(const ParameterLayout::Block& block, T largest);
  void reorder();
  void take_parameters(size_t map);
  void take_biases(size_t map);
  void fail(std::string reason);
  std::string bad_gradient_at() const;

  NetworkSpec network_;
  TrainSpec train_;
  ParameterLayout layout_;
  UnitOrder order_;
  size_t samples_;
  Batches batches_;
  Arena arena_;  // of what follows
  std::vector<Layer> layers_;
  std::vector<WeightTask> weight_tasks_;
  Team* team_;  // null: none
  std::optional<FrequencyLoss> weighted_;
  Optimizer<T> optimizer_;
  Buffer<T> parameters_;
  Buffer<T> gradient_;
  Buffer<T> inputs_;        // [samples x inputs], row-major; empty for full batches
  Buffer<T> outputs_;       // [samples x outputs], row-major
  size_t rows_ = 0;         // of the batch in hand
  bool forwarded_ = false;  // through the network as it stands
  Buffer<T> x_;             // the batch's inputs in panels
  Buffer<T> targets_;       // [rows x outputs]; empty for full batches
  Buffer<T> predictions_;   // [rows x outputs], row-major
  Buffer<T> residual_;      // the loss's gradient by the predictions, row-major
  Buffer<T> scratch_;       // [largest block], where units may be moved
  int64_t steps_ = 0;
  double loss_ = std::numeric_limits<double>::quiet_NaN();
  std::string failure_;
  // Layers beside whose ∂f/∂p, which stands in no array that lasts, something was written; null: none.
  std::atomic<const Layer*> damaged_before_{nullptr}, damaged_behind_{nullptr};
};

}  // namespace basso::nn

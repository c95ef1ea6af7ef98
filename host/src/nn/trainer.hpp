// Training: one network, one data set, one optimiser. A virtual call is made per step, never per element, and
// a step of the fast engine allocates nothing. One object is used by one thread at a time; predict may run
// beside other const calls.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "nn/frequency_loss.hpp"
#include "nn/loss.hpp"
#include "nn/network.hpp"
#include "nn/optimizer.hpp"

namespace basso::nn {

class Team;

enum class Precision { float32, float64 };

enum class Engine {
  fast,      // Trainer, in engine.hpp
  reference  // ReferenceRun: the definition, many times slower
};

struct TrainSpec {
  LossKind loss = LossKind::mean_squared;
  std::optional<FrequencySchedule> frequencies;  // weighs the mean squared error; full batches, one output
  OptimizerSpec optimizer;
  size_t batch = 0;  // samples a step; 0: all
  Precision precision = Precision::float32;
  double l2 = 0.0;             // λ: the gradient gets + λ w, that of (λ/2)|w|²; weights only,
  bool l2_biases = false;      // unless this is set; loss() does not contain it
  std::optional<double> clip;  // weights and biases are cut to [-clip, clip] after each step
  Engine engine = Engine::fast;
  // For tests and benchmarks: leave out exact zeros, which changes no bit; now and then put hidden units side
  // by side that are zero together, which changes the order of sums. Inside only: everything below has the
  // user's order.
  bool skip_zeros = true, reorder = true;
};

// Throws basso::Error for what cannot be trained on `rows` samples.
void validate(const NetworkSpec& network, const TrainSpec& train, size_t rows);

// Trainable numbers of activations stand outside decay and clip; they are cut to their own range.
class TrainingRun {
 public:
  virtual ~TrainingRun() = default;

  // One step of the optimiser. Does nothing once finite() is false.
  virtual void step() = 0;
  virtual int64_t steps() const = 0;  // done so far
  // The loss over the last step's batch at the parameters that entered the step; NaN before the first.
  virtual double loss() const = 0;
  // False once the loss or a parameter was not a finite number. A step whose loss is not finite changes
  // nothing.
  virtual bool finite() const = 0;
  virtual const std::string& failure() const = 0;  // where it showed first; empty while finite()
  // Where the last batch stops being finite on its way through the network as it stands: the first
  // pre-activations or values of an activation; empty where it does not.
  virtual std::string not_finite_at() const = 0;
  // What an activation has written beside the arrays that it was given, as far as that can be seen.
  struct Damage {
    std::string activation, what;  // its id; the call and a sentence
  };
  virtual std::optional<Damage> damage() const { return std::nullopt; }

  // Outputs [rows x outputs] at points [rows x inputs] under the current parameters. Uses the training pass's
  // kernels: the bits equal those of a training step, and no row depends on the others (with the reference, a
  // row's rounding depends on the others: the batch's points in one call have the step's bits).
  virtual void predict(std::span<const double> points, size_t rows, std::span<double> out) const = 0;
  // The same at the training samples. With full batches it is the forward pass of the next step, which then
  // is not made again (the reference makes it again).
  virtual void predict_training(std::span<double> out) = 0;
  // Of the last step (predictions: of the last pass over training samples): its batch's predictions [rows x
  // outputs], and the loss gradient in the layout's order (without l2).
  virtual std::vector<double> last_predictions() const = 0;
  virtual std::vector<double> last_gradient() const = 0;

  virtual const ParameterLayout& layout() const = 0;
  virtual void parameters(std::span<double> out) const = 0;  // [layout().size()], exact
  virtual void set_parameters(std::span<const double> values) = 0;
  // Where the units stand inside, which is the order of sums: for each place of one hidden layer after the
  // other the user's number of the unit in it.
  virtual std::vector<double> unit_order() const = 0;
  // The network of another moment, to look at: every prediction has the bits that it had there.
  virtual void show(std::span<const double> parameters, std::span<const double> unit_order) = 0;

  // Everything else that the next step depends on (step counter, optimiser state, order of the units inside),
  // with the last loss: a run restored with set_parameters and restore goes on bit for bit.
  virtual std::vector<double> state() const = 0;
  virtual void restore(std::span<const double> state) = 0;
};

// inputs [rows x spec.inputs], outputs [rows x spec.outputs] and parameters [layout size] are copied and
// rounded to the precision. `batches` keys the shuffling of mini-batches. Throws basso::Error for what cannot
// be trained. The threads that help `team`, where it is not null, share the work of the fast engine's steps
// that are large enough; no bit depends on how many they are. The team must outlive the run.
std::unique_ptr<TrainingRun> make_training_run(const NetworkSpec& network, const TrainSpec& train,
                                               std::span<const double> inputs,
                                               std::span<const double> outputs, size_t rows,
                                               std::span<const double> parameters, const StreamKey& batches,
                                               Team* team = nullptr);

// Bytes that such a run allocates, from the shapes alone.
uint64_t training_bytes(const NetworkSpec& network, const TrainSpec& train, size_t rows);

}  // namespace basso::nn

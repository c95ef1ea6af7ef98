// What probes ask of the network, answered by the engine (training precision) and the reference (float64).
#include "services/engine_view.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "nn/reference.hpp"
#include "plugin/float_environment.hpp"
#include "services/tables.hpp"

namespace basso::services {
namespace {

constexpr std::uint64_t kChunk = 2048;  // rows that the reference's passes hold at once

// Calls that reach the activations: one that changes the floating-point environment would change the numbers
// of whatever this thread does next.
template <class Body>
void calling_activations(Body&& body) {
  const plugin::FloatEnvironment environment;
  body();
  if (const std::string changed = environment.restored(); !changed.empty())
    throw Refusal(BASSO_ERROR_INTERNAL, "an activation changed the floating-point environment: " + changed +
                                            "; basso plugin check finds which one");
}

}  // namespace

// The reference network behind derivatives/1, in chunks of rows so that memory stays bounded; chunks are
// summed in order.
class EngineView::Derivatives {
 public:
  using Reference = nn::Reference<double>;
  using Matrix = Reference::Matrix;
  using Vector = Reference::Vector;

  explicit Derivatives(const nn::NetworkSpec& spec)
      : reference_(spec), inputs_(spec.inputs), outputs_(spec.outputs), initial_(nn::layer_numbers(spec)) {}

  const nn::ParameterLayout& layout() const { return reference_.layout(); }

  void pull_to_parameters(const double* parameters, const double* points, std::uint64_t rows,
                          const double* cotangents, double* gradient) const {
    const Vector theta = vector(parameters);
    Vector sum = Vector::Zero(theta.size());
    for_chunks(rows, [&](std::uint64_t first, std::uint64_t count) {
      sum += reference_.pullback_parameters(theta, matrix(points, first, count, inputs_),
                                            matrix(cotangents, first, count, outputs_));
    });
    std::copy_n(sum.data(), sum.size(), gradient);
  }

  void pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                      const double* cotangents, double* gradient) const {
    const Vector theta = vector(parameters);
    for_chunks(rows, [&](std::uint64_t first, std::uint64_t count) {
      const Matrix part = reference_.pullback_inputs(theta, matrix(points, first, count, inputs_),
                                                     matrix(cotangents, first, count, outputs_));
      std::copy_n(part.data(), part.size(), gradient + first * static_cast<std::uint64_t>(inputs_));
    });
  }

  void push_parameters(const double* parameters, const double* points, std::uint64_t rows,
                       const double* direction, double* tangents) const {
    const Vector theta = vector(parameters), along = vector(direction);
    for_chunks(rows, [&](std::uint64_t first, std::uint64_t count) {
      const Matrix part = reference_.pushforward(theta, matrix(points, first, count, inputs_), along);
      std::copy_n(part.data(), part.size(), tangents + first * static_cast<std::uint64_t>(outputs_));
    });
  }

  // The numbers behind hidden layer `layer`, the trainable ones from the parameters.
  nn::Numbers numbers(const nn::Activation& activation, std::uint32_t layer, const double* parameters) const {
    nn::Numbers numbers = initial_[layer];
    if (const auto* block = layout().trainables(static_cast<int>(layer)))
      for (std::size_t j = 0; j < activation.trainables.size(); ++j)
        numbers[activation.trainables[j].position] = parameters[block->offset + j];
    return numbers;
  }

 private:
  template <class Body>
  static void for_chunks(std::uint64_t rows, Body body) {
    for (std::uint64_t first = 0; first < rows; first += kChunk) body(first, std::min(kChunk, rows - first));
  }
  Vector vector(const double* values) const {
    return Eigen::Map<const Vector>(values, static_cast<Eigen::Index>(layout().size()));
  }
  static Matrix matrix(const double* values, std::uint64_t first, std::uint64_t count, int columns) {
    return Eigen::Map<const Matrix>(values + first * static_cast<std::uint64_t>(columns),
                                    static_cast<Eigen::Index>(count), columns);
  }

  Reference reference_;
  int inputs_, outputs_;
  std::vector<nn::Numbers> initial_;
};

EngineView::EngineView(const nn::NetworkSpec& network, const nn::TrainSpec& train, nn::TrainingRun& run,
                       std::span<const double> inputs, std::span<const double> outputs, std::size_t rows)
    : network_(network),
      train_(train),
      run_(run),
      inputs_(inputs),
      outputs_(outputs),
      rows_(rows),
      derivatives_(std::make_unique<Derivatives>(network)) {}

EngineView::~EngineView() = default;

std::uint32_t EngineView::input_dim() const { return static_cast<std::uint32_t>(network_.inputs); }
std::uint32_t EngineView::output_dim() const { return static_cast<std::uint32_t>(network_.outputs); }
std::size_t EngineView::parameter_count() const { return run_.layout().size(); }

void EngineView::refresh() {
  const std::lock_guard lock(mutex_);
  has_parameters_ = has_gradient_ = false;
  predictions_.clear();
}

std::span<const double> EngineView::parameters() {
  const std::lock_guard lock(mutex_);
  if (!has_parameters_) {
    parameters_.resize(run_.layout().size());
    run_.parameters(parameters_);
    has_parameters_ = true;
  }
  return parameters_;
}

std::span<const double> EngineView::predictions(const double* points, std::uint64_t rows) {
  const std::lock_guard lock(mutex_);
  const auto entry = predictions_.try_emplace(points);
  std::vector<double>& values = entry.first->second;
  if (entry.second) {
    values.resize(checked_product(rows, output_dim()));
    const std::span<const double> in(points, checked_product(rows, input_dim()));
    calling_activations([&] {
      if (points == inputs_.data() && rows == rows_)
        run_.predict_training(values);
      else
        run_.predict(in, rows, values);
    });
  }
  return values;
}

// A full-batch run over all of "train" at the current parameters; its first step leaves the gradient behind.
std::span<const double> EngineView::gradient() {
  const std::span<const double> current = parameters();
  const std::lock_guard lock(mutex_);
  if (!has_gradient_) {
    const auto run = make_run(rows_);
    run->set_parameters(current);
    calling_activations([&] { run->step(); });
    gradient_ = run->finite() ? run->last_gradient()
                              : std::vector<double>(current.size(), std::numeric_limits<double>::quiet_NaN());
    has_gradient_ = true;
  }
  return gradient_;
}

double EngineView::loss(const double* predictions, const double* outputs, std::uint64_t rows) const {
  return nn::evaluate_loss<double>(train_.loss, predictions, outputs, rows, output_dim(), nullptr);
}

void EngineView::evaluate(const double* parameters, const double* points, std::uint64_t rows,
                          double* outputs) {
  const std::span<const double> in(points, checked_product(rows, input_dim()));
  const std::span<double> out(outputs, checked_product(rows, output_dim()));
  if (!parameters) return calling_activations([&] { run_.predict(in, rows, out); });
  std::unique_ptr<nn::TrainingRun> evaluator = borrow_evaluator();
  evaluator->set_parameters({parameters, parameter_count()});
  calling_activations([&] { evaluator->predict(in, rows, out); });
  give_back(std::move(evaluator));
}

void EngineView::activation(std::uint32_t layer, const double* x, double* value, double* derivative,
                            std::uint64_t count) {
  if (layer >= network_.activations.size())
    throw Refusal(BASSO_ERROR_PARAMETER, "there is no hidden layer " + std::to_string(layer));
  const nn::Activation& f = network_.activations[layer];
  const nn::Numbers numbers = derivatives_->numbers(f, layer, given_or_current(nullptr));
  calling_activations([&] {
    f.functions->value_f64(numbers.data(), x, value, count);
    if (derivative) f.functions->derivative_f64(numbers.data(), x, value, derivative, count);
  });
}

void EngineView::pull_to_parameters(const double* parameters, const double* points, std::uint64_t rows,
                                    const double* cotangents, double* gradient) {
  const double* at = given_or_current(parameters);
  calling_activations([&] { derivatives_->pull_to_parameters(at, points, rows, cotangents, gradient); });
}

void EngineView::pull_to_inputs(const double* parameters, const double* points, std::uint64_t rows,
                                const double* cotangents, double* gradient) {
  const double* at = given_or_current(parameters);
  calling_activations([&] { derivatives_->pull_to_inputs(at, points, rows, cotangents, gradient); });
}

void EngineView::push_parameters(const double* parameters, const double* points, std::uint64_t rows,
                                 const double* direction, double* tangents) {
  const double* at = given_or_current(parameters);
  calling_activations([&] { derivatives_->push_parameters(at, points, rows, direction, tangents); });
}

const double* EngineView::given_or_current(const double* given) {
  return given ? given : parameters().data();
}

// The optimiser of such a run never matters: its parameters are set before every use.
std::unique_ptr<nn::TrainingRun> EngineView::make_run(std::size_t rows) const {
  nn::TrainSpec spec;
  spec.loss = train_.loss;
  spec.precision = train_.precision;
  spec.engine = train_.engine;
  spec.optimizer.kind = nn::OptimizerKind::gradient_descent;
  std::vector<double> start(run_.layout().size());
  run_.parameters(start);
  return nn::make_training_run(network_, spec, inputs_.first(rows * input_dim()),
                               outputs_.first(rows * output_dim()), rows, start, nn::StreamKey{});
}

std::unique_ptr<nn::TrainingRun> EngineView::borrow_evaluator() {
  const std::lock_guard lock(mutex_);
  if (evaluators_.empty()) return make_run(1);
  auto evaluator = std::move(evaluators_.back());
  evaluators_.pop_back();
  return evaluator;
}

void EngineView::give_back(std::unique_ptr<nn::TrainingRun> evaluator) {
  const std::lock_guard lock(mutex_);
  evaluators_.push_back(std::move(evaluator));
}

}  // namespace basso::services

// Target, network, trainer and probes of one job. See assembly.hpp.
#include "run/assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"
#include "data/npz.hpp"
#include "plugin/calls.hpp"
#include "services/activation.hpp"
#include "services/memory.hpp"
#include "services/neighbours_view.hpp"

namespace basso {

namespace {

nn::LossKind loss_kind(const std::string& name) {
  if (name == "mae") return nn::LossKind::mean_absolute;
  if (name == "bce") return nn::LossKind::binary_cross_entropy;
  if (name == "softmax") return nn::LossKind::softmax_cross_entropy;
  return nn::LossKind::mean_squared;
}

std::optional<nn::FrequencySchedule> frequency_schedule(const LossSettings& loss) {
  if (loss.kind != "frequency-weighted") return std::nullopt;
  nn::FrequencySchedule schedule;
  using Order = nn::FrequencySchedule::Order;
  schedule.order = loss.order == "low-to-high"   ? Order::low_to_high
                   : loss.order == "high-to-low" ? Order::high_to_low
                                                 : Order::all;
  schedule.peaks = loss.peaks;
  schedule.level = loss.level;
  schedule.check_every = loss.check_every;
  schedule.patience = loss.patience;
  return schedule;
}

nn::OptimizerSpec optimizer_spec(const OptimizerSettings& settings) {
  nn::OptimizerSpec spec;
  spec.kind = settings.kind == "gd"    ? nn::OptimizerKind::gradient_descent
              : settings.kind == "sgd" ? nn::OptimizerKind::momentum
                                       : nn::OptimizerKind::adam;
  spec.form = settings.form == "tensorflow" ? nn::AdamForm::tensorflow : nn::AdamForm::pytorch;
  spec.rate = settings.learning_rate;
  spec.momentum = settings.momentum;
  spec.nesterov = settings.nesterov;
  spec.beta1 = settings.beta1;
  spec.beta2 = settings.beta2;
  spec.epsilon = settings.epsilon;
  return spec;
}

nn::TrainSpec train_spec(const TrainSettings& settings) {
  nn::TrainSpec spec;
  spec.loss = loss_kind(settings.loss.kind);
  spec.frequencies = frequency_schedule(settings.loss);
  spec.optimizer = optimizer_spec(settings.optimizer);
  spec.batch = static_cast<std::size_t>(settings.batch);
  spec.precision = settings.precision == "float64" ? nn::Precision::float64 : nn::Precision::float32;
  spec.l2 = settings.l2;
  if (settings.clip > 0) spec.clip = settings.clip;
  if (settings.engine == "reference") spec.engine = nn::Engine::reference;
  return spec;
}

nn::InitSpec init_spec(const InitSettings& settings) {
  nn::InitSpec spec;
  spec.weight_std = settings.weight_std;
  spec.bias_std = settings.bias_std;
  if (settings.law == "normal") spec.law = nn::InitLaw::normal;
  if (settings.law == "he") spec.law = nn::InitLaw::he;
  if (settings.law == "glorot") spec.law = nn::InitLaw::glorot;
  if (settings.law == "activation") spec.law = nn::InitLaw::activation;
  if (settings.law == "file") {
    spec.law = nn::InitLaw::given;
    for (const data::NamedArray& array : data::read_npz(settings.file)) {
      spec.given.push_back(
          {array.name, {array.array.shape.begin(), array.array.shape.end()}, array.array.to_doubles()});
    }
  }
  return spec;
}

bool has_equal_steps(const services::AxisInfo& axis) {
  const std::vector<double> at = axis.coordinates();
  if (at.size() < 2) return false;
  const double length = at.back() - at.front(), step = length / static_cast<double>(at.size() - 1);
  for (std::size_t i = 0; i < at.size(); ++i)
    if (std::abs(at[i] - at[0] - static_cast<double>(i) * step) > 1e-9 * std::abs(length)) return false;
  return true;
}

SeriesAxis series_axis(const services::AxisInfo& info) {
  return {info.name, info.unit, info.coordinates(), info.labels};
}

// What `make` refuses is said with the place in the file that asked for it.
template <class Make>
auto placed(const std::string& where, Make make) {
  try {
    return make();
  } catch (const plugin::PluginFailure& error) {
    throw plugin::PluginFailure(error.code(), fmt::format("{}: {}", where, error.what()), error.who());
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", where, error.what()));
  }
}

const char* when_text(services::When when) {
  return when == services::When::once ? "once" : when == services::When::final ? "final" : "recording";
}

}  // namespace

std::vector<std::int64_t> probe_steps(const PointSettings& point, const ProbeSettings& probe) {
  if (!point.train) return {0};
  return (probe.schedule ? *probe.schedule : point.record).steps(point.train->steps);
}

std::set<std::int64_t> counted_steps(const PointSettings& point) {
  std::set<std::int64_t> counted;
  const auto count = [&](const std::vector<std::int64_t>& steps) {
    counted.insert(steps.begin(), steps.end());
  };
  for (const ProbeSettings& probe : point.probes)
    if (!probe.added) count(probe_steps(point, probe));
  for (const Schedule& schedule : point.left_out) count(schedule.steps(point.train ? point.train->steps : 0));
  return counted;
}

Assembly::Assembly(const ExperimentData& experiment, const PointSettings& point, services::Shared& shared,
                   std::int64_t repeat)
    : experiment_(experiment),
      point_(point),
      repeat_(static_cast<std::uint64_t>(repeat)),
      target_(placed(point.target.where, [&] {
        return services::Target(*point.target.component, point.target.values, shared,
                                experiment.vary_target ? repeat_ : 0);
      })) {
  if (point.train) make_engine(shared);
  if (point.network && !point.train) check_neighbours();
  for (const ProbeSettings& settings : point.probes) make_probe(settings, shared);
}

void Assembly::make_engine(services::Shared& shared) {
  const services::SetInfo& set = target_.sets()[target_.train()];
  network_.inputs = static_cast<int>(set.input_dim);
  network_.outputs = static_cast<int>(set.output_dim);
  for (const std::int64_t width : point_.network->widths) network_.widths.push_back(static_cast<int>(width));
  for (const PluginUse& use : point_.network->activations) {
    network_.activations.push_back(
        placed(use.where, [&] { return services::engine_activation(*use.component, use.values); }));
  }
  network_.init = placed(point_.network->init.where, [&] { return init_spec(point_.network->init); });
  if (network_.init.law == nn::InitLaw::given) shared.files.note(point_.network->init.file);
  train_ = train_spec(*point_.train);
  if (train_.batch > set.rows) {
    throw Error(Exit::usage, fmt::format("{}: {} is more than the {} samples of the training set",
                                         point_.train->batch_where, train_.batch, set.rows));
  }
  check_labels();
  check_grid();
  placed(point_.network->where, [&] { nn::validate(network_); });
  const std::vector<nn::Numbers> numbers = nn::layer_numbers(network_);
  for (std::size_t i = 0; i < network_.widths.size(); ++i) {
    scene_.hidden.push_back({*point_.network->activations[i].component,
                             static_cast<std::uint32_t>(network_.widths[i]), numbers[i]});
  }
  scene_.layout = nn::ParameterLayout(network_);
  scene_.loss = point_.train->loss.kind;
  scene_.precision = point_.train->precision;
  scene_.steps = static_cast<std::uint64_t>(point_.train->steps);
  scene_.batch = static_cast<std::uint64_t>(point_.train->batch);
  check_engine();
}

// Nearest neighbours are fitted: there is nothing to train.
void Assembly::check_neighbours() {
  const services::SetInfo& set = target_.sets()[target_.train()];
  const auto count = static_cast<std::uint64_t>(point_.network->neighbours);
  if (count > set.rows)
    throw Error(Exit::usage, fmt::format("{}: {} neighbours are more than the {} samples of the training set",
                                         point_.network->where, count, set.rows));
  scene_.fitted = true;
}

// Cross-entropies are defined for probabilities only.
void Assembly::check_labels() const {
  const std::string& loss = point_.train->loss.kind;
  if (loss != "bce" && loss != "softmax") return;
  const std::vector<double>& labels = target_.data(target_.train()).outputs;
  const auto width = static_cast<std::size_t>(network_.outputs);
  for (std::size_t first = 0; first < labels.size(); first += width) {
    double sum = 0;
    for (std::size_t i = first; i < first + width; ++i) {
      sum += labels[i];
      if (!(labels[i] >= 0 && labels[i] <= 1))
        throw Error(Exit::usage, fmt::format("{}: {} needs outputs of the target in [0, 1], row {} of "
                                             "the training set has {}; mse takes any",
                                             point_.train->loss.where, loss, first / width, labels[i]));
    }
    if (loss == "softmax" && std::abs(sum - 1) > 1e-6)
      throw Error(Exit::usage, fmt::format("{}: softmax needs rows of class weights that sum to 1, row "
                                           "{} of the training set sums to {}; bce takes independent outputs",
                                           point_.train->loss.where, first / width, sum));
  }
}

// The weights belong to frequencies of the training samples in their order, which a line of equal steps has.
void Assembly::check_grid() const {
  if (!train_.frequencies) return;
  const services::SetInfo& set = target_.sets()[target_.train()];
  placed(point_.train->loss.where, [&] {
    if (set.axes.size() != 1 || !has_equal_steps(set.axes[0]))
      throw Error(Exit::usage, fmt::format("a frequency-weighted loss needs training samples at equal steps "
                                           "along one axis, which the target {} does not have",
                                           target_.id()));
    nn::validate(network_, train_, set.rows);
    return nn::FrequencyLoss(*train_.frequencies, target_.data(target_.train()).outputs);
  });
}

// What else would fail only once the run has begun.
void Assembly::check_engine() const {
  const std::uint64_t machine = services::physical_memory();
  if (bytes() > machine) {
    throw Error(
        Exit::usage,
        fmt::format("{}: {} parameters need {} MiB to train, this machine has {} MiB: ask for narrower "
                    "layers or a smaller batch",
                    point_.network->where, parameter_count(), bytes() >> 20, machine >> 20));
  }
  const nn::InitLaw law = network_.init.law;
  if (law == nn::InitLaw::given || law == nn::InitLaw::activation) {
    placed(point_.network->init.where, [&] { return nn::initial_parameters(network_, {}); });
  }
}

void Assembly::make_probe(const ProbeSettings& settings, services::Shared& shared) {
  services::SceneSpec scene = scene_;
  scene.recorded_steps = probe_steps(point_, settings);
  auto instance = placed(settings.use.where, [&] {
    return std::make_unique<services::Probe>(*settings.use.component, settings.use.values, settings.name,
                                             target_, scene, nullptr, shared, repeat_);
  });
  probes_.push_back({&settings, scene.recorded_steps, declared_.size(), std::move(instance)});
  for (const services::SeriesInfo& info : probes_.back().instance->series()) {
    DeclaredSeries declared{
        settings.name + "." + info.name, info.unit, info.meaning, when_text(info.when), {}, {}};
    for (const services::AxisInfo& axis : info.axes) declared.axes.push_back(series_axis(axis));
    declared.steps = scene.recorded_steps;
    declared_.push_back(std::move(declared));
  }
}

std::uint64_t Assembly::bytes() const {
  const std::size_t rows = target_.sets()[target_.train()].rows;
  if (!trains()) return target_.bytes();
  return target_.bytes() + nn::training_bytes(network_, train_, rows) + parameter_count() * sizeof(double);
}

std::unique_ptr<nn::TrainingRun> Assembly::new_training(nn::Team* team) const {
  const services::SetData& data = target_.data(target_.train());
  const std::size_t rows = target_.sets()[target_.train()].rows;
  const std::uint64_t seed = experiment_.seed;
  const std::vector<double> parameters =
      nn::initial_parameters(network_, {seed, experiment_.vary_init ? repeat_ : 0, "init"});
  return nn::make_training_run(network_, train_, data.inputs, data.outputs, rows, parameters,
                               {seed, experiment_.vary_batch ? repeat_ : 0, "batch"}, team);
}

void Assembly::start(nn::Team* team) {
  if (trains()) {
    const services::SetData& data = target_.data(target_.train());
    const std::size_t rows = target_.sets()[target_.train()].rows;
    training_ = new_training(team);
    view_ =
        std::make_unique<services::EngineView>(network_, train_, *training_, data.inputs, data.outputs, rows);
  }
  if (scene_.fitted) {
    const services::SetData& data = target_.data(target_.train());
    view_ = std::make_unique<services::NeighboursView>(data.inputs, data.outputs,
                                                       target_.sets()[target_.train()].rows,
                                                       static_cast<std::size_t>(point_.network->neighbours));
  }
  for (Probe& probe : probes_) {
    probe.instance->attach(view_.get());
    probe.instance->prepare();
  }
}

void Assembly::refresh() {
  if (view_) view_->refresh();
}

double Assembly::loss() {
  const services::SetData& data = target_.data(target_.train());
  const std::size_t rows = target_.sets()[target_.train()].rows;
  return view_->loss(view_->predictions(data.inputs.data(), rows).data(), data.outputs.data(), rows);
}

}  // namespace basso

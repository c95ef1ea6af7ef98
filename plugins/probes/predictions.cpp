// Probe `predictions`: the learned function on a set of the target, at each recording of the probe's own
// schedule, with the target's values and a coordinate to draw both against (R Fig 2, T Figs 3 to 8; the axes
// of a grid: the pixels of X Figs 2 and 3), and at an event: the first recording at which an error is below a
// level (T Fig 9a and c).
#include <optional>
#include <string>
#include <vector>

#include "grid.hpp"
#include "state.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
    BASSO_PARAMETER(
        "prediction", "bool", "true", "", "",
        "Record the series `prediction`. Leave it out where only the event matters, which is looked for at "
        "each recording of the probe's schedule."),
    BASSO_PARAMETER("event", "choice", "\"none\"", "none|loss|relative_error", "",
                    "Record the function at an event, too: at the first recording at which the training's "
                    "loss on the set, or the relative error |F[f] - F[T]|/|F[f]| at a frequency of the set's "
                    "DFT (T Eq 1; one axis of equal steps, one output), is below `level`."),
    BASSO_PARAMETER("level", "real", "0.05", "(0,inf)", "", "Level of the event. Default: T Fig 9."),
    BASSO_PARAMETER(
        "frequency", "integer", "0", "[0,inf)", "cycles per window",
        "Frequency of event = \"relative_error\"; 0, the default: the first peak of the target's spectrum (T "
        "Fig 9)."),
};

// The first recording at which an error is below a level, and the function then.
class Event {
 public:
  Event(basso::probe_setup& setup, const basso::values& values, std::uint32_t set,
        const std::vector<basso::axis>& shape)
      : level_(values.real("level")) {
    const basso_set& info = setup.info(set);
    std::string what = "loss";
    if (values.choice("event") == 1) {
      loss_ = setup.need("loss", info.name);
    } else {
      if (info.output_dim != 1)
        fail("event: the relative error at a frequency needs one output; the set '" + std::string(info.name) +
             "' has " + std::to_string(info.output_dim));
      grid_.emplace(setup, set);
      bin_ = chosen_bin(setup.host(), values.integer("frequency"));
      what = "relative error at frequency " + std::to_string(bin_);
    }
    at_.assign(static_cast<std::size_t>(info.rows) * info.output_dim, no_value);
    const std::string when = " at the first recording with the " + what + " below the level; NaN without one";
    prediction_ = setup.at_end("event_prediction", "", "the network's value" + when, shape);
    step_ = setup.at_end("event_step", "step", "the training step" + when);
  }

  void observe(const basso::observation& look, const basso_matrix& predictions) {
    const double error = loss_ ? look.value(*loss_) : relative_error_of(predictions);
    if (!(happened_ >= 0.0) && error < level_) {
      happened_ = static_cast<double>(look.step());
      at_.assign(predictions.data, predictions.data + at_.size());
    }
    if (!look.last()) return;
    look.emit(prediction_, at_);
    look.emit(step_, happened_);
  }

  std::vector<double> memory() const {
    std::vector<double> numbers = {happened_};
    numbers.insert(numbers.end(), at_.begin(), at_.end());
    return numbers;
  }
  void remember(const std::vector<double>& numbers) {
    happened_ = numbers.front();
    at_.assign(numbers.begin() + 1, numbers.end());
  }

 private:
  std::size_t chosen_bin(const basso_host* host, std::int64_t frequency) const {
    if (frequency > 0) {
      const double given = static_cast<double>(frequency);
      return listed_bins(*grid_, {&given, 1}, "frequency").front();
    }
    std::vector<double> magnitudes;
    for (const std::complex<double> f : grid_->target[0]) magnitudes.push_back(std::abs(f));
    const std::vector<std::uint64_t> found = basso::peaks(host, magnitudes);
    if (found.empty())
      fail("frequency: the target's spectrum has no peak (strict local maximum); name a frequency");
    return static_cast<std::size_t>(found.front());
  }

  double relative_error_of(const basso_matrix& predictions) const {
    return relative_error(grid_->target[0][bin_], grid_->transform(predictions, 0)[bin_], grid_->zero[0]);
  }

  double level_;
  std::optional<basso::need> loss_;
  std::optional<Grid> grid_;  // without loss_
  std::size_t bin_ = 0;
  basso::series prediction_, step_;
  double happened_ = no_value;  // the step, once it has
  std::vector<double> at_;      // [rows x outputs]
};

class Predictions {
 public:
  Predictions(basso::probe_setup& setup, const basso::values& values) {
    const std::string name = values.text("set");
    const std::uint32_t set = setup.set(name);
    const basso_set& info = setup.info(set);
    predictions_ = setup.need("predictions", name);
    outputs_ = setup.need("outputs", name);
    std::vector<basso::axis> shape = coordinates(setup, set);
    const bool one = shape.size() == 1;
    if (one) x_values_ = shape[0].values;
    if (info.output_dim > 1) shape.push_back(basso::axis::steps("output", "", info.output_dim, 0.0, 1.0));
    const std::string where = " at the row's point of the set '" + name + "'";
    if (values.flag("prediction"))
      prediction_ = setup.each("prediction", "", "the network's value" + where, shape);
    target_ = setup.once("target", "", "the target's value" + where, shape);
    if (one)
      x_ = setup.once("x", shape[0].unit,
                      "the row's coordinate '" + shape[0].name + "', to draw the functions against",
                      {shape[0]});
    if (values.choice("event") != 0) event_.emplace(setup, values, set, shape);
  }

  void observe(const basso::observation& look) {
    if (prediction_) emit(look, *prediction_, look[predictions_]);
    if (event_) event_->observe(look, look[predictions_]);
    if (!look.first()) return;
    emit(look, target_, look[outputs_]);
    if (x_) look.emit(*x_, x_values_);
  }

  std::vector<std::uint8_t> save() const {
    return saved(1.0, event_ ? event_->memory() : std::vector<double>());
  }
  void load(basso::view<const std::uint8_t> bytes) {
    const std::vector<double> numbers = loaded(bytes, 1.0, event_ ? event_->memory().size() : 0);
    if (event_) event_->remember(numbers);
  }

 private:
  // The axes of a set that is a grid; else the first latent; else the first input.
  static std::vector<basso::axis> coordinates(const basso::probe_setup& setup, std::uint32_t set) {
    const basso_set& info = setup.info(set);
    std::vector<basso::axis> axes;
    for (std::uint32_t i = 0; i < info.axis_count; ++i) axes.push_back(listed(*info.axes[i]));
    if (!axes.empty()) return axes;
    const std::size_t rows = static_cast<std::size_t>(info.rows);
    std::vector<double> values(rows);
    const bool latent = info.latent_dim > 0;
    const std::vector<double> all = latent ? setup.latents(set) : setup.inputs(set);
    const std::size_t width = latent ? info.latent_dim : info.input_dim;
    for (std::size_t i = 0; i < rows; ++i) values[i] = all[i * width];
    const char* const* names = latent ? info.latent_names : info.input_names;
    return {basso::axis::listed(names != nullptr ? names[0] : (latent ? "latent" : "input"), "", values)};
  }

  static basso::axis listed(const basso_axis& axis) {
    std::vector<double> values(static_cast<std::size_t>(axis.length));
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double position = static_cast<double>(i);
      values[i] = axis.step == 0.0 ? position : axis.start + axis.step * position;
      if (axis.values != nullptr) values[i] = axis.values[i];
    }
    return basso::axis::listed(axis.name, axis.unit, values);
  }

  static void emit(const basso::observation& look, basso::series to, const basso_matrix& values) {
    look.emit(to,
              basso::view<const double>{values.data, static_cast<std::size_t>(values.rows * values.columns)});
  }

  basso::need predictions_, outputs_;
  std::optional<basso::series> prediction_, x_;
  basso::series target_;
  std::vector<double> x_values_;
  std::optional<Event> event_;
};

}  // namespace

BASSO_PROBE_CLASS(predictions, Predictions, "predictions", "1.2.0",
                  "The learned function on a set of the target, during the training and at an event",
                  "Rahaman et al. 2019, Fig 2; Xu, Zhang, Xiao 2018 (T), Figs 3 to 9", "fft/1 sets/1",
                  BASSO_TABLE(parameters))
BASSO_LIBRARY(&predictions)

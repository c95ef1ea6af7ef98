// Probe `robustness`: how much of each frequency is left when the parameters are moved by a given distance in
// a random direction, R Experiment 2 and Fig 3 (Rahaman et al. 2019, On the Spectral Bias of Neural
// Networks): theta = theta* + delta d with d uniform on the unit sphere of all parameters, the mean over
// directions of |f~_theta(k)| over |f~_theta*(k)|.
#include <basso/probe.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set; it has one axis of equal steps."),
    BASSO_PARAMETER(
        "at", "choice", "\"lines\"", "lines|list|all", "",
        "Which frequencies: the target's exact lines (R Experiment 2), those in `frequencies`, or all bins."),
    BASSO_PARAMETER("frequencies", "integers", "[]", "[0,inf)", "cycles per window",
                    "The bins for at = \"list\", from 0 (DC) to N/2 (Nyquist)."),
    BASSO_PARAMETER(
        "distances", "reals", "[0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5]",
        "[0,inf)", "",
        "The distances delta (Euclidean norm of the perturbation). Default: the range of the authors' code, "
        "which takes 100 from 0 to 5.001."),
    BASSO_PARAMETER(
        "directions", "integer", "100", "[1,100000]", "",
        "How many directions are averaged, the same at all distances and recordings. Every recording "
        "evaluates the set once for each distance and direction: give the probe a schedule of its own. "
        "Default: R Experiment 2."),
};

class Robustness {
 public:
  Robustness(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        predictions_(setup.need("predictions", values.text("set"))),
        parameters_(setup.need("parameters")),
        bins_(chosen_bins(setup, values)),
        distances_(values.list("distances").begin(), values.list("distances").end()),
        directions_(static_cast<std::size_t>(values.integer("directions"))),
        points_(setup.inputs(set_)) {
    if (distances_.empty()) fail("distances: the list is empty; name at least one");
    const std::vector<double> frequencies(bins_.begin(), bins_.end());
    std::vector<basso::axis> axes =
        spectrum_axes(setup.info(set_), basso::axis::listed("frequency", "cycles per window", frequencies));
    axes.insert(axes.begin(), basso::axis::listed("distance", "", distances_));
    retained_ =
        setup.each("retained", "",
                   "mean over random directions of the DFT's modulus after a move of all parameters by the "
                   "distance, over that before, on the set '" +
                       std::string(setup.info(set_).name) + "'; NaN where the network has no component",
                   axes);
  }

  // One task a direction; its moduli are added up afterwards, in order.
  void observe(const basso::observation& look) const {
    const basso_matrix& theta = look[parameters_];
    const std::size_t values = distances_.size() * components();
    std::vector<double> moduli(directions_ * values);
    basso::parallel(host_, directions_, [&](std::uint64_t direction) {
      add_direction(theta, direction, &moduli[static_cast<std::size_t>(direction) * values]);
    });
    std::vector<double> retained(values, 0.0);
    for (std::size_t i = 0; i < moduli.size(); ++i) retained[i % values] += moduli[i];
    const std::vector<double> reference = moduli_before(look[predictions_]);
    for (std::size_t i = 0; i < values; ++i)
      retained[i] /= static_cast<double>(directions_) * reference[i % components()];
    look.emit(retained_, retained);
  }

 private:
  std::size_t components() const { return grid_.width * bins_.size(); }

  std::vector<std::size_t> chosen_bins(const basso::probe_setup& setup, const basso::values& values) const {
    refuse_idle_list(values, 1);
    if (values.choice("at") == 0) return line_bins(setup, set_, grid_);
    if (values.choice("at") == 1) return listed_bins(grid_, values.list("frequencies"), "frequencies");
    return first_bins(grid_.bins());
  }

  // The network's values at all distances along one direction -> |F| [distances x outputs x bins].
  void add_direction(const basso_matrix& theta, std::uint64_t direction, double* moduli) const {
    const std::size_t count = static_cast<std::size_t>(theta.columns);
    std::vector<double> along = basso::normal(host_, 0, direction, count), moved(count);
    double square = 0.0;
    for (const double each : along) square += each * each;
    for (double& each : along) each /= std::sqrt(square);
    std::vector<double> y(static_cast<std::size_t>(grid_.points()) * grid_.width);
    for (const double distance : distances_) {
      basso::stop_if_cancelled(host_);
      for (std::size_t i = 0; i < count; ++i) moved[i] = theta.data[i] + distance * along[i];
      const std::uint64_t rows = y.size() / grid_.width;
      basso::evaluate(host_, points_.data(), rows, y.data(), moved.data());
      for (std::size_t output = 0; output < grid_.width; ++output) {
        const auto f = grid_.transform({y.data(), rows, grid_.width}, output);
        for (const std::size_t bin : bins_) *moduli++ = std::abs(f[bin]);
      }
    }
  }

  // |F| [outputs x bins] of the network as it is; NaN where that is rounding.
  std::vector<double> moduli_before(const basso_matrix& predictions) const {
    std::vector<double> result;
    for (std::size_t output = 0; output < grid_.width; ++output) {
      const auto f = grid_.transform(predictions, output);
      const double zero = zero_level(column(predictions, output));
      for (const std::size_t bin : bins_)
        result.push_back(std::abs(f[bin]) > zero ? std::abs(f[bin]) : no_value);
    }
    return result;
  }

  const basso_host* host_;
  std::uint32_t set_;
  Grid grid_;
  basso::need predictions_, parameters_;
  std::vector<std::size_t> bins_;  // chosen
  std::vector<double> distances_;
  std::size_t directions_;
  std::vector<double> points_;  // [rows x inputs]
  basso::series retained_;
};

}  // namespace

BASSO_PROBE_CLASS(robustness, Robustness, "robustness", "1.0.0",
                  "What random moves of the parameters leave of each frequency",
                  "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiment 2, Fig 3",
                  "evaluate/1 fft/1 parallel/1 random/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&robustness)

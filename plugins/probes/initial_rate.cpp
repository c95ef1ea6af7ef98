// Probe `initial-rate`: how fast each frequency is learned at the start, along the gradient flow.
//   R:  Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Appendix C.5.
//   X0: Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, first
//       version, section 5.1.
//
// With h = f - y for the network f and a target y, the flow theta' = -grad L of L = mean of h^2 moves the
// network, and with it h, by
//   h' = -J J^T dL/dh,
// J being the Jacobian in the parameters. Rates are those of the flow at the parameters that are there,
// whatever optimiser trains: per unit of the flow's time, which is the learning rate times the number of
// steps of gradient descent. (R's proof sums the squares where the text says mean: its rates are N times
// larger.)
//
// R Prop 2: for the target A sin(2 pi k z + phi) alone, |dh~(k)/dt| = O(1/k) (ReLU). Here h~ is one-sided
// (2/N, 1/N at Nyquist), so that the target has the modulus A.
// X0: for the experiment's target, the convergence speed of Delta_F = |h~|/|y~| (Eq 5.1), which falls off
// exponentially with k for a small initialisation (sigmoid, tanh). Since |y~| is constant,
//   -d log Delta_F/dt = -Re(conj(h~) h~') / |h~|^2.
#include <cmath>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set on which the loss is taken; it has one axis of equal steps."),
    BASSO_PARAMETER("frequencies", "integers", "[]", "[1,inf)", "cycles per window",
                    "The bins k; empty, the default: 1, 2, 4, … up to N/4."),
    BASSO_PARAMETER("amplitude", "real", "1.0", "(0,inf)", "",
                    "A of the single-frequency targets. Default: R Experiment 1."),
    BASSO_PARAMETER("phase", "real", "0.0", "(-inf,inf)", "rad",
                    "phi of the single-frequency targets, at the first point of the set. Default: the paper "
                    "names none."),
};

using Vector = std::vector<double>;

class InitialRate {
 public:
  InitialRate(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        amplitude_(values.real("amplitude")),
        phase_(values.real("phase")),
        bins_(listed_or_doubled_bins(grid_, values.list("frequencies"), "frequencies")),
        points_(setup.inputs(set_)),
        y_(setup.outputs(set_)) {
    if (setup.scene().block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    if (grid_.width != 1)
      fail("set: '" + std::string(setup.info(set_).name) + "' has " + std::to_string(grid_.width) +
           " outputs, but a single-frequency target is one; take a target with one output");
    parameters_ = setup.need("parameters");
    predictions_ = setup.need("predictions", values.text("set"));
    const auto k = basso::axis::listed("frequency", "cycles per window", Vector(bins_.begin(), bins_.end()));
    const std::string of =
        " at the first recording, along the gradient flow of the mean squared error on the "
        "set '" +
        std::string(setup.info(set_).name) + "'";
    rate_ = setup.once("rate", "",
                       "|d/dt| of the network's DFT at k, one-sided, where the target is A sin(2 pi k z + "
                       "phi) alone," +
                           of,
                       {k});
    speed_ = setup.once(
        "convergence_speed", "",
        "-d log Delta_F/dt at k for the experiment's target" + of + "; NaN where the target has no component",
        {k});
  }

  void observe(const basso::observation& look) const {
    if (!look.first()) return;
    const std::size_t parameter_count = static_cast<std::size_t>(look[parameters_].columns);
    const Vector f = column(look[predictions_], 0);
    Vector rate(bins_.size()), speed;
    basso::parallel(host_, bins_.size() + 1, [&](std::uint64_t task) {
      basso::stop_if_cancelled(host_);
      const std::size_t i = static_cast<std::size_t>(task);
      if (i == bins_.size())
        speed = speeds(f, parameter_count);
      else
        rate[i] = grid_.magnitude(transform(flow(f, wave(bins_[i]), parameter_count))[bins_[i]], bins_[i]);
    });
    look.emit(rate_, rate);
    look.emit(speed_, speed);
  }

 private:
  // A sin(2 pi k j/N + phi).
  Vector wave(std::size_t bin) const {
    Vector y(y_.size());
    for (std::size_t j = 0; j < y.size(); ++j)
      y[j] = amplitude_ * std::sin(turn * static_cast<double>(bin * j % y.size()) / grid_.points() + phase_);
    return y;
  }

  // f' = h' along the flow, for the target y.
  Vector flow(const Vector& f, const Vector& y, std::size_t parameter_count) const {
    Vector cotangents(f.size()), direction(parameter_count), change(f.size());
    for (std::size_t j = 0; j < f.size(); ++j) cotangents[j] = -2.0 / grid_.points() * (f[j] - y[j]);
    basso::pull_to_parameters(host_, points_.data(), f.size(), cotangents.data(), direction.data());
    basso::push_parameters(host_, points_.data(), f.size(), direction.data(), change.data());
    return change;
  }

  Vector speeds(const Vector& f, std::size_t parameter_count) const {
    Vector h(f);
    for (std::size_t j = 0; j < h.size(); ++j) h[j] -= y_[j];
    const basso::spectrum_values difference = transform(h), change = transform(flow(f, y_, parameter_count));
    Vector speed;
    for (const std::size_t bin : bins_) {
      const bool there = std::abs(grid_.target[0][bin]) > grid_.zero[0] && std::norm(difference[bin]) > 0.0;
      speed.push_back(there ? -(std::conj(difference[bin]) * change[bin]).real() / std::norm(difference[bin])
                            : no_value);
    }
    return speed;
  }

  basso::spectrum_values transform(const Vector& values) const {
    return grid_.transform({values.data(), values.size(), 1}, 0);
  }

  const basso_host* host_;
  std::uint32_t set_;
  Grid grid_;
  double amplitude_, phase_;
  std::vector<std::size_t> bins_;
  Vector points_, y_;  // [rows x inputs], [rows]
  basso::need parameters_, predictions_;
  basso::series rate_, speed_;
};

}  // namespace

BASSO_PROBE_CLASS(
    initial_rate, InitialRate, "initial-rate", "1.0.0",
    "How fast each frequency is learned at the start: for single-frequency targets and for Delta_F",
    "Rahaman et al. 2019 (R), Appendix C.5; Xu 2018 (first version), section 5.1",
    "derivatives/1 fft/1 parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&initial_rate)

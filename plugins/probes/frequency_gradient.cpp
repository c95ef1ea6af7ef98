// Probe `frequency-gradient`: the gradient of the loss at one frequency by each parameter of a network with
// one hidden layer, tanh (X1 Eqs 6 to 8 and 13) or sigmoid (X0 Eqs 3.6 to 3.8 and 3.13), and the balance of
// two frequencies (X0 Eqs 5.2 and 5.3). neuron.hpp has the formulas and says where
// the papers slip.
//
// D(k) = A exp(i theta), k = 2 pi bin/window, is what is left to learn as the points show it:
//   dx sum_j (f(x_j) - y_j) exp(-i k x_j).
// In the closed forms its derivative by a parameter is that of the neuron on the whole line: the papers leave
// out what the window's ends add, which falls off like 1/k. The gradients on the window are exact, through
// the network's derivatives on the points.
#include <cmath>
#include <complex>
#include <string>
#include <vector>

#include "grid.hpp"
#include "neuron.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "set", "string", "\"train\"", "", "",
        "Name of the target's set that shows what is left to learn; its one input has equal steps."),
    BASSO_PARAMETER("frequencies", "integers", "[]", "[1,inf)", "cycles per window",
                    "The bins; empty, the default: 1, 2, 4, … up to N/4. The balance is with the first."),
};

using Vector = std::vector<double>;

class FrequencyGradient {
 public:
  FrequencyGradient(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        x_(setup.inputs(set_)),
        y_(setup.outputs(set_)) {
    read_network(setup.scene());
    check_points(setup.info(set_));
    bins_ = listed_or_doubled_bins(grid_, values.list("frequencies"), "frequencies");
    parameters_ = setup.need("parameters");
    predictions_ = setup.need("predictions", values.text("set"));
    declare(setup);
  }

  void observe(const basso::observation& look) const {
    const spectrum left = left_to_learn(look[predictions_]);
    const std::vector<Neuron> neurons = neurons_of(look[parameters_].data);
    const std::size_t plane = bins_.size() * width_;
    Vector amplitude(bins_.size()), gradient(3 * plane), balance(plane);
    for (std::size_t i = 0; i < bins_.size(); ++i) {
      const double k = radians(bins_[i]), first = radians(bins_[0]);
      amplitude[i] = std::abs(left[i]);
      const double log_amplitude = std::log(amplitude[i]);
      for (std::size_t j = 0; j < width_; ++j) {
        const Slopes each = slopes(decay_, neurons[j], k, std::arg(left[i]));
        for (std::size_t p = 0; p < 3; ++p)
          gradient[p * plane + i * width_ + j] =
              finite(log_amplitude + each.log_envelope[p] + std::log(each.phase[p]));
        balance[i * width_ + j] =
            finite(log_amplitude - std::log(amplitude[0]) - decay_ * (k - first) / std::fabs(neurons[j].w));
      }
    }
    look.emit(amplitude_, amplitude);
    look.emit(gradient_, gradient);
    look.emit(window_gradient_, on_the_window(left, look[parameters_].columns));
    look.emit(balance_, balance);
  }

 private:
  using spectrum = basso::spectrum_values;

  void read_network(const basso_scene& scene) {
    if (scene.block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    if (scene.hidden_count != 1)
      fail("has closed forms for one hidden layer, and this network has " +
           std::to_string(scene.hidden_count) + "; give widths one entry");
    const basso_hidden& hidden = *scene.hidden[0];
    const std::string activation = hidden.activation;
    if (activation != "tanh" && activation != "sigmoid")
      fail("has closed forms for the activations tanh and sigmoid, and this network has " + activation +
           "; take one of them");
    decay_ = decays[activation == "sigmoid"];
    width_ = hidden.width;
    for (std::uint32_t i = 0; i < scene.block_count; ++i) {
      const basso_block& block = *scene.blocks[i];
      if (std::string(block.role) == "weight") (block.layer == 0 ? w_ : a_) = block.offset;
      if (std::string(block.role) == "bias" && block.layer == 0) b_ = block.offset;
    }
  }

  // The inputs are x_0 + j dx.
  void check_points(const basso_set& set) {
    const std::string name = "set: '" + std::string(set.name) + "'";
    if (set.input_dim != 1 || set.output_dim != 1)
      fail(name + " has " + std::to_string(set.input_dim) + " inputs and " + std::to_string(set.output_dim) +
           " outputs, but the closed forms are for one of each");
    step_ = (x_.back() - x_.front()) / std::max(1.0, grid_.points() - 1.0);
    for (std::size_t j = 0; j < x_.size(); ++j)
      if (!(step_ > 0.0) || !(std::fabs(x_[0] + static_cast<double>(j) * step_ - x_[j]) <= 1e-6 * step_))
        fail(name + " has inputs that do not ascend in equal steps");
  }

  void declare(basso::probe_setup& setup) {
    const auto k = basso::axis::listed("frequency", "cycles per window", Vector(bins_.begin(), bins_.end()));
    const auto neuron = basso::axis::steps("neuron", "", width_, 1.0, 1.0);
    amplitude_ = setup.each(
        "amplitude", "",
        "A(k) = |D(k)|, D = dx sum of (network - target) exp(-i k x) over the points of the set", {k});
    gradient_ =
        setup.each("log_gradient", "",
                   "ln |dL(k)/d parameter|, L(k) = |D(k)|^2/2, for the neuron a sigma(w x + b) on the "
                   "whole line; NaN where it is 0",
                   {neuron_parameters(), k, neuron});
    window_gradient_ =
        setup.each("log_gradient_window", "",
                   "the same for the network on the points of the set alone; NaN where it is 0",
                   {neuron_parameters(), k, neuron});
    balance_ = setup.each("balance", "",
                          "ln of A(k) exp(-decay k/|w|) over the same at the first frequency; 0 where they "
                          "balance, above where k has the larger gradient",
                          {k, neuron});
  }

  double radians(std::size_t bin) const { return turn * static_cast<double>(bin) / (grid_.points() * step_); }

  // D at the chosen bins, its phase counted from x = 0.
  spectrum left_to_learn(const basso_matrix& predictions) const {
    Vector h = column(predictions, 0);
    for (std::size_t j = 0; j < h.size(); ++j) h[j] -= y_[j];
    const spectrum all = grid_.transform({h.data(), h.size(), 1}, 0);
    spectrum result;
    for (const std::size_t bin : bins_) result.push_back(all[bin] * std::polar(step_, -radians(bin) * x_[0]));
    return result;
  }

  // dL/d parameter = Re(conj(D) dD/d parameter) is J^T c with c_j = dx Re(conj(D) exp(-i k x_j)).
  Vector on_the_window(const spectrum& left, std::uint64_t parameter_count) const {
    const std::size_t plane = bins_.size() * width_, offsets[] = {a_, w_, b_};
    Vector result(3 * plane);
    basso::parallel(host_, bins_.size(), [&](std::uint64_t task) {
      const std::size_t i = static_cast<std::size_t>(task);
      Vector cotangents, gradient(static_cast<std::size_t>(parameter_count));
      for (const double x : x_)
        cotangents.push_back((std::conj(left[i]) * std::polar(step_, -radians(bins_[i]) * x)).real());
      basso::pull_to_parameters(host_, x_.data(), x_.size(), cotangents.data(), gradient.data());
      for (std::size_t p = 0; p < 3; ++p)
        for (std::size_t j = 0; j < width_; ++j)
          result[p * plane + i * width_ + j] = finite(std::log(std::fabs(gradient[offsets[p] + j])));
    });
    return result;
  }

  std::vector<Neuron> neurons_of(const double* theta) const {
    std::vector<Neuron> result;
    for (std::size_t j = 0; j < width_; ++j) result.push_back({theta[a_ + j], theta[w_ + j], theta[b_ + j]});
    return result;
  }

  static double finite(double value) { return std::isfinite(value) ? value : no_value; }

  const basso_host* host_;
  std::uint32_t set_;
  Grid grid_;
  Vector x_, y_;  // [rows]
  double decay_ = 0.0, step_ = 0.0;
  std::size_t width_ = 0, a_ = 0, w_ = 0, b_ = 0;  // neurons; offsets in the parameter vector
  std::vector<std::size_t> bins_;
  basso::need parameters_, predictions_;
  basso::series amplitude_, gradient_, window_gradient_, balance_;
};

}  // namespace

BASSO_PROBE_CLASS(
    frequency_gradient, FrequencyGradient, "frequency-gradient", "1.0.0",
    "Gradient of the loss at one frequency by each parameter of one hidden layer, tanh or sigmoid",
    "Xu 2018 (second version), Eqs 6 to 8 and 13, corrected; (first version), Eqs 3.6 to 3.8, "
    "3.13, 5.2 and 5.3",
    "derivatives/1 fft/1 parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&frequency_gradient)

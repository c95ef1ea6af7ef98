// Probe `predicted-rate`: how fast linear theory says that each frequency is learned, for a wide network with
// one hidden layer, f(x) = sum_j a_j sigma(w_j x + b_j) + c.
//   B: Basri, Jacobs, Kasten and Kritchman 2019, The Convergence Rate of Neural Networks for Learned
//   Functions
//      of Different Frequencies (the kernel on the circle).
//   Z: Zhang, Xu, Luo and Ma 2019, Explicitizing an Implicit Bias of the Frequency Principle in Two-layer
//      Neural Networks (the linear F-principle).
//
// While the parameters hardly move, the flow theta' = -grad L of L = mean of h^2, h = f - y, changes h by
// h' = -(2/N) K h with K = (df/dtheta)(df/dtheta)^T, the neural tangent kernel. Where waves are its
// eigenfunctions, with eigenvalues lambda(k) of K/N, |h~(k)| falls like exp(-rate t), rate = 2 lambda(k), t
// being the learning rate times the number of steps of gradient descent.
//
// theory = "circle": ReLU, inputs on the unit circle, b_j = 0 at the start. In the mean over many neurons
// with directions of w_j that are evenly spread, at the angle t between two points,
//   K(t) = m (<|w|^2>/2 (sin t + (pi - t) cos t)/(2 pi)        from da (arc-cosine kernel of order 1)
//             + <a^2> (cos t + 1) (pi - t)/(2 pi)) + 1         from dw and db (twice B's H), and from dc
// and its mean Fourier coefficients 1/(2 pi) int K cos(k t) dt over [-pi, pi] are, with q = k^2 - 1,
//   arc-cosine:   2/pi^2 (k = 0), 1/8 (k = 1), 2/(pi^2 q^2) (even k), 0 (other odd k),
//   twice B's H:  1/pi^2 + 1/4, 1/pi^2 + 1/8, (k^2 + 1)/(pi^2 q^2), 1/(pi^2 k^2).
//
// theory = "line": one input on an interval of length T about 0, b_j from a normal distribution that is wide
// against w_j x, so that the kinks -b_j/w_j are spread evenly there, with the density p = 1/(sqrt(2 pi) std
// b) of b at 0. Then K depends on x - x' but for the factor 1 + x x' of dw and db, whose x x' is left out, as
// in Z, and lambda(k) is its transform at xi = k/T over T:
//   lambda = m p <|w| |F sigma(2 pi xi/w)|^2/w^2 (1 + a^2 (2 pi xi)^2/w^2)>/T,
//   ReLU:  |w|^3/(16 pi^4 xi^4) + a^2 |w|/(4 pi^2 xi^2),
//   tanh:  pi^2/|w| csch^2(pi^2 xi/w) (1 + 4 pi^2 a^2 xi^2/w^2),
// which is Z's gamma^2(xi) up to its constant.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

constexpr double pi = 3.141592653589793;

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set on which the loss is taken; it has one axis of equal steps."),
    BASSO_PARAMETER(
        "theory", "choice", "\"circle\"", "circle|line", "",
        "circle: the kernel of Basri et al. 2019 for ReLU on the unit circle, with biases that start "
        "at 0. line: the linear F-principle of Zhang et al. 2019 for ReLU and tanh with one input, "
        "with biases from a wide normal distribution."),
    BASSO_PARAMETER("frequencies", "integers", "[]", "[1,inf)", "cycles per window",
                    "The bins k; empty, the default: 1, 2, 4, … up to N/4."),
    BASSO_PARAMETER(
        "learning_rate", "real", "0.0", "[0,inf)", "",
        "Learning rate of the gradient descent whose steps are predicted; 0, the default: none are."),
};

using Vector = std::vector<double>;

struct Neuron {
  double a, w, b;  // w: the norm of its input weights
};

// Mean Fourier coefficients of the two parts of the kernel on the circle, k >= 1.
struct CircleParts {
  double outer, inner;
};
CircleParts circle_parts(double k) {
  const double q = k * k - 1.0;
  if (q == 0.0) return {1.0 / 8.0, 1.0 / (pi * pi) + 1.0 / 8.0};
  const bool even = std::fmod(k, 2.0) == 0.0;
  return {even ? 2.0 / (pi * pi * q * q) : 0.0,
          even ? (k * k + 1.0) / (pi * pi * q * q) : 1.0 / (pi * pi * k * k)};
}

// |w| |F sigma(2 pi xi/w)|^2/w^2 of a neuron, xi in cycles per unit of the input.
double line_part(bool relu, double w, double xi) {
  if (relu) return w * w * w / (16.0 * std::pow(pi * xi, 4));
  const double s = std::sinh(pi * pi * xi / w);
  return pi * pi / (w * s * s);  // 0 where sinh overflows
}

class PredictedRate {
 public:
  PredictedRate(basso::probe_setup& setup, const basso::values& values)
      : set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        circle_(values.choice("theory") == 0),
        learning_rate_(values.real("learning_rate")),
        bins_(listed_or_doubled_bins(grid_, values.list("frequencies"), "frequencies")),
        points_(setup.inputs(set_)) {
    read_network(setup.scene());
    check_points(setup.info(set_));
    parameters_ = setup.need("parameters");
    const auto k = basso::axis::listed("frequency", "cycles per window", Vector(bins_.begin(), bins_.end()));
    rate_ =
        setup.once("rate", "",
                   "rate at which linear theory (" +
                       std::string(circle_ ? "kernel on the circle" : "linear F-principle") +
                       ") lets |f~ - y~| fall at k, per unit of the time of the gradient flow of the mean "
                       "squared error, for the weights at the first recording; NaN where " +
                       (circle_ ? "biases are not 0" : "all biases are 0"),
                   {k});
    if (learning_rate_ > 0.0)
      steps_ =
          setup.once("steps", "step",
                     "steps of gradient descent in which |f~ - y~| falls to 1/e at that rate: -1/log(1 - "
                     "learning rate times rate)",
                     {k});
  }

  void observe(const basso::observation& look) const {
    if (!look.first()) return;
    const std::vector<Neuron> neurons = neurons_of(look[parameters_].data);
    double bias_power = 0.0;
    for (const Neuron& each : neurons) bias_power += each.b * each.b;
    const bool covered = circle_ == (bias_power == 0.0);
    const double density = std::sqrt(static_cast<double>(width_) / (2.0 * pi * bias_power));
    Vector rate;
    for (const std::size_t bin : bins_) {
      double sum = 0.0;
      for (const Neuron& each : neurons) sum += circle_ ? on_circle(each, bin) : density * on_line(each, bin);
      rate.push_back(covered ? 2.0 * sum : no_value);
    }
    look.emit(rate_, rate);
    if (!steps_) return;
    for (double& each : rate) each = -1.0 / std::log1p(-std::min(1.0, learning_rate_ * each));
    look.emit(*steps_, rate);
  }

 private:
  double on_circle(const Neuron& neuron, std::size_t bin) const {
    const CircleParts parts = circle_parts(static_cast<double>(bin));
    return neuron.w * neuron.w / 2.0 * parts.outer + neuron.a * neuron.a * parts.inner;
  }

  double on_line(const Neuron& neuron, std::size_t bin) const {
    const double xi = static_cast<double>(bin) / length_, slope = 2.0 * pi * xi * neuron.a / neuron.w;
    return line_part(relu_, neuron.w, xi) * (1.0 + slope * slope) / length_;
  }

  void read_network(const basso_scene& scene) {
    if (scene.block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    if (scene.hidden_count != 1)
      fail("the theory is for one hidden layer, and this network has " + std::to_string(scene.hidden_count) +
           "; give widths one entry");
    const std::string activation = scene.hidden[0]->activation;
    relu_ = activation == "relu";
    if (!relu_ && (circle_ || activation != "tanh"))
      fail("the theory is for " + std::string(circle_ ? "relu" : "relu and tanh") +
           ", and this network has " + activation);
    width_ = static_cast<std::size_t>(scene.hidden[0]->width);
    for (std::uint32_t i = 0; i < scene.block_count; ++i) {
      const basso_block& block = *scene.blocks[i];
      if (std::string(block.role) == "weight")
        (block.layer == 0 ? w_ : a_) = static_cast<std::size_t>(block.offset);
      if (std::string(block.role) == "bias" && block.layer == 0) b_ = static_cast<std::size_t>(block.offset);
    }
  }

  void check_points(const basso_set& set) {
    inputs_ = set.input_dim;
    const std::string name = "set: '" + std::string(set.name) + "'";
    if (grid_.width != 1)
      fail(name + " has " + std::to_string(grid_.width) + " outputs; take a target with one");
    if (!circle_) {
      if (inputs_ != 1)
        fail(name + " has " + std::to_string(inputs_) + " inputs; the theory of the line is for one");
      const double step = points_.size() > 1 ? points_[1] - points_[0] : 0.0;
      length_ = step * static_cast<double>(points_.size());
      return;
    }
    bool round = inputs_ == 2;
    for (std::size_t i = 0; round && i < points_.size(); i += 2)
      round = std::fabs(std::hypot(points_[i], points_[i + 1]) - 1.0) < 1e-9;
    if (!round) fail(name + " does not lie on the unit circle; take the target flower with petals = 0");
  }

  std::vector<Neuron> neurons_of(const double* all) const {
    std::vector<Neuron> neurons;
    for (std::size_t j = 0; j < width_; ++j) {
      double square = 0.0;
      for (std::size_t i = 0; i < inputs_; ++i)
        square += all[w_ + j * inputs_ + i] * all[w_ + j * inputs_ + i];
      neurons.push_back({all[a_ + j], std::sqrt(square), all[b_ + j]});
    }
    return neurons;
  }

  std::uint32_t set_;
  Grid grid_;
  bool circle_, relu_ = false;
  double learning_rate_;
  std::vector<std::size_t> bins_;
  Vector points_;
  std::size_t width_ = 0, inputs_ = 0, w_ = 0, a_ = 0, b_ = 0;  // offsets in the parameters
  double length_ = 0.0;
  basso::need parameters_;
  basso::series rate_;
  std::optional<basso::series> steps_;
};

}  // namespace

BASSO_PROBE_CLASS(
    predicted_rate, PredictedRate, "predicted-rate", "1.0.0",
    "How fast linear theory says that each frequency is learned by a wide network of one hidden layer",
    "Basri et al. 2019 (kernel on the circle); Zhang, Xu, Luo and Ma 2019 (linear F-principle)",
    "fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&predicted_rate)

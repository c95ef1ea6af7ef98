// Probe `parameter-fraction`: the fraction of the parameter space that carries frequencies above k, R App D
// (Rahaman et al. 2019, On the Spectral Bias of Neural Networks).
//
// R Definition 1: with all parameters in the box Theta = [-K, K]^P,
//   Xi_epsilon(k) = { theta in Theta : |f~_theta(k')| > epsilon for some k' > k },
// and vol Xi_epsilon(k) / vol Theta = O(k^(-Delta-1)) with 1 <= Delta <= d. The fraction is estimated by
// Monte Carlo: theta uniform in Theta, one network for each draw; its standard error is sqrt(p (1 - p) /
// draws). The network that trains plays no part but for its shape and the trainable numbers of its
// activations, which are not drawn.
//
// f~ is the one-sided DFT on the set (2/N, 1/N at Nyquist): A sin(2 pi k z) has |f~(k)| = A. R's transform is
// over the whole line, where a ReLU network falls off like 1/k^2; on a window the jump from its end to its
// beginning falls off like 1/k and may hide that. window = "hann" takes it away.
#include <algorithm>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "set", "string", "\"train\"", "", "",
        "Name of the target's set whose inputs the networks see; it has one axis of equal steps."),
    BASSO_PARAMETER("clip", "real", "1.0", "(0,inf)", "",
                    "K, the largest modulus of a weight or bias. Default: the paper names none."),
    BASSO_PARAMETER("thresholds", "reals", "[0.001, 0.01, 0.1]", "[0,inf)", "",
                    "The epsilons. Default: the paper names none."),
    BASSO_PARAMETER("draws", "integer", "1000", "[1,1000000]", "", "How many networks are drawn."),
    BASSO_PARAMETER("window", "choice", "\"none\"", "none|hann", "",
                    "What the values are multiplied with before the transform. hann has mean 1 and spreads a "
                    "wave to the two neighbouring bins, with half its modulus. Default: the paper names no "
                    "window."),
};

using Vector = std::vector<double>;

class ParameterFraction {
 public:
  ParameterFraction(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        clip_(values.real("clip")),
        thresholds_(values.list("thresholds").begin(), values.list("thresholds").end()),
        draws_(static_cast<std::size_t>(values.integer("draws"))),
        points_(setup.inputs(set_)),
        window_(points_.size() / setup.info(set_).input_dim, 1.0) {
    const basso_scene& scene = setup.scene();
    if (scene.block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    if (grid_.width != 1)
      fail("set: '" + std::string(setup.info(set_).name) + "' has " + std::to_string(grid_.width) +
           " outputs, but the fraction is that of networks with one; take a target with one output");
    if (thresholds_.empty()) fail("thresholds: the list is empty; name at least one");
    if (values.choice("window") == 1) window_ = hann_window(window_.size());
    for (std::uint32_t i = 0; i < scene.block_count; ++i)
      if (std::string(scene.blocks[i]->role) != "trainable") drawn_.push_back(scene.blocks[i]);
    parameters_ = setup.need("parameters");
    fraction_ = setup.once("fraction", "",
                           "fraction of the parameters in the box [-clip, clip] whose network has |f~(k')| "
                           "above the threshold for "
                           "some k' > k, by Monte Carlo",
                           {basso::axis::listed("threshold", "", thresholds_),
                            basso::axis::steps("frequency", "cycles per window", grid_.bins(), 0.0, 1.0)});
  }

  void observe(const basso::observation& look) const {
    if (!look.first()) return;
    const basso_matrix& current = look[parameters_];
    const Vector theta(current.data, current.data + current.columns);
    // above[draw x threshold]: how many bins from DC on, up to the highest one above the threshold; 0: none.
    std::vector<std::size_t> above(draws_ * thresholds_.size());
    basso::parallel(host_, draws_, [&](std::uint64_t draw) {
      basso::stop_if_cancelled(host_);
      const Vector f = magnitudes(drawn(theta, draw));
      for (std::size_t t = 0; t < thresholds_.size(); ++t)
        above[static_cast<std::size_t>(draw) * thresholds_.size() + t] = bins_up_to_last(f, thresholds_[t]);
    });
    Vector fraction(thresholds_.size() * grid_.bins(), 0.0);
    for (std::size_t draw = 0; draw < draws_; ++draw)
      for (std::size_t t = 0; t < thresholds_.size(); ++t)
        for (std::size_t k = 0; k + 1 < above[draw * thresholds_.size() + t]; ++k)
          fraction[t * grid_.bins() + k] += 1.0;
    for (double& each : fraction) each /= static_cast<double>(draws_);
    look.emit(fraction_, fraction);
  }

 private:
  // Uniform in the box, each draw from its own stream.
  Vector drawn(Vector theta, std::uint64_t draw) const {
    const Vector uniform = basso::uniform(host_, 0, draw, theta.size());
    for (const basso_block* block : drawn_)
      for (std::size_t i = 0; i < block->rows * block->columns; ++i)
        theta[block->offset + i] = clip_ * (2.0 * uniform[block->offset + i] - 1.0);
    return theta;
  }

  Vector magnitudes(const Vector& theta) const {
    Vector f(window_.size()), result(grid_.bins());
    basso::evaluate(host_, points_.data(), f.size(), f.data(), theta.data());
    for (std::size_t j = 0; j < f.size(); ++j) f[j] *= window_[j];
    const basso::spectrum_values bins = grid_.transform({f.data(), f.size(), 1}, 0);
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = grid_.magnitude(bins[k], k);
    return result;
  }

  static std::size_t bins_up_to_last(const Vector& f, double threshold) {
    std::size_t count = f.size();
    while (count > 0 && !(f[count - 1] > threshold)) --count;
    return count;
  }

  const basso_host* host_;
  std::uint32_t set_;
  Grid grid_;
  double clip_;
  Vector thresholds_;
  std::size_t draws_;
  Vector points_, window_;  // [rows x inputs], [rows]
  std::vector<const basso_block*> drawn_;
  basso::need parameters_;
  basso::series fraction_;
};

}  // namespace

BASSO_PROBE_CLASS(parameter_fraction, ParameterFraction, "parameter-fraction", "1.0.0",
                  "Fraction of the parameter space whose networks carry frequencies above k, by Monte Carlo",
                  "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Appendix D, Definition 1",
                  "evaluate/1 fft/1 parallel/1 random/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&parameter_fraction)

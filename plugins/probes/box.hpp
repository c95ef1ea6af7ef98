// The network on a square of its own in the plane of two inputs; what the probes decision-map and
// radial-spectrum share.
//   R: Rahaman et al. 2019, On the Spectral Bias of Neural Networks.
#pragma once

#include <basso/probe.hpp>

#include <cmath>
#include <string>
#include <vector>

#define BOX_PARAMETERS                                                                                      \
  BASSO_PARAMETER("centre", "reals", "[0, 0]", "(-inf,inf)", "", "Centre of the square: x and y."),         \
      BASSO_PARAMETER("half_width", "real", "1.6", "(0,inf)", "",                                           \
                      "The square reaches from centre - half_width to centre + half_width in both inputs. " \
                      "Default: the authors' plots, around flowers of radius up to 1.5."),                  \
      BASSO_PARAMETER("samples", "integer", "200", "[2,2048]", "",                                          \
                      "Points along each side, the lower end included, the upper not. Default: the "        \
                      "authors' plots.")

namespace {

// Points x_i = low + width i / samples (y likewise), row by row, y the slow one. Values are the network's;
// with the loss bce, whose outputs are logits, they are the probability, their sigmoid (R Fig 7, App E.2).
class Box {
 public:
  Box(basso::probe_setup& setup, const basso::values& values)
      : samples(static_cast<std::size_t>(values.integer("samples"))),
        half_width_(values.real("half_width")),
        probability_(std::string(setup.scene().loss) == "bce") {
    const basso_set& set = setup.info(0);
    if (set.input_dim != 2 || set.output_dim != 1)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "needs a function of the plane, but the target " +
                               std::string(setup.scene().target) + " has " + std::to_string(set.input_dim) +
                               " inputs and " + std::to_string(set.output_dim) +
                               " outputs; take a target with 2 inputs and 1 output, such as flower");
    const auto centre = values.list("centre");
    if (centre.size != 2)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "centre: has " + std::to_string(centre.size) + " numbers; expected 2, x and y");
    for (std::size_t i = 0; i < 2; ++i) low_[i] = centre[i] - half_width_;
    std::vector<double> points;
    for (std::size_t i = 0; i < samples * samples; ++i)
      points.insert(points.end(), {coordinate(0, i % samples), coordinate(1, i / samples)});
    setup.add_points("box", basso::as_view(points), samples * samples);
    predictions_ = setup.need("predictions", "box");
  }

  double side() const { return 2.0 * half_width_; }
  std::string meaning() const {
    return probability_ ? "the network's probability (sigmoid of its logit)" : "the network's value";
  }
  basso::axis axis(std::size_t input) const {
    return basso::axis::steps(input == 0 ? "x" : "y", "", samples, low_[input],
                              side() / static_cast<double>(samples));
  }

  double coordinate(std::size_t input, std::size_t i) const {
    return low_[input] + side() * static_cast<double>(i) / static_cast<double>(samples);
  }

  // [samples x samples]
  std::vector<double> values(const basso::observation& look) const {
    const double* y = look[predictions_].data;
    std::vector<double> result(y, y + samples * samples);
    if (probability_)
      for (double& each : result) each = 1.0 / (1.0 + std::exp(-each));
    return result;
  }

  std::size_t samples;  // along each side

 private:
  double half_width_, low_[2] = {0.0, 0.0};
  bool probability_;
  basso::need predictions_;
};

}  // namespace

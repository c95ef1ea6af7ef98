// Target `white-noise`: independent random values, which no frequency dominates; X Discussion (Xu 2018,
// Understanding training and generalization in deep learning by Fourier analysis) and R Experiment 8 (Rahaman
// et al. 2019, Appendix A.6).
#include <basso/target.hpp>

#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "distribution", "choice", "\"normal\"", "normal|uniform", "",
        "Of the values, drawn for each repeat: N(0, scale^2), or U(0, scale), as in R Experiment 8. X "
        "gives none."),
    BASSO_PARAMETER("scale", "real", "1.0", "(0,1e15]", "",
                    "Standard deviation of the normal distribution, or width of the uniform one. Default: R "
                    "Experiment 8."),
    BASSO_PARAMETER(
        "inputs", "choice", "\"grid\"", "grid|flat", "",
        "The points: equally spaced on an interval, both ends included, or, as in R Experiment 8, on a flat "
        "manifold in a space of many dimensions: the first coordinates drawn from U(0, 1) for each repeat, "
        "the others 0."),
    BASSO_PARAMETER("samples", "integer", "200", "[2,inf)", "",
                    "Points of the set \"train\". The papers give none."),
    BASSO_PARAMETER("low", "real", "-1.0", "[-1e15,1e15]", "",
                    "First point of the grid. Default: that of X's other functions."),
    BASSO_PARAMETER("high", "real", "1.0", "[-1e15,1e15]", "",
                    "Last point of the grid. Default: that of X's other functions."),
    BASSO_PARAMETER("dimensions", "integer", "784", "[1,1000000]", "",
                    "Of the space around the flat manifold. Default: R Experiment 8."),
    BASSO_PARAMETER("flat_dimensions", "integer", "64", "[1,1000000]", "",
                    "Of the flat manifold. Default: R Experiment 8."),
};

class WhiteNoise {
 public:
  WhiteNoise(basso::target_setup& setup, const basso::values& values)
      : host_(setup.host()),
        normal_(values.choice("distribution") == 0),
        grid_(values.choice("inputs") == 0),
        scale_(values.real("scale")),
        low_(values.real("low")),
        high_(values.real("high")),
        flat_(static_cast<std::size_t>(values.integer("flat_dimensions"))) {
    if (!(low_ < high_)) fail("low: must be less than high");
    basso::point_set train("train", "train", static_cast<std::uint64_t>(values.integer("samples")));
    intervals_ = static_cast<double>(train.rows - 1);
    if (grid_) {
      train.axes = {basso::axis::steps("x", "", train.rows, low_, (high_ - low_) / intervals_)};
      train.input_names = {"x"};
    } else {
      train.input_dim = static_cast<std::uint32_t>(values.integer("dimensions"));
      if (flat_ > train.input_dim)
        fail("flat_dimensions: " + std::to_string(flat_) +
             " do not fit into dimensions = " + std::to_string(train.input_dim));
    }
    setup.add(train);
  }

  // Random streams 0 for the values and 1 for the points, one row each.
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    const double drawn = (normal_ ? basso::normal(host_, 0, row, 1) : basso::uniform(host_, 0, row, 1))[0];
    point.outputs[0] = scale_ * drawn;
    if (grid_) {
      const double j = static_cast<double>(row);
      point.inputs[0] = ((intervals_ - j) * low_ + j * high_) / intervals_;
      return;
    }
    const std::vector<double> position = basso::uniform(host_, 1, row, flat_);
    for (std::size_t i = 0; i < point.inputs.size; ++i) point.inputs[i] = i < flat_ ? position[i] : 0.0;
  }

 private:
  [[noreturn]] static void fail(const std::string& sentence) {
    throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
  }

  const basso_host* host_;
  bool normal_, grid_;
  double scale_, low_, high_, intervals_ = 0.0;
  std::size_t flat_;
};

}  // namespace

BASSO_TARGET_CLASS(
    white_noise, WhiteNoise, "white-noise", "1.0.0",
    "Independent random values, on an interval or on a flat manifold in many dimensions",
    "Xu 2018 (X), Understanding training and generalization in deep learning by Fourier analysis, "
    "Discussion; Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiment 8",
    "random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&white_noise)

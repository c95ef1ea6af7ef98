// Target `flower`: a sum of sines over a closed curve in the plane, R Experiment 5 (Rahaman et al. 2019,
// section 4 and Appendix A.2), or that sum as a label, R Experiment 6. The network sees the point of the
// curve, not its parameter z.
#include "superposition.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "petals", "integer", "4", "[0,inf)", "",
        "L of the curve gamma_L(z) = (1 + sin(2 pi L z)/2) (cos 2 pi z, sin 2 pi z); 0 is the unit circle. "
        "R Experiment 5 compares 0, 4, 10 and 16. The coordinates hold the modes 1 and L-1, L+1 (R Eq 13 "
        "says L)."),
    BASSO_PARAMETER("frequencies", "reals", "[20, 40, 60, 80, 100, 120, 140, 160, 180, 200]", "[0,inf)",
                    "cycles per unit of z",
                    "Frequencies k_i of the signal along the curve, ascending. Default: R Experiment 5."),
    BASSO_PARAMETER(
        "amplitudes", "reals", "[1.0]", "(-inf,inf)", "",
        "Amplitudes A_i: one value for all frequencies, or one for each. Default: R Experiment 5."),
    BASSO_PARAMETER("amplitude_range", "reals", "[]", "(-inf,inf)", "",
                    "First and last amplitude, rising linearly over the list of frequencies, in place of "
                    "`amplitudes`."),
    BASSO_PARAMETER(
        "phases", "reals", "[]", "(-inf,inf)", "radians",
        "Phases phi_i: one for all, or one for each. Empty, the default: drawn from U(0, 2 pi) for each "
        "repeat, as in R Experiment 5."),
    BASSO_PARAMETER(
        "output", "choice", "\"signal\"", "signal|binary", "",
        "The values: lambda itself (R Experiment 5), or labels, 1 where lambda is above `threshold` and "
        "0 else (R Experiment 6)."),
    BASSO_PARAMETER("threshold", "real", "0.5", "(-inf,inf)", "",
                    "Of the output \"binary\". Default: R Experiment 6; the authors' code has 0."),
    BASSO_PARAMETER("samples", "integer", "1000", "[1,inf)", "",
                    "Points of the set \"train\": z = j/samples, without the end point (R: N = 1000)."),
    BASSO_PARAMETER(
        "dense_samples", "integer", "0", "[0,inf)", "",
        "Points of a second set \"dense\" on the same curve, to measure power above the Nyquist frequency "
        "of \"train\". 0, the default: no such set."),
};

class Flower {
 public:
  Flower(basso::target_setup& setup, const basso::values& values)
      : lambda_(setup.host(), values),
        petals_(static_cast<double>(values.integer("petals"))),
        binary_(values.choice("output") == 1),
        threshold_(values.real("threshold")) {
    add(setup, "train", values.integer("samples"));
    if (values.integer("dense_samples") > 0) add(setup, "dense", values.integer("dense_samples"));
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const double z = static_cast<double>(row) * step_[set];
    const double radius = 1.0 + 0.5 * std::sin(2.0 * pi * petals_ * z);
    point.inputs[0] = radius * std::cos(2.0 * pi * z);
    point.inputs[1] = radius * std::sin(2.0 * pi * z);
    const double lambda = lambda_(z);
    point.outputs[0] = !binary_ ? lambda : lambda > threshold_ ? 1.0 : 0.0;
    point.latents[0] = z;
  }

  // The labels have infinitely many.
  std::vector<basso::line> lines(std::uint32_t) const {
    return binary_ ? std::vector<basso::line>() : lambda_.lines();
  }

 private:
  void add(basso::target_setup& setup, const char* name, std::int64_t samples) {
    basso::point_set set(name, name, static_cast<std::uint64_t>(samples));
    set.input_dim = 2;
    set.latent_dim = 1;
    set.axes = {lambda_.grid(set.rows)};
    set.input_names = {"x", "y"};
    set.latent_names = {"z"};
    setup.add(set);
    step_.push_back(set.axes[0].step);
  }

  Superposition lambda_;
  double petals_;
  bool binary_;
  double threshold_;
  std::vector<double> step_;  // of each set
};

}  // namespace

BASSO_TARGET_CLASS(
    flower, Flower, "flower", "1.0.0",
    "Sum of sines along a flower in the plane: lambda(z) at gamma_L(z) = (1 + sin(2 pi L z)/2) (cos 2 pi z, "
    "sin 2 pi z)",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiments 5 and 6 and Appendix A.2",
    "random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&flower)

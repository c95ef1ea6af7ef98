// Target `sinusoids`: a sum of sines over the unit interval, R Experiment 1 (Rahaman et al. 2019, Eq 8).
#include "superposition.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "frequencies", "reals", "[5, 10, 15, 20, 25, 30, 35, 40, 45, 50]", "[0,inf)", "cycles per unit of z",
        "Frequencies k_i, ascending. Default: R Experiment 1. With whole numbers the signal has period 1 "
        "and its discrete spectrum on the grid is exact."),
    BASSO_PARAMETER(
        "amplitudes", "reals", "[1.0]", "(-inf,inf)", "",
        "Amplitudes A_i: one value for all frequencies, or one for each. Default: the equal amplitudes of "
        "R Experiment 1."),
    BASSO_PARAMETER("amplitude_range", "reals", "[]", "(-inf,inf)", "",
                    "First and last amplitude, rising linearly over the list of frequencies, in place of "
                    "`amplitudes`: [0.1, 1.0] is the second setting of R Experiment 1."),
    BASSO_PARAMETER(
        "phases", "reals", "[]", "(-inf,inf)", "radians",
        "Phases phi_i: one for all, or one for each. Empty, the default: drawn from U(0, 2 pi) for each "
        "repeat, as in R Experiment 1."),
    BASSO_PARAMETER(
        "samples", "integer", "200", "[1,inf)", "",
        "Points of the set \"train\": z = j/samples, without the end point (R: N = 200; the authors' code "
        "leaves the end point out)."),
    BASSO_PARAMETER(
        "dense_samples", "integer", "0", "[0,inf)", "",
        "Points of a second set \"dense\" on the same interval, to measure power above the Nyquist "
        "frequency of \"train\". 0, the default: no such set."),
};

class Sinusoids {
 public:
  Sinusoids(basso::target_setup& setup, const basso::values& values) : lambda_(setup.host(), values) {
    add(setup, "train", values.integer("samples"));
    if (values.integer("dense_samples") > 0) add(setup, "dense", values.integer("dense_samples"));
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const double z = static_cast<double>(row) * step_[set];
    point.inputs[0] = z;
    point.outputs[0] = lambda_(z);
  }

  std::vector<basso::line> lines(std::uint32_t) const { return lambda_.lines(); }

 private:
  void add(basso::target_setup& setup, const char* name, std::int64_t samples) {
    basso::point_set set(name, name, static_cast<std::uint64_t>(samples));
    set.axes = {lambda_.grid(set.rows)};
    set.input_names = {"z"};
    setup.add(set);
    step_.push_back(set.axes[0].step);
  }

  Superposition lambda_;
  std::vector<double> step_;  // of each set
};

}  // namespace

BASSO_TARGET_CLASS(sinusoids, Sinusoids, "sinusoids", "1.0.0",
                   "Sum of sines on the unit interval: sum_i A_i sin(2 pi k_i z + phi_i)",
                   "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiment 1, Eq 8",
                   "random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&sinusoids)

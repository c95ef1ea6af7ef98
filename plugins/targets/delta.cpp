// Target `delta`: one sample of a grid is not zero, so that all frequencies have the same amplitude, R
// Experiment 7 (Rahaman et al. 2019, Appendix A.5, Fig 14).
#include <basso/target.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

constexpr double pi = 3.14159265358979323846;

const basso_parameter parameters[] = {
    BASSO_PARAMETER("position", "real", "0.5", "[0,1)", "",
                    "Where the peak is: a point of the grid. Default: R Fig 14."),
    BASSO_PARAMETER("height", "real", "1.0", "(-inf,inf)", "",
                    "Value of the peak. R's constant spectrum of 0.005 is height/samples."),
    BASSO_PARAMETER(
        "samples", "integer", "200", "[1,100000000]", "",
        "Points of the set \"train\": z = j/samples, without the end point. R does not give the number; "
        "0.005 = 1/200."),
};

class Delta {
 public:
  Delta(basso::target_setup& setup, const basso::values& values)
      : samples_(static_cast<std::uint64_t>(values.integer("samples"))), height_(values.real("height")) {
    const double position = values.real("position"), n = static_cast<double>(samples_);
    const double nearest = std::nearbyint(position * n);
    if (std::abs(position * n - nearest) > 1e-6 || nearest >= n)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "position: " + std::to_string(position) + " is no point of the grid j/" +
                               std::to_string(samples_) + "; take one, or another number of samples");
    peak_ = static_cast<std::uint64_t>(nearest);
    basso::point_set train("train", "train", samples_);
    train.axes = {basso::axis::steps("z", "", samples_, 0.0, 1.0 / n, 1.0)};
    train.input_names = {"z"};
    setup.add(train);
  }

  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    point.inputs[0] = static_cast<double>(row) * (1.0 / static_cast<double>(samples_));
    point.outputs[0] = row == peak_ ? height_ : 0.0;
  }

  // The discrete transform of one sample: height/N at DC and, for even N, at Nyquist, twice that between,
  // with the phase exp(-2 pi i k z) of the peak.
  std::vector<basso::line> lines(std::uint32_t) const {
    std::vector<basso::line> result;
    const double n = static_cast<double>(samples_);
    for (std::uint64_t k = 0; k <= samples_ / 2; ++k) {
      const double amplitude = height_ / n * (k == 0 || 2 * k == samples_ ? 1.0 : 2.0);
      const double turns = std::fmod(static_cast<double>(k) * static_cast<double>(peak_), n) / n;
      result.push_back({static_cast<double>(k), std::polar(1.0, -2.0 * pi * turns) * amplitude});
    }
    return result;
  }

 private:
  std::uint64_t samples_, peak_ = 0;
  double height_;
};

}  // namespace

BASSO_TARGET_CLASS(
    delta, Delta, "delta", "1.0.0", "A peak of one sample on the unit interval: a constant spectrum",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiment 7 and Fig 14", "",
    BASSO_TABLE(parameters))
BASSO_LIBRARY(&delta)

// Target `flipped-spectrum`: the function whose discrete spectrum is that of y = x turned round, so that high
// frequencies dominate; X Fig 6 and Appendix E (Xu 2018, Understanding training and generalization in deep
// learning by Fourier analysis).
//
// With F the discrete transform of N samples of y = x, the flipped one is G[k] = F[N/2 - k] for k = 0 .. N/2
// and conjugate-symmetric beyond, so that g is real: X does not say how, and this puts the highest peak at
// the 19th frequency of N = 40, as in X Fig 6.
#include <basso/target.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

constexpr double pi = 3.14159265358979323846;

const basso_parameter parameters[] = {
    BASSO_PARAMETER("low", "real", "-1.0", "[-1e15,1e15]", "", "First point of the grid. Default: X Fig 6."),
    BASSO_PARAMETER("high", "real", "1.0", "[-1e15,1e15]", "",
                    "Last point of the grid, which belongs to it. Default: X Fig 6."),
    BASSO_PARAMETER(
        "samples", "integer", "40", "[4,10000]", "",
        "Points of the set \"train\", equally spaced, both ends included; an even number. Default: X Fig "
        "6."),
    BASSO_PARAMETER(
        "dense_samples", "integer", "0", "[0,inf)", "",
        "Points of a second set \"dense\" over one period (N steps of the grid), on the trigonometric "
        "polynomial through the points of \"train\", to measure power above their Nyquist frequency. 0, "
        "the default: no such set."),
};

class FlippedSpectrum {
 public:
  FlippedSpectrum(basso::target_setup& setup, const basso::values& values)
      : samples_(static_cast<double>(values.integer("samples"))), low_(values.real("low")) {
    const double high = values.real("high");
    if (!(low_ < high)) fail("low: must be less than high");
    if (values.integer("samples") % 2 != 0)
      fail("samples: must be even, so that the flipped spectrum is that of real values");
    step_ = (high - low_) / (samples_ - 1.0);
    if (std::max(std::abs(low_), std::abs(high)) > 1e5 * step_)  // phases to about 1e-10
      fail("low, high: lie too far from 0 for the steps between them; at most 100,000 steps");
    flip(high);
    add(setup, "train", values.integer("samples"));
    if (values.integer("dense_samples") > 0) add(setup, "dense", values.integer("dense_samples"));
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const double turn = static_cast<double>(row) / rows_[set];  // of the period
    point.inputs[0] = low_ + turn * samples_ * step_;
    double sum = 0.0;
    for (std::size_t k = 0; k < amplitude_.size(); ++k)
      sum += (amplitude_[k] * turned(static_cast<double>(k) * turn)).real();
    point.outputs[0] = sum;
  }

  // At k/(N h) cycles per unit of x, h the step; x starts at `low`. A component of zero is no line.
  std::vector<basso::line> lines(std::uint32_t) const {
    std::vector<basso::line> result;
    for (std::size_t k = 0; k < amplitude_.size(); ++k) {
      const double cycles = static_cast<double>(k) / (samples_ * step_);
      if (amplitude_[k] != 0.0) result.push_back({cycles, amplitude_[k] * turned(-cycles * low_)});
    }
    return result;
  }

 private:
  [[noreturn]] static void fail(const char* sentence) {
    throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
  }

  static std::complex<double> turned(double turns) {
    return std::polar(1.0, 2.0 * pi * (turns - std::floor(turns)));
  }

  // F in closed form: x_j = low + h j has F[0] = N (low + high)/2 and, for k > 0, F[k] = h N/(exp(-2 pi i
  // k/N) - 1) = h N (i cot(pi k/N) - 1)/2. The amplitudes are one-sided: 2 G[k]/N, and G[k]/N at k = 0 and
  // N/2.
  void flip(double high) {
    const auto half = static_cast<std::size_t>(samples_ / 2.0);
    amplitude_.push_back(-step_ / 2.0);
    for (std::size_t k = 1; k < half; ++k) {
      const double angle = pi * static_cast<double>(half - k) / samples_;
      amplitude_.push_back(step_ * std::complex<double>(-1.0, std::cos(angle) / std::sin(angle)));
    }
    amplitude_.push_back((low_ + high) / 2.0);
  }

  void add(basso::target_setup& setup, const char* name, std::int64_t rows) {
    basso::point_set set(name, name, static_cast<std::uint64_t>(rows));
    rows_.push_back(static_cast<double>(rows));
    const double period = samples_ * step_;
    set.axes = {basso::axis::steps("x", "", set.rows, low_, period / rows_.back(), period)};
    set.input_names = {"x"};
    setup.add(set);
  }

  double samples_, low_, step_ = 0.0;
  std::vector<std::complex<double>> amplitude_;  // [N/2 + 1]
  std::vector<double> rows_;                     // of each set
};

}  // namespace

BASSO_TARGET_CLASS(flipped_spectrum, FlippedSpectrum, "flipped-spectrum", "1.0.0",
                   "The function whose discrete spectrum is that of y = x from high to low frequency",
                   "Xu 2018 (X), Understanding training and generalization in deep learning by Fourier "
                   "analysis, Fig 6 and Appendix E",
                   "", BASSO_TABLE(parameters))
BASSO_LIBRARY(&flipped_spectrum)

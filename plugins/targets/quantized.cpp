// Target `quantized`: a simple function rounded to steps of alpha, T Eq 2 (Xu, Zhang, Xiao 2018, Training
// behavior of deep neural network in frequency domain): y = alpha Round(f0(x)/alpha), and y = f0(x) for alpha
// = 0.
#include <basso/target.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("function", "choice", "\"x\"", "x|abs|square|sin", "",
                    "f0: x, |x|, x squared or sin x (T Figs 3 and 6, and the text). Default: T Fig 3."),
    BASSO_PARAMETER(
        "alpha", "real", "0.5", "[0,inf)", "",
        "Step of the rounding; 0 leaves f0 as it is. Ties go to the even multiple, as numpy's round does "
        "for the papers' authors. Default: T Fig 3."),
    BASSO_PARAMETER("low", "real", "-1.0", "(-inf,inf)", "", "First point of the grid. Default: T Fig 3."),
    BASSO_PARAMETER("high", "real", "1.0", "(-inf,inf)", "",
                    "Last point of the grid, which belongs to it. Default: T Fig 3."),
    BASSO_PARAMETER(
        "samples", "integer", "600", "[2,inf)", "",
        "Points of the set \"train\", equally spaced, both ends included (the authors' linspace). T Fig 3 "
        "gives no number; 600 is that of T Fig 4, and gives the exact zeros of T Fig 3a."),
    BASSO_PARAMETER(
        "dense_samples", "integer", "0", "[0,inf)", "",
        "Points of a second set \"dense\" between the same ends, to measure power above the Nyquist "
        "frequency of \"train\"; at least 2. 0, the default: no such set."),
};

constexpr double largest = 1e15;

class Quantized {
 public:
  Quantized(basso::target_setup& setup, const basso::values& values)
      : function_(values.choice("function")),
        alpha_(values.real("alpha")),
        low_(values.real("low")),
        high_(values.real("high")) {
    if (!(low_ < high_)) throw basso::failure(BASSO_ERROR_PARAMETER, "low: must be less than high");
    if (!(std::abs(low_) <= largest && std::abs(high_) <= largest))
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "low, high: at most 1e15 in magnitude, so that x^2 and the grid are exact enough");
    if (alpha_ > 0.0 && alpha_ < std::max(std::abs(low_), std::abs(high_)) * 1e-15)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "alpha: so small beside low and high that nothing is rounded; 0 says so");
    const std::int64_t dense = values.integer("dense_samples");
    if (dense == 1) throw basso::failure(BASSO_ERROR_PARAMETER, "dense_samples: must be 0, or at least 2");
    add(setup, "train", values.integer("samples"));
    if (dense > 0) add(setup, "dense", dense);
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    // Weighted ends: x is odd to the last bit on an interval that is symmetric about 0.
    const double last = intervals_[set], j = static_cast<double>(row);
    const double x = ((last - j) * low_ + j * high_) / last;
    point.inputs[0] = x;
    const double y = f0(x);
    point.outputs[0] = alpha_ > 0.0 ? alpha_ * std::nearbyint(y / alpha_) : y;
  }

 private:
  double f0(double x) const {
    switch (function_) {
      case 1:
        return std::fabs(x);
      case 2:
        return x * x;
      case 3:
        return std::sin(x);
      default:
        return x;
    }
  }

  void add(basso::target_setup& setup, const char* name, std::int64_t samples) {
    basso::point_set set(name, name, static_cast<std::uint64_t>(samples));
    intervals_.push_back(static_cast<double>(samples - 1));
    set.axes = {basso::axis::steps("x", "", set.rows, low_, (high_ - low_) / intervals_.back())};
    set.input_names = {"x"};
    setup.add(set);
  }

  int function_;
  double alpha_, low_, high_;
  std::vector<double> intervals_;  // samples - 1 of each set
};

}  // namespace

BASSO_TARGET_CLASS(
    quantized, Quantized, "quantized", "1.0.0",
    "A function rounded to steps: alpha Round(f0(x)/alpha), f0 in x, |x|, x^2, sin x",
    "Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency domain, Eq 2 and Fig 3", "",
    BASSO_TABLE(parameters))
BASSO_LIBRARY(&quantized)

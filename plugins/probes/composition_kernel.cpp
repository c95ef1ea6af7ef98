// Probe `composition-kernel`: which frequencies l along a closed curve gamma a wave exp(i k x) of the input
// space has, R Eq 14 (Rahaman et al. 2019, On the Spectral Bias of Neural Networks, section 4):
//   P_gamma(l, k) = integral over z in [0, 1] of exp(i (k gamma(z) - 2 pi l z)), k = 2 pi frequency,
// with l in whole cycles per turn of the curve. It belongs to the target alone. On the circle with k along x
// it is i^l J_l(|k|). Between the set's points the curve is their trigonometric interpolant, which is the
// curve itself where its coordinates have no modes from half the number of points on.
//
// `reach` is R Eq 15: stationary phase needs l = k gamma'(z)/(2 pi), so that modes beyond the largest of
// these cannot be expressed with the frequency.
#include <algorithm>
#include <cmath>

#include "complex_series.hpp"
#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set; its one axis has equal steps and is periodic, its inputs are "
                    "the points of the curve."),
    BASSO_PARAMETER("frequencies", "reals", "[0.25, 0.5, 1, 2, 4, 8, 16]", "(-inf,inf)",
                    "cycles per unit of the input", "Frequencies in the input space, |k|/(2 pi)."),
    BASSO_PARAMETER(
        "direction", "reals", "[1, 0]", "(-inf,inf)", "",
        "Direction of k, one number for each input; its length does not count. Default: along x."),
    BASSO_PARAMETER("modes", "integer", "200", "[0,100000]", "",
                    "Modes l from -modes to modes. Default: the frequencies of R Experiment 5."),
    PHASES_PARAMETER,
};

class CompositionKernel {
 public:
  CompositionKernel(basso::probe_setup& setup, const basso::values& values)
      : frequencies_(values.list("frequencies").begin(), values.list("frequencies").end()),
        modes_(static_cast<std::size_t>(values.integer("modes"))),
        curve_(coefficients(setup, values)),
        plan_(setup.host(), enough_points()),
        height_(along_curve(0)) {
    for (const double each : along_curve(1)) steepest_ = std::max(steepest_, std::abs(each));
    const auto frequency = basso::axis::listed("frequency", "cycles per unit of the input", frequencies_);
    const double first = -static_cast<double>(modes_);
    const auto mode = basso::axis::steps("mode", "cycles per turn", 2 * modes_ + 1, first, 1.0);
    kernel_.add("kernel", "R Eq 14's P(l, k) of the target's curve", values.flag("phases"),
                [&](const std::string& name, const std::string& unit, const std::string& meaning) {
                  return setup.once(name, unit, meaning, {frequency, mode});
                });
    reach_ = setup.once("reach", "cycles per turn",
                        "largest |k gamma'(z)|/(2 pi) on the curve: the highest mode with a stationary point "
                        "(R Eq 15)",
                        {frequency});
  }

  // The trapezoid rule over a period.
  void observe(const basso::observation& look) const {
    if (!look.first()) return;
    std::vector<std::complex<double>> kernel;
    std::vector<double> reach;
    const std::size_t points = height_.size();
    for (const double frequency : frequencies_) {
      basso::spectrum_values wave;
      for (const double each : height_) wave.push_back(std::polar(1.0, turn * frequency * each));
      const basso::spectrum_values f = plan_.forward(wave);
      for (std::size_t i = 0; i <= 2 * modes_; ++i)
        kernel.push_back(f[(points + i - modes_) % points] / static_cast<double>(points));
      reach.push_back(std::abs(frequency) * steepest_);
    }
    kernel_.emit(look, kernel);
    look.emit(reach_, reach);
  }

 private:
  static constexpr double turn = 6.283185307179586476925286766559;  // 2 pi

  // Of the height's Fourier series, in an FFT's order.
  static basso::spectrum_values coefficients(const basso::probe_setup& setup, const basso::values& values) {
    const basso_set& set = setup.info(setup.set(values.text("set")));
    const basso_axis& axis = grid_axis(set);
    const double length = step(axis) * static_cast<double>(set.rows);
    if (!(std::abs(axis.period - length) <= 1e-9 * std::abs(length)))
      fail("set: '" + std::string(set.name) +
           "' is not a closed curve, whose axis is one period long; take a target such as flower");
    const std::vector<double> points = heights(setup, values);
    const basso::fourier_plan plan(setup.host(), points.size());
    basso::spectrum_values f = plan.forward(basso::spectrum_values(points.begin(), points.end()));
    for (std::complex<double>& each : f) each /= static_cast<double>(points.size());
    return f;
  }

  // The coordinate of the curve's points along the direction of k.
  static std::vector<double> heights(const basso::probe_setup& setup, const basso::values& values) {
    const std::uint32_t set = setup.set(values.text("set"));
    const auto direction = values.list("direction");
    const std::size_t inputs = setup.info(set).input_dim;
    double square = 0.0;
    for (const double each : direction) square += each * each;
    if (direction.size != inputs || !(square > 0.0) || !std::isfinite(square))
      fail("direction: has " + std::to_string(direction.size) + " numbers; expected " +
           std::to_string(inputs) + ", one for each input, that are not all zero (nor too large to square)");
    const std::vector<double> points = setup.inputs(set);
    std::vector<double> result(points.size() / inputs, 0.0);
    for (std::size_t i = 0; i < points.size(); ++i)
      result[i / inputs] += points[i] * (direction[i % inputs] / std::sqrt(square));
    return result;
  }

  // Of entry i of curve_; the highest mode of an even number of points counts as 0 in derivatives.
  double mode(std::size_t i) const {
    const std::size_t points = curve_.size();
    return static_cast<double>(i) - (2 * i > points ? static_cast<double>(points) : 0.0);
  }

  // The wave is the product of exp(i x_m cos(2 pi m z + ..)) over the curve's modes m, and these have only
  // the modes m n with J_n(x_m) beyond rounding: with more points than all of them together nothing aliases.
  std::uint64_t enough_points() const {
    if (frequencies_.empty()) fail("frequencies: the list is empty; name at least one");
    double highest = 0.0, needed = 30.0 + 2.0 * static_cast<double>(modes_);
    for (const double each : frequencies_) highest = std::max(highest, std::abs(each));
    for (std::size_t i = 0; i < curve_.size(); ++i) {
      const double x = 2.0 * turn * highest * std::abs(curve_[i]);
      if (mode(i) > 0.0) needed += mode(i) * (x + 10.0 * std::cbrt(x) + 10.0 * std::sqrt(std::cbrt(x)));
    }
    if (!(needed < 2e6))
      fail("frequencies: the highest, on this curve, needs more than 2 million points; take lower ones");
    std::uint64_t points = 1;
    while (static_cast<double>(points) < needed || points < 2 * curve_.size()) points *= 2;
    return points;
  }

  // The height, or its derivative in z, at the plan's points.
  std::vector<double> along_curve(int derivative) const {
    basso::spectrum_values spread(static_cast<std::size_t>(plan_.points()));
    for (std::size_t i = 0; i < curve_.size(); ++i) {
      const bool highest = 2 * i == curve_.size();
      const std::complex<double> factor(derivative == 0 ? 1.0 : 0.0,
                                        highest ? 0.0 : turn * mode(i) * derivative);
      // Conjugate, since the inverse transform is the conjugate of that of the conjugate.
      const std::size_t to = 2 * i > curve_.size() ? spread.size() + i - curve_.size() : i;
      spread[to] = std::conj(curve_[i] * factor);
    }
    std::vector<double> result;
    for (const std::complex<double>& each : plan_.forward(spread)) result.push_back(each.real());
    return result;
  }

  std::vector<double> frequencies_;
  std::size_t modes_;
  basso::spectrum_values curve_;  // coefficients of the Fourier series of the height k gamma / |k|
  basso::fourier_plan plan_;
  std::vector<double> height_;  // at the plan's points
  double steepest_ = 0.0;       // largest |derivative| of the height in z
  ComplexSeries kernel_;
  basso::series reach_;
};

}  // namespace

BASSO_PROBE_CLASS(
    composition_kernel, CompositionKernel, "composition-kernel", "1.0.0",
    "The frequencies along the target's curve that a wave of the input space has: P_gamma(l, k)",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Eqs 14 and 15", "fft/1 sets/1",
    BASSO_TABLE(parameters))
BASSO_LIBRARY(&composition_kernel)

// Probe `extrapolation`: the network beside the range that it is fitted on, and the power of its low and high
// frequencies there, T Fig 8 (Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency
// domain: "outside the fitting range, it is very flat with no oscillation").
// There is no window: a slope counts, with a tail like 1/k^2.
#include <cmath>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "set", "string", "\"train\"", "", "",
        "Name of the target's set whose range is left; its points lie evenly along the one input."),
    BASSO_PARAMETER(
        "margin", "real", "0.5", "(0,100]", "",
        "Length of the interval on either side, as a multiple of the range's; points lie as densely as in "
        "the set. The paper does not say how far its figure reaches."),
    BASSO_PARAMETER("cutoff", "real", "0.0", "[0,inf)", "cycles per unit of the input",
                    "High frequencies are those above this one. 0, the default: all but the mean, so that "
                    "their power is the variance."),
};

class Extrapolation {
 public:
  Extrapolation(basso::probe_setup& setup, const basso::values& values) : cutoff_(values.real("cutoff")) {
    const std::uint32_t set = setup.set(values.text("set"));
    const basso_set& info = setup.info(set);
    const std::vector<double> x = setup.inputs(set), y = setup.outputs(set);
    step_ = even_step(info, x);
    const double wanted = values.real("margin") * static_cast<double>(x.size() - 1);
    const std::size_t side = static_cast<std::size_t>(std::max(1.0, std::nearbyint(wanted)));
    std::vector<double> points;
    for (std::size_t i = side; i > 0; --i) points.push_back(x.front() - step_ * static_cast<double>(i));
    for (std::size_t i = 1; i <= side; ++i) points.push_back(x.back() + step_ * static_cast<double>(i));
    setup.add_points("beside", basso::as_view(points), points.size());
    outside_ = setup.need("predictions", "beside");
    fitted_ = setup.need("predictions", info.name);
    for (const std::size_t length : {side, x.size(), side}) plans_.emplace_back(setup.host(), length);
    target_ = powers(plans_[1], y);
    drawn_target_.assign(x.size() + 2 * side, no_value);
    std::copy(y.begin(), y.end(), drawn_target_.begin() + static_cast<std::ptrdiff_t>(side));
    points.insert(points.begin() + static_cast<std::ptrdiff_t>(side), x.begin(), x.end());
    declare(setup, info, points);
  }

  void observe(const basso::observation& look) const {
    const double* beside = look[outside_].data;
    const double* fitted = look[fitted_].data;
    const std::size_t side = static_cast<std::size_t>(plans_[0].points());
    const std::vector<double> parts[] = {
        {beside, beside + side}, {fitted, fitted + look[fitted_].rows}, {beside + side, beside + 2 * side}};
    std::vector<double> all, low, high;
    for (std::size_t part = 0; part < 3; ++part) {
      const BandPowers power = powers(plans_[part], parts[part]);
      all.insert(all.end(), parts[part].begin(), parts[part].end());
      low.push_back(power.low);
      high.push_back(power.high);
    }
    look.emit(output_, all);
    look.emit(power_low_, low);
    look.emit(power_high_, high);
    if (!look.first()) return;
    look.emit(drawn_, drawn_target_);
    look.emit(target_power_low_, target_.low);
    look.emit(target_power_high_, target_.high);
  }

 private:
  static double even_step(const basso_set& info, const std::vector<double>& x) {
    if (info.input_dim != 1 || info.output_dim != 1 || info.rows < 2)
      fail("set: '" + std::string(info.name) + "' has " + std::to_string(info.input_dim) + " inputs, " +
           std::to_string(info.output_dim) + " outputs and " + std::to_string(info.rows) +
           " rows; a range that can be left needs one input, one output and two rows");
    const double step = (x.back() - x.front()) / static_cast<double>(x.size() - 1);
    for (std::size_t i = 0; i < x.size(); ++i)
      if (step == 0.0 ||
          !(std::abs(x[i] - x.front() - step * static_cast<double>(i)) <= 1e-6 * std::abs(step)))
        fail("set: the points of '" + std::string(info.name) +
             "' do not lie evenly along their input, in order");
    return step;
  }

  void declare(basso::probe_setup& setup, const basso_set& info, const std::vector<double>& points) {
    const auto x =
        basso::axis::listed(info.input_names != nullptr ? info.input_names[0] : "input", "", points);
    const auto interval = basso::axis::labelled("interval", {"before", "fitted", "after"});
    const std::string of = " of the set '" + std::string(info.name) + "'";
    const std::string low = "mean square of the part up to the cutoff, DC included",
                      high = "mean square of the part above the cutoff";
    output_ = setup.each("output", "", "the network's value before, in and after the range" + of, {x});
    power_low_ =
        setup.each("power_low", "", low + ", on intervals before, in and after the range" + of, {interval});
    power_high_ =
        setup.each("power_high", "", high + ", on intervals before, in and after the range" + of, {interval});
    drawn_ = setup.once("target", "", "the target's value in the range" + of + ", NaN outside", {x});
    target_power_low_ = setup.once("target_power_low", "", "the target's " + low + ", in the range" + of);
    target_power_high_ = setup.once("target_power_high", "", "the target's " + high + ", in the range" + of);
  }

  BandPowers powers(const basso::fourier_plan& plan, const std::vector<double>& y) const {
    const double window = static_cast<double>(y.size()) * std::abs(step_);
    return band_powers(plan.forward(basso::as_view(y)), y.size(), cutoff_ * window);
  }

  double cutoff_, step_ = 0.0;
  std::vector<basso::fourier_plan> plans_;  // of the three intervals
  BandPowers target_;
  std::vector<double> drawn_target_;  // [points]
  basso::need outside_, fitted_;
  basso::series output_, power_low_, power_high_, drawn_, target_power_low_, target_power_high_;
};

}  // namespace

BASSO_PROBE_CLASS(
    extrapolation, Extrapolation, "extrapolation", "1.0.0",
    "The network beside the range that it is fitted on, and its power at high frequencies there",
    "Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency domain, Fig 8 and section "
    "6.2",
    "fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&extrapolation)

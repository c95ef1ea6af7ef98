// Derivatives at large arguments. There a step that rounding leaves anything of may hold many periods of
// sin(30 x), so that no quotient is close to the derivative at a point. The mean value theorem holds for
// every step: (f(x + h) - f(x - h)) / 2h, the mean of f' between, is neither above the largest nor below the
// smallest f' there (which lies on both sides of a kink, too). A derivative is wrong where that fails for
// every step that float64 can tell anything about.
#include "check/far_slopes.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace basso::check::activation {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr std::array kSteps = {3, 8, 13, 18, 23, 28, 33, 38};  // h = 2^-step of the power of two below |x|
constexpr std::size_t kInside = 33;                            // arguments from x - h to x + h, both included
constexpr double kSmall = 1e-6;      // of the largest derivative up to 1,000: nothing is said about less
constexpr double kPrecision = 0.02;  // relative; a step whose quotient is less precise says nothing
constexpr double kSampled = 1e-3;    // relative; the extremes of f' lie beside the arguments inside

// x - h to x + h, not evenly, so that no period of f fits.
std::array<double, kInside> inside(double x, double h, nn::Stream& random) {
  std::array<double, kInside> all{};
  for (std::size_t i = 0; i < kInside; ++i) {
    const double part = (static_cast<double>(i) + random.uniform()) / kInside;
    all[i] = x + h * (2 * part - 1);
  }
  all.front() = x - h;
  all.back() = x + h;
  return all;
}

struct Interval {
  double x, h;
};

double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values)
    if (std::isfinite(value)) most = std::max(most, std::abs(value));
  return most;
}

// One step: the quotient, and the derivatives that it should lie between.
struct Mean {
  bool finite = false;
  double quotient = 0, low = 0, high = 0;
  double rounding = 0;  // of the quotient

  double size() const { return std::max({std::abs(low), std::abs(high), std::abs(quotient)}); }
};

// The largest |f| and |f'| of ordinary arguments, by which rounding errors are measured.
struct Scale {
  double value, slope;
};

Mean mean_of(const Interval& at, double below, double above, std::span<const double> slopes,
             const Scale& scale) {
  const auto finite = [](double value) { return std::isfinite(value); };
  const auto [low, high] = std::minmax_element(slopes.begin(), slopes.end());
  Mean mean{finite(below) && finite(above) && std::all_of(slopes.begin(), slopes.end(), finite),
            (above - below) / (2 * at.h), *low, *high, 0};
  const double moved = std::abs(at.x) * std::max(mean.size(), scale.slope);  // x is rounded, too
  mean.rounding = 8 * kEpsilon / at.h * (scale.value + std::abs(below) + std::abs(above) + moved);
  return mean;
}

// The last of the means at one x, where each that says something speaks against the derivatives; else null.
const Mean* refuted(std::span<const Mean> means, const Scale& scale) {
  double size = 0;
  for (const Mean& mean : means)
    if (mean.finite) size = std::max(size, mean.size());
  const Mean* last = nullptr;
  for (const Mean& mean : means) {
    if (!mean.finite || mean.rounding > kPrecision * size) continue;
    const double room = mean.rounding + kSampled * mean.size() + kSmall * scale.slope;
    if (mean.quotient >= mean.low - room && mean.quotient <= mean.high + room) return nullptr;
    last = &mean;
  }
  return last;
}

}  // namespace

Finding far_slopes(const Context& context, const Subject& subject, const Setting& setting,
                   const ArrayFunction<double>& f, const ArrayFunction<double>& slope) {
  nn::Stream random = context.random(6);
  std::vector<Interval> intervals;
  std::vector<double> ends, all;
  for (const double round : far_arguments(context)) {
    const double x = round + random.uniform();  // no integer, where functions have jumps and kinks
    for (const int step : kSteps) {
      intervals.push_back({x, std::ldexp(1.0, std::ilogb(x) - step)});
      for (const double each : inside(x, intervals.back().h, random)) all.push_back(each);
      ends.insert(ends.end(), {x - intervals.back().h, x + intervals.back().h});
    }
  }
  context.made_for("arguments beyond 1,000" + with(setting));
  const std::vector<double> ordinary = arguments(context, subject.facts(setting));
  const Scale scale{largest(subject.apply(f, setting, std::span<const double>(ordinary))),
                    largest(subject.apply(slope, setting, std::span<const double>(ordinary)))};
  const std::vector<double> values = subject.apply(f, setting, std::span<const double>(ends));
  const std::vector<double> slopes = subject.apply(slope, setting, std::span<const double>(all));
  std::vector<Mean> means;
  for (std::size_t i = 0; i < intervals.size(); ++i)
    means.push_back(mean_of(intervals[i], values[2 * i], values[2 * i + 1],
                            std::span(slopes).subspan(i * kInside, kInside), scale));
  for (std::size_t first = 0; first < means.size(); first += kSteps.size()) {
    const Mean* wrong = refuted(std::span(means).subspan(first, kSteps.size()), scale);
    if (!wrong) continue;
    return fmt::format(
        "close to x = {:.12g}{} the results of {} lie between {:.9g} and {:.9g}, but {} changes by {:.9g} "
        "times the distance there. Correct the one that is wrong: formulas hold for large arguments, too",
        intervals[first].x, with(setting), slope.name, wrong->low, wrong->high, f.name, wrong->quotient);
  }
  return passed;
}

}  // namespace basso::check::activation

// Stated kinks: that there is no other, that the derivative there is one of the two sides', and that a
// piecewise linear function is linear between them.
#include <algorithm>
#include <limits>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"

namespace basso::check::activation {
namespace {

struct Jump {
  double x = 0, below = 0, above = 0;  // results at x and at the next larger number
  bool found = false;
};

// Bisects all intervals of the grid at once, each towards the half in which f changes more: a jump stays as
// large as it is, whatever is smooth shrinks to nothing.
template <class F>
Jump find_jump(std::vector<double> low, std::vector<double> high, F&& f) {
  std::vector<double> f_low = f(low), f_high = f(high);
  const std::vector<double> scale = scales(low, f_low);
  std::vector<double> middle(low.size());
  for (int i = 0; i < 64; ++i) {
    for (std::size_t k = 0; k < low.size(); ++k) middle[k] = low[k] + (high[k] - low[k]) / 2;
    const std::vector<double> f_middle = f(middle);
    for (std::size_t k = 0; k < low.size(); ++k) {
      const bool left = std::abs(f_middle[k] - f_low[k]) > std::abs(f_high[k] - f_middle[k]);
      (left ? high : low)[k] = middle[k];
      (left ? f_high : f_low)[k] = f_middle[k];
    }
  }
  for (std::size_t k = 0; k < low.size(); ++k) {
    const double rise = std::abs(f_high[k] - f_low[k]);  // infinite where f overflows
    if (std::isfinite(rise) && rise > 1e-6 * std::max(scale[k], std::abs(f_high[k])))
      return {low[k], f_low[k], f_high[k], true};
  }
  return {};
}

// Neighbouring arguments without a stated kink between them.
void intervals(const Context& context, const basso_facts& facts, std::vector<double>& low,
               std::vector<double>& high) {
  std::vector<double> x = arguments(context, facts);
  for (int i = -6'400; i <= 6'400; ++i) x.push_back((i + 0.37) / 640);
  std::sort(x.begin(), x.end());
  for (std::size_t i = 0; i + 1 < x.size(); ++i) {
    const bool kink = std::any_of(facts.kinks, facts.kinks + facts.kink_count,
                                  [&](double at) { return x[i] <= at && at <= x[i + 1]; });
    if (kink || x[i] == x[i + 1]) continue;
    low.push_back(x[i]);
    high.push_back(x[i + 1]);
  }
}

Finding undeclared(const Context& context, const Subject& subject, const Setting& setting,
                   const basso_facts& facts) {
  std::vector<double> low, high;
  intervals(context, facts, low, high);
  context.made_for("looking for a jump of value_f64" + with(setting));
  const Jump step =
      find_jump(low, high, [&](std::span<const double> x) { return subject.value(setting, x); });
  if (step.found)
    return fmt::format(
        "value_f64 jumps from {:.9g} to {:.9g} at x = {:.17g}{}, which is not among the stated kinks: add "
        "it to facts->kinks, make the pieces meet there, or leave BASSO_FACT_KINKS out of `stated`",
        step.below, step.above, step.x, with(setting));
  if ((facts.stated & BASSO_FACT_SURROGATE) != 0) return passed;
  context.made_for("looking for a jump of derivative_f64" + with(setting));
  const Jump kink =
      find_jump(low, high, [&](std::span<const double> x) { return subject.derivative(setting, x); });
  if (!kink.found) return passed;
  return fmt::format(
      "derivative_f64 jumps from {:.9g} to {:.9g} at x = {:.9g}{}, which is not among the stated kinks: "
      "add it to facts->kinks (at most 16, ascending), or leave BASSO_FACT_KINKS out of `stated`",
      kink.below, kink.above, kink.x, with(setting));
}

// Whether a derivative grows without bound towards the kink, from one of its sides: sqrt |x|, x log |x|.
bool grows(double near, double nearer) {
  return std::abs(nearer) > 1 && std::abs(nearer) > 1.05 * std::abs(near);
}

// "At a kink: the derivative on either side." Where it grows without bound there is none.
Finding between(const Subject& subject, const Setting& setting, const basso_facts& facts) {
  if ((facts.stated & BASSO_FACT_SURROGATE) != 0) return passed;
  for (std::uint32_t k = 0; k < facts.kink_count; ++k) {
    const double at = facts.kinks[k], near = 0x1p-30 * std::max(1.0, std::abs(at));
    const std::array<double, 5> x = {at - near, at, at + near, at - near / 16, at + near / 16};
    const std::vector<double> d = subject.derivative(setting, x);
    if (!std::isnan(d[1]) && (grows(d[0], d[3]) || grows(d[2], d[4]))) continue;
    const double tolerance = 1e-3 * (std::abs(d[0]) + std::abs(d[2]));
    if (!std::isfinite(tolerance) || std::abs(d[1] - d[0]) <= tolerance || std::abs(d[1] - d[2]) <= tolerance)
      continue;
    return fmt::format(
        "derivative_f64 gives {} at the kink x = {}{}, where it is {:.9g} below and {:.9g} above; give one "
        "of the two",
        d[1], at, with(setting), d[0], d[2]);
  }
  return passed;
}

// Points of one piece, from `low` to `high`, against the line through two of them.
Finding bent(const Subject& subject, const Setting& setting, double low, double high) {
  constexpr int many = 64;
  std::vector<double> x;
  for (int i = 1; i < many; ++i) x.push_back(low + (high - low) * i / many);
  const std::vector<double> y = subject.value(setting, x), scale = scales(x, y);
  const std::size_t a = many / 4, b = 3 * many / 4;
  const double slope = (y[b] - y[a]) / (x[b] - x[a]);
  const double rounding = 64 * std::numeric_limits<double>::epsilon();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double line = y[a] + slope * (x[i] - x[a]);
    const double tolerance = rounding * (scale[i] + std::abs(slope * x[i]) + std::abs(y[a]) + std::abs(y[b]));
    if (std::abs(y[i] - line) <= tolerance) continue;
    return fmt::format(
        "value_f64 gives {:.12g} for x = {:.12g}{}; the line through its results at {:.12g} and {:.12g}, "
        "between the same two kinks, gives {:.12g}. Do not state BASSO_FACT_PIECEWISE_LINEAR, or state all "
        "kinks",
        y[i], x[i], with(setting), x[a], x[b], line);
  }
  return passed;
}

}  // namespace

Finding kinks(Context& context) {
  const Subject subject(context);
  if (!subject.states(BASSO_FACT_KINKS)) throw NotApplicable("it does not state its kinks");
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    if ((facts.stated & BASSO_FACT_KINKS) == 0) continue;
    if (Finding finding = undeclared(context, subject, setting, facts); !finding.empty()) return finding;
    if (Finding finding = between(subject, setting, facts); !finding.empty()) return finding;
  }
  return passed;
}

Finding piecewise_linear(Context& context) {
  const Subject subject(context);
  if (!subject.states(BASSO_FACT_PIECEWISE_LINEAR))
    throw NotApplicable("it does not state to be piecewise linear");
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    if ((facts.stated & BASSO_FACT_PIECEWISE_LINEAR) == 0) continue;
    context.made_for("looking whether it is piecewise linear" + with(setting));
    std::vector<double> ends(facts.kinks, facts.kinks + facts.kink_count);
    if (ends.empty()) ends.push_back(0);
    for (std::size_t i = 0; i + 1 < ends.size(); ++i)
      if (Finding finding = bent(subject, setting, ends[i], ends[i + 1]); !finding.empty()) return finding;
    for (const double width : {1.0, 16.0, 1'000.0}) {
      Finding finding = bent(subject, setting, ends.front() - width, ends.front());
      if (finding.empty()) finding = bent(subject, setting, ends.back(), ends.back() + width);
      if (!finding.empty()) return finding;
    }
  }
  return passed;
}

}  // namespace basso::check::activation

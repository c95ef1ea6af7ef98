// Results that stand alone: a formula with a case of its own for x = 0 or x = 1 that is wrong there, and
// nowhere else. Drawn arguments never meet such a number, so those are tried that formulas have cases for.
//
// A result is compared with those at ten places beside it, 1 to 8 steps to either side, and that for steps
// from one ulp up. It may lie beyond them by eight times the range that they span: a cusp does (sqrt |x| at
// 0), a jump does not have to, since the result is one of the two sides or between.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"

namespace basso::check::activation {
namespace {

constexpr double kTimesRange = 8;
constexpr int kSteps[] = {-8, -5, -3, -2, -1, 1, 2, 3, 5, 8};
constexpr std::size_t kNeighbours = std::size(kSteps);

template <class T>
std::vector<T> round_arguments(const basso_facts& facts) {
  std::vector<double> x = {std::numbers::e,         std::numbers::ln2, std::numbers::sqrt2,
                           1 / std::numbers::sqrt2, 1.0 / 3,           2.0 / 3};
  for (int i = 1; i <= 40; ++i) x.push_back(0.25 * i);
  for (int i = 1; i <= 10; ++i) x.push_back(0.1 * i);
  for (int i = 1; i <= 12; ++i) x.push_back(std::numbers::pi / 12 * i), x.push_back(std::numbers::pi / 2 * i);
  for (const double each : {12.0, 16.0, 20.0, 32.0, 50.0, 64.0, 100.0, 128.0, 256.0, 1'000.0, 1'024.0})
    x.push_back(each);
  const std::size_t positive = x.size();
  for (std::size_t i = 0; i < positive; ++i) x.push_back(-x[i]);
  x.push_back(0);
  std::vector<T> result(x.begin(), x.end());
  for (std::uint32_t k = 0; k < facts.kink_count; ++k) {
    const T kink = static_cast<T>(facts.kinks[k]), far = std::numeric_limits<T>::infinity();
    result.insert(result.end(), {kink, std::nextafter(kink, far), std::nextafter(kink, -far)});
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

// Distances at which the neighbours of x stand.
template <class T>
std::vector<T> steps_at(T x) {
  using Limits = std::numeric_limits<T>;
  if (x == 0) return {Limits::denorm_min(), Limits::min(), T(1e-20), T(1e-10), T(1e-6)};
  const T ulp = std::nextafter(std::abs(x), Limits::infinity()) - std::abs(x);
  std::vector<T> steps;
  for (int power = 0; power < Limits::digits * 2 / 3; power += 8) steps.push_back(std::ldexp(ulp, power));
  return steps;
}

// Whether the neighbours of x at this step reach over a kink.
template <class T>
bool kink_within(const basso_facts& facts, T x, T step) {
  const std::span kinks(facts.kinks, facts.kink_count);
  const double reach = kSteps[kNeighbours - 1] * static_cast<double>(step);
  return std::any_of(kinks.begin(), kinks.end(), [&](double kink) {
    const double distance = std::abs(kink - static_cast<double>(x));
    return distance > 0 && distance <= reach;
  });
}

// What the neighbours at one step say about the result between them.
template <class T>
bool stands_alone(T result, std::span<const T> beside, double rounding, bool beside_kink) {
  const auto [low, high] = std::minmax_element(beside.begin(), beside.end());
  if (!std::isfinite(*low) || !std::isfinite(*high)) return false;
  // Where it grows without bound towards x, an infinity at x is its limit; towards a kink close to x, the
  // result at x may be as large as it likes.
  const auto size = [&](std::size_t i) { return std::abs(static_cast<double>(beside[i])); };
  const bool grows = std::min(size(kNeighbours / 2 - 1), size(kNeighbours / 2)) > 1.001 * size(0);
  if ((std::isinf(result) || beside_kink) && grows) return false;
  const double range = static_cast<double>(*high) - static_cast<double>(*low);
  const double room = kTimesRange * range + rounding;
  return !(result >= *low - room && result <= *high + room);
}

template <class T>
Finding isolated_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  context.made_for("round numbers and their neighbours");
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    const std::vector<T> x = round_arguments<T>(facts);
    std::vector<T> around;
    for (const T each : x)
      for (const T step : steps_at(each))
        for (const int i : kSteps) around.push_back(each + static_cast<T>(i) * step);
    const std::vector<T> result = subject.apply(f, setting, std::span<const T>(x));
    const std::vector<T> beside = subject.apply(f, setting, std::span<const T>(around));
    const std::vector<double> scale = scales(std::vector<double>(around.begin(), around.end()),
                                             std::vector<double>(beside.begin(), beside.end()));
    std::size_t at = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      for (const T step : steps_at(x[i])) {
        const std::span<const T> near = std::span(beside).subspan(at, kNeighbours);
        const double rounding = 32 * std::numeric_limits<T>::epsilon() * scale[at];
        at += kNeighbours;
        const bool beside_kink = kink_within(facts, x[i], step);
        if (std::isnan(result[i]) || !stands_alone<T>(result[i], near, rounding, beside_kink)) continue;
        const std::size_t middle = kNeighbours / 2;
        return fmt::format(
            "{} gives {} for x = {}{}, but {} for x = {} and {} for x = {}: a case of its own that is "
            "wrong? Give the limit, or the value of one side where the function jumps",
            f.name, shown(result[i]), x[i], with(setting), shown(near[middle - 1]), x[i] - step,
            shown(near[middle]), x[i] + step);
      }
  }
  return passed;
}

}  // namespace

Finding isolated(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return isolated_of(context, subject, f); });
}

}  // namespace basso::check::activation

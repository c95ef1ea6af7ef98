// Whether float64 is computed in float64, and float32 as precisely as its arguments allow.
//
// float32's tolerance at x has two parts. 16 ulp (2^-19) of the scale, the largest result within max(1, |x|)
// of 0: terms of that size may cancel on the way, as in GELU's left tail or softplus - log 2. Of a derivative
// by a parameter x^2 times as much: of x s(p x) it is x^2 s (1 - s), and 1 - s cancels. And the movement of
// the float64 result when x and each number move by 4 ulp of float32: whoever computes omega * x in float32
// has no better argument.
#include <algorithm>
#include <limits>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"

namespace basso::check::activation {
namespace {

constexpr double kUlp = std::numeric_limits<float>::epsilon();

// [x] The largest change of the float64 results when x, or one number, moves by 4 ulp of float32.
std::vector<double> movement(const Subject& subject, const ArrayFunction<double>& f, const Setting& setting,
                             std::span<const double> x, std::span<const double> result) {
  std::vector<double> largest(x.size(), 0.0);
  const auto compare = [&](const Setting& near, std::span<const double> arguments) {
    const std::vector<double> moved = subject.apply(f, near, arguments);
    for (std::size_t i = 0; i < x.size(); ++i)
      largest[i] = std::max(largest[i], std::abs(moved[i] - result[i]));
  };
  // Not even: no period of f may fit all of them.
  for (const double ulps :
       {-4.0, -2.828427, -2.0, -1.366025, -1.0, -0.618034, 0.618034, 1.0, 1.366025, 2.0, 2.828427, 4.0}) {
    std::vector<double> near(x.begin(), x.end());
    for (double& each : near) each += each * ulps * kUlp;
    compare(setting, near);
    for (std::size_t p = 0; p < subject.parameters().size(); ++p) {
      if (subject.parameters()[p].type != "real") continue;
      Setting other = setting;
      const double moved = setting.numbers[p] * (1 + ulps * kUlp);
      other.numbers[p] = std::clamp(moved, subject.parameters()[p].low, subject.parameters()[p].high);
      compare(other, x);
    }
  }
  return largest;
}

Finding single_of(const Context& context, const Subject& subject, std::size_t function,
                  const Setting& setting) {
  const ArrayFunction<float>& single = subject.functions<float>()[function];
  const ArrayFunction<double>& wide = subject.functions<double>()[function];
  std::vector<double> x = arguments(context, subject.facts(setting));
  for (const double each : far_arguments(context)) x.push_back(each);
  const std::vector<float> x32(x.begin(), x.end());  // exact
  context.made_for("float32 against float64");
  const std::vector<double> expected = subject.apply(wide, setting, std::span<const double>(x));
  const std::vector<float> got = subject.apply(single, setting, std::span<const float>(x32));
  const std::vector<double> scale = scales(x, expected);
  const std::vector<double> moves = movement(subject, wide, setting, x, expected);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double factor = wide.by_parameter ? std::max(1.0, x[i] * x[i]) : 1.0;
    const double tolerance = 16 * kUlp * factor * scale[i] + 2 * moves[i];
    const double error = std::abs(static_cast<double>(got[i]) - expected[i]);
    if (moves[i] > scale[i] / 4) continue;  // sin(30 x) at 1e7: the next number is half a period away
    if (error <= tolerance || std::abs(expected[i]) > std::numeric_limits<float>::max()) continue;
    return fmt::format(
        "{} gives {:.9g} for x = {}{}, {} gives {:.9g}: they differ by {:.2g}, where rounding in float32 "
        "explains {:.2g}. Both must be the same formula, without cancelling more than it must",
        single.name, got[i], x[i], with(setting), wide.name, expected[i], error, tolerance);
  }
  return passed;
}

}  // namespace

Finding float32(Context& context) {
  const Subject subject(context);
  for (const Setting& setting : subject.settings())
    for (std::size_t i = 0; i < subject.functions<double>().size(); ++i)
      if (Finding finding = single_of(context, subject, i, setting); !finding.empty()) return finding;
  return passed;
}

// What is computed in float32 stays the same when x moves by less than float32 can see.
Finding float64(Context& context) {
  const Subject subject(context);
  for (const Setting& setting : subject.settings()) {
    const std::vector<double> x = arguments(context, subject.facts(setting));
    std::vector<double> near = x;
    for (double& each : near) each *= 1 + 0x1p-30;
    for (const auto& f : subject.functions<double>()) {
      context.made_for("neighbouring arguments");
      const std::vector<double> y = subject.apply(f, setting, std::span<const double>(x));
      const std::vector<double> moved = subject.apply(f, setting, std::span<const double>(near));
      std::size_t varied = 0, stuck = 0, far = 0;
      for (std::size_t i = 0; i + 1 < x.size(); ++i) {
        // The slope that the neighbour suggests moves the result by many ulp, yet it stays, or jumps.
        const double expected = std::abs((y[i + 1] - y[i]) / (x[i + 1] - x[i]) * (near[i] - x[i]));
        if (x[i + 1] - x[i] > 0.1 || expected < 0x1p-44 * std::max(std::abs(y[i]), 1e-300)) continue;
        ++varied;
        if (moved[i] == y[i]) ++stuck, far = i;
      }
      if (varied < 20 || stuck < varied / 2) continue;
      return fmt::format(
          "{} gives the same result, {:.17g}, for x = {:.17g} and {:.17g}{}, and so at {} of {} arguments: "
          "it computes in float32. Gradients are checked with the float64 functions; write constants as "
          "(T)0.5 and call the double functions there",
          f.name, y[far], x[far], near[far], with(setting), stuck, varied);
    }
  }
  return passed;
}

}  // namespace basso::check::activation

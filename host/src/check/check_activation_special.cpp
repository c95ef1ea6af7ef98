// NaN, infinities, subnormal and extreme numbers. activation.h: NaN gives NaN, an infinity gives the limit
// where there is one; subnormal numbers are numbers like any other, since the floating-point environment
// stays as it is.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"

namespace basso::check::activation {
namespace {

template <class T>
Finding nan_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  context.made_for("NaNs among numbers");
  for (const Setting& setting : subject.settings()) {
    std::vector<T> x = moderate<T>(context.random(3), 100);
    for (std::size_t i = 0; i < x.size(); i += 3)
      x[i] = std::copysign(std::numeric_limits<T>::quiet_NaN(), i % 2 == 0 ? T(1) : T(-1));
    const std::vector<T> out = subject.apply(f, setting, std::span<const T>(x));
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (std::isnan(x[i]) && !std::isnan(out[i]))
        return fmt::format(
            "{} gives {} for x = NaN{}{}; NaN must give NaN, so that a training that diverges is seen. A "
            "comparison with NaN is false, so what is computed from x comes last: x <= 0 ? 0 : x, not "
            "x > 0 ? x : 0",
            f.name, shown(out[i]), f.takes_y ? ", y = f(NaN)" : "", with(setting));
      if (!std::isnan(x[i]) && std::isnan(out[i]))
        return fmt::format(
            "{} gives NaN for x = {}, beside a NaN in the array{}: compute each element from its own x alone",
            f.name, x[i], with(setting));
    }
  }
  return passed;
}

template <class T>
Finding finite_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  context.made_for("numbers of all magnitudes");
  // For larger x a cubic, or a frequency times x^2, may overflow, and sin(infinity) is NaN.
  const T most = std::ldexp(T{1}, std::numeric_limits<T>::max_exponent * 5 / 16);
  std::vector<T> x = all_magnitudes<T>();
  std::erase_if(x, [&](T each) { return std::abs(each) > most; });
  for (const Setting& setting : subject.settings()) {
    const std::vector<T> out = subject.apply(f, setting, std::span<const T>(x));
    for (std::size_t i = 0; i < x.size(); ++i)
      if (std::isnan(out[i]))
        return fmt::format(
            "{} gives NaN for x = {}{}: something overflows on the way, as in exp(x) / (1 + exp(x)) or "
            "infinity times 0. Write it with exp(-|x|), or select the limit for large |x|",
            f.name, x[i], with(setting));
  }
  return passed;
}

// The limit of float64's function as x goes to sign times infinity, from finite arguments: settled between
// 1,000 and 8,000 (irregular ones, so that an oscillation is seen) and still there at huge ones, or growing
// throughout. None where neither is the case.
std::optional<double> limit_of(const Subject& subject, const ArrayFunction<double>& f, const Setting& setting,
                               double sign) {
  std::vector<double> x;
  for (const double each :
       {1000.3, 1234.5, 1777.1, 2345.6, 3141.5, 4242.4, 5555.9, 6789.1, 7999.7, 0x1p60, 0x1p100})
    x.push_back(sign * each);
  const std::vector<double> out = subject.apply(f, setting, std::span<const double>(x));
  const double last = out.back();
  const bool settled = std::all_of(out.begin(), out.end(), [&](double each) {
    return std::abs(each - last) <= 0.02 * std::max(1.0, std::abs(last));
  });
  if (settled && std::abs(last - out[out.size() - 2]) <= 1e-9 * std::max(1.0, std::abs(last))) return last;
  const bool grows = std::is_sorted(out.begin(), out.end()) || std::is_sorted(out.rbegin(), out.rend());
  if (grows && std::abs(last) > 1e9 * std::abs(out.front()) && std::isfinite(out[8]))
    return std::copysign(std::numeric_limits<double>::infinity(), last);
  return std::nullopt;
}

template <class T>
Finding infinity_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f,
                    const ArrayFunction<double>& wide) {
  context.made_for("infinities, and what it goes to");
  for (const Setting& setting : subject.settings())
    for (const double sign : {1.0, -1.0}) {
      const std::optional<double> limit = limit_of(subject, wide, setting, sign);
      if (!limit) continue;
      const std::array<T, 1> x = {static_cast<T>(sign * std::numeric_limits<double>::infinity())};
      const double got = static_cast<double>(subject.apply(f, setting, std::span<const T>(x))[0]);
      if (got == *limit || std::abs(got - *limit) <= 1e-5 * std::max(1.0, std::abs(*limit))) continue;
      if (std::isinf(*limit) && std::isnan(got)) continue;  // x + sin(x)^2: no number is its limit
      return fmt::format(
          "{0} gives {1} for x = {2}{3}; for growing |x| it goes to {4:.6g}, and an infinity must give that "
          "limit. infinity times 0 is NaN: select the limit where the formula has reached it, as in "
          "x {5} 40 ? {4:.6g} : … in this order, so that NaN stays NaN; or, with a limit at both ends, "
          "clip x first (basso::clip, BASSO_CLIP)",
          f.name, shown(got), shown(x[0]), with(setting), *limit == 0 ? 0.0 : *limit, sign > 0 ? ">" : "< -");
    }
  return passed;
}

// A subnormal x gives what lies between the results of 0 and of the smallest normal number of its sign.
template <class T>
Finding subnormal_of(const Context& context, const Subject& subject, const ArrayFunction<T>& f) {
  using Limits = std::numeric_limits<T>;
  context.made_for("subnormal numbers");
  for (const Setting& setting : subject.settings())
    for (const T sign : {T{1}, T{-1}}) {
      const std::array<T, 5> x = {T{0}, sign * Limits::min(), sign * Limits::min() / 2,
                                  sign * Limits::min() / 1'000, sign * Limits::denorm_min()};
      const std::vector<T> out = subject.apply(f, setting, std::span<const T>(x));
      const T size = std::max(std::abs(out[0]), std::abs(out[1]));
      if (!std::isfinite(size)) continue;
      const T slack = 16 * (Limits::epsilon() * size + Limits::denorm_min());
      const T low = std::min(out[0], out[1]) - slack, high = std::max(out[0], out[1]) + slack;
      for (std::size_t i = 2; i < x.size(); ++i)
        if (!(out[i] >= low && out[i] <= high))
          return fmt::format(
              "{} gives {} for the subnormal number x = {}{}, between 0, which gives {}, and {}, which "
              "gives {}. 1 / x overflows there; write the formula without it, or select what 0 gives",
              f.name, shown(out[i]), x[i], with(setting), out[0], x[1], out[1]);
    }
  return passed;
}

}  // namespace

Finding nan(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return nan_of(context, subject, f); });
}

Finding finite(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return finite_of(context, subject, f); });
}

Finding infinity(Context& context) {
  const Subject subject(context);
  const auto& single = subject.functions<float>();
  const auto& wide = subject.functions<double>();
  for (std::size_t i = 0; i < wide.size(); ++i) {
    if (Finding finding = infinity_of(context, subject, wide[i], wide[i]); !finding.empty()) return finding;
    if (Finding finding = infinity_of(context, subject, single[i], wide[i]); !finding.empty()) return finding;
  }
  return passed;
}

Finding subnormal(Context& context) {
  const Subject subject(context);
  return each_function(subject, [&](const auto& f) { return subnormal_of(context, subject, f); });
}

}  // namespace basso::check::activation

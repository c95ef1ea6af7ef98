// What `facts` states, against the functions: bounds, Lipschitz constant, parity, monotony, zeros.
#include <algorithm>
#include <array>
#include <limits>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/draw.hpp"

namespace basso::check::activation {
namespace {

constexpr double kEpsilon = std::numeric_limits<double>::epsilon();
constexpr std::uint32_t kAllFacts = 2 * BASSO_FACT_SURROGATE - 1;

bool states(const basso_facts& facts, std::uint32_t fact) { return (facts.stated & fact) != 0; }

// What is wrong about the struct itself, or "".
std::string struct_problem(const basso_facts& facts) {
  if (facts.size != sizeof(basso_facts)) return "its field `size` was changed; it belongs to the host";
  if ((facts.stated & ~kAllFacts) != 0)
    return fmt::format("`stated` has the bits {:#x}, which no enum basso_fact has",
                       facts.stated & ~kAllFacts);
  const auto number = [&](std::uint32_t fact, const char* name, double value) {
    return states(facts, fact) && !std::isfinite(value)
               ? fmt::format("`{}` is {}; leave its bit out of `stated` where there is no such number", name,
                             value)
               : std::string();
  };
  for (const auto& problem :
       {number(BASSO_FACT_LOWER, "lower", facts.lower), number(BASSO_FACT_UPPER, "upper", facts.upper),
        number(BASSO_FACT_LIPSCHITZ, "lipschitz", facts.lipschitz),
        number(BASSO_FACT_ZERO_BELOW, "zero_below", facts.zero_below),
        number(BASSO_FACT_ZERO_ABOVE, "zero_above", facts.zero_above)})
    if (!problem.empty()) return problem;
  const auto direction = [](int value) { return value == 1 || value == -1; };
  if (states(facts, BASSO_FACT_PARITY) && !direction(facts.parity))
    return fmt::format("`parity` is {}; it is 1 (even) or -1 (odd)", facts.parity);
  if (states(facts, BASSO_FACT_MONOTONE) && !direction(facts.monotone))
    return fmt::format("`monotone` is {}; it is 1 (never decreases) or -1 (never increases)", facts.monotone);
  if (facts.kink_count > 16) return fmt::format("`kink_count` is {}; there is room for 16", facts.kink_count);
  if (facts.kink_count > 0 && !states(facts, BASSO_FACT_KINKS))
    return "kinks are given, but BASSO_FACT_KINKS is not stated";
  for (std::uint32_t k = 0; k < facts.kink_count; ++k)
    if (!std::isfinite(facts.kinks[k]) || (k > 0 && facts.kinks[k] <= facts.kinks[k - 1]))
      return fmt::format("kinks[{}] is {}; kinks are finite and ascend", k, facts.kinks[k]);
  if (states(facts, BASSO_FACT_PIECEWISE_LINEAR) && !states(facts, BASSO_FACT_KINKS))
    return "BASSO_FACT_PIECEWISE_LINEAR needs BASSO_FACT_KINKS: the pieces lie between the kinks";
  return "";
}

// The setting with each trainable number drawn anew.
Setting retrained(const Subject& subject, const Setting& setting, nn::Stream& random) {
  Setting other = setting;
  const auto drawn = plugin::ParameterValues(subject.component().table(),
                                             draw_parameters(subject.component().table(), random), ".")
                         .numbers();
  for (const auto& trainable : subject.activation().trainables)
    other.numbers[trainable.position] = drawn[trainable.position];
  return other;
}

// The arguments of a fact's check: drawn ones, and a fine grid.
std::vector<double> dense(const Context& context, const basso_facts& facts) {
  std::vector<double> x = arguments(context, facts);
  for (int i = -6'400; i <= 6'400; ++i) x.push_back(i / 640.0);
  std::sort(x.begin(), x.end());
  x.erase(std::unique(x.begin(), x.end()), x.end());
  return x;
}

// Runs `examine(setting, facts, x)` for each setting that states `fact`.
template <class Examine>
Finding examine_fact(Context& context, std::uint32_t fact, const char* name, Examine&& examine) {
  const Subject subject(context);
  if (!subject.states(fact)) throw NotApplicable(fmt::format("it does not state {}", name));
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    if (!states(facts, fact)) continue;
    context.made_for(fmt::format("looking whether {} is as stated{}", name, with(setting)));
    if (Finding finding = examine(subject, setting, facts); !finding.empty()) return finding;
  }
  return passed;
}

template <class T>
Finding outside(const Subject& subject, const Setting& setting, const basso_facts& facts, std::vector<T> x) {
  const auto& f = subject.functions<T>().front();
  for (const T each : all_magnitudes<T>()) x.push_back(each);
  const std::vector<T> y = subject.apply(f, setting, std::span<const T>(x));
  constexpr double ulp = std::numeric_limits<T>::epsilon();
  for (std::size_t i = 0; i < x.size(); ++i) {
    const auto value = static_cast<double>(y[i]);
    const auto say = [&](const char* bound, double number) {
      return fmt::format(
          "{} gives {} for x = {}{}, beyond the stated {} bound {}. Correct the bound, or do not state it",
          f.name, y[i], x[i], with(setting), bound, number);
    };
    if (states(facts, BASSO_FACT_LOWER) &&
        value < facts.lower - 4 * ulp * std::max(1.0, std::abs(facts.lower)))
      return say("lower", facts.lower);
    if (states(facts, BASSO_FACT_UPPER) &&
        value > facts.upper + 4 * ulp * std::max(1.0, std::abs(facts.upper)))
      return say("upper", facts.upper);
  }
  return passed;
}

template <class T>
Finding not_zero(const Subject& subject, const Setting& setting, const basso_facts& facts) {
  std::vector<T> x;  // ordinary numbers first: they explain better
  for (const double edge : {facts.zero_below, facts.zero_above})
    for (const int power : {0, 2, 4, 8, -2, -4, -8, -12, -16, -24, -30})
      for (const double sign : {-1.0, 0.0, 1.0})
        x.push_back(static_cast<T>(edge + sign * std::ldexp(1.0, power)));
  for (const T each : all_magnitudes<T>()) x.push_back(each);
  std::erase_if(x, [&](T each) {
    const auto place = static_cast<double>(each);
    return !(states(facts, BASSO_FACT_ZERO_BELOW) && place <= facts.zero_below) &&
           !(states(facts, BASSO_FACT_ZERO_ABOVE) && place >= facts.zero_above);
  });
  for (const std::size_t which : {0u, 1u}) {
    const auto& f = subject.functions<T>()[which];
    const std::vector<T> out = subject.apply(f, setting, std::span<const T>(x));
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (out[i] == T{0}) continue;
      const bool below =
          states(facts, BASSO_FACT_ZERO_BELOW) && static_cast<double>(x[i]) <= facts.zero_below;
      return fmt::format(
          "{} gives {} for x = {}{}; zero_{} = {} states that value and derivative are exactly 0 there, "
          "that number included. Probes skip such elements",
          f.name, out[i], x[i], with(setting), below ? "below" : "above",
          below ? facts.zero_below : facts.zero_above);
    }
  }
  return passed;
}

}  // namespace

Finding facts(Context& context) {
  const Subject subject(context);
  nn::Stream random = context.random(4);
  for (const Setting& setting : subject.settings()) {
    const basso_facts stated = subject.facts(setting);
    if (const std::string problem = struct_problem(stated); !problem.empty())
      return fmt::format("facts{}: {}", with(setting), problem);
    const basso_facts again = subject.facts(setting);
    if (std::memcmp(&stated, &again, sizeof(stated)) != 0)
      return fmt::format("facts{} states something else at the second call; it depends on the numbers only",
                         with(setting));
    if (subject.activation().trainables.empty()) continue;
    const basso_facts trained = subject.facts(retrained(subject, setting, random));
    if (std::memcmp(&stated, &trained, sizeof(stated)) != 0)
      return fmt::format(
          "facts{} states something else when a trainable number changes; what is stated must hold for all "
          "values of the trainable ones, so leave out what does not",
          with(setting));
  }
  return passed;
}

Finding bounds(Context& context) {
  return examine_fact(context, BASSO_FACT_LOWER | BASSO_FACT_UPPER, "bounds",
                      [&](const Subject& subject, const Setting& setting, const basso_facts& facts) {
                        const std::vector<double> x = dense(context, facts);
                        Finding finding = outside<double>(subject, setting, facts, x);
                        if (!finding.empty()) return finding;
                        return outside<float>(subject, setting, facts,
                                              std::vector<float>(x.begin(), x.end()));
                      });
}

Finding lipschitz(Context& context) {
  return examine_fact(
      context, BASSO_FACT_LIPSCHITZ, "a Lipschitz constant",
      [&](const Subject& subject, const Setting& setting, const basso_facts& facts) -> Finding {
        const std::vector<double> x = dense(context, facts);
        const std::vector<double> y = subject.value(setting, x), scale = scales(x, y);
        for (std::size_t i = 0; i + 1 < x.size(); ++i) {
          const double step = x[i + 1] - x[i], rise = std::abs(y[i + 1] - y[i]);
          const double rounding = 8 * kEpsilon * (scale[i] + scale[i + 1] + std::abs(x[i]) * facts.lipschitz);
          if (rise <= facts.lipschitz * step * (1 + 1e-12) + rounding) continue;
          return fmt::format(
              "between x = {} and x = {}{} value_f64 changes by {:.9g} times the distance, more than the "
              "stated Lipschitz constant {}. The constant is the largest |f'|; correct it, or do not state "
              "it",
              x[i], x[i + 1], with(setting), rise / step, facts.lipschitz);
        }
        return passed;
      });
}

Finding parity(Context& context) {
  return examine_fact(
      context, BASSO_FACT_PARITY, "a parity",
      [&](const Subject& subject, const Setting& setting, const basso_facts& facts) -> Finding {
        const std::vector<double> x = dense(context, facts);
        std::vector<double> mirrored = x;
        for (double& each : mirrored) each = -each;
        const std::vector<double> y = subject.value(setting, x), other = subject.value(setting, mirrored);
        const std::vector<double> scale = scales(x, y);
        for (std::size_t i = 0; i < x.size(); ++i) {
          const double expected = facts.parity * y[i];  // may be infinite
          if (!(other[i] == expected || std::abs(other[i] - expected) <= 16 * kEpsilon * scale[i]))
            return fmt::format(
                "value_f64 gives {} for x = {} and {} for x = {}{}, but parity {} states f(-x) = {}f(x). "
                "Correct the formula (its constants, too), or do not state BASSO_FACT_PARITY",
                y[i], x[i], other[i], -x[i], with(setting), facts.parity, facts.parity > 0 ? "" : "-");
        }
        return passed;
      });
}

Finding monotone(Context& context) {
  return examine_fact(
      context, BASSO_FACT_MONOTONE, "monotony",
      [&](const Subject& subject, const Setting& setting, const basso_facts& facts) -> Finding {
        const std::vector<double> x = dense(context, facts);
        const std::vector<double> y = subject.value(setting, x), scale = scales(x, y);
        for (std::size_t i = 0; i + 1 < x.size(); ++i) {
          const double rise = facts.monotone * (y[i + 1] - y[i]);
          const bool both_infinite = y[i + 1] == y[i];  // then there is no difference
          if (both_infinite || rise >= -8 * kEpsilon * std::max(scale[i], scale[i + 1])) continue;
          return fmt::format(
              "value_f64 gives {} for x = {} and {} for x = {}{}, but monotone {} states that it never {}. "
              "Correct the direction, or do not state BASSO_FACT_MONOTONE",
              y[i], x[i], y[i + 1], x[i + 1], with(setting), facts.monotone,
              facts.monotone > 0 ? "decreases" : "increases");
        }
        return passed;
      });
}

Finding zeros(Context& context) {
  return examine_fact(context, BASSO_FACT_ZERO_BELOW | BASSO_FACT_ZERO_ABOVE, "zero_below or zero_above",
                      [&](const Subject& subject, const Setting& setting, const basso_facts& facts) {
                        Finding finding = not_zero<double>(subject, setting, facts);
                        return finding.empty() ? not_zero<float>(subject, setting, facts) : finding;
                      });
}

}  // namespace basso::check::activation

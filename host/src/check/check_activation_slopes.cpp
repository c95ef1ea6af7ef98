// Derivatives against extrapolated difference quotients (quotients.hpp) of the float64 functions.
#include <algorithm>
#include <limits>

#include "check/activation_checks.hpp"
#include "check/activation_subject.hpp"
#include "check/far_slopes.hpp"
#include "check/quotients.hpp"

namespace basso::check::activation {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kEpsilon = std::numeric_limits<double>::epsilon();

// [x] The distance to the nearest stated kink.
std::vector<double> to_kink(std::span<const double> x, const basso_facts& facts) {
  std::vector<double> distance(x.size(), kInfinity);
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::uint32_t k = 0; k < facts.kink_count; ++k)
      distance[i] = std::min(distance[i], std::abs(x[i] - facts.kinks[k]));
  return distance;
}

// [x] Rounding errors of one result: a few ulp of the scale.
std::vector<double> noise_of(std::span<const double> x, std::span<const double> f) {
  std::vector<double> noise = scales(x, f);
  for (double& each : noise) each *= 2 * kEpsilon;
  return noise;
}

std::vector<double> magnitudes(std::span<const double> x) {
  std::vector<double> result(x.begin(), x.end());
  for (double& each : result) each = std::abs(each);
  return result;
}

struct Compared {
  const char* function;  // whose results are `got`
  const char* from;      // of what the quotients were made
  const Setting& setting;
  std::span<const double> x, got;
  std::span<const Quotient> quotients;
  bool anywhere = true;  // one wrong result is enough: all kinks are known
};

bool says_something(const Quotient& quotient, double magnitude) {
  return quotient.error <= std::max(1e-3 * magnitude, 1e-9);
}

// What would explain the result at `worst`, where most others are wrong by the same factor.
std::string hint(const Compared& at, std::size_t worst) {
  const double ratio = at.got[worst] / at.quotients[worst].value;
  std::size_t same = 0, seen = 0;
  for (std::size_t i = 0; i < at.x.size(); ++i) {
    if (!says_something(at.quotients[i], 0) || std::abs(at.quotients[i].value) < 1e-3) continue;
    ++seen;
    if (std::abs(at.got[i] / at.quotients[i].value - ratio) <= 1e-3 * std::abs(ratio)) ++same;
  }
  if (!std::isfinite(ratio) || 2 * same <= seen || std::abs(ratio - 1) < 1e-3) return "";
  if (std::abs(ratio + 1) < 1e-3) return "; its sign is wrong";
  return fmt::format("; here and elsewhere that is {:.4g} times as much", ratio);
}

// An unknown kink spoils the quotients of the few points next to it, and no more.
constexpr double kBesideKinks = 0.02;

// A result is wrong where it is further from the quotient than ten times the quotient's own error and 1e-7 of
// the scale of results.
Finding compare(const Compared& at) {
  const std::vector<double> scale = scales(at.x, at.got);
  std::size_t worst = at.x.size(), judged = 0, wrong = 0;
  double excess = 1;
  for (std::size_t i = 0; i < at.x.size(); ++i) {
    const Quotient& quotient = at.quotients[i];
    const double magnitude = std::max(scale[i], std::abs(quotient.value));
    if (!says_something(quotient, magnitude)) continue;
    const double tolerance = 10 * quotient.error + 1e-7 * magnitude;
    const double error = std::abs(at.got[i] - quotient.value);
    ++judged;
    if (error <= tolerance) continue;
    ++wrong;
    if (!(error / tolerance <= excess)) worst = i, excess = error / tolerance;
  }
  const double allowed = at.anywhere ? 0 : kBesideKinks * static_cast<double>(judged);
  if (static_cast<double>(wrong) <= allowed) return passed;
  const Quotient& quotient = at.quotients[worst];
  return fmt::format(
      "{} disagrees with differences of {} at {} of {} arguments; the worst: it gives {:.12g} for x = "
      "{}{}, they give {:.12g} (within {:.1g}){}. Correct the one that is wrong",
      at.function, at.from, wrong, judged, at.got[worst], at.x[worst], with(at.setting), quotient.value,
      10 * quotient.error + 1e-7 * scale[worst], hint(at, worst));
}

// Quotients in x of one float64 function.
std::vector<Quotient> quotients_in_x(const Subject& subject, const ArrayFunction<double>& f,
                                     const Setting& setting, std::span<const double> x) {
  Moved moved;
  moved.values = [&](double offset) {
    std::vector<double> place(x.begin(), x.end());
    for (double& each : place) each += offset;
    return subject.apply(f, setting, std::span<const double>(place));
  };
  moved.reach = to_kink(x, subject.facts(setting));
  moved.noise = noise_of(x, subject.apply(f, setting, x));
  moved.place = magnitudes(x);
  return difference_quotients(moved);
}

void refuse_surrogate(const basso_facts& facts) {
  if ((facts.stated & BASSO_FACT_SURROGATE) != 0)
    throw NotApplicable("it states that its derivative is a surrogate");
}

// Moves the number at `position` off the ends of its range, where differences need room on both sides, and
// returns that room.
double make_room(const plugin::ParameterSpec& spec, double& number) {
  const double wanted = 1e-3 * std::max(1.0, std::abs(number));
  if (number - spec.low < wanted)
    number = std::min(spec.low + wanted, (spec.low + std::min(spec.high, spec.low + 1)) / 2);
  if (spec.high - number < wanted)
    number = std::max(spec.high - wanted, (spec.high + std::max(spec.low, spec.high - 1)) / 2);
  return std::min(number - spec.low, spec.high - number);
}

Finding trainable_of(const Context& context, const Subject& subject, const Setting& given,
                     std::size_t which) {
  const nn::Activation::Trainable& parameter = subject.activation().trainables[which];
  const ArrayFunction<double>& f =
      subject.functions<double>()[subject.functions<double>().size() -
                                  subject.activation().trainables.size() + which];
  Setting setting = given;
  double& number = setting.numbers[parameter.position];
  const double room = make_room(subject.parameters()[parameter.position], number);
  const std::vector<double> x = arguments(context, subject.facts(setting));
  Moved moved;
  moved.values = [&](double offset) {
    Setting other = setting;
    other.numbers[parameter.position] += std::clamp(offset, -room, room);
    return subject.value(other, x);
  };
  moved.reach.assign(x.size(), room);
  moved.noise = noise_of(x, subject.value(setting, x));
  moved.place.assign(x.size(), std::abs(number));
  moved.unit = std::exp2(std::ceil(std::log2(std::max(1.0, std::abs(number)))));
  context.made_for("differences by the parameter " + parameter.name);
  const std::vector<double> got = subject.apply(f, setting, std::span<const double>(x));
  setting.text = fmt::format("{} = {:.17g} (from {})", parameter.name, number, given.text);
  const std::string from = fmt::format("value_f64 in '{}'", parameter.name);
  return compare({f.name.c_str(), from.c_str(), setting, x, got, difference_quotients(moved)});
}

}  // namespace

Finding derivative(Context& context) {
  const Subject subject(context);
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    refuse_surrogate(facts);
    const std::vector<double> x = arguments(context, facts);
    context.made_for("differences of the value" + with(setting));
    const std::vector<double> got = subject.derivative(setting, x);
    const auto quotients = quotients_in_x(subject, subject.functions<double>()[0], setting, x);
    const bool all_kinks = (facts.stated & BASSO_FACT_KINKS) != 0;
    Finding finding = compare({"derivative_f64", "value_f64", setting, x, got, quotients, all_kinks});
    const auto& functions = subject.functions<double>();
    if (finding.empty()) finding = far_slopes(context, subject, setting, functions[0], functions[1]);
    if (!finding.empty()) return finding;
  }
  return passed;
}

Finding second(Context& context) {
  const Subject subject(context);
  const auto* table = static_cast<const basso_second_v1*>(subject.component().extension("second/1"));
  if (!table) throw NotApplicable("it has no second/1");
  for (const Setting& setting : subject.settings()) {
    const basso_facts facts = subject.facts(setting);
    refuse_surrogate(facts);
    const std::vector<double> x = arguments(context, facts);
    context.made_for("differences of the derivative" + with(setting));
    const std::vector<double> got =
        subject.apply(subject.functions<double>()[2], setting, std::span<const double>(x));
    const auto quotients = quotients_in_x(subject, subject.functions<double>()[1], setting, x);
    const bool all_kinks = (facts.stated & BASSO_FACT_KINKS) != 0;
    Finding finding = compare({"second_f64", "derivative_f64", setting, x, got, quotients, all_kinks});
    const auto& functions = subject.functions<double>();
    if (finding.empty()) finding = far_slopes(context, subject, setting, functions[1], functions[2]);
    if (!finding.empty()) return finding;
  }
  return passed;
}

Finding trainable(Context& context) {
  const Subject subject(context);
  if (subject.activation().trainables.empty()) throw NotApplicable("it has no trainable parameter");
  for (const Setting& setting : subject.settings())
    for (std::size_t which = 0; which < subject.activation().trainables.size(); ++which)
      if (Finding finding = trainable_of(context, subject, setting, which); !finding.empty()) return finding;
  return passed;
}

}  // namespace basso::check::activation

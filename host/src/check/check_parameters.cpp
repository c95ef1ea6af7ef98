// Family "parameters": what the table of parameters promises, and whether the component keeps it. ABI rules:
// abi.h, basso_parameter.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "basso/error.hpp"
#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/mapping.hpp"
#include "check/proxy.hpp"
#include "check/text.hpp"
#include "check/trial.hpp"
#include "plugin/accept.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/text.hpp"

namespace basso::check {
namespace {

using plugin::ParameterSpec;
using plugin::Plain;

Finding table(Context& context) {
  const Mapping mapping(context.library());
  return plugin::parameters_problem(mapping.component(context.kind(), context.id()));
}

// The part "parameters.set": a remark says what is wrong with the user's own values.
Finding set_by_user(Context& context) {
  const Component& component = context.component();
  try {
    plugin::ParameterValues(component.table(), context.given(), ".");
  } catch (const Error& error) {
    if (error.code() != Exit::usage) throw;
    context.remark(error.what());
  }
  return passed;
}

Finding texts(Context& context) {
  const basso_component& component = context.component().table();
  const std::string version = component.version, summary = component.summary;
  if (std::count(version.begin(), version.end(), '.') != 2 ||
      version.find_first_not_of("0123456789.") != std::string::npos)
    return fmt::format("its version is \"{}\"; write three numbers, like \"1.0.0\"", version);
  if (summary.empty() || summary.find('\n') != std::string::npos)
    return "its summary must be one line that says what it is, with its formula";
  std::vector<std::pair<std::string, std::string>> all = {
      {"summary", summary}, {"source", component.source}, {"list of services", component.services}};
  for (const ParameterSpec& spec : plugin::parameter_specs(component)) {
    all.emplace_back("documentation of the parameter " + spec.name, spec.documentation);
    all.emplace_back("unit of the parameter " + spec.name, spec.unit);
  }
  for (const auto& [what, text] : all)
    if (const std::string problem = text_problem(text); !problem.empty())
      return fmt::format("the {} {}{}", what, problem, kTextRule);
  return passed;
}

// Name and default of every parameter, as text.
std::vector<std::pair<std::string, std::string>> defaults_of(const basso_component& component) {
  return plugin::ParameterValues(component, {}, ".").toml();
}

Finding defaults(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  const auto before = defaults_of(component.table());
  Drawn written;
  const Drawn fixed = context.given();
  for (const auto& [name, text] : before)
    if (fixed.count(name) == 0) written[name] = {*plugin::read_toml_literal(text), "the default"};
  context.doing("using it with no parameter given");
  const Behaviour unset = bench.behaviour(component, {});
  context.doing("using it with every default written out");
  const Behaviour explicitly = bench.behaviour(component, written);
  for (const auto& [name, text] : defaults_of(component.table()))
    if (std::find(before.begin(), before.end(), std::pair(name, text)) == before.end())
      return fmt::format(
          "the default of {} is {} after it was used, and was another before: the table of parameters must "
          "be "
          "constant",
          name, text);
  if (const std::string part = difference(unset, explicitly); !part.empty())
    return fmt::format(
        "with every default written out it behaves otherwise than with nothing given (first difference: {}): "
        "its "
        "results must depend on values, seed and input only",
        part);
  return passed;
}

// Whether the sentence names a parameter, so that its reader knows what to change.
bool names_parameter(const basso_component& component, const std::string& sentence) {
  const auto specs = plugin::parameter_specs(component);
  return std::any_of(specs.begin(), specs.end(), [&](const ParameterSpec& spec) {
    return sentence.find(spec.name) != std::string::npos;
  });
}

// "" when the refusal can be understood: BASSO_ERROR_PARAMETER (or missing data) with a parameter's name.
std::string refusal_problem(const basso_component& component, const std::string& message) {
  const std::int32_t status = traffic().status;
  if (status == BASSO_OK || status == BASSO_ERROR_DATA) return "";  // the host's own refusal, or a file
  if (status != BASSO_ERROR_PARAMETER)
    return fmt::format(
        "fails with status {} ({}): state the range in the table, or refuse with BASSO_ERROR_PARAMETER and a "
        "sentence that names the parameter",
        status, message);
  if (names_parameter(component, message)) return "";
  return fmt::format(
      "is refused with a sentence that names no parameter: \"{}\". Begin it with the name of the one that is "
      "wrong",
      message);
}

// Uses end here, so that creations that take long, say of data read from files, fit in the time limit.
constexpr double most_seconds_of_use = 3;

// A large number may ask for large work.
bool is_small(const Plain& value) {
  constexpr double most = 1'000;
  if (const auto* real = std::get_if<double>(&value)) return std::abs(*real) <= most;
  if (const auto* integer = std::get_if<std::int64_t>(&value))
    return std::abs(static_cast<double>(*integer)) <= most;
  return true;
}

// Where creation accepts the values, they may be used a little, too.
Finding try_values(Context& context, const Workbench& bench, const Component& proxy, const Drawn& values,
                   bool used) {
  try {
    context.made_for("with " + describe(values));
    context.doing("creation with " + describe(values));
    bench.create_and_destroy(proxy, values);
  } catch (const Error& error) {
    const std::string problem = refusal_problem(proxy.table(), error.what());
    return problem.empty() ? passed : fmt::format("{} {}", describe(values), problem);
  } catch (const NotApplicable&) {  // it names data that are not there
    return passed;
  }
  if (!used) return passed;
  try {
    context.doing("use with " + describe(values));
    bench.use_briefly(context.component(), values);
  } catch (const Error& error) {
    if (!names_parameter(proxy.table(), error.what()))
      return fmt::format("with {}: {}", describe(values), unexpected(error));
  } catch (const NotApplicable&) {  // likewise
  }
  return passed;
}

Finding drawn(Context& context) {
  const Component& component = context.component();
  if (component.table().parameter_count == 0) throw NotApplicable("it has no parameters");
  const Workbench bench(context);
  const Component proxy = proxied(component, {});
  nn::Stream random = context.random();
  const int draws = context.thorough() ? 200 : 20;
  for (int i = 0; i < draws; ++i) {
    const Drawn values = draw_parameters(component.table(), random, context.given());
    if (Finding finding = try_values(context, bench, proxy, values, false); !finding.empty()) return finding;
  }
  return passed;
}

// Values far from any default; those that the table forbids are for the host to refuse.
std::vector<Plain> odd_values(const ParameterSpec& spec) {
  constexpr double far[] = {0, -1, 1, 2, 3, -1e6, 1e6, 0.5, 1e-30, 1e30};
  std::vector<Plain> values = {true, false, std::string(), std::string("no such thing"),
                               std::vector<double>{}};
  for (const std::string& choice : spec.choices) values.emplace_back(choice);
  for (const double number : far) {
    values.emplace_back(number);
    values.emplace_back(std::vector<double>{number});
    if (number != std::round(number) || std::abs(number) > 1e6) continue;
    values.emplace_back(static_cast<std::int64_t>(number));
    values.emplace_back(std::vector<std::int64_t>{static_cast<std::int64_t>(number)});
  }
  for (const double end : {spec.low, spec.high}) {
    if (!std::isfinite(end) || std::abs(end) > 1e6) continue;
    values.emplace_back(end);
    values.emplace_back(static_cast<std::int64_t>(end));
  }
  return values;
}

// "" when the host refuses the value with a message that names the parameter.
std::string host_problem(const basso_component& component, const ParameterSpec& spec, const Plain& value) {
  try {
    plugin::ParameterValues(component, {{spec.name, {value, "odd.toml:1:1"}}}, ".");
  } catch (const Error& error) {
    if (std::string(error.what()).find(spec.name) != std::string::npos) return "";
    return fmt::format("{} is refused by \"{}\", which does not name it", spec.name, error.what());
  }
  return fmt::format("{} = {} is accepted against its own table", spec.name, plugin::toml_literal(value));
}

Finding odd(Context& context) {
  const Component& component = context.component();
  if (component.table().parameter_count == 0) throw NotApplicable("it has no parameters");
  const Workbench bench(context);
  const Component proxy = proxied(component, {});
  const Drawn fixed = context.given();
  const std::clock_t begun = std::clock();
  int unused = 0;
  for (const ParameterSpec& spec : plugin::parameter_specs(component.table()))
    for (const Plain& value : odd_values(spec)) {
      Finding finding;
      if (fixed.count(spec.name)) continue;  // the user keeps it as it is
      const double seconds = static_cast<double>(std::clock() - begun) / CLOCKS_PER_SEC;
      const bool in_time = seconds < most_seconds_of_use;
      if (!plugin::accept(spec, value).problem.empty()) {
        finding = host_problem(component.table(), spec, value);
      } else {
        finding = try_values(context, bench, proxy, {{spec.name, {value, "an odd value"}}},
                             is_small(value) && in_time);
        if (is_small(value) && !in_time) ++unused;
      }
      if (!finding.empty()) return finding;
    }
  if (unused > 0)
    context.remark(fmt::format(
        "{} odd value{} tried at creation only, not used, as {} s of processor time were up: smaller "
        "data (--set) leave time for all",
        unused, unused == 1 ? " was" : "s were", most_seconds_of_use));
  return passed;
}

}  // namespace

const std::vector<Check>& parameter_parts() {
  static const std::vector<Check> parts = {
      {"parameters.set", "Judges the values of --set.", {}, {}, Scope::component, set_by_user}};
  return parts;
}

const std::vector<Check>& parameter_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"parameters.table",
       "Names, types, ranges and defaults of the parameters are well-formed and agree.",
       {"abi.component", "abi.services", "library.fast-math", "library.match"},
       {},
       scope,
       table},
      {"parameters.texts",
       "Version, summary and documentation are there and readable.",
       {"parameters.table"},
       {},
       scope,
       texts},
      {"parameters.defaults",
       "A default written out is the same as a parameter left out, before and after use.",
       {"lifecycle.use"},
       {},
       scope,
       defaults},
      {"parameters.drawn",
       "Values inside the ranges are taken, or refused with BASSO_ERROR_PARAMETER and a parameter's name.",
       {"abi.truncated"},
       {},
       scope,
       drawn},
      {"parameters.odd",
       "Odd values that the table allows do no harm; wrong ones are refused by the parameter's name.",
       {"abi.truncated"},
       {},
       scope,
       odd}};
  return checks;
}

}  // namespace basso::check

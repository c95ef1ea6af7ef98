// Family "abi": components among hosts that are older, newer or poorer than this one. ABI rules: docs/abi.md,
// "Growth".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "basso/error.hpp"
#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/mapping.hpp"
#include "check/proxy.hpp"
#include "plugin/entry_check.hpp"
#include "plugin/known.hpp"

namespace basso::check {
namespace {

constexpr std::uint32_t kGrowth = 64;  // bytes that a later version may have appended
constexpr std::uint32_t kLaterMinor = 99;

Finding component(Context& context) {
  const Mapping mapping(context.library());
  const basso_component& table = mapping.component(context.kind(), context.id());
  if (const std::string problem = plugin::fields_problem(&table); !problem.empty())
    return problem + "; fill it through BASSO_ACTIVATION, BASSO_TARGET or BASSO_PROBE";
  return plugin::extensions_problem(table);
}

Finding services(Context& context) {
  const Mapping mapping(context.library());
  return plugin::services_problem(mapping.component(context.kind(), context.id()));
}

Finding tables(Context& context) {
  static const std::map<std::string, std::vector<std::string>> known = {
      {"activation", {"trainable/1", "layers/1", "fourier/1", "second/1"}},
      {"target", {"spectrum/1"}},
      {"probe", {"prepare/1", "state/1"}}};
  const Mapping mapping(context.library());
  const basso_component& table = mapping.component(context.kind(), context.id());
  const std::vector<std::string>& names = known.at(context.kind());
  const std::uint32_t minor = mapping.entry()->abi_minor;
  for (std::uint32_t i = 0; i < table.extension_count; ++i) {
    const std::string name = table.extensions[i].name;
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string text = fmt::format(
        "the optional table {} will never be used: ABI {}.{} has none of that "
        "name for {}s",
        name, BASSO_ABI_MAJOR, BASSO_ABI_MINOR, context.kind());
    if (minor <= BASSO_ABI_MINOR) return fmt::format("{} (it has {})", text, fmt::join(names, ", "));
    context.remark(text);
  }
  return passed;
}

Finding listed(Context& context) {
  const Component& real = context.component();
  const Workbench bench(context);
  bench.behaviour(proxied(real, {}), {});
  if (traffic().not_listed.empty()) return passed;
  return fmt::format(
      "it asks for the service {} without listing it: a host serves what is listed, so write \"{}\" into the "
      "component's list of services",
      *traffic().not_listed.begin(), fmt::join(traffic().not_listed, " "));
}

// The component under a policy, against itself under none.
Finding compare(Context& context, const Policy& policy, const std::string& host, const std::string& advice) {
  const Component& real = context.component();
  const Workbench bench(context);
  context.doing("use by this host, to compare with");
  const Behaviour plain = bench.behaviour(real, {});
  context.doing("use by " + host);
  Behaviour other;
  try {
    other = bench.behaviour(proxied(real, policy), {});
  } catch (const Error& error) {
    return fmt::format("it fails when used by {}: {}. {}", host, error.what(), advice);
  }
  if (!traffic().damage.empty()) return fmt::format("used by {}, {}. {}", host, traffic().damage, advice);
  const std::string part = difference(plain, other);
  return part.empty() ? passed : fmt::format("used by {}, it behaves otherwise: {}. {}", host, part, advice);
}

Finding enlarged(Context& context) {
  Policy policy;
  policy.growth = kGrowth;
  policy.room_size = sizeof(basso_facts) + kGrowth;
  return compare(
      context, policy, "a newer host, whose structs are longer",
      "Compare sizes with \"at least\", never with equality, and read no field that your header does "
      "not have");
}

Finding truncated(Context& context) {
  Policy policy;
  policy.room_size = sizeof(std::uint32_t);  // an older host's, that knows no field but the first
  return compare(context, policy, "a host whose structs end where this header's do",
                 "Read no further than `size`, write no further than 1024 bytes, and leave `size` alone");
}

Finding minor(Context& context) {
  Policy policy;
  policy.abi_minor = kLaterMinor;
  return compare(context, policy, fmt::format("a host of ABI {}.{}", BASSO_ABI_MAJOR, kLaterMinor),
                 "A later minor version has everything that an earlier one has; do not refuse it");
}

Finding withheld(Context& context) {
  const Component& real = context.component();
  const basso_component& table = real.table();
  if (table.extension_count == 0) throw NotApplicable("it has no optional table");
  const Workbench bench(context);
  for (std::uint32_t i = 0; i < table.extension_count; ++i) {
    Policy policy;
    policy.hidden_tables = {table.extensions[i].name};
    context.doing(
        fmt::format("use by a host that does not know the optional table {}: what it would have done "
                    "must be done otherwise, or an observation must fail with a sentence",
                    table.extensions[i].name));
    try {
      bench.behaviour(proxied(real, policy), {});
    } catch (const Error& error) {
      if (!traffic().has_sentence)
        return fmt::format("used by a host that does not know {}, it fails without a sentence ({})",
                           table.extensions[i].name, error.what());
    }
  }
  return passed;
}

}  // namespace

const std::vector<Check>& abi_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"abi.component",
       "Its fields, its functions and its list of optional tables are filled.",
       {"library.match"},
       {},
       scope,
       component},
      {"abi.services", "Every service that it lists exists.", {"abi.component"}, {}, scope, services},
      {"abi.tables",
       "Every optional table that it has is one of its kind.",
       {"abi.component"},
       {},
       scope,
       tables},
      {"abi.listed",
       "It asks for no service that it does not list.",
       {"abi.truncated"},
       {"target", "probe"},
       scope,
       listed},
      {"abi.enlarged",
       "A host with longer structs sees the same behaviour.",
       {"abi.truncated"},
       {},
       scope,
       enlarged},
      {"abi.truncated",
       "It reads and writes no struct beyond its end.",
       {"lifecycle.use"},
       {},
       scope,
       truncated},
      {"abi.minor",
       "A host of a later minor version sees the same behaviour.",
       {"abi.truncated"},
       {"target", "probe"},
       scope,
       minor},
      {"abi.withheld",
       "A host that does not know one of its optional tables can use it, or is told why not.",
       {"abi.truncated"},
       {"target", "probe"},
       scope,
       withheld}};
  return checks;
}

}  // namespace basso::check

// Family "abi": components among hosts that are older, newer or poorer than this one. ABI rules: docs/abi.md,
// "Growth".
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

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
  const std::string problem = plugin::extensions_problem(table);
  return problem.empty() ? passed : problem + "; list each table once, with a function in every slot";
}

Finding services(Context& context) {
  const Mapping mapping(context.library());
  const std::string problem = plugin::services_problem(mapping.component(context.kind(), context.id()));
  return problem.empty() ? passed : problem + "; list what services.h names, separated by blanks";
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
    if (name.find('.') != std::string::npos) continue;  // its maker's own, for hosts that know it
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

enum class Refusal { none, with_a_sentence };

// The component under a policy, against itself under none.
Finding compare(Context& context, const Policy& policy, const std::string& host, const std::string& advice,
                Refusal allowed = Refusal::none) {
  const Component& real = context.component();
  const Workbench bench(context);
  context.doing("use by this host, to compare with");
  const Behaviour plain = bench.behaviour(real, {});
  context.doing("use by " + host);
  Behaviour other;
  try {
    other = bench.behaviour(proxied(real, policy), {});
  } catch (const Error& error) {
    if (allowed == Refusal::with_a_sentence && traffic().has_sentence) return passed;
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

// Older than the plugin says to be, and newer than any. No host is older than 1.0, whose structs are those of
// this header, so an older one is there only for a plugin that says a later version.
Finding minor(Context& context) {
  const std::uint32_t own = Mapping(context.library()).entry()->abi_minor;
  std::set<std::uint32_t> minors = {0, own == 0 ? 0 : own - 1, kLaterMinor};
  minors.erase(BASSO_ABI_MINOR);  // this host, which every other check poses
  for (const std::uint32_t claimed : minors) {
    Policy policy;
    policy.abi_minor = claimed;
    const bool older = claimed < own;
    Finding finding = compare(
        context, policy, fmt::format("a host of ABI {}.{}", BASSO_ABI_MAJOR, claimed),
        older ? "Read no field beyond a struct's `size`, ask for a service before you rely on it, and refuse "
                "what is missing by its name"
              : "A later minor version has everything that an earlier one has; do not refuse it",
        older ? Refusal::with_a_sentence : Refusal::none);
    if (!finding.empty()) return finding;
  }
  return passed;
}

// ---- What a host withholds ----

// Parts of a behaviour that an optional table alone makes.
bool made_by(const std::string& table, const std::string& part) {
  if (table == "spectrum/1") return part.find("exact lines") != std::string::npos;
  return table == "layers/1" && (part == "numbers by layer" || part == "initial parameters");
}

Behaviour without(Behaviour behaviour, const std::set<std::string>& tables) {
  std::erase_if(behaviour, [&](const auto& entry) {
    return std::any_of(tables.begin(), tables.end(),
                       [&](const std::string& table) { return made_by(table, entry.first); });
  });
  return behaviour;
}

// All of them at once first: no call of one has yet made ready what another would have.
std::vector<std::set<std::string>> hidden_in_turn(const basso_component& table) {
  std::set<std::string> all;
  for (std::uint32_t i = 0; i < table.extension_count; ++i) all.insert(table.extensions[i].name);
  std::vector<std::set<std::string>> turns;
  if (!all.empty()) turns.push_back(all);
  if (all.size() > 1)
    for (const std::string& name : all) turns.push_back({name});
  return turns;
}

// Used by this poorer host it must do the same as by this one, which is looked at once, later, or say that it
// cannot.
Finding poorer(const Workbench& bench, const Component& real, const Policy& policy, const std::string& host,
               std::optional<Behaviour>& plain) {
  Behaviour seen;
  try {
    seen = bench.behaviour(proxied(real, policy), {});
  } catch (const Error& error) {
    if (traffic().has_sentence) return passed;
    return fmt::format("used by {}, it fails without a sentence ({}): say what is missing with basso_fail",
                       host, error.what());
  }
  if (!plain) plain = bench.behaviour(real, {});
  const std::string part =
      difference(without(*plain, policy.hidden_tables), without(seen, policy.hidden_tables));
  if (part.empty()) return passed;
  return fmt::format(
      "used by {}, it behaves otherwise without a word: {}. Do otherwise what is missing, with the same "
      "result, or refuse with a sentence",
      host, part);
}

// A host that does not have the service refuses the component before it is created. One that has it but
// serves no call of it is the component's own business.
Finding without_service(Context& context, const Workbench& bench, const std::string& service,
                        std::optional<Behaviour>& plain) {
  const Component& real = context.component();
  std::vector<std::string> others = plugin::known_services();
  others.erase(std::remove(others.begin(), others.end(), service), others.end());
  if (plugin::services_problem(real.table(), others).find(service) == std::string::npos)
    return fmt::format(
        "a host that lacks {} does not refuse it by that name: list each service once, separated by blanks",
        service);
  Policy policy;
  policy.refused_service = service;
  const std::string host = "a host that refuses every call of " + service;
  context.doing("use by " + host + ": hand on the status of the call, do not try again");
  return poorer(bench, real, policy, host, plain);
}

Finding withheld(Context& context) {
  const Component& real = context.component();
  const auto turns = hidden_in_turn(real.table());
  const std::vector<std::string> names = plugin::words(real.table().services);
  if (turns.empty() && names.empty()) throw NotApplicable("it has no optional table and lists no service");
  const Workbench bench(context);
  std::optional<Behaviour> plain;
  for (const std::set<std::string>& tables : turns) {
    Policy policy;
    policy.hidden_tables = tables;
    const std::string host = fmt::format("a host that does not know {}", fmt::join(tables, ", "));
    context.doing(
        fmt::format("use by {}: what the table would have done must be done otherwise, or a call "
                    "must fail with a sentence",
                    host));
    if (Finding finding = poorer(bench, real, policy, host, plain); !finding.empty()) return finding;
  }
  for (const std::string& service : names)
    if (Finding finding = without_service(context, bench, service, plain); !finding.empty()) return finding;
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
       "A host of another minor version sees the same behaviour, an older one at least a refusal.",
       {"abi.truncated"},
       {"target", "probe"},
       scope,
       minor},
      {"abi.withheld",
       "A host that lacks one of its optional tables or services can use it, or is told why not.",
       {"abi.truncated"},
       {},
       scope,
       withheld}};
  return checks;
}

}  // namespace basso::check

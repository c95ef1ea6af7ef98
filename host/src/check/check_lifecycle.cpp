// Family "lifecycle": creation, destruction and failure of instances. ABI rules: abi.h ("Rules that hold for
// every function"), target.h and probe.h (create, destroy).
#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"
#include "check/behaviour.hpp"
#include "check/check.hpp"
#include "check/holdings.hpp"
#include "check/proxy.hpp"
#include "check/text.hpp"
#include "check/trial.hpp"

namespace basso::check {
namespace {

Finding create(Context& context) {
  const Component& component = context.component();
  const bool stateless = component.kind() == "activation";  // what is created is known from facts
  context.made_for("with its defaults");
  context.doing("creation with its defaults, and destruction");
  try {
    const Workbench bench(context);
    bench.create_and_destroy(component, {});
  } catch (const Error& error) {
    if (const Drawn set = context.given(); !set.empty())
      return fmt::format("its {} with {} as --set says failed: {}. Set values that it takes",
                         stateless ? "function facts" : "creation", describe(set), error.what());
    if (stateless)
      return fmt::format(
          "its function facts failed with every parameter at its default, which each of them must allow: {}. "
          "Choose defaults that work together, and let facts succeed with them (in C it returns BASSO_OK, in "
          "C++ it throws nothing)",
          error.what());
    return fmt::format(
        "its creation with every parameter at its default failed, which each of them must allow: {}. Choose "
        "defaults that work together and need nothing that a machine may lack, and let its creation succeed "
        "with "
        "them (in C create returns BASSO_OK; in C++ the constructor throws nothing)",
        error.what());
  }
  return passed;
}

Finding use(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  context.made_for("with its defaults");
  context.doing(component.kind() == "target"
                    ? "filling of its sets, with its defaults"
                    : "observations of a small network in training, with its defaults");
  try {
    bench.behaviour(component, {});
  } catch (const Error& error) {
    return unexpected(error);
  }
  return passed;
}

Finding leaks(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  context.made_for("again and again");
  context.doing("creation and destruction in a loop");
  std::string left =
      left_behind(context.thorough() ? 100 : 16, [&] { bench.create_and_destroy(component, {}); });
  if (!left.empty())
    return fmt::format("creation and destruction leave {}: let destroy give back all that create took", left);
  if (component.kind() == "activation") return passed;
  context.doing("creation, use and destruction in a loop");
  left = left_behind(context.thorough() ? 20 : 3, [&] { bench.behaviour(component, {}); });
  if (left.empty()) return passed;
  return fmt::format(
      "creation, use and destruction leave {}: let destroy give back all that the calls between took, too",
      left);
}

// The number of service calls that can fail during `use`.
template <class Use>
std::int64_t failing_places(const Component& component, std::int64_t most, Use&& use) {
  const Component proxy = proxied(component, {});
  use(proxy);
  return std::min(traffic().service_calls, most);
}

Finding failed_create(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  const std::int64_t places =
      failing_places(component, context.thorough() ? 400 : 40,
                     [&](const Component& proxy) { bench.create_and_destroy(proxy, {}); });
  for (std::int64_t place = 0; place < places; ++place) {
    Policy policy;
    policy.failing_call = place;
    const Component proxy = proxied(component, policy);
    const std::string what = fmt::format("creation while call {} of a service fails", place + 1);
    context.doing(what);
    bool ignored = false;
    const std::string left = left_behind(5, [&] {
      restart_traffic();
      try {
        bench.create_and_destroy(proxy, {});
        ignored = ignored || traffic().failed;
      } catch (const Error&) {  // as it should be
      }
    });
    if (ignored) return what + " succeeds: when a service fails, return its status (in C++ the shim does)";
    if (!left.empty())
      return fmt::format(
          "{} leaves {} behind: after a failed create the host does not call destroy, so create "
          "must free what it has taken",
          what, left);
  }
  return passed;
}

// What is wrong about how the last failure was told, or "".
std::string telling_problem(const std::string& message, std::uint32_t capacity) {
  const Traffic& seen = traffic();
  if (!seen.damage.empty()) return seen.damage + ": write what there is room for, with basso_fail";
  if (seen.status < BASSO_ERROR_PARAMETER || seen.status > BASSO_ERROR_INTERNAL)
    return fmt::format(
        "the call returned the status {}, which is none of enum basso_status: hand on the one "
        "that the service gave",
        seen.status);
  if (capacity < 64) return "";  // no room for a whole sentence
  if (!seen.has_sentence)
    return "the call failed without a sentence: basso_fail(error, status, \"…\") leaves one";
  if (const std::string problem = text_problem(message); !problem.empty())
    return "its sentence " + problem + kTextRule;
  return "";
}

Finding errors(Context& context) {
  const Component& component = context.component();
  const Workbench bench(context);
  const std::int64_t places = failing_places(component, context.thorough() ? 400 : 40,
                                             [&](const Component& proxy) { bench.behaviour(proxy, {}); });
  for (std::int64_t place = 0; place < places; ++place)
    for (const std::uint32_t capacity : {4096u, 16u, 1u, 0u}) {
      Policy policy;
      policy.failing_call = place;
      policy.error_capacity = capacity;
      const std::string what = fmt::format("while call {} of a service fails and a message may have {} bytes",
                                           place + 1, capacity);
      context.doing("use " + what);
      const Component proxy = proxied(component, policy);
      std::string message;
      try {
        bench.behaviour(proxy, {});
      } catch (const Error& error) {
        message = error.what();
      }
      if (!traffic().failed) continue;  // it made fewer calls this time
      if (message.empty())
        return "everything succeeds " + what + ": return the status of a service that fails";
      if (const std::string problem = telling_problem(message, capacity); !problem.empty())
        return fmt::format("{}, {}", what, problem);
    }
  return passed;
}

}  // namespace

const std::vector<Check>& lifecycle_checks() {
  constexpr Scope scope = Scope::component;
  static const std::vector<Check> checks = {
      {"lifecycle.create",
       "It can be created with its defaults and destroyed.",
       {"parameters.table", "abi.tables"},
       {},
       scope,
       create},
      {"lifecycle.use",
       "It can be used from creation to destruction as a run uses it.",
       {"lifecycle.create", "target.finite", "activation.edges"},
       {},
       scope,
       use},
      {"lifecycle.leaks",
       "Creating and destroying it leaves nothing behind.",
       {"lifecycle.use"},
       {},
       scope,
       leaks},
      {"lifecycle.failed-create",
       "A creation in which a service fails fails, and leaves nothing behind.",
       {"lifecycle.leaks", "abi.truncated"},
       {"target", "probe"},
       scope,
       failed_create},
      {"lifecycle.errors",
       "A call that fails returns a known status and a sentence that fits its buffer.",
       {"lifecycle.failed-create"},
       {"target", "probe"},
       scope,
       errors}};
  return checks;
}

}  // namespace basso::check

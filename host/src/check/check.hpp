// The frame of `basso plugin check`, for whoever adds a check.
//
// How it works. The supervisor (supervisor.cpp, in the user's process) never loads the plugin. For every
// check and component it starts basso-plugin-worker, which loads the library, runs this one check and
// answers through a pipe. A crash, a hang (time_limit()) and an exit() are findings that name the
// check and what was being done. So a check may be as rough with the plugin as it likes, and needs no
// clean-up for the next one.
//
// How to add one. In the file of its family, check_<family>.cpp:
//
//   Finding derivative(Context& context) {
//     const Component& component = context.component();     // loaded, sound according to `needs`
//     nn::Stream random = context.random();                 // the same numbers for the same --seed
//     context.doing("derivative_f64 on 1,023 elements");    // what a crash's message will say
//     Guarded y("y", bytes);                                // guarded.hpp: a step over the edge is named
//     if (wrong) return fmt::format("…what was wrong, where, what was expected, what to do…");
//     return passed;                                        // or throw NotApplicable("it has no fourier/1")
//   }
//   … {"activation.derivative", "…one sentence that is true of a sound plugin…",
//      {"lifecycle.create"}, {"activation"}, Scope::component, derivative} …
//
// then a deliberately broken plugin tests/checks/fixtures/<id>.c or .cpp for which it is the first failure
// (and <id>_<what>.c for another way to break the rule), and a line in docs/checking.md; tests fail where one
// of the two is missing. A basso::Error that leaves the function is a finding; any other exception came from
// the plugin across the C boundary and is reported so.
//
// What else the frame has: guarded.hpp (buffers between guard pages), meter.hpp (allocations of this thread,
// live memory), draw.hpp (valid random parameter values), proxy.hpp (a host that withholds, grows, truncates
// or fails on purpose; needs "abi.truncated"), scene.hpp (a target and a small network for probes),
// behaviour.hpp (creating and using a component of any kind, and what it does as one comparable value).
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "nn/random.hpp"
#include "plugin/parameters.hpp"

namespace basso::check {

// What was wrong, for the author of the plugin; empty when nothing was.
using Finding = std::string;
inline const Finding passed;

// Thrown by a check that has nothing to look at; what() completes "not applicable: ".
class NotApplicable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// What the worker was asked to do.
struct Order {
  std::filesystem::path library;
  std::string check, kind, id;  // kind and id are empty for a check of the library
  std::uint64_t seed = 1;
  bool thorough = false;
  std::vector<std::string> set;  // "count=500": in place of defaults
};

// The surroundings of one check in the worker.
class Context {
 public:
  explicit Context(Order order) : order_(std::move(order)) {}
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  const std::filesystem::path& library() const { return order_.library; }
  bool thorough() const { return order_.thorough; }
  std::uint64_t seed() const { return order_.seed; }
  const Order& order() const { return order_; }
  const std::string& kind() const { return order_.kind; }
  const std::string& id() const { return order_.id; }
  // The component under check, loaded at the first call. Throws Error where the host itself refuses it.
  const Component& component();
  // Parameters that the user set, as TOML says them; instances are made with these in place of the defaults.
  // Relative paths are meant from the current folder. Throws Error(Exit::usage) for what is no KEY=VALUE.
  std::map<std::string, plugin::Given> given() const;
  // Keyed by seed, check and component, so that a check alone draws what it drew among the others.
  nn::Stream random(std::uint64_t stream = 0) const;
  // What is being done from now on, for the message of a crash or a hang. Costs a copy of the text.
  void doing(const std::string& what) const;
  // A call of the plugin by a helper of the checks, as calling("value_f32 on 100 elements"), is noted
  // together with what it is made for.
  void made_for(const std::string& purpose) const { purpose_ = purpose; }
  void calling(const std::string& what) const;
  // Worth telling the author, though allowed.
  void remark(const std::string& text);
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  Order order_;
  std::vector<Component> loaded_;  // none or one
  std::vector<std::string> remarks_;
  mutable std::string purpose_;
};

// Seconds of processor time that a check may take; by the clock it has six times as long. No check of an
// activation or of a library takes half a second, so a loop without end is told from work early.
int time_limit(const Order& order);
constexpr int kClockFactor = 6;

enum class Scope { library, component };

struct Check {
  const char* id;
  const char* explanation;
  std::vector<const char*> needs;  // ids; a failure there leaves this check out
  std::vector<const char*> kinds;  // empty: every kind
  Scope scope;
  Finding (*run)(Context&);
  bool also_alone = false;  // made also where what it needs has nothing to look at
};

// One function a family, each in a file of its own.
const std::vector<Check>& library_checks();
const std::vector<Check>& parameter_checks();
const std::vector<Check>& abi_checks();
const std::vector<Check>& lifecycle_checks();
const std::vector<Check>& target_checks();
const std::vector<Check>& target_chunk_checks();
const std::vector<Check>& target_set_checks();
const std::vector<Check>& probe_checks();
const std::vector<Check>& probe_relation_checks();
const std::vector<Check>& probe_spectrum_checks();
const std::vector<Check>& probe_memory_checks();
const std::vector<Check>& activation_checks();

// What another check, or the supervisor before all checks, has done in a process of its own and reads from
// the remarks: not made by itself.
const std::vector<Check>& target_parts();
const std::vector<Check>& parameter_parts();

// All families in the order in which they are made: family by family, but never before what they need.
const std::vector<const Check*>& all_checks();
// Also finds the parts.
const Check* find_check(const std::string& id);

}  // namespace basso::check

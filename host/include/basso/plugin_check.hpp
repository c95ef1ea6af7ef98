// `basso plugin check` as a library call: every rule of the ABI tried on one plugin library, each in a
// process of its own, so that a crash, a hang or an exit() is a finding and never the caller's end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace basso {

// One check as the binary knows it. docs/checking.md lists them all.
struct CheckDescription {
  std::string id;                  // stable: "library.exports"
  std::string explanation;         // one sentence that is true of a sound plugin
  std::vector<std::string> needs;  // checks that must pass before this one makes sense
  std::vector<std::string> kinds;  // kinds of component that it is for; empty: every kind
  bool of_library = false;         // made once for the library, not for each component
};
// In the order in which they are made.
std::vector<CheckDescription> plugin_checks();

enum class CheckOutcome { passed, failed, not_run, not_applicable };
const char* name_of(CheckOutcome outcome);  // "passed", "failed", "not run", "not applicable"

struct CheckResult {
  std::string id;
  std::string component;  // "activation/relu"; empty for a check of the library
  CheckOutcome outcome = CheckOutcome::passed;
  std::string finding;     // what was wrong, what was expected, what to do; or why the check was not made
  std::string blocked_by;  // the failed check because of which it was not run
  std::vector<std::string> remarks;  // worth knowing, but allowed
  std::string explanation;
  std::string command;  // that makes this check alone again
};

struct PluginCheckOptions {
  std::string name;              // path of a library, "kind/id", or an id that is unique
  std::string only = "*";        // checks whose id matches this pattern, and what they need
  std::uint64_t seed = 1;        // of everything that is drawn; the same seed gives the same results
  bool thorough = false;         // more draws, longer loops, six times the time limit
  std::vector<std::string> set;  // "count=500": instances are made with this in place of the default
  std::vector<std::filesystem::path> plugin_dirs;  // searched first
  // The helper in which plugins are loaded; empty: basso/basso-plugin-worker in the folder of libbasso.so.
  std::filesystem::path worker;
};

struct PluginCheckReport {
  std::filesystem::path library;
  std::vector<CheckResult> results;  // of the checks asked for, and of whatever failed that they need
  bool passed() const;               // no check failed, and none was left out because of a failure
  std::size_t checked() const;  // results that say something about the plugin: those that passed or failed
};

// `each` is called as soon as a result is there. Throws Error(Exit::usage) where the file does not exist or
// no check matches, Error(Exit::plugin) where the name leads to no library or the file is no ELF shared
// library for this machine. Whatever else is wrong with the plugin stands in the report.
PluginCheckReport check_plugin(const PluginCheckOptions& options,
                               const std::function<void(const CheckResult&)>& each = {});

}  // namespace basso

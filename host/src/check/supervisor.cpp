// Which checks are made of which component, and what becomes of those behind a failure. The plugin's code
// never runs in this process: components are known from the ELF notes.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/plugin_check.hpp"
#include "check/check.hpp"
#include "check/process.hpp"
#include "plugin/elf_note.hpp"
#include "plugin/known.hpp"
#include "plugin/text.hpp"

namespace basso {
namespace {

namespace fs = std::filesystem;
using check::Check;
using check::Scope;

struct Name {
  std::string kind, id;
};

struct Subject {
  fs::path library;
  std::vector<Name> components;  // to be checked
};

bool is_shared_library(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  char head[18] = {};
  in.read(head, sizeof(head));
  constexpr char wanted[6] = {0x7f, 'E', 'L', 'F', 2, 1};  // 64 bits, little-endian
  return in.gcount() == sizeof(head) && std::equal(wanted, wanted + 6, head) && head[16] == 3;  // ET_DYN
}

Subject subject_of_file(const fs::path& file) {
  if (!fs::exists(file)) throw Error(Exit::usage, fmt::format("{}: no such file", file.string()));
  if (fs::is_directory(file))
    throw Error(Exit::usage, fmt::format("{} is a folder; name one library", file.string()));
  if (!is_shared_library(file))
    throw Error(
        Exit::plugin,
        fmt::format("{} is no shared library (64-bit little-endian ELF), so there is nothing to check",
                    file.string()));
  Subject subject{fs::absolute(file), {}};
  std::set<std::string> seen;
  for (const plugin::Note& note : plugin::read_notes(file).notes)
    if (plugin::find_kind(note.kind) && seen.insert(note.kind + "/" + note.id).second)
      subject.components.push_back({note.kind, note.id});
  return subject;
}

// "kind/id" or a bare id, along the search path.
Subject subject_of_name(const std::string& name, const std::vector<fs::path>& folders) {
  const Catalogue catalogue(plugin_search_path(folders));
  const std::size_t slash = name.find('/');
  std::vector<Listing> found;
  for (const Listing& listing : catalogue.list())
    if (!listing.kind.empty() && !listing.shadowed &&
        (name == listing.id || name == listing.kind + "/" + listing.id))
      found.push_back(listing);
  if (found.empty()) {  // these throw: the catalogue says what it searched and what is near
    if (slash != std::string::npos) catalogue.require(name.substr(0, slash), name.substr(slash + 1));
    catalogue.resolve(name);
  }
  for (const Listing& listing : found)
    if (listing.kind != found.front().kind)
      throw Error(Exit::usage, fmt::format("'{0}' is the id of several plugins: say {1}/{0} or {2}/{0}", name,
                                           found.front().kind, listing.kind));
  return {fs::absolute(found.front().library), {{found.front().kind, found.front().id}}};
}

Subject find_subject(const PluginCheckOptions& options) {
  const fs::path file(options.name);
  const std::string kind = options.name.substr(0, options.name.find('/'));
  const bool is_name = plugin::find_kind(kind) && kind != options.name;
  if (fs::exists(file) || file.extension() == ".so" ||
      (options.name.find('/') != std::string::npos && !is_name))
    return subject_of_file(file);
  return subject_of_name(options.name, options.plugin_dirs);
}

bool is_for(const Check& check, const Name& component) {
  return check.kinds.empty() ||
         std::find(check.kinds.begin(), check.kinds.end(), component.kind) != check.kinds.end();
}

// The chosen checks and all that they need.
std::set<const Check*> needed_by(const std::set<const Check*>& chosen) {
  std::set<const Check*> all = chosen;
  const auto& order = check::all_checks();
  for (auto at = order.rbegin(); at != order.rend(); ++at)
    if (all.count(*at))
      for (const char* need : (*at)->needs) all.insert(check::find_check(need));
  return all;
}

class Session {
 public:
  Session(const PluginCheckOptions& options, const std::function<void(const CheckResult&)>& each)
      : options_(options),
        each_(each),
        subject_(find_subject(options)),
        worker_(options.worker.empty() ? check::default_worker() : options.worker) {
    for (const Check* check : check::all_checks())
      if (fnmatch(options.only.c_str(), check->id, 0) == 0) chosen_.insert(check);
    if (chosen_.empty())
      throw Error(
          Exit::usage,
          fmt::format("no check matches '{}'; `basso plugin check --list` shows them all", options.only));
    wanted_ = needed_by(chosen_);
  }

  PluginCheckReport run() {
    report_.library = subject_.library;
    judge_set_values();
    for (const Check* check : check::all_checks())
      if (wanted_.count(check) && check->scope == Scope::library) make(*check, {});
    for (const Name& component : subject_.components)
      for (const Check* check : check::all_checks())
        if (wanted_.count(check) && check->scope == Scope::component && is_for(*check, component))
          make(*check, component);
    if (report_.results.empty())
      throw Error(Exit::usage, fmt::format("no check that matches '{}' is for {}", options_.only,
                                           subject_.library.string()));
    return report_;
  }

 private:
  using Made = std::set<std::pair<std::string, std::string>>;  // (check, component)

  // A wrong --set is the user's mistake, not the plugin's. A library that cannot even be asked is for the
  // checks.
  void judge_set_values() const {
    if (options_.set.empty()) return;
    for (const Name& component : subject_.components) {
      const check::Answer answer = check::run_in_worker(worker_, order("parameters.set", component));
      if (!answer.remarks.empty()) throw Error(Exit::usage, answer.remarks.front());
    }
  }

  check::Order order(const char* check, const Name& component) const {
    return {subject_.library,  check,       component.kind, component.id, options_.seed,
            options_.thorough, options_.set};
  }

  // The first check that this one needs and that is among `made`, or null.
  static const char* needed_of(const Check& check, const std::string& component, const Made& made) {
    for (const char* need : check.needs)
      if (made.count({need, component}) || made.count({need, ""})) return need;
    return nullptr;
  }

  void make(const Check& check, const Name& component) {
    CheckResult result;
    result.id = check.id;
    result.component = component.kind.empty() ? "" : component.kind + "/" + component.id;
    result.explanation = check.explanation;
    result.command = command_of(check);
    if (const char* need = needed_of(check, result.component, failed_)) {
      result.outcome = CheckOutcome::not_run;
      result.blocked_by = cause_of(need, result.component);
      result.finding = fmt::format("needs {}", need);
      if (result.blocked_by != need) result.finding += fmt::format(", which needs {}", result.blocked_by);
    } else if (const char* idle = check.also_alone ? nullptr : needed_of(check, result.component, idle_)) {
      result.outcome = CheckOutcome::not_applicable;
      result.finding = fmt::format("needs {}, which is not applicable", idle);
    } else {
      ask(check, component, result);
    }
    if (result.outcome == CheckOutcome::not_applicable) idle_.insert({result.id, result.component});
    const bool good =
        result.outcome == CheckOutcome::passed || result.outcome == CheckOutcome::not_applicable;
    if (!good) failed_.insert({result.id, result.component});
    if (!result.blocked_by.empty()) causes_[{result.id, result.component}] = result.blocked_by;
    if (!chosen_.count(&check) && good) return;
    if (each_) each_(result);
    report_.results.push_back(std::move(result));
  }

  // The check that failed where this one, which failed or was not run, is wanted.
  std::string cause_of(const std::string& need, const std::string& component) const {
    for (const std::string& of : {component, std::string()})
      if (const auto found = causes_.find({need, of}); found != causes_.end()) return found->second;
    return need;
  }

  void ask(const Check& check, const Name& component, CheckResult& result) const {
    check::Answer answer = check::run_in_worker(worker_, order(check.id, component));
    result.outcome = answer.letter == 'P'   ? CheckOutcome::passed
                     : answer.letter == 'N' ? CheckOutcome::not_applicable
                                            : CheckOutcome::failed;
    result.finding = std::move(answer.text);
    result.remarks = std::move(answer.remarks);
  }

  std::string command_of(const Check& check) const {
    std::string command = fmt::format("basso plugin check {} --only {} --seed {}",
                                      plugin::shell_word(options_.name), check.id, options_.seed);
    if (options_.thorough) command += " --thorough";
    for (const std::string& value : options_.set) command += " --set " + plugin::shell_word(value);
    for (const fs::path& folder : options_.plugin_dirs)
      command += " --plugin-dir " + plugin::shell_word(folder.string());
    return command;
  }

  const PluginCheckOptions& options_;
  const std::function<void(const CheckResult&)>& each_;
  Subject subject_;
  fs::path worker_;
  std::set<const Check*> chosen_, wanted_;
  Made failed_;                                                        // or not run
  Made idle_;                                                          // not applicable
  std::map<std::pair<std::string, std::string>, std::string> causes_;  // (check not run, component) -> failed
  PluginCheckReport report_;
};

}  // namespace

PluginCheckReport check_plugin(const PluginCheckOptions& options,
                               const std::function<void(const CheckResult&)>& each) {
  return Session(options, each).run();
}

}  // namespace basso

// What several verbs of the command line have in common. CLI11 is included by this header only, and this
// header by main.cpp and plugin_verbs.cpp alone: it takes seconds to compile.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <system_error>

#include "cli/verbs.hpp"

namespace basso::cli {

// Each verb writes what is to be done here; parsing finished, it is done.
using Action = std::function<int()>;

inline CLI::App* add_group(CLI::App& parent, const std::string& name, const std::string& summary,
                           const std::string& examples) {
  CLI::App* group = parent.add_subcommand(name, summary);
  group->footer("Examples:\n" + examples);
  return group;
}

template <class Arguments>
struct Verb {
  CLI::App* app;
  std::shared_ptr<Arguments> arguments;
};

// A verb that does `function`, with what its options write into the arguments.
template <class Arguments>
Verb<Arguments> add_verb(CLI::App& parent, Action& action, int (*function)(const Arguments&),
                         const std::string& name, const std::string& summary, const std::string& examples) {
  const Verb<Arguments> verb{add_group(parent, name, summary, examples), std::make_shared<Arguments>()};
  verb.app->callback([&action, function, arguments = verb.arguments] {
    action = [function, arguments] { return function(*arguments); };
  });
  return verb;
}

// A folder that was asked for and is not there is a mistake, never something to pass over.
inline std::string existing_folder(const std::string& folder) {
  std::error_code failure;
  return std::filesystem::is_directory(folder, failure) ? "" : folder + ": no such folder";
}

// What an unset variable of a shell gives is no name.
inline std::string not_empty(const std::string& text) {
  return text.empty() ? "expected a name, not an empty text; leave the option out for its default" : "";
}

inline void add_plugin_dirs(CLI::App& verb, Paths& folders) {
  verb.add_option("--plugin-dir", folders, "Folder with plugins, searched first; may be repeated")
      ->allow_extra_args(false)
      ->check(existing_folder)
      ->type_name("DIR");
}

inline void add_data_dirs(CLI::App& verb, Paths& folders) {
  verb.add_option("--data-dir", folders, "Folder with data sets, searched first; may be repeated")
      ->allow_extra_args(false)
      ->check(existing_folder)
      ->type_name("DIR");
}

inline void add_search(CLI::App& verb, Search& search) {
  add_plugin_dirs(verb, search.plugin_dirs);
  add_data_dirs(verb, search.data_dirs);
}

inline void add_json(CLI::App& verb, bool& json) { verb.add_flag("--json", json, "Print JSON"); }

inline void add_load_options(CLI::App& verb, LoadOptions& load) {
  verb.add_option("--profile", load.profiles, "Profiles of the file, applied in this order")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(not_empty)
      ->type_name("NAME[,NAME...]");
  verb.add_option("--set", load.set, "Override one key with a TOML value; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
}

}  // namespace basso::cli

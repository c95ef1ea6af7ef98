// The verbs below `basso plugin`: their options and examples.
#include "cli/plugin_verbs.hpp"

#include <charconv>
#include <cstdint>

namespace basso::cli {
namespace {

// CLI11 takes -3 for 2^64 - 3.
std::string seed(const std::string& text) {
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size()
             ? ""
             : "expected a whole number from 0 to 18446744073709551615, not " + text;
}

void add_plugin_list(CLI::App& plugin, Action& action) {
  const auto [verb, arguments] =
      add_verb(plugin, action, plugin_list, "list", "List every plugin found, and what was refused and why",
               "  basso plugin list\n  basso plugin list --plugin-dir build/plugins --json\n");
  add_json(*verb, arguments->json);
  add_plugin_dirs(*verb, arguments->search.plugin_dirs);
}

void add_plugin_info(CLI::App& plugin, Action& action) {
  const auto [verb, arguments] =
      add_verb(plugin, action, plugin_info, "info", "Show a plugin's parameters, facts and optional tables",
               "  basso plugin info activation/relu\n  basso plugin info spectrum --json\n "
               " basso plugin info ./softsign.so\n");
  verb->add_option("NAME", arguments->name, "KIND/ID, an ID that is unique, or the path of a library")
      ->required();
  add_json(*verb, arguments->json);
  verb->add_flag("--json-schema", arguments->json_schema, "Print the JSON Schema of its parameters")
      ->excludes("--json");
  add_plugin_dirs(*verb, arguments->search.plugin_dirs);
}

void add_plugin_check(CLI::App& plugin, Action& action) {
  const auto [verb, arguments] =
      add_verb(plugin, action, plugin_check, "check",
               "Try every rule of the ABI on a plugin, each in a process of its own",
               "  basso plugin check ./softsign.so\n"
               "  basso plugin check activation/relu --only 'library.*' --json\n"
               "  basso plugin check --list\n");
  PluginCheckOptions& options = arguments->options;
  verb->add_option("NAME", options.name, "Path of a library, KIND/ID, or an ID that is unique");
  add_json(*verb, arguments->json);
  verb->add_flag("--list", arguments->list, "List the checks, check nothing");
  verb->add_option("--only", options.only, "Only checks whose id matches (and what they need)")
      ->type_name("GLOB");
  verb->add_option("--seed", options.seed, "Seed of what is drawn (default 1)")->check(seed)->type_name("N");
  verb->add_option("--set", options.set,
                   "A parameter in place of its default, say to keep data small; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb->add_flag("--thorough", options.thorough, "More draws, longer loops, a longer time limit");
  add_plugin_dirs(*verb, options.plugin_dirs);
}

void add_plugin_bench(CLI::App& plugin, Action& action) {
  const auto [verb, arguments] =
      add_verb(plugin, action, plugin_bench, "bench",
               "Measure plugins: against memory, against a training step, against each other",
               "  basso plugin bench activation/sine\n"
               "  basso plugin bench activation/tanh ./my-tanh.so --json\n"
               "  basso plugin bench probe/spectrum --experiment my.toml --profile reduced\n");
  verb->add_option(
          "NAME", arguments->names,
          "KIND/ID, an ID that is unique, or the path of a library; those of one kind are compared with "
          "the first")
      ->required();
  add_json(*verb, arguments->json);
  verb->add_option(
          "--experiment", arguments->experiment,
          "Experiment file whose first sweep point gives the parameters and what probes observe (default: "
          "the plugins' defaults, Experiment 1 of Rahaman et al. 2019)")
      ->type_name("FILE");
  add_load_options(*verb, arguments->load);
  verb->add_option("--seconds", arguments->seconds,
                   "Processor time of one round of one measurement (default 0.02)")
      ->check(CLI::Range(1e-6, 100.0))
      ->type_name("S");
  verb->add_option("--rounds", arguments->rounds, "Rounds, of which the median counts (default 5)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  add_search(*verb, arguments->search);
}

void add_plugin_new(CLI::App& plugin, Action& action) {
  const auto [verb, arguments] = add_verb(
      plugin, action, plugin_new, "new", "Write a folder with a first plugin: source, build, test, README",
      "  basso plugin new activation wobble\n  basso plugin new probe largest-error --lang c\n"
      "  basso plugin new activation soft --lang rust --dir ~/plugins\n");
  verb->add_option("KIND", arguments->kind, "activation, target or probe")->required();
  verb->add_option("NAME", arguments->name, "Its id: lower case letters, digits and hyphens")->required();
  verb->add_option("--lang", arguments->language, "c, cpp (the default), or rust for activations")
      ->type_name("LANGUAGE");
  verb->add_option("--dir", arguments->parent, "Make the folder NAME in this one (default: here)")
      ->check(not_empty)
      ->type_name("DIR");
}

}  // namespace

void add_plugin(CLI::App& app, Action& action) {
  CLI::App* plugin =
      add_group(app, "plugin", "List, show, begin, check, measure plugins",
                "  basso plugin list\n  basso plugin info relu\n  basso plugin new activation wobble\n"
                "  basso plugin check ./mine.so\n"
                "  basso plugin bench relu tanh\n");
  plugin->require_subcommand(1);
  for (const auto add :
       {add_plugin_list, add_plugin_info, add_plugin_check, add_plugin_bench, add_plugin_new})
    add(*plugin, action);
}

}  // namespace basso::cli

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

void add_plugin_check(CLI::App& plugin, PluginCheckArguments& arguments, Action& action) {
  CLI::App* verb =
      add_verb(plugin, "check", "Try every rule of the ABI on a plugin, each in a process of its own",
               "  basso plugin check ./softsign.so\n"
               "  basso plugin check activation/relu --only 'library.*' --json\n"
               "  basso plugin check --list\n");
  verb->add_option("NAME", arguments.options.name, "Path of a library, KIND/ID, or an ID that is unique");
  verb->add_flag("--json", arguments.json, "Print JSON");
  verb->add_flag("--list", arguments.list, "List the checks, check nothing");
  verb->add_option("--only", arguments.options.only, "Only checks whose id matches (and what they need)")
      ->type_name("GLOB");
  verb->add_option("--seed", arguments.options.seed, "Seed of what is drawn (default 1)")
      ->check(seed)
      ->type_name("N");
  verb->add_option("--set", arguments.options.set,
                   "A parameter in place of its default, say to keep data small; may be repeated")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  verb->add_flag("--thorough", arguments.options.thorough, "More draws, longer loops, a longer time limit");
  verb->add_option("--plugin-dir", arguments.options.plugin_dirs,
                   "Folder with plugins, searched first; may be repeated")
      ->allow_extra_args(false)
      ->check(existing_folder)
      ->type_name("DIR");
  verb->callback([&] { action = [&arguments] { return plugin_check(arguments); }; });
}

void add_plugin_bench(CLI::App& plugin, PluginBenchArguments& bench, Action& action) {
  CLI::App* verb = add_verb(plugin, "bench",
                            "Measure plugins: against memory, against a training step, against each other",
                            "  basso plugin bench activation/sine\n"
                            "  basso plugin bench activation/tanh ./my-tanh.so --json\n"
                            "  basso plugin bench probe/spectrum --experiment my.toml --profile reduced\n");
  verb->add_option(
          "NAME", bench.names,
          "KIND/ID, an ID that is unique, or the path of a library; those of one kind are compared with "
          "the first")
      ->required();
  verb->add_flag("--json", bench.json, "Print JSON");
  verb->add_option(
          "--experiment", bench.experiment,
          "Experiment file whose first sweep point gives the parameters and what probes observe (default: "
          "the plugins' defaults, Experiment 1 of Rahaman et al. 2019)")
      ->type_name("FILE");
  add_load_options(*verb, bench.load);
  verb->add_option("--seconds", bench.seconds,
                   "Processor time of one round of one measurement (default 0.02)")
      ->check(CLI::Range(1e-6, 100.0))
      ->type_name("S");
  verb->add_option("--rounds", bench.rounds, "Rounds, of which the median counts (default 5)")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  add_plugin_dirs(*verb, bench.search);
  add_data_dirs(*verb, bench.search);
  verb->callback([&] { action = [&bench] { return plugin_bench(bench); }; });
}

void add_plugin_new(CLI::App& plugin, PluginNewArguments& arguments, Action& action) {
  CLI::App* verb =
      add_verb(plugin, "new", "Write a folder with a first plugin: source, build, test, README",
               "  basso plugin new activation wobble\n  basso plugin new probe largest-error --lang c\n"
               "  basso plugin new activation soft --lang rust --dir ~/plugins\n");
  verb->add_option("KIND", arguments.kind, "activation, target or probe")->required();
  verb->add_option("NAME", arguments.name, "Its id: lower case letters, digits and hyphens")->required();
  verb->add_option("--lang", arguments.language, "c, cpp (the default), or rust for activations")
      ->type_name("LANGUAGE");
  verb->add_option("--dir", arguments.parent, "Make the folder NAME in this one (default: here)")
      ->type_name("DIR");
  verb->callback([&] { action = [&arguments] { return plugin_new(arguments); }; });
}

}  // namespace

void add_plugin(CLI::App& app, PluginArguments& arguments, Action& action) {
  CLI::App* plugin =
      add_verb(app, "plugin", "List, show, begin, check, measure plugins",
               "  basso plugin list\n  basso plugin info relu\n  basso plugin new activation wobble\n"
               "  basso plugin check ./mine.so\n"
               "  basso plugin bench relu tanh\n");
  plugin->require_subcommand(1);
  PluginListArguments& list = arguments.list;
  PluginInfoArguments& info = arguments.info;

  CLI::App* list_verb =
      add_verb(*plugin, "list", "List every plugin found, and what was refused and why",
               "  basso plugin list\n  basso plugin list --plugin-dir build/plugins --json\n");
  list_verb->add_flag("--json", list.json, "Print JSON");
  add_plugin_dirs(*list_verb, list.search);
  list_verb->callback([&] { action = [&arguments] { return plugin_list(arguments.list); }; });

  CLI::App* info_verb = add_verb(*plugin, "info", "Show a plugin's parameters, facts and optional tables",
                                 "  basso plugin info activation/relu\n  basso plugin info spectrum --json\n "
                                 " basso plugin info ./softsign.so\n");
  info_verb->add_option("NAME", info.name, "KIND/ID, an ID that is unique, or the path of a library")
      ->required();
  CLI::Option* json = info_verb->add_flag("--json", info.json, "Print JSON");
  info_verb->add_flag("--json-schema", info.json_schema, "Print the JSON Schema of its parameters")
      ->excludes(json);
  add_plugin_dirs(*info_verb, info.search);
  info_verb->callback([&] { action = [&arguments] { return plugin_info(arguments.info); }; });
  add_plugin_check(*plugin, arguments.check, action);
  add_plugin_bench(*plugin, arguments.bench, action);
  add_plugin_new(*plugin, arguments.fresh, action);
}

}  // namespace basso::cli

// The command line: parses arguments, calls one verb, turns every error into a message on stderr and an exit
// code.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <new>

#include "basso/error.hpp"
#include "basso/system.hpp"
#include "cli/crash.hpp"
#include "cli/options.hpp"
#include "cli/plugin_verbs.hpp"

namespace basso::cli {
namespace {

// CLI11's own validators print bounds of 300 digits.
std::string thread_count(const std::string& text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 && value <= 4096 ? ""
                                              : "expected a number of threads from 0 to 4096, not " + text;
}

std::string tolerance(const std::string& text) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = failure == std::errc() && end == text.data() + text.size();
  return whole && value >= 0 ? "" : "expected a number from 0, not " + text;
}

template <class Arguments>
void add_threads(CLI::App& verb, Arguments& arguments) {
  verb.add_option("--threads", arguments.threads,
                  "Threads; results do not depend on it (default 0: every core)")
      ->check(thread_count)
      ->type_name("N");
}

// What run and resume have in common.
template <class Arguments>
void add_run_options(CLI::App& verb, Arguments& arguments) {
  add_threads(verb, arguments);
  verb.add_flag("--check", arguments.check, "Exit with 5 unless every claim holds");
  verb.add_flag("--no-figures", arguments.no_figures, "Draw no figures");
  verb.add_flag("--quiet,-q", arguments.quiet, "Print the run directory and errors only");
  add_plugin_dirs(verb, arguments.search);
  add_data_dirs(verb, arguments.search);
}

void add_run(CLI::App& app, RunArguments& arguments, Action& action) {
  CLI::App* verb =
      add_verb(app, "run", "Run an experiment; prints the run directory last",
               "  basso run experiments/rahaman2019/exp1-equal.toml --profile reduced\n"
               "  basso run FILE --set train.steps=2000 --set experiment.seed=7 --out runs/trial\n"
               "  basso run FILE --dry-run\n");
  verb->add_option("FILE", arguments.file, "Experiment file (TOML)")->required();
  add_load_options(*verb, arguments.load);
  verb->add_option("--out", arguments.out, "Run directory; must not exist (default: runs/<name>-NNN)")
      ->type_name("DIR");
  add_run_options(*verb, arguments);
  verb->add_flag("--dry-run", arguments.dry_run,
                 "Print plugins, shapes, bytes and a time estimate; run nothing");
  verb->callback([&] { action = [&arguments] { return run(arguments); }; });
}

void add_resume(CLI::App& app, ResumeArguments& arguments, Action& action) {
  CLI::App* verb = add_verb(app, "resume", "Go on with a run that was interrupted; what has ended is kept",
                            "  basso resume runs/exp1-equal-001\n"
                            "  basso resume runs/exp1-equal-001 --drop spectrum --probes more.toml\n"
                            "more.toml has [[probe]] tables as an experiment file has them.\n");
  verb->add_option("DIR", arguments.directory, "Run directory")->required();
  verb->add_option("--drop", arguments.drop, "Go on without this probe; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb->add_option("--probes", arguments.probes, "File with [[probe]] tables (TOML) to go on with")
      ->type_name("FILE");
  add_run_options(*verb, arguments);
  verb->callback([&] { action = [&arguments] { return resume(arguments); }; });
}

void add_probe(CLI::App& app, ProbeArguments& arguments, Action& action) {
  CLI::App* verb =
      add_verb(app, "probe", "Let further probes look at the networks that a run stored; prints their series",
               "  basso probe runs/exp1-equal-001 --probes more.toml\n"
               "more.toml has [[probe]] tables as an experiment file has them.\n");
  verb->add_option("DIR", arguments.directory, "Run directory")->required();
  verb->add_option("--probes", arguments.probes, "File with [[probe]] tables (TOML)")
      ->required()
      ->type_name("FILE");
  add_threads(*verb, arguments);
  verb->add_flag("--quiet,-q", arguments.quiet, "Print the series and errors only");
  add_plugin_dirs(*verb, arguments.search);
  add_data_dirs(*verb, arguments.search);
  verb->callback([&] { action = [&arguments] { return probe(arguments); }; });
}

void add_check(CLI::App& app, CheckArguments& arguments, Action& action) {
  CLI::App* verb = add_verb(app, "check", "Evaluate the claims of a run again, from its series alone",
                            "  basso check runs/exp1-equal-001\n"
                            "  basso check runs/exp1-equal-001 --json\n");
  verb->add_option("DIR", arguments.directory, "Run directory")->required();
  verb->add_flag("--json", arguments.json, "Print JSON");
  verb->callback([&] { action = [&arguments] { return check(arguments); }; });
}

void add_verify(CLI::App& app, VerifyArguments& arguments, Action& action) {
  CLI::App* verb = add_verb(
      app, "verify", "Compare a run directory, its plugins and data files with the hashes of its manifest",
      "  basso verify runs/exp1-equal-001\n"
      "  basso verify runs/exp1-equal-001 --record --json\n");
  verb->add_option("DIR", arguments.directory, "Run directory")->required();
  verb->add_flag("--record", arguments.record,
                 "The run directory alone, not the plugins and data files it was made from");
  verb->add_flag("--json", arguments.json, "Print JSON");
  add_plugin_dirs(*verb, arguments.search);
  add_data_dirs(*verb, arguments.search);
  verb->callback([&] { action = [&arguments] { return verify(arguments); }; });
}

void add_compare(CLI::App& app, CompareArguments& arguments, Action& action) {
  CLI::App* verb = add_verb(app, "compare",
                            "Tabulate what differs between two runs: origin, configuration, values, verdicts",
                            "  basso compare runs/exp1-equal-001 runs/exp1-equal-002\n"
                            "  basso compare runs/a runs/b --relative 1e-6 --json\n");
  verb->add_option("A", arguments.a, "First run directory")->required();
  verb->add_option("B", arguments.b, "Second run directory")->required();
  verb->add_option("--absolute", arguments.tolerance.absolute,
                   "Values agree whose difference is at most this (default 0)")
      ->check(tolerance)
      ->type_name("X");
  verb->add_option("--relative", arguments.tolerance.relative,
                   "Values agree whose difference is at most this part of the larger one (default 0)")
      ->check(tolerance)
      ->type_name("X");
  verb->add_flag("--json", arguments.json, "Print JSON");
  verb->callback([&] { action = [&arguments] { return compare(arguments); }; });
}

void add_plot(CLI::App& app, PlotArguments& arguments, Action& action) {
  CLI::App* verb = add_verb(app, "plot", "Draw the figures of a run (PNG and SVG), or of several overlaid",
                            "  basso plot runs/exp1-equal-001\n"
                            "  basso plot runs/exp1-equal-001 runs/exp1-equal-002 --out figures\n");
  verb->add_option("DIR", arguments.directories, "Run directories; the first one says what to draw")
      ->required();
  verb->add_option("--out", arguments.out, "Folder for the files (default: figures/ in the first run)")
      ->type_name("DIR");
  verb->callback([&] { action = [&arguments] { return plot(arguments); }; });
}

void add_config(CLI::App& app, ConfigArguments& arguments, Action& action) {
  CLI::App* config = add_verb(app, "config", "Check or show an experiment file",
                              "  basso config check FILE\n  basso config show FILE --profile reduced\n");
  config->require_subcommand(1);
  const auto add = [&](const char* name, const char* summary, const char* examples,
                       int (*function)(const ConfigArguments&)) {
    CLI::App* verb = add_verb(*config, name, summary, examples);
    verb->add_option("FILE", arguments.file, "Experiment file (TOML)")->required();
    add_load_options(*verb, arguments.load);
    add_plugin_dirs(*verb, arguments.search);
    verb->callback(
        [&action, &arguments, function] { action = [&arguments, function] { return function(arguments); }; });
    return verb;
  };
  add("check", "Validate a file, with each of its profiles unless some are chosen",
      "  basso config check experiments/rahaman2019/exp1-equal.toml\n", config_check)
      ->add_flag("--quiet,-q", arguments.quiet, "Print errors only");
  add_data_dirs(*config->get_subcommand("check"), arguments.search);
  add("show", "Print the file as it would be run: profiles and overrides applied, every default filled in",
      "  basso config show FILE --profile reduced --set train.steps=100 > resolved.toml\n", config_show);
}

void add_doctor(CLI::App& app, DoctorArguments& arguments, Action& action) {
  CLI::App* verb =
      add_verb(app, "doctor", "Show what was found: plugin and data folders, processor, versions",
               "  basso doctor\n  basso doctor --json\n");
  verb->add_flag("--json", arguments.json, "Print JSON");
  add_plugin_dirs(*verb, arguments.search);
  add_data_dirs(*verb, arguments.search);
  verb->callback([&] { action = [&arguments] { return doctor(arguments); }; });
}

// The deepest verb that was named, for "basso plugin info --help".
std::string named_verb(const CLI::App& app) {
  std::string name = "basso";
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) {
    at = at->get_subcommands().front();
    name += " " + at->get_name();
  }
  return name;
}

// A word in the place of a verb that is none: CLI11 would only say that a verb is missing.
void refuse_unknown_verb(const CLI::App& app, int argc, char** argv) {
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    std::vector<std::string> verbs;
    const CLI::App* next = nullptr;
    for (const CLI::App* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
      verbs.push_back(verb->get_name());
      if (verbs.back() == argv[i]) next = verb;
    }
    if (verbs.empty()) return;
    if (!next) {
      const std::string group = at == &app ? "basso" : "basso " + at->get_name();
      throw Error(Exit::usage, fmt::format("{} has no verb '{}'{} (see {} --help)", group, argv[i],
                                           nearest_hint(argv[i], verbs), group));
    }
    at = next;
  }
}

int parse_and_run(int argc, char** argv) {
  CLI::App app(
      "A laboratory for spectral bias: trains small networks and records which frequencies they learn, and "
      "when.",
      "basso");
  app.footer(
      "Examples:\n"
      "  basso run experiments/rahaman2019/exp1-equal.toml --profile reduced\n"
      "  basso plugin list\n"
      "Each verb has its own --help. Exit codes: docs/command-line.md, in the source tree or an "
      "installed copy's share/doc/basso.");
  app.set_version_flag("--version", "basso " + version());
  app.require_subcommand(1);
  Action action;
  RunArguments run_arguments;
  ResumeArguments resume_arguments;
  ProbeArguments probe_arguments;
  CheckArguments check_arguments;
  VerifyArguments verify_arguments;
  CompareArguments compare_arguments;
  PlotArguments plot_arguments;
  PluginArguments plugin_arguments;
  ConfigArguments config_arguments;
  DoctorArguments doctor_arguments;
  add_run(app, run_arguments, action);
  add_resume(app, resume_arguments, action);
  add_probe(app, probe_arguments, action);
  add_check(app, check_arguments, action);
  add_verify(app, verify_arguments, action);
  add_compare(app, compare_arguments, action);
  add_plot(app, plot_arguments, action);
  add_plugin(app, plugin_arguments, action);
  add_config(app, config_arguments, action);
  add_doctor(app, doctor_arguments, action);
  refuse_unknown_verb(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help, --version
    return app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    fmt::print(stderr, "basso: {} (see {} --help)\n", error.what(), named_verb(app));
    return static_cast<int>(Exit::usage);
  }
  return action();
}

}  // namespace
}  // namespace basso::cli

int main(int argc, char** argv) {
  basso::cli::say_why_it_ends();
  int code = 0;
  try {
    code = basso::cli::follows_sudden_end(argc, argv) ? basso::cli::record_sudden_end(argv)
                                                      : basso::cli::parse_and_run(argc, argv);
  } catch (const basso::Error& error) {
    fmt::print(stderr, "basso: {}\n", error.what());
    code = static_cast<int>(error.code());
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "basso: out of memory\n");
    code = static_cast<int>(basso::Exit::run_failed);
  } catch (const std::exception& error) {
    if (std::ferror(stdout) == 0) fmt::print(stderr, "basso: internal error: {}\n", error.what());
    code = static_cast<int>(basso::Exit::run_failed);
  }
  if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    fmt::print(stderr, "basso: cannot write to standard output\n");
    if (code == 0) code = static_cast<int>(basso::Exit::run_failed);
  }
  basso::cli::expect_exit();
  return code;
}

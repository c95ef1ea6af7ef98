// The command line: parses arguments, calls one verb, turns every error into a message on stderr and an exit
// code.
#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <vector>

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
  add_search(verb, arguments.search);
}

void add_run(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, run, "run", "Run an experiment; prints the run directory last",
               "  basso run experiments/rahaman2019/exp1-equal.toml --profile reduced\n"
               "  basso run FILE --set train.steps=2000 --set experiment.seed=7 --out runs/trial\n"
               "  basso run FILE --dry-run\n");
  verb->add_option("FILE", arguments->file, "Experiment file (TOML)")->required();
  add_load_options(*verb, arguments->load);
  verb->add_option("--out", arguments->out, "Run directory; must not exist (default: runs/<name>-NNN)")
      ->check(not_empty)
      ->type_name("DIR");
  add_run_options(*verb, *arguments);
  verb->add_flag("--dry-run", arguments->dry_run,
                 "Print plugins, shapes, bytes and a time estimate; run nothing");
}

void add_resume(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, resume, "resume", "Go on with a run that was interrupted; what has ended is kept",
               "  basso resume runs/exp1-equal-001\n"
               "  basso resume runs/exp1-equal-001 --drop spectrum --probes more.toml\n"
               "more.toml has [[probe]] tables as an experiment file has them.\n");
  verb->add_option("DIR", arguments->directory, "Run directory")->required();
  verb->add_option("--drop", arguments->drop, "Go on without this probe; may be repeated")
      ->allow_extra_args(false)
      ->type_name("NAME");
  verb->add_option("--probes", arguments->probes, "File with [[probe]] tables (TOML) to go on with")
      ->check(not_empty)
      ->type_name("FILE");
  add_run_options(*verb, *arguments);
}

void add_probe(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, probe, "probe",
               "Let further probes look at the networks that a run stored; prints their series",
               "  basso probe runs/exp1-equal-001 --probes more.toml\n"
               "more.toml has [[probe]] tables as an experiment file has them.\n");
  verb->add_option("DIR", arguments->directory, "Run directory")->required();
  verb->add_option("--probes", arguments->probes, "File with [[probe]] tables (TOML)")
      ->required()
      ->type_name("FILE");
  add_threads(*verb, *arguments);
  verb->add_flag("--quiet,-q", arguments->quiet, "Print the series and errors only");
  add_search(*verb, arguments->search);
}

void add_check(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, check, "check", "Evaluate the claims of a run again, from its series alone",
               "  basso check runs/exp1-equal-001\n"
               "  basso check runs/exp1-equal-001 --json\n"
               "  basso check runs/exp1-equal-001 --claims other.toml\n");
  verb->add_option("DIR", arguments->directory, "Run directory")->required();
  verb->add_option("--claims", arguments->claims, "TOML file whose [[claim]] tables are judged instead")
      ->check(not_empty)
      ->type_name("FILE");
  add_json(*verb, arguments->json);
}

void add_verify(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, verify, "verify",
               "Compare a run directory, its plugins and data files with the hashes of its manifest",
               "  basso verify runs/exp1-equal-001\n"
               "  basso verify runs/exp1-equal-001 --record --json\n");
  verb->add_option("DIR", arguments->directory, "Run directory")->required();
  verb->add_flag("--record", arguments->record,
                 "The run directory alone, not the plugins and data files it was made from");
  add_json(*verb, arguments->json);
  add_search(*verb, arguments->search);
}

void add_compare(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, compare, "compare",
               "Tabulate what differs between two runs: origin, configuration, values, verdicts",
               "  basso compare runs/exp1-equal-001 runs/exp1-equal-002\n"
               "  basso compare runs/a runs/b --relative 1e-6 --json\n"
               "Exit code 5 where values differ by more; the rest is shown and does not change it.\n");
  verb->add_option("A", arguments->a, "First run directory")->required();
  verb->add_option("B", arguments->b, "Second run directory")->required();
  verb->add_option("--absolute", arguments->tolerance.absolute,
                   "Values agree whose difference is at most this (default 0)")
      ->check(tolerance)
      ->type_name("X");
  verb->add_option("--relative", arguments->tolerance.relative,
                   "Values agree whose difference is at most this part of the larger one (default 0)")
      ->check(tolerance)
      ->type_name("X");
  add_json(*verb, arguments->json);
}

void add_plot(CLI::App& app, Action& action) {
  const auto [verb, arguments] =
      add_verb(app, action, plot, "plot", "Draw the figures of a run (PNG and SVG), or of several overlaid",
               "  basso plot runs/exp1-equal-001\n"
               "  basso plot runs/exp1-equal-001 runs/exp1-equal-002 --out figures\n"
               "  basso plot runs/exp1-equal-001 --figures other.toml\n");
  verb->add_option("DIR", arguments->directories, "Run directories; the first one says what to draw")
      ->required();
  verb->add_option("--out", arguments->out,
                   "Folder for the files (default: figures/ in the run; needed for several)")
      ->check(not_empty)
      ->type_name("DIR");
  verb->add_option("--figures", arguments->figures,
                   "TOML file whose [[figure]] tables say what to draw instead")
      ->check(not_empty)
      ->type_name("FILE");
}

void add_config(CLI::App& app, Action& action) {
  CLI::App* group = add_group(app, "config", "Check or show an experiment file",
                              "  basso config check FILE\n  basso config show FILE --profile reduced\n");
  group->require_subcommand(1);
  const auto add_file = [](CLI::App& verb, ConfigArguments& arguments) {
    verb.add_option("FILE", arguments.file, "Experiment file (TOML)")->required();
    add_load_options(verb, arguments.load);
    add_plugin_dirs(verb, arguments.search.plugin_dirs);
  };
  const auto [check, check_arguments] =
      add_verb(*group, action, config_check, "check",
               "Validate a file, with each of its profiles unless some are chosen",
               "  basso config check experiments/rahaman2019/exp1-equal.toml\n");
  add_file(*check, *check_arguments);
  check->add_flag("--quiet,-q", check_arguments->quiet, "Print errors only");
  add_data_dirs(*check, check_arguments->search.data_dirs);
  const auto [show, show_arguments] =
      add_verb(*group, action, config_show, "show",
               "Print the file as it would be run: profiles and overrides applied, every default filled in",
               "  basso config show FILE --profile reduced --set train.steps=100 > resolved.toml\n");
  add_file(*show, *show_arguments);
}

void add_doctor(CLI::App& app, Action& action) {
  const auto [verb, arguments] = add_verb(app, action, doctor, "doctor",
                                          "Show what was found: plugin and data folders, processor, versions",
                                          "  basso doctor\n  basso doctor --json\n");
  add_json(*verb, arguments->json);
  add_search(*verb, arguments->search);
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

// As CLI11 would, but before it finds fault with anything else, and with the nearest name. `words` stand
// behind the verb.
void refuse_unknown_options(const CLI::App& verb, const std::string& name, std::span<char* const> words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string word = words[i], option = word.substr(0, word.find('='));
    if (word == "--" || option == "--help" || option == "-h" || option == "--version") return;
    if (word.size() < 2 || word[0] != '-') continue;
    const bool is_long = word[1] == '-';
    const CLI::Option* known = verb.get_option_no_throw(is_long ? option : word.substr(0, 2));
    if (!known) {
      std::vector<std::string> names;
      for (const CLI::Option* one : verb.get_options())
        for (const std::string& text : one->get_lnames()) names.push_back("--" + text);
      const std::string hint = nearest_hint(option, names);
      throw Error(Exit::usage, fmt::format("{} has no option '{}'{} (see {} --help)", name, option,
                                           hint.starts_with("; nearest") ? hint : "", name));
    }
    const bool has_value = is_long ? option.size() < word.size() : word.size() > 2;
    if (known->get_items_expected_min() > 0 && !has_value) ++i;
  }
}

// A word in the place of a verb that is none, or an option that is none: CLI11 would speak of what is
// missing.
void refuse_unknown_words(const CLI::App& app, std::span<char* const> words) {
  const CLI::App* at = &app;
  std::string name = "basso";
  std::size_t i = 0;
  for (; i < words.size() && words[i][0] != '-'; ++i) {
    std::vector<std::string> verbs;
    const CLI::App* next = nullptr;
    for (const CLI::App* verb : at->get_subcommands([](const CLI::App*) { return true; })) {
      verbs.push_back(verb->get_name());
      if (verbs.back() == words[i]) next = verb;
    }
    if (verbs.empty()) break;
    if (!next)
      throw Error(Exit::usage, fmt::format("{} has no verb '{}'{} (see {} --help)", name, words[i],
                                           nearest_hint(words[i], verbs), name));
    at = next;
    name += " " + at->get_name();
  }
  refuse_unknown_options(*at, name, words.subspan(i));
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
  for (const auto add : {add_run, add_resume, add_probe, add_check, add_verify, add_compare, add_plot,
                         add_plugin, add_config, add_doctor})
    add(app, action);
  refuse_unknown_words(app, {argv + 1, argv + argc});
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

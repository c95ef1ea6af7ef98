// basso plugin check: every rule of the ABI tried on one plugin, or the list of those checks.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "basso/error.hpp"
#include "basso/plugin_check.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const PluginCheckReport& report, const PluginCheckOptions& options) {
  Json results = Json::array();
  for (const CheckResult& result : report.results)
    results.push_back({{"id", result.id},
                       {"component", result.component},
                       {"outcome", name_of(result.outcome)},
                       {"finding", result.finding},
                       {"remarks", result.remarks},
                       {"explanation", result.explanation},
                       {"command", result.command}});
  return {{"library", report.library.string()}, {"seed", options.seed},
          {"thorough", options.thorough},       {"passed", report.passed()},
          {"checked", report.checked()},        {"results", std::move(results)}};
}

std::string mark(CheckOutcome outcome) {
  switch (outcome) {
    case CheckOutcome::passed:
      return coloured("ok", Colour::green);
    case CheckOutcome::failed:
      return coloured("FAIL", Colour::red);
    case CheckOutcome::not_run:
    case CheckOutcome::not_applicable:
      break;
  }
  return "–";
}

// Each line of the text as a paragraph of its own.
std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) result += paragraph(line, 4);
  return result;
}

std::string name_of(const CheckResult& result) {
  return result.component.empty() ? result.id : result.id + "  " + result.component;
}

void print_finding(const CheckResult& result) {
  fmt::print("{}{}    {}\n", indented(result.finding), indented("The rule: " + result.explanation),
             result.command);
}

// As soon as it is there. What was not run follows in the summary, so as not to bury a finding.
void print(const CheckResult& result) {
  if (result.outcome == CheckOutcome::not_run) return;
  std::string line = mark(result.outcome);
  line.append(9 - std::min<std::size_t>(8, display_width(line)), ' ');
  line += name_of(result);
  if (result.outcome == CheckOutcome::not_applicable)
    line += ": " + result.finding.substr(0, result.finding.find('\n'));
  fmt::print("{}\n", line);
  if (result.outcome == CheckOutcome::failed) print_finding(result);
  for (const std::string& remark : result.remarks) fmt::print("{}", indented("note: " + remark));
  std::fflush(stdout);
}

// One line for each check that failed and kept others from being made.
void print_not_run(const PluginCheckReport& report) {
  std::vector<std::pair<std::string, int>> causes;  // in the order in which they failed
  for (const CheckResult& result : report.results) {
    if (result.outcome != CheckOutcome::not_run) continue;
    const bool of_library = result.blocked_by.rfind("library.", 0) == 0;
    const std::string cause = result.blocked_by + " to pass" + (of_library ? "" : " for " + result.component);
    const auto found =
        std::find_if(causes.begin(), causes.end(), [&](const auto& each) { return each.first == cause; });
    if (found == causes.end())
      causes.emplace_back(cause, 1);
    else
      ++found->second;
  }
  for (const auto& [cause, count] : causes)
    fmt::print("{}  {} that need{} {}\n", coloured("not run", Colour::yellow), plural(count, "check"),
               count == 1 ? "s" : "", cause);
}

// Where the first failure stands, when other lines have scrolled it away: most often it explains them.
void print_first_failure(const PluginCheckReport& report) {
  const auto first = std::find_if(report.results.begin(), report.results.end(), [](const CheckResult& each) {
    return each.outcome == CheckOutcome::failed;
  });
  if (first == report.results.end() || std::all_of(first + 1, report.results.end(), [](const auto& each) {
        return each.outcome == CheckOutcome::not_run;
      }))
    return;
  fmt::print("first failure, above: {}\n    {}\n", name_of(*first), first->command);
}

void print_summary(const PluginCheckReport& report) {
  print_not_run(report);
  print_first_failure(report);
  const auto count = [&](CheckOutcome outcome) {
    return std::count_if(report.results.begin(), report.results.end(),
                         [&](const CheckResult& result) { return result.outcome == outcome; });
  };
  fmt::print("{}: {} passed, {} failed, {} not run\n", report.library.filename().string(),
             plural(count(CheckOutcome::passed), "check"), count(CheckOutcome::failed),
             count(CheckOutcome::not_run));
}

int list_checks(bool json) {
  Json list = Json::array();
  std::vector<std::vector<std::string>> rows{{"check", "for", "what holds"}};
  for (const CheckDescription& check : plugin_checks()) {
    std::string kinds;
    for (const std::string& kind : check.kinds) kinds += (kinds.empty() ? "" : ", ") + kind;
    if (kinds.empty()) kinds = check.of_library ? "library" : "every kind";
    rows.push_back({check.id, kinds, check.explanation});
    list.push_back({{"id", check.id},
                    {"explanation", check.explanation},
                    {"needs", check.needs},
                    {"kinds", check.kinds},
                    {"scope", check.of_library ? "library" : "component"}});
  }
  fmt::print("{}", json ? list.dump(2) + "\n" : columns(rows));
  return static_cast<int>(Exit::ok);
}

}  // namespace

int plugin_check(const PluginCheckArguments& arguments) {
  if (arguments.list) return list_checks(arguments.json);
  if (arguments.options.name.empty())
    throw Error(Exit::usage, "plugin check: say which plugin: the path of a library, KIND/ID or an ID");
  const PluginCheckReport report =
      check_plugin(arguments.options, arguments.json ? std::function<void(const CheckResult&)>() : print);
  if (arguments.json)
    fmt::print("{}\n",
               as_json(report, arguments.options).dump(2, ' ', false, Json::error_handler_t::replace));
  else if (report.checked() == 0 && report.passed())
    fmt::print("{}: nothing was checked: {} for which it has nothing to look at (–)\n",
               report.library.filename().string(), plural(static_cast<long>(report.results.size()), "check"));
  else
    print_summary(report);
  return static_cast<int>(report.passed() ? Exit::ok : Exit::claim_failed);
}

}  // namespace basso::cli

// Verdicts as text. See verdicts.hpp.
#include "cli/verdicts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/terminal.hpp"

namespace basso::cli {
namespace {

std::string outcome_text(Verdict::Outcome outcome) {
  switch (outcome) {
    case Verdict::Outcome::holds:
      return coloured("holds", Colour::green);
    case Verdict::Outcome::fails:
      return coloured("FAILS", Colour::red);
    case Verdict::Outcome::not_evaluated:
      break;
  }
  return coloured("not evaluated", Colour::yellow);
}

const char* outcome_key(Verdict::Outcome outcome) {
  switch (outcome) {
    case Verdict::Outcome::holds:
      return "holds";
    case Verdict::Outcome::fails:
      return "fails";
    case Verdict::Outcome::not_evaluated:
      break;
  }
  return "not evaluated";
}

// As in manifest.json: JSON has no infinite numbers, they are text; missing ones are null.
nlohmann::ordered_json json_number(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  return value;
}

std::string number(double value) { return std::isnan(value) ? "–" : fmt::format("{:.4g}", value); }

}  // namespace

std::string verdict_table(const std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows{{"claim", "value", "quartiles", "threshold", "verdict"}};
  for (const Verdict& verdict : verdicts) {
    const bool evaluated = verdict.outcome != Verdict::Outcome::not_evaluated;
    rows.push_back(
        {verdict.claim, evaluated ? number(verdict.value) : "–",
         evaluated ? fmt::format("{} to {}", number(verdict.spread_low), number(verdict.spread_high)) : "–",
         number(verdict.threshold), outcome_text(verdict.outcome)});
  }
  std::istringstream lines(columns(rows));
  std::string text, line;
  std::getline(lines, line);
  text = line + '\n';
  for (const Verdict& verdict : verdicts) {
    std::getline(lines, line);
    text += line + '\n' + paragraph(verdict.detail, 2);
  }
  return text;
}

std::string verdict_json(const std::vector<Verdict>& verdicts) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Verdict& verdict : verdicts) {
    list.push_back({{"claim", verdict.claim},
                    {"kind", verdict.kind},
                    {"outcome", outcome_key(verdict.outcome)},
                    {"value", json_number(verdict.value)},
                    {"spread", {json_number(verdict.spread_low), json_number(verdict.spread_high)}},
                    {"threshold", json_number(verdict.threshold)},
                    {"detail", verdict.detail},
                    {"quote", verdict.quote},
                    {"reason", verdict.reason}});
  }
  return list.dump(2);
}

bool all_hold(const std::vector<Verdict>& verdicts) {
  return std::all_of(verdicts.begin(), verdicts.end(),
                     [](const Verdict& verdict) { return verdict.outcome == Verdict::Outcome::holds; });
}

}  // namespace basso::cli

// From series to verdicts: each repeat's number, their median against the threshold, the sentence behind it.
#include "run/claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "basso/error.hpp"
#include "run/claim_kinds.hpp"
#include "run/claim_view.hpp"
#include "run/config.hpp"
#include "run/manifest.hpp"
#include "run/references.hpp"
#include "spectral/order.hpp"

namespace basso {

namespace {

// The numbers of all repeats; of a disagreement, of all but the first one, with which the others are
// compared.
struct Evaluation {
  std::vector<double> values;  // [repeats]
  std::vector<std::size_t> groups;
  std::optional<double> step;            // of the first repeat's number, where it is one recording's
  std::vector<std::vector<Cell>> cells;  // [repeats], of the first operand
};

// "target.petals 4" where the claim is judged group by group, else "".
std::string judged_group(const ClaimSettings& claim, const ClaimView& view, std::size_t group) {
  const bool apart = claim.kind != "disagreement" && view.groups() > 1 && claim.combine == "worst";
  return apart ? view.group_text(group) : "";
}

Evaluation evaluate(const ClaimSettings& claim, const ClaimView& view, const std::optional<ClaimView>& second,
                    const std::vector<double>& ended) {
  Evaluation result;
  const bool against_first = claim.kind == "disagreement";
  for (std::size_t repeat = against_first ? 1u : 0u; repeat < view.repeats(); ++repeat) {
    result.cells.push_back(view.repeat(repeat, ended));
    std::vector<Cell> others;
    if (second) others = second->repeat(repeat, ended);
    if (against_first) others = view.repeat(0, ended);
    try {
      const Statistic statistic = claim_statistic(claim, result.cells.back(), others);
      result.values.push_back(statistic.value);
      result.groups.push_back(statistic.group);
      if (result.groups.size() == 1) result.step = statistic.step;
    } catch (const NotEvaluated& reason) {
      const std::string group = reason.group ? judged_group(claim, view, *reason.group) : "";
      throw NotEvaluated{
          fmt::format("repeat {}{}{}: {}", repeat, group.empty() ? "" : ", ", group, reason.why)};
    }
  }
  return result;
}

// "at 200", of all repeats; "never (1 of 4 repeats crosses)" where most do not cross.
std::string median_text(const std::vector<double>& steps) {
  const double median = spectral::median(steps);
  if (!std::isinf(median)) return fmt::format("at {:g}", median);
  const auto crossed =
      std::count_if(steps.begin(), steps.end(), [](double step) { return !std::isinf(step); });
  if (crossed == 0) return "never";
  return fmt::format("never ({} of {} repeats {})", crossed, steps.size(),
                     crossed == 1 ? "crosses" : "cross");
}

// "median crossing steps: 5 at 200, 10 at 400", for the group that decided in the first
// repeat.
std::string crossings_text(const ClaimSettings& claim, const Evaluation& evaluation) {
  const std::size_t group = evaluation.groups[0];
  std::vector<double> axis;
  std::vector<std::vector<double>> steps;
  for (const std::vector<Cell>& cells : evaluation.cells) {
    std::size_t entry = 0;
    for (const Cell& cell : cells) {
      if (cell.group != group) continue;
      if (entry == axis.size()) {
        axis.push_back(cell.axis_value);
        steps.emplace_back();
      }
      steps[entry++].push_back(crossing_step(claim, cell));
    }
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < axis.size(); ++i)
    parts.push_back(fmt::format("{:g} {}", axis[i], median_text(steps[i])));
  return fmt::format("median crossing steps of {:g} by {}: {}", claim.level, claim.axis,
                     fmt::join(parts, ", "));
}

std::string detail_text(const ClaimSettings& claim, const ClaimView& view, const Evaluation& evaluation) {
  std::vector<std::string> numbers;
  const bool crossing = claim.reduce == "first_crossing";
  const auto infinite = [](double value) { return std::isinf(value); };
  for (const double value : evaluation.values) {
    const bool never = crossing && claim.kind == "bound" && infinite(value);
    numbers.push_back(never ? "never" : fmt::format("{:.4g}", value));
  }
  const std::string head = claim.kind == "disagreement" ? "beside the first repeat:"
                           : numbers.size() == 1        ? "one repeat:"
                                                        : "by repeat:";
  std::string text = fmt::format("{} {}", head, fmt::join(numbers, ", "));
  const std::string group = judged_group(claim, view, evaluation.groups[0]);
  if (!group.empty()) text += fmt::format("; the worst entry counts (first repeat: {})", group);
  if (evaluation.step)
    text += fmt::format("; the worst recording counts (first repeat: step {})", *evaluation.step);
  if (crossing && std::any_of(evaluation.values.begin(), evaluation.values.end(), infinite))
    text += fmt::format("; {:g} is never crossed there, which counts as infinite", claim.level);
  if (claim.kind == "order") text += "; " + crossings_text(claim, evaluation);
  return text;
}

}  // namespace

const StoredSeries* SeriesIndex::find(const std::string& name) const {
  const auto found =
      std::find_if(series.begin(), series.end(), [&](const auto& one) { return one.series.name == name; });
  return found == series.end() ? nullptr : &*found;
}

Verdict evaluate_claim(const ClaimSettings& claim,
                       const std::function<StoredSeries(const std::string&)>& read,
                       const std::vector<double>& ended) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  Verdict verdict;
  verdict.claim = claim.name;
  verdict.kind = claim.kind;
  verdict.threshold = claim.threshold;
  verdict.quote = claim.quote;
  verdict.reason = claim.reason;
  verdict.value = verdict.spread_low = verdict.spread_high = nan;

  const StoredSeries stored = read(claim.series);
  const ClaimView view("claim " + claim.name, stored, claim.select, claim.axis);
  std::optional<StoredSeries> other;
  std::optional<ClaimView> second;
  if (!claim.other.empty()) {
    other = read(claim.other);
    second.emplace("claim " + claim.name, *other, claim.other_select,
                   claim.kind == "trend" ? claim.axis : "");
  }
  try {
    const Evaluation evaluation = evaluate(claim, view, second, ended);
    verdict.value = spectral::median(evaluation.values);
    verdict.spread_low = spectral::quantile(evaluation.values, 0.25);
    verdict.spread_high = spectral::quantile(evaluation.values, 0.75);
    const bool holds = relation_holds(verdict.value, claim_relation(claim), claim.threshold);
    verdict.outcome = holds ? Verdict::Outcome::holds : Verdict::Outcome::fails;
    verdict.detail = detail_text(claim, view, evaluation);
  } catch (const NotEvaluated& reason) {
    verdict.detail = "not evaluated: " + reason.why;
  }
  return verdict;
}

std::vector<Verdict> check_run(const std::filesystem::path& directory,
                               const std::filesystem::path& description) {
  check_same_config(directory);
  const std::vector<ClaimSettings> claims = read_claims(directory, description);
  const SeriesIndex index = read_series_index(directory);
  refuse_mistakes(claim_mistakes(claims, index));
  std::set<std::string> files;
  for (const ClaimSettings& claim : claims)
    for (const std::string& name : {claim.series, claim.other})
      if (const StoredSeries* found = index.find(name)) files.insert(found->series.file);
  check_same_series(directory, files);
  const std::vector<double> ended = read_ended(directory, index);
  std::vector<Verdict> verdicts;
  for (const ClaimSettings& claim : claims) {
    const auto read = [&](const std::string& name) { return read_stored_series(directory, index, name); };
    verdicts.push_back(evaluate_claim(claim, read, ended));
  }
  return verdicts;
}

}  // namespace basso

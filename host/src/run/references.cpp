// See references.hpp.
#include "run/references.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <set>

#include "basso/error.hpp"
#include "run/claim_view.hpp"
#include "run/figure_axes.hpp"

namespace basso {

namespace {

std::string at(const std::string& where, const std::string& message) {
  return where.empty() ? message : where + ": " + message;
}

// What `check` refuses, if anything, becomes one more sentence.
void collect(std::vector<std::string>& mistakes, const std::string& where,
             const std::function<void()>& check) {
  try {
    check();
  } catch (const Error& error) {
    mistakes.push_back(at(where, error.what()));
  }
}

// Adds a sentence for each series that there is not; whether there are all.
bool have_series(std::vector<std::string>& mistakes, const std::string& where, const std::string& who,
                 const std::vector<std::string>& names, const SeriesIndex& index) {
  std::vector<std::string> known;
  for (const StoredSeries& stored : index.series) known.push_back(stored.series.name);
  bool all = true;
  for (const std::string& name : std::set<std::string>(names.begin(), names.end())) {
    if (index.find(name)) continue;
    mistakes.push_back(
        at(where, fmt::format("{}: there is no series \"{}\"{}", who, name, nearest_hint(name, known))));
    all = false;
  }
  return all;
}

void check_reduction(const ClaimSettings& claim, const StoredSeries& stored) {
  const bool needs_recordings = claim.kind == "order" || claim.reduce != "last";
  if (needs_recordings && !stored.has_recordings()) {
    throw Error(Exit::usage,
                fmt::format("claim {}: series {} is emitted once and has no recordings to {}", claim.name,
                            stored.series.name, claim.kind == "order" ? "order" : "reduce"));
  }
}

// "frequency", "layer, unit": the axes that a probe gave a series.
std::string own_axes(const Series& series) {
  std::string names;
  for (const SeriesAxis& axis : series.axes)
    if (axis.name != "repeat" && axis.name != "recording" && axis.name.find('.') == std::string::npos)
      names += (names.empty() ? "" : ", ") + axis.name;
  return names;
}

// Where the claim reduces recordings to one of their values, or to a step, the other operand may be a single
// value.
bool takes_single_values(const ClaimSettings& claim) {
  static const std::vector<std::string> values{"last",        "best_min", "best_max",
                                               "median_tail", "mean",     "first_crossing"};
  return std::find(values.begin(), values.end(), claim.reduce) != values.end();
}

// The most that a sweep point has.
std::size_t most_recordings(const StoredSeries& stored) {
  std::size_t most = 0;
  for (const auto& recordings : stored.scheduled) most = std::max(most, recordings.size());
  if (!stored.scheduled.empty()) return most;
  return stored.series.axes.at(stored.sweep_axes() + 1).values.size();  // behind the repeat's
}

void check_crossing(const ClaimSettings& claim, const StoredSeries& stored) {
  const bool crosses = claim.kind == "order" || claim.reduce == "first_crossing";
  if (!crosses || !stored.has_recordings()) return;
  const std::size_t most = most_recordings(stored);
  if (static_cast<std::uint64_t>(claim.hold) <= most) return;
  throw Error(
      Exit::usage,
      fmt::format("claim {}: hold = {}, but {} has {} recordings: nothing can cross; give a smaller hold, or "
                  "record more often",
                  claim.name, claim.hold, claim.series, most));
}

void check_claim(const ClaimSettings& claim, const SeriesIndex& index) {
  const StoredSeries& stored = *index.find(claim.series);
  check_reduction(claim, stored);
  check_crossing(claim, stored);
  const ClaimView view("claim " + claim.name, stored, claim.select, claim.axis);
  if (claim.kind == "disagreement" && view.repeats() < 2)
    throw Error(Exit::usage, fmt::format("claim {}: a disagreement is one of repeats, and there is one: let "
                                         "[experiment] repeats be 2 or more",
                                         claim.name));
  if (claim.other.empty()) return;
  const StoredSeries& other = *index.find(claim.other);
  if (!takes_single_values(claim)) check_reduction(claim, other);
  const bool trend = claim.kind == "trend";
  const ClaimView second("claim " + claim.name, other, claim.other_select, trend ? claim.axis : "");
  const bool paired = trend || (claim.combine == "worst" && second.cells() != 1);
  if (paired && second.cells() != view.cells()) {
    throw Error(Exit::usage,
                fmt::format("claim {}: the operands have {} and {} entries; select as many{}", claim.name,
                            view.cells(), second.cells(), trend ? "" : ", or one of the second"));
  }
  if (trend && view.axis_text() != second.axis_text())
    throw Error(Exit::usage,
                fmt::format("claim {}: the two series have different entries along {}: {} and {}", claim.name,
                            claim.axis, view.axis_text(), second.axis_text()));
  const std::string axes = own_axes(stored.series), others = own_axes(other.series);
  if (view.cells() > 1 && second.cells() > 1 && claim.select.empty() && claim.other_select.empty() &&
      axes != others)
    throw Error(Exit::usage,
                fmt::format("claim {}: {} lies over {}, {} over {}: entries of unlike axes are no pairs; "
                            "select the ones that are",
                            claim.name, claim.series, axes, claim.other, others));
}

bool has_axis(const Series& series, const std::string& name) {
  return std::any_of(series.axes.begin(), series.axes.end(),
                     [&](const SeriesAxis& axis) { return axis.name == name; });
}

// What is selected must be an entry of every series that has the axis (select_entries sees to it), and one of
// them must have it.
void check_figure(const FigureSettings& figure, const SeriesIndex& index) {
  std::vector<Series> drawn;
  for (const std::string& name : all_series(figure)) drawn.push_back(index.find(name)->series);
  for (const std::string& axis : {figure.x, figure.y})
    if (!axis.empty()) axis_position(drawn.front(), axis, figure.name);
  for (const auto& [axis, wanted] : figure.select) {
    const auto has = [&name = axis](const Series& series) { return has_axis(series, name); };
    if (std::none_of(drawn.begin(), drawn.end(), has)) axis_position(drawn.front(), axis, figure.name);
  }
  check_shapes(figure, drawn);
}

std::vector<std::string> series_of(const ClaimSettings& claim) {
  return claim.other.empty() ? std::vector<std::string>{claim.series}
                             : std::vector<std::string>{claim.series, claim.other};
}

// Names of probes, at any point: a sweep may change what they are, not what they are called.
std::vector<std::string> probe_names(const ExperimentData& experiment) {
  std::vector<std::string> names;
  for (const ProbeSettings& probe : experiment.points.front().probes) names.push_back(probe.name);
  return names;
}

void check_probe(std::vector<std::string>& mistakes, const std::string& where, const std::string& who,
                 const std::string& series, const std::vector<std::string>& probes) {
  const std::string probe = series.substr(0, series.find('.'));
  if (std::find(probes.begin(), probes.end(), probe) != probes.end()) return;
  mistakes.push_back(at(where, fmt::format("{}: series \"{}\": there is no probe named \"{}\"{}", who, series,
                                           probe, nearest_hint(probe, probes))));
}

}  // namespace

std::vector<std::string> claim_mistakes(const std::vector<ClaimSettings>& claims, const SeriesIndex& index) {
  std::vector<std::string> mistakes;
  for (const ClaimSettings& claim : claims) {
    if (have_series(mistakes, claim.where, "claim " + claim.name, series_of(claim), index))
      collect(mistakes, claim.where, [&] { check_claim(claim, index); });
  }
  return mistakes;
}

std::vector<std::string> figure_mistakes(const ExperimentData& experiment, const SeriesIndex& index) {
  std::vector<std::string> mistakes;
  for (const FigureSettings& figure : experiment.figures) {
    const std::size_t before = mistakes.size();
    collect(mistakes, figure.where, [&] { check_series_count(figure); });
    have_series(mistakes, figure.where, "figure " + figure.name, all_series(figure), index);
    if (mistakes.size() == before) collect(mistakes, figure.where, [&] { check_figure(figure, index); });
  }
  return mistakes;
}

std::vector<std::string> mistakes_without_data(const ExperimentData& experiment) {
  std::vector<std::string> mistakes;
  const std::vector<std::string> probes = probe_names(experiment);
  for (const ClaimSettings& claim : experiment.claims) {
    for (const std::string& series : series_of(claim))
      check_probe(mistakes, claim.where, "claim " + claim.name, series, probes);
  }
  for (const FigureSettings& figure : experiment.figures) {
    collect(mistakes, figure.where, [&] { check_series_count(figure); });
    for (const std::string& series : all_series(figure))
      check_probe(mistakes, figure.where, "figure " + figure.name, series, probes);
  }
  return mistakes;
}

void refuse_mistakes(const std::vector<std::string>& mistakes, const std::string& also) {
  if (mistakes.empty()) return;
  const std::string last = also.empty() ? "" : "\n" + also;
  if (mistakes.size() == 1) throw Error(Exit::usage, mistakes.front() + last);
  throw Error(Exit::usage, fmt::format("{} mistakes in claims and figures:\n  {}{}", mistakes.size(),
                                       fmt::join(mistakes, "\n  "), last));
}

}  // namespace basso

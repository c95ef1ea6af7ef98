// Shapes before training. See layout.hpp.
#include "run/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"
#include "run/assembly.hpp"
#include "run/references.hpp"
#include "run/snapshots.hpp"

namespace basso {

namespace {

// Creates every job's target and probes once. Only where the target differs between repeats can their axes.
void lay_out_points(const ExperimentData& experiment, services::Shared& shared, Layout& layout) {
  const std::int64_t repeats = experiment.vary_target ? experiment.repeats : 1;
  for (std::size_t p = 0; p < experiment.points.size(); ++p) {
    const Assembly first(experiment, experiment.points[p], shared, 0);
    for (std::int64_t repeat = 1; repeat < repeats; ++repeat) {
      const Assembly other(experiment, experiment.points[p], shared, repeat);
      const std::string difference = layout_difference(first.declared(), other.declared());
      if (!difference.empty())
        throw Error(Exit::usage, fmt::format("{}: {}", job_name(experiment, p, repeat), difference));
    }
    layout.points.push_back(first.declared());
    layout.memory.push_back(first.bytes());
    layout.snapshot_bytes +=
        snapshot_bytes(experiment.points[p], first.layout()) * static_cast<std::uint64_t>(experiment.repeats);
  }
}

}  // namespace

std::string job_name(const ExperimentData& experiment, std::size_t point, std::int64_t repeat) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < experiment.sweep.size(); ++i) {
    const SweepAxis& axis = experiment.sweep[i];
    parts.push_back(fmt::format("{} = {}", axis.key, axis.labels[experiment.points[point].index[i]]));
  }
  if (experiment.repeats > 1) parts.push_back(fmt::format("repeat {}", repeat));
  return fmt::format("{}", fmt::join(parts, ", "));
}

Layout make_layout(const ExperimentData& experiment, services::Shared& shared) {
  Layout layout;
  try {
    lay_out_points(experiment, shared, layout);
  } catch (const Error& error) {
    refuse_mistakes(mistakes_without_data(experiment), error.what());
    throw;
  }
  layout.index = make_series_index(experiment, layout.points);
  std::vector<std::string> mistakes = claim_mistakes(experiment.claims, layout.index);
  const std::vector<std::string> of_figures = figure_mistakes(experiment, layout.index);
  mistakes.insert(mistakes.end(), of_figures.begin(), of_figures.end());
  refuse_mistakes(mistakes);
  return layout;
}

std::string layout_difference(const std::vector<DeclaredSeries>& expected,
                              const std::vector<DeclaredSeries>& declared) {
  for (std::size_t i = 0; i < std::max(expected.size(), declared.size()); ++i) {
    const bool both = i < expected.size() && i < declared.size() && expected[i].name == declared[i].name;
    bool same = both && expected[i].axes.size() == declared[i].axes.size();
    for (std::size_t a = 0; same && a < expected[i].axes.size(); ++a) {
      same = expected[i].axes[a].values == declared[i].axes[a].values &&
             expected[i].axes[a].labels == declared[i].axes[a].labels;
    }
    if (!same) {
      return fmt::format(
          "series {}: its axes differ from those of repeat 0, as the target's random choices "
          "differ; list the entries, or leave target out of repeats_vary",
          i < declared.size() ? declared[i].name : expected[i].name);
    }
  }
  return "";
}

}  // namespace basso

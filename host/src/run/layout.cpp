// Shapes before training. See layout.hpp.
#include "run/layout.hpp"

#include <fmt/format.h>

#include "basso/error.hpp"
#include "run/assembly.hpp"
#include "run/claims.hpp"

namespace basso {

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
  for (const PointSettings& point : experiment.points) {
    const Assembly assembly(experiment, point, shared, 0);
    layout.points.push_back(assembly.declared());
    layout.memory.push_back(assembly.bytes());
  }
  layout.index = make_series_index(experiment, layout.points);
  check_claims(experiment, layout.index);
  return layout;
}

}  // namespace basso

// What a run will record, known before anything is trained: every point's probes are created once.
#pragma once

#include <string>
#include <vector>

#include "run/series_store.hpp"
#include "run/settings.hpp"
#include "services/shared.hpp"

namespace basso {

struct Layout {
  std::vector<std::vector<DeclaredSeries>> points;
  SeriesIndex index;
  std::vector<std::uint64_t> memory;  // of one job at each point, bytes
};

// Throws Error for creations that fail, and for claims and figures that name what there is not.
Layout make_layout(const ExperimentData& experiment, services::Shared& shared);

// "target.petals = 4, repeat 3"; "" where there is one job only.
std::string job_name(const ExperimentData& experiment, std::size_t point, std::int64_t repeat);

}  // namespace basso

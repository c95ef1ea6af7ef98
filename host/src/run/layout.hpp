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
  std::uint64_t snapshot_bytes = 0;   // of all jobs
};

// Throws Error for creations that fail, for repeats that would have other axes than the first one, and for
// claims and figures that cannot be had from what is recorded, all of them at once.
Layout make_layout(const ExperimentData& experiment, services::Shared& shared);

// Shapes are those of repeat 0: what another repeat declares differently, as a sentence; "" for nothing.
std::string layout_difference(const std::vector<DeclaredSeries>& expected,
                              const std::vector<DeclaredSeries>& declared);

// "target.petals = 4, repeat 3"; "" where there is one job only.
std::string job_name(const ExperimentData& experiment, std::size_t point, std::int64_t repeat);

}  // namespace basso

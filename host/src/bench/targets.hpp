// Targets: how fast their sets are filled.
#pragma once

#include <string>
#include <vector>

#include "bench/choice.hpp"
#include "bench/timing.hpp"

namespace basso::bench {

struct SetRow {
  std::size_t contender;
  std::string set;
  std::uint64_t rows;
  std::uint64_t numbers;  // of one row: inputs, outputs and latents
  double rows_per_s;
  double ratio;  // of the time to the first contender's for the set of this name; NaN where it has none
};

// Sets in the order of their declaration, contender by contender; all sets of one name are timed in turn.
std::vector<SetRow> measure_targets(const std::vector<Contender>& contenders, const Setting& setting,
                                    const TimingOptions& options);

}  // namespace basso::bench

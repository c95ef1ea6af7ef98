// The number that one repeat gives for a claim, and how the numbers of repeats become a verdict's.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "run/claim_view.hpp"

namespace basso {

// The statistic of one repeat; over several groups the one furthest from holding, and which group that was.
struct Statistic {
  double value = 0;
  std::size_t group = 0;
  std::optional<double> step = {};  // of a comparison recording by recording
};

// Cells as ClaimView::repeat gives them; `second` are the other series' of a compare or a trend, and the
// first repeat's of a disagreement. Throws NotEvaluated.
Statistic claim_statistic(const ClaimSettings& claim, const std::vector<Cell>& cells,
                          const std::vector<Cell>& second);

// The step at which the cell's values cross the claim's level, infinite when they never do.
double crossing_step(const ClaimSettings& claim, const Cell& cell);

// Whether `value relation threshold` holds.
bool relation_holds(double value, const std::string& relation, double threshold);
// The relation that the claim's threshold is compared by: its own, or >= where the kind fixes it.
std::string claim_relation(const ClaimSettings& claim);

}  // namespace basso

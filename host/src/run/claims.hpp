// Verdicts on claims, from series alone. docs/experiment-files.md defines each kind.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/settings.hpp"
#include "run/stored_series.hpp"

namespace basso {

// `read` gives a series with its data; `ended` is [points x repeats].
Verdict evaluate_claim(const ClaimSettings& claim,
                       const std::function<StoredSeries(const std::string&)>& read,
                       const std::vector<double>& ended);

}  // namespace basso

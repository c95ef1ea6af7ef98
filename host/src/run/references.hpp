// Whether claims and figures can be had from what the probes record: asked before training, all mistakes at
// once.
#pragma once

#include <string>
#include <vector>

#include "run/settings.hpp"
#include "run/stored_series.hpp"

namespace basso {

// One sentence a mistake, with "file:line:column" of its claim or figure: series, axes and entries that there
// are not, and series that the kind cannot take.
std::vector<std::string> claim_mistakes(const std::vector<ClaimSettings>& claims, const SeriesIndex& index);
std::vector<std::string> figure_mistakes(const ExperimentData& experiment, const SeriesIndex& index);

// What can be seen without creating targets and probes, that is without their data: series of probes that
// there are not, and numbers of series that a kind of figure does not take.
std::vector<std::string> mistakes_without_data(const ExperimentData& experiment);

// Throws Error(Exit::usage) with all mistakes where there are any; `also` is a last line of its own.
void refuse_mistakes(const std::vector<std::string>& mistakes, const std::string& also = "");

}  // namespace basso

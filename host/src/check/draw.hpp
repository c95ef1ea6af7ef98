// Valid parameter values, drawn around the defaults.
#pragma once

#include <basso/abi.h>

#include <map>
#include <string>
#include <vector>

#include "nn/random.hpp"
#include "plugin/parameters.hpp"

namespace basso::check {

using Drawn = std::map<std::string, plugin::Given>;

// The sets of the checker's own experiments, and whether a probe's parameter names one of them by default.
extern const std::vector<std::string> kSets;
bool names_set(const basso_component& component, const plugin::ParameterSpec& spec);

// One value for each parameter: numbers within a factor of four of the default (within one unit where it is
// 0), inside the range; any choice and flag; list entries within a quarter of theirs, so that lists keep
// their length; a probe's string that names a set of the checker's experiments by default, any of them. Other
// strings and paths keep their default. A component may still refuse the combination with
// BASSO_ERROR_PARAMETER. What is `fixed` is not drawn.
Drawn draw_parameters(const basso_component& component, nn::Stream& random, const Drawn& fixed = {});
// `values` as an experiment file would say them: "omega = 12.5, samples = 200".
std::string describe(const Drawn& values);

}  // namespace basso::check

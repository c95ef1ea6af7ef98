// Verdicts on claims as a table and as JSON, for run and check.
#pragma once

#include <string>
#include <vector>

#include "basso/run.hpp"

namespace basso::cli {

// A table with one row a claim, and below each the sentence behind its number.
std::string verdict_table(const std::vector<Verdict>& verdicts);
// An array of objects, with the keys of manifest.json.
std::string verdict_json(const std::vector<Verdict>& verdicts);
bool all_hold(const std::vector<Verdict>& verdicts);

}  // namespace basso::cli

// The part of basso::verify_run that looks into series/: shapes, counts, and where there may be values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "basso/verify.hpp"

namespace basso {

// `finished`: every job must have ended.
std::vector<Verification::Finding> verify_series(const std::filesystem::path& directory, bool finished);

// What an error says, without the path of `file` in front.
Verification::Finding finding_of(const std::exception& error, const std::filesystem::path& directory,
                                 const std::string& file);

}  // namespace basso

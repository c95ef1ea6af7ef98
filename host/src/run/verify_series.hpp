// The part of basso::verify_run that looks into series/: shapes, counts, and where there may be values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "basso/verify.hpp"
#include "run/manifest.hpp"

namespace basso {

// Files of series/ whose header or size are not what series.json states: nothing more of them need be read.
// None where series.json is damaged or a file missing, which is found elsewhere.
std::vector<Verification::Finding> verify_shapes(const std::filesystem::path& directory);

// In a finished run every job has ended. Where the manifest has no hashes, as of a run that did not come to
// its end, a recording that counts as complete must have a value in some series.
std::vector<Verification::Finding> verify_series(const std::filesystem::path& directory,
                                                 const StoredManifest& manifest);

// What an error says, without the path of `file` in front.
Verification::Finding finding_of(const std::exception& error, const std::filesystem::path& directory,
                                 const std::string& file);

}  // namespace basso

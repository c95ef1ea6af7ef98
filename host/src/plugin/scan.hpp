// What the search folders hold, from the libraries' ELF notes alone.
#pragma once

#include <filesystem>
#include <vector>

#include "basso/catalogue.hpp"

namespace basso::plugin {

// In the order of the folders, then of file names, then of notes. `shadowed` and `refused` are set, the
// latter also for two libraries of one kind and id within one folder.
std::vector<Listing> scan(const std::vector<std::filesystem::path>& folders);

}  // namespace basso::plugin

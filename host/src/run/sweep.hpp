// [sweep]: its axes, its points, and what a resolved file says of it.
#pragma once

#include <filesystem>
#include <vector>

#include "run/overrides.hpp"
#include "run/settings.hpp"

namespace basso {

// Throws Error(Exit::usage) for a value that is there twice, and for lists of unlike lengths where `zip`.
std::vector<SweepAxis> sweep_axes(const std::vector<SweepList>& lists, bool zip);
// Positions on the sweep's axes, the last fastest.
std::vector<std::vector<std::size_t>> point_indices(const std::vector<SweepAxis>& axes);
// The tree with the values of one point: `index` on the sweep's axes.
Node point_tree(const Node& root, const std::vector<SweepList>& lists, bool zip,
                const std::vector<std::size_t>& index);

// Once data.points are read from `root`: data.sweep, sweep_lists and renamed, from which the same points can
// be read in another folder.
void describe_sweep(const Node& root, std::vector<SweepList> lists,
                    const std::filesystem::path& base_directory, ExperimentData& data);

}  // namespace basso

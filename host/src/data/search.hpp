// Where data sets are looked for: room data.
//
// A data set is a folder, named after it, below a directory of the search path:
// mnist/train-images-idx3-ubyte.gz.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "data/file.hpp"

namespace basso::data {

// In order: the given directories (--data-dir), those of BASSO_DATA_PATH (separated by colons), the user's
// ($XDG_DATA_HOME or ~/.local/share, then basso/data), and the system's: /usr/local/share/basso/data,
// /usr/share/basso/data and /usr/share/datasets (Debian's packages of data sets).
std::vector<Path> data_search_path(std::span<const std::string> given = {});

// The first of `candidates` (file names) in the first folder `name` that holds one; throws Exit::data listing
// every place looked at and the command that gets the data set.
Path find_dataset(std::span<const Path> search_path, const std::string& name,
                  const std::vector<std::string>& candidates);

// The same for files that belong together, a list of candidates each: all of them from one folder, the first
// that holds them all.
std::vector<Path> find_dataset_files(std::span<const Path> search_path, const std::string& name,
                                     const std::vector<std::vector<std::string>>& files);

}  // namespace basso::data

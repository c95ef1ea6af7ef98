// basso plot: the figures of one run, or of several overlaid.
#include <fmt/format.h>

#include <cstdio>

#include "basso/run.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {

int plot(const PlotArguments& arguments) {
  const auto files = plot_runs(arguments.directories, arguments.out);
  if (files.empty()) {
    fmt::print(stderr, "basso: {} asks for no figures\n", arguments.directories.front().string());
  }
  for (const auto& file : files) fmt::print("{}\n", file.string());
  return 0;
}

}  // namespace basso::cli

// basso plot: the figures of one run, or of several overlaid.
#include <fmt/format.h>

#include <cstdio>

#include "basso/run.hpp"
#include "cli/crash.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {

int plot(const PlotArguments& arguments) {
  for (const auto& directory : arguments.directories) note_silent_end(directory, true);
  const auto files = plot_runs(arguments.directories, arguments.out, arguments.figures);
  if (files.empty()) {
    fmt::print(stderr, "basso: {} asks for no figures\n", arguments.directories.front().string());
  }
  for (const auto& file : files) fmt::print("{}\n", file.string());
  return 0;
}

}  // namespace basso::cli

// The verbs below `basso plugin`.
#pragma once

#include "cli/options.hpp"

namespace basso::cli {

void add_plugin(CLI::App& app, Action& action);

}  // namespace basso::cli

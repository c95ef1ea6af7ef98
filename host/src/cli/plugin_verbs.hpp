// The verbs below `basso plugin`.
#pragma once

#include "cli/options.hpp"

namespace basso::cli {

// What they are given.
struct PluginArguments {
  PluginListArguments list;
  PluginInfoArguments info;
  PluginCheckArguments check;
  PluginBenchArguments bench;
  PluginNewArguments fresh;
};

void add_plugin(CLI::App& app, PluginArguments& arguments, Action& action);

}  // namespace basso::cli

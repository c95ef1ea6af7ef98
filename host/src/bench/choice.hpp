// What the user asked to have measured: components with their parameters, and the experiment that these come
// from.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "basso/experiment.hpp"
#include "plugin/parameters.hpp"

namespace basso::bench {

// One plugin to be measured.
struct Contender {
  Component component;
  std::string label;  // its id; "relu [2]" where an earlier one has the same
};

// Where parameters and, for probes, the scene come from. Without an experiment: the plugin's defaults, and
// the network of Experiment 1 of Rahaman et al. 2019.
struct Setting {
  const Catalogue* catalogue = nullptr;
  std::optional<Experiment> experiment;
  std::string file;  // of the experiment, for messages
  std::vector<std::filesystem::path> plugin_folders;
  std::vector<std::filesystem::path> data_folders;
};

// The components of one kind among `components`, labelled.
std::vector<Contender> contenders(const std::vector<Component>& components, const std::string& kind);

// The parameters of an activation or a target: those that the experiment's first sweep point gives the plugin
// with this id, else (without an experiment) its defaults. Throws Error(Exit::usage) where the experiment
// does not use it.
plugin::ParameterValues values_of(const Component& component, const Setting& setting);

}  // namespace basso::bench

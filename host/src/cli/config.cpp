// basso config check, basso config show: experiment files without running them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "basso/catalogue.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {

int config_check(const ConfigArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Experiment experiment = Experiment::load(arguments.file, catalogue, arguments.load);
  // Without a choice of profiles, each one is checked.
  std::vector<std::string> checked = arguments.load.profiles;
  if (checked.empty()) {
    checked = experiment.profile_names();
    for (const std::string& profile : checked) {
      LoadOptions with_profile = arguments.load;
      with_profile.profiles = {profile};
      Experiment::load(arguments.file, catalogue, with_profile);
    }
  }
  if (!arguments.quiet) {
    fmt::print("{}: valid{}\n", arguments.file.string(),
               checked.empty() ? "" : fmt::format(", with profile {}", fmt::join(checked, ", ")));
  }
  return 0;
}

int config_show(const ConfigArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  fmt::print("{}", Experiment::load(arguments.file, catalogue, arguments.load).resolved_toml());
  return 0;
}

}  // namespace basso::cli

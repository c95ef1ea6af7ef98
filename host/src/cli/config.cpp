// basso config check, basso config show: experiment files without running them.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "basso/run.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

// What stands in the way of a run, and with which profiles.
struct Finding {
  Error error;
  std::vector<std::string> where;
};

class Findings {
 public:
  void check(const Experiment& experiment, const RunOptions& options, const std::string& where) {
    ++checked_;
    try {
      check_experiment(experiment, options);
    } catch (const Error& error) {
      const std::string what = error.what();
      const auto same = std::find_if(all_.begin(), all_.end(),
                                     [&](const Finding& one) { return one.error.what() == what; });
      if (same == all_.end()) {
        all_.push_back({error, {where}});
      } else {
        same->where.push_back(where);
      }
    }
  }

  // Mistakes come before data that are missing.
  void refuse(const std::string& file) {
    if (all_.empty()) return;
    std::stable_partition(all_.begin(), all_.end(),
                          [](const Finding& one) { return one.error.code() != Exit::data; });
    std::vector<std::string> lines;
    if (all_.front().error.code() == Exit::data)
      lines.push_back(file + ": what can be checked without data is valid; the rest needs them:");
    for (const Finding& one : all_) {
      const bool always = one.where.size() == checked_;
      lines.push_back((always ? "" : fmt::format("{}: ", fmt::join(one.where, ", "))) + one.error.what());
    }
    throw Error(all_.front().error.code(), fmt::format("{}", fmt::join(lines, "\n")));
  }

 private:
  std::vector<Finding> all_;
  std::size_t checked_ = 0;
};

}  // namespace

int config_check(const ConfigArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const Experiment experiment = Experiment::load(arguments.file, catalogue, arguments.load);
  RunOptions options;
  options.data_dirs = arguments.search.data_dirs;
  // Without a choice of profiles, each one is checked.
  std::vector<std::string> checked = arguments.load.profiles;
  Findings findings;
  findings.check(
      experiment, options,
      checked.empty() ? "without a profile" : fmt::format("with profile {}", fmt::join(checked, ", ")));
  if (checked.empty()) {
    checked = experiment.profile_names();
    for (const std::string& profile : checked) {
      LoadOptions with_profile = arguments.load;
      with_profile.profiles = {profile};
      findings.check(Experiment::load(arguments.file, catalogue, with_profile), options,
                     "with profile " + profile);
    }
  }
  findings.refuse(arguments.file.string());
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

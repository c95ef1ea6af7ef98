// Probes that `basso resume` drops from a run or adds to it. Neither the training nor any other series
// changes: config.resolved.toml stays what the run began with, and `changes` of the manifest say what came
// later.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "run/layout.hpp"
#include "run/manifest.hpp"
#include "run/settings.hpp"

namespace basso {

// What one resumption changes, as its options say. Everything but options.probes is looked at without
// plugins.
class ProbeChanges {
 public:
  // The references outlive it. Throws Error(Exit::usage) where there is no such probe to drop, or the run is
  // finished.
  ProbeChanges(const std::filesystem::path& directory, const StoredManifest& before,
               const Catalogue& catalogue, const RunOptions& options);
  bool any() const { return !options_.drop.empty() || !options_.probes.empty(); }

  // The run with the probes that it has had until now, without those that are dropped.
  ExperimentData load() const;
  // Those of options.probes. Throws Error(Exit::usage) for the name of a probe that the run has, or had.
  void add_probes(ExperimentData& data);
  // Lays down the series of added probes, ends those of dropped ones where their jobs go on, and writes the
  // manifest. Throws Error(Exit::usage) for series that there are, and for probes that would see nothing.
  // Returns what the user should know; "" for nothing.
  std::string apply(const ExperimentData& data, const Layout& layout, Manifest& manifest) const;

 private:
  std::vector<std::string> all_names() const;

  const std::filesystem::path& directory_;
  const StoredManifest& before_;
  const Catalogue& catalogue_;
  const RunOptions& options_;
  std::set<std::string> gone_;      // names of all that were dropped, now or before
  std::vector<std::string> known_;  // of all that the run has or had; where something changes
  std::set<std::string> added_;     // now
};

}  // namespace basso

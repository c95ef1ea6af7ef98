// manifest.json: what ran, on what, with which result. docs/run-directory.md lists its keys.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/provenance.hpp"
#include "run/settings.hpp"

namespace basso {

// Now, as "2026-11-22T09:30:00Z".
std::string now_text();

// XXH3-128 of config.resolved.toml.
std::string config_hash(const ExperimentData& experiment);

// How a run came to stand still before it was resumed.
struct Interruption {
  std::string how;  // "interrupted", "failed" or "killed"
  std::string at;   // empty: not known, as of one that was killed
};

struct StoredPlugin {
  std::string name;  // "kind/id"
  std::string version, library;
  std::string hash;  // "" of the embedding program's
};

// Those that an experiment uses, once each.
std::vector<StoredPlugin> plugins_of(const ExperimentData& experiment);
// Of this process: version, compiler, flags and hash.
std::string build_text();

// What one resumption changed of the probes.
struct ProbeChange {
  std::string when;
  std::vector<std::string> dropped;  // names of probes
  std::string added;                 // [[probe]] tables with every default filled in; "" for none
  std::vector<std::string> series;   // of both
  // [points x repeats]: the first step that was still to come; none where the job had ended.
  std::vector<std::optional<std::int64_t>> steps;
  std::vector<StoredPlugin> plugins;  // that nothing uses any more
};

struct Manifest {
  const ExperimentData* experiment = nullptr;
  std::string state = "running";
  int threads = 1;
  std::int64_t jobs_total = 0, jobs_ended = 0;
  std::string started = now_text();         // of the first process that wrote this run
  double seconds_before = 0;                // that earlier processes took
  std::vector<std::string> resumed;         // when later ones went on
  std::vector<Interruption> interruptions;  // after which they did
  std::chrono::steady_clock::time_point begun = std::chrono::steady_clock::now();
  bool over = false;  // then the time of writing is its end
  std::vector<std::string> failures;
  std::map<std::string, std::string> data_files;  // path -> hash
  std::vector<FileHash> data_before;              // that earlier processes read
  std::vector<Verdict> verdicts;
  std::string replays;  // as they stand in the manifest; "" for none
  std::vector<ProbeChange> changes;
  std::vector<std::string> pending;  // as SeriesStore::promise gives them
};

// Replaces the file as a whole. Once the run is over it holds the hashes of what was recorded, too.
void write_manifest(const std::filesystem::path& directory, const Manifest& manifest);

struct StoredVerdict {
  std::string claim, outcome, value;
};

// What a manifest says of the run that began it.
struct StoredManifest {
  std::string state;                    // "running", "finished", "interrupted" or "failed"
  std::string started, build, kernels;  // build: version, compiler, flags and hash
  double seconds = 0;
  std::string finished;  // empty as long as it goes on
  std::vector<std::string> resumed, profiles, set;
  std::string replays;  // JSON; "" for none
  std::vector<ProbeChange> changes;
  std::set<std::string> replayed;  // series of both, which have steps of their own
  std::vector<std::string> pending;
  std::vector<Interruption> interruptions;
  std::string config_hash;
  std::map<std::string, std::string>
      origin;  // of the keys below "basso" and "host", "basso.version" for example
  std::vector<StoredPlugin> plugins;
  std::vector<FileHash> data_files;
  std::vector<FileHash> files;  // of the record; none as long as the run goes on
  std::vector<StoredVerdict> verdicts;
};

// Throws Error: Exit::usage where there is no manifest, Exit::data where it is damaged.
StoredManifest read_manifest(const std::filesystem::path& directory);

// ---- same_run.cpp ----

// A run goes on only with the binary, kernels, configuration (below), plugins and contents of data files that
// it began with: anything else could change its numbers. Throw Error naming the part: Exit::usage,
// Exit::plugin for a plugin, Exit::data for a file.
void check_same_parts(const StoredManifest& before, const ExperimentData& now,
                      const std::filesystem::path& directory);
void check_same_data(const StoredManifest& before, const std::map<std::string, std::string>& now,
                     const std::filesystem::path& directory);
// The same of files that the run read; those of further probes are not among them.
void check_run_data(const StoredManifest& before, const std::map<std::string, std::string>& now,
                    const std::filesystem::path& directory);

// Throws Error(Exit::data) for a file of series/, or their list, of other content than the run left when it
// came to stand still: going on would give it a hash as if it were the run's. `all`: else only those that say
// how far the run is.
void check_same_series(const StoredManifest& before, const std::filesystem::path& directory, bool all);
// The same of these files and those that say how far, where there is a manifest: for what is judged or drawn.
void check_same_series(const std::filesystem::path& directory, const std::set<std::string>& files);

// Throws Error(Exit::data) where config.resolved.toml is not the one that the manifest, if
// there is one, knows.
void check_same_config(const std::filesystem::path& directory);

// Plugins of the run that this experiment does not use.
std::vector<StoredPlugin> unused_plugins(const StoredManifest& before, const ExperimentData& now);

// What differs between a run and this process, of what could change its numbers; "" for nothing.
std::string differences_text(const StoredManifest& before, const ExperimentData& now);

// ---- manifest.cpp ----

// Probes that looked at the snapshots of a run that was over.
struct Replay {
  const ExperimentData* experiment;  // with these probes
  std::string probes;                // their file
  std::vector<std::string> series, failures;
  std::int64_t snapshots;  // their number
  std::string snapshots_hash;
};
// Adds it to the manifest, with the hashes of the files that are to get their names by finish_pending.
void add_replay(const std::filesystem::path& directory, const Replay& replay,
                const std::vector<std::string>& pending);
// Gives the files that the manifest lists as pending their names, also those that a killed process left.
void finish_pending(const std::filesystem::path& directory);

// Of a run whose process was brought down while it was "running".
void end_manifest(const std::filesystem::path& directory, const std::string& state,
                  const std::string& failure);

const char* outcome_text(Verdict::Outcome outcome);

}  // namespace basso

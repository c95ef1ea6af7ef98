// See probe_changes.hpp.
#include "run/probe_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>

#include "basso/catalogue.hpp"
#include "basso/error.hpp"
#include "run/assembly.hpp"
#include "run/checkpoint.hpp"
#include "run/config.hpp"
#include "run/directory.hpp"
#include "run/series_store.hpp"
#include "run/snapshots.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

bool is_among(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Where one job goes on; nowhere where it has ended.
struct Place {
  std::optional<std::int64_t> step;  // the first that is still to come
  std::set<std::string> looked;      // probes that had observed something by then
};

std::vector<Place> places_of(const fs::path& directory, const ExperimentData& data) {
  const std::vector<double> ended = read_ended(directory, read_series_index(directory));
  const Checkpoints checkpoints(directory, config_hash(data));
  const auto repeats = static_cast<std::size_t>(data.repeats);
  std::vector<Place> places(ended.size());
  for (std::size_t job = 0; job < ended.size(); ++job) {
    if (!std::isnan(ended[job])) continue;
    const auto saved = checkpoints.newest(job / repeats, job % repeats, [](const std::string&) {});
    places[job].step = saved ? saved->step + (saved->looked ? 1 : 0) : 0;
    if (!saved) continue;
    for (const ProbeMemory& probe : saved->probes)
      if (probe.observations > 0) places[job].looked.insert(probe.name);
  }
  return places;
}

// Whether it looks at a step that is still to come, in some job.
bool sees_something(const std::string& name, const ExperimentData& data, const std::vector<Place>& places) {
  for (std::size_t job = 0; job < places.size(); ++job) {
    const PointSettings& point = data.points[job / static_cast<std::size_t>(data.repeats)];
    for (const ProbeSettings& probe : point.probes) {
      if (probe.name == name && places[job].step && probe_steps(point, probe).back() >= *places[job].step)
        return true;
    }
  }
  return false;
}

// As a job does when it goes on: what came behind the checkpoint does not count any more.
void set_back(const SeriesStore& store, const ExperimentData& data, const std::vector<Place>& places) {
  const auto repeats = static_cast<std::size_t>(data.repeats);
  for (std::size_t job = 0; job < places.size(); ++job) {
    if (!places[job].step) continue;
    const std::set<std::int64_t> counted = counted_steps(data.points[job / repeats]);
    const auto made = std::distance(counted.begin(), counted.lower_bound(*places[job].step));
    store.write_recorded(job / repeats, job % repeats, made);
  }
}

// Then it goes: nobody writes it again, and the last of it may be half a recording.
void end_series(const fs::path& directory, const StoredSeries& stored, const std::vector<Place>& places) {
  for (std::size_t job = 0; job < places.size(); ++job) {
    const Place& place = places[job];
    const bool kept = stored.series.when == "once" && place.looked.count(stored.probe()) > 0;
    if (place.step && !kept) forget_recordings(directory, stored, job, places.size(), *place.step);
  }
}

std::string late_text(const fs::path& directory, const ProbeChange& change, const ExperimentData& data) {
  std::int64_t first = std::numeric_limits<std::int64_t>::max(), last = 0;
  for (const auto& step : change.steps) {
    if (!step) continue;
    first = std::min(first, *step);
    last = std::max(last, *step);
  }
  const std::string steps =
      fmt::format("{} on{}", first, first == last ? "" : fmt::format(", in some jobs from {}", last));
  const bool stored = data.points.front().train && !snapshot_steps(data.points.front()).empty();
  return fmt::format("added probes see the steps from {}, and nothing of jobs that had ended{}", steps,
                     stored ? fmt::format("; once the run is over, basso probe {} lets probes look at all "
                                          "networks that it stored",
                                          directory.string())
                            : "");
}

}  // namespace

ProbeChanges::ProbeChanges(const fs::path& directory, const StoredManifest& before,
                           const Catalogue& catalogue, const RunOptions& options)
    : directory_(directory), before_(before), catalogue_(catalogue), options_(options) {
  for (const ProbeChange& change : before.changes) gone_.insert(change.dropped.begin(), change.dropped.end());
  if (!any()) return;
  if (before.state == "finished")
    throw Error(Exit::usage,
                fmt::format("{}: the run is finished, no probe can be dropped or added any more; "
                            "basso probe lets further ones look at the networks that it stored",
                            directory.string()));
  known_ = all_names();
  std::vector<std::string> present = known_;
  std::erase_if(present, [&](const std::string& name) { return gone_.count(name) > 0; });
  for (const std::string& name : options.drop) {
    if (!is_among(present, name))
      throw Error(Exit::usage, fmt::format("--drop {}: the run {} has no such probe{}", name,
                                           directory.string(), nearest_hint(name, present)));
    gone_.insert(name);
  }
}

std::vector<std::string> ProbeChanges::all_names() const {
  std::vector<std::string> names = read_probe_names(directory_);
  for (const ProbeChange& change : before_.changes) {
    if (change.added.empty()) continue;
    for (const std::string& name : read_probe_names(change.added, directory_ / "manifest.json"))
      names.push_back(name);
  }
  return names;
}

ExperimentData ProbeChanges::load() const {
  const ProbeChoice wants = [this](const std::string& name) { return gone_.count(name) == 0; };
  ExperimentData data = load_run(directory_, catalogue_, wants);
  for (const ProbeChange& change : before_.changes) {
    if (change.added.empty()) continue;
    for (PointSettings& point : data.points) {
      for (ProbeSettings& probe :
           read_probes_file(change.added, directory_ / "manifest.json", point, catalogue_, wants)) {
        probe.added = true;
        point.probes.push_back(std::move(probe));
      }
    }
  }
  return data;
}

void ProbeChanges::add_probes(ExperimentData& data) {
  if (options_.probes.empty()) return;
  const std::string text = read_experiment_file(options_.probes, probes_file);
  for (PointSettings& point : data.points) {
    for (ProbeSettings& probe : read_probes_file(text, options_.probes, point, catalogue_, every_probe)) {
      if (is_among(known_, probe.name))
        throw Error(
            Exit::usage,
            fmt::format("{}: the run has, or had, a probe of this name: take another one", probe.use.where));
      added_.insert(probe.name);
      probe.added = true;
      point.probes.push_back(std::move(probe));
    }
  }
}

std::string ProbeChanges::apply(const ExperimentData& data, const Layout& layout, Manifest& manifest) const {
  const std::vector<Place> places = places_of(directory_, data);
  for (const std::string& name : added_) {
    if (!sees_something(name, data, places))
      throw Error(Exit::usage,
                  fmt::format("{}: probe {}: the run is beyond all steps at which it would look; once it is "
                              "over, basso probe {} lets it look at the networks that the run stored",
                              options_.probes.string(), name, directory_.string()));
  }
  ProbeChange change;
  change.when = now_text();
  change.dropped = options_.drop;
  change.plugins = unused_plugins(before_, data);
  for (const Place& place : places) change.steps.push_back(place.step);
  std::vector<ProbeSettings> added = data.points.front().probes;
  std::erase_if(added, [&](const ProbeSettings& probe) { return added_.count(probe.name) == 0; });
  change.added = probes_toml(added);

  SeriesIndex index = layout.index;  // of what is new
  std::erase_if(index.series, [&](const StoredSeries& stored) { return added_.count(stored.probe()) == 0; });
  for (const StoredSeries& stored : index.series) change.series.push_back(stored.series.name);
  check_space(directory_, series_bytes(index), "let the added probes look at fewer steps (record)");
  const SeriesStore store = SeriesStore::add(directory_, index);
  try {
    write_manifest(directory_, manifest);  // the run goes on: its hashes count no more
    set_back(store, data, places);
    for (const StoredSeries& stored : read_series_index(directory_).series) {
      if (!is_among(options_.drop, stored.probe())) continue;
      end_series(directory_, stored, places);
      change.series.push_back(stored.series.name);
    }
    manifest.pending = store.promise();
  } catch (...) {
    store.withdraw();
    throw;
  }
  manifest.changes.push_back(change);
  write_manifest(directory_, manifest);
  finish_pending(directory_);
  manifest.pending.clear();
  return added_.empty() ? "" : late_text(directory_, change, data);
}

}  // namespace basso

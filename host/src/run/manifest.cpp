// Writes manifest.json.
#include "run/manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "data/hash.hpp"
#include "data/npy.hpp"
#include "nn/kernels.hpp"
#include "run/directory.hpp"
#include "run/provenance.hpp"
#include "run/whole_number.hpp"

namespace basso {

namespace {

using nlohmann::ordered_json;

// JSON has no infinite numbers: they are text, missing ones null.
ordered_json number_json(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  return value;
}

ordered_json build_json() {
  ordered_json json{{"version", BASSO_VERSION},    {"commit", build_commit()},
                    {"compiler", compiler_name()}, {"build_type", BASSO_BUILD_TYPE},
                    {"flags", BASSO_BUILD_FLAGS},  {"hash", build_hash()}};
  for (const auto& [name, version] : library_versions()) json["libraries"][name] = version;
  return json;
}

// "" stays "".
std::string absolute_text(const std::filesystem::path& path) {
  return path.empty() ? "" : std::filesystem::absolute(path).lexically_normal().string();
}

void add_plugin(std::vector<StoredPlugin>& list, const Component& component) {
  const std::string name = component.kind() + "/" + component.id();
  if (std::any_of(list.begin(), list.end(), [&](const auto& one) { return one.name == name; })) return;
  list.push_back(
      {name, component.table().version, absolute_text(component.library()), component.library_hash()});
}

ordered_json plugins_json(const std::vector<StoredPlugin>& plugins) {
  ordered_json list = ordered_json::array();
  for (const StoredPlugin& plugin : plugins) {
    const std::size_t slash = plugin.name.find('/');
    list.push_back({{"kind", plugin.name.substr(0, slash)},
                    {"id", plugin.name.substr(slash + 1)},
                    {"version", plugin.version},
                    {"library", plugin.library},
                    {"hash", plugin.hash}});
  }
  return list;
}

ordered_json verdict_json(const Verdict& verdict) {
  return {{"claim", verdict.claim},
          {"kind", verdict.kind},
          {"outcome", outcome_text(verdict.outcome)},
          {"value", number_json(verdict.value)},
          {"spread", {number_json(verdict.spread_low), number_json(verdict.spread_high)}},
          {"threshold", verdict.threshold},
          {"detail", verdict.detail},
          {"quote", verdict.quote},
          {"reason", verdict.reason}};
}

ordered_json repeats_vary_json(const ExperimentData& experiment) {
  ordered_json list = ordered_json::array();
  if (experiment.vary_target) list.push_back("target");
  if (experiment.vary_init) list.push_back("init");
  if (experiment.vary_batch) list.push_back("batch");
  return list;
}

void add_result(ordered_json& json, const Manifest& manifest) {
  json["state"] = manifest.state;
  json["started"] = manifest.started;
  if (!manifest.resumed.empty()) json["resumed"] = manifest.resumed;
  for (const auto& [how, at] : manifest.interruptions)
    json["interruptions"].push_back(
        {{"how", how}, {"at", at.empty() ? ordered_json(nullptr) : ordered_json(at)}});
  json["finished"] = manifest.over ? ordered_json(now_text()) : ordered_json(nullptr);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - manifest.begun;
  json["seconds"] = manifest.seconds_before + taken.count();
  json["jobs"] = {{"total", manifest.jobs_total}, {"ended", manifest.jobs_ended}};
  json["failures"] = manifest.failures;
  json["verdicts"] = ordered_json::array();
  for (const Verdict& verdict : manifest.verdicts) json["verdicts"].push_back(verdict_json(verdict));
}

StoredPlugin stored_plugin(const ordered_json& json) {
  return {json.at("kind").get<std::string>() + "/" + json.at("id").get<std::string>(),
          json.at("version").get<std::string>(), json.at("library").get<std::string>(),
          json.at("hash").get<std::string>()};
}

ordered_json change_json(const ProbeChange& change) {
  ordered_json steps = ordered_json::array();
  for (const auto& step : change.steps) steps.push_back(step ? ordered_json(*step) : ordered_json(nullptr));
  return {{"when", change.when},   {"dropped", change.dropped},
          {"added", change.added}, {"series", change.series},
          {"steps", steps},        {"plugins", plugins_json(change.plugins)}};
}

ProbeChange stored_change(const ordered_json& json) {
  ProbeChange change;
  change.when = json.at("when").get<std::string>();
  change.dropped = json.at("dropped").get<std::vector<std::string>>();
  change.added = json.at("added").get<std::string>();
  change.series = json.at("series").get<std::vector<std::string>>();
  for (const ordered_json& step : json.at("steps")) {
    change.steps.emplace_back();
    if (!step.is_null()) change.steps.back() = whole_number(step, "step");
  }
  for (const ordered_json& plugin : json.at("plugins")) change.plugins.push_back(stored_plugin(plugin));
  return change;
}

// Files that finish_pending replaces: none beside the series and their list.
std::vector<std::string> stored_pending(const ordered_json& json) {
  const auto files = json.get<std::vector<std::string>>();
  for (const std::string& file : files) {
    const bool series = file.rfind("series/", 0) == 0 && file.find('/', 7) == std::string::npos;
    if (!series && file != "series.json") throw std::runtime_error("it has " + file + " pending");
  }
  return files;
}

std::string build_text(const ordered_json& build) {
  return fmt::format("{}, commit {}, {}, {}, {}, {}", build.at("version").get<std::string>(),
                     build.at("commit").get<std::string>(), build.at("compiler").get<std::string>(),
                     build.at("build_type").get<std::string>(), build.at("flags").get<std::string>(),
                     build.at("hash").get<std::string>());
}

// A text, a number, a truth value, nothing, or a list of texts.
std::string plain_text(const ordered_json& json) {
  if (json.is_string()) return json.get<std::string>();
  if (json.is_array()) return fmt::format("{}", fmt::join(json.get<std::vector<std::string>>(), " "));
  if (json.is_object()) throw std::runtime_error("a table stands where a value was expected");
  return json.dump();
}

void add_origin(StoredManifest& manifest, const std::string& part, const ordered_json& json) {
  for (const auto& [key, value] : json.items()) {
    if (key == "libraries") {
      for (const auto& [name, version] : value.items())
        manifest.origin[part + ".libraries." + name] = plain_text(version);
    } else {
      manifest.origin[part + "." + key] = plain_text(value);
    }
  }
}

std::vector<FileHash> stored_hashes(const ordered_json& list) {
  std::vector<FileHash> files;
  for (const ordered_json& file : list)
    files.push_back({file.at("path").get<std::string>(), file.at("hash").get<std::string>()});
  return files;
}

ordered_json hashes_json(const std::vector<FileHash>& files) {
  ordered_json list = ordered_json::array();
  for (const FileHash& file : files) list.push_back({{"path", file.path}, {"hash", file.hash}});
  return list;
}

// What this process read, and before it others of the run: its probes may have changed.
std::vector<FileHash> all_data(const Manifest& manifest) {
  std::vector<FileHash> files;
  std::set<std::string> names;
  for (const auto& [path, hash] : manifest.data_files) {
    files.push_back({absolute_text(path), hash});
    names.insert(std::filesystem::path(path).filename());
  }
  for (const FileHash& file : manifest.data_before)
    if (names.count(std::filesystem::path(file.path).filename()) == 0) files.push_back(file);
  return files;
}

// "" for null.
std::string text_or_nothing(const ordered_json& json) {
  return json.is_null() ? "" : json.get<std::string>();
}

// What handles a value calls itself for each of its parts.
bool is_shallow(int depth, ordered_json::parse_event_t, const ordered_json&) {
  if (depth > 32) throw std::runtime_error("its values are nested too deeply");
  return true;
}

// What is added to, once more has happened to the run.
void check_growing(const ordered_json& json) {
  for (const char* key : {"failures", "replays"})
    if (json.contains(key) && !json.at(key).is_array())
      throw std::runtime_error(fmt::format("its {} are no list", key));
  if (json.contains("jobs") && !json.at("jobs").is_object())
    throw std::runtime_error("its jobs are no table");
}

StoredManifest stored_manifest(const ordered_json& json) {
  if (whole_number(json.at("schema"), "schema") != 1)
    throw std::runtime_error("its schema is not 1, the only one that this version knows");
  check_growing(json);
  StoredManifest manifest;
  manifest.state = json.at("state").get<std::string>();
  manifest.build = build_text(json.at("basso"));
  manifest.kernels = json.at("host").at("kernels").get<std::string>();
  manifest.started = json.at("started").get<std::string>();
  manifest.seconds = json.at("seconds").get<double>();
  if (json.contains("replays")) {
    manifest.replays = json.at("replays").dump();
    for (const ordered_json& replay : json.at("replays"))
      manifest.replayed.merge(replay.at("series").get<std::set<std::string>>());
  }
  if (json.contains("changes")) {
    for (const ordered_json& change : json.at("changes")) {
      manifest.changes.push_back(stored_change(change));
      manifest.replayed.merge(change.at("series").get<std::set<std::string>>());
    }
  }
  if (json.contains("pending")) manifest.pending = stored_pending(json.at("pending"));
  manifest.finished = text_or_nothing(json.at("finished"));
  if (json.contains("interruptions")) {
    for (const ordered_json& one : json.at("interruptions"))
      manifest.interruptions.push_back({one.at("how").get<std::string>(), text_or_nothing(one.at("at"))});
  }
  if (json.contains("resumed")) manifest.resumed = json.at("resumed").get<std::vector<std::string>>();
  manifest.profiles = json.at("profiles").get<std::vector<std::string>>();
  manifest.set = json.at("set").get<std::vector<std::string>>();
  manifest.config_hash = json.at("config_hash").get<std::string>();
  for (const char* part : {"basso", "host"}) add_origin(manifest, part, json.at(part));
  for (const ordered_json& plugin : json.at("plugins")) manifest.plugins.push_back(stored_plugin(plugin));
  manifest.data_files = stored_hashes(json.at("data"));
  if (json.contains("files")) manifest.files = stored_hashes(json.at("files"));
  for (const ordered_json& verdict : json.at("verdicts")) {
    manifest.verdicts.push_back({verdict.at("claim").get<std::string>(),
                                 verdict.at("outcome").get<std::string>(), plain_text(verdict.at("value"))});
  }
  return manifest;
}

ordered_json read_json(const std::filesystem::path& file) {
  const std::vector<std::uint8_t> bytes = data::read_file(file);
  return ordered_json::parse(bytes.begin(), bytes.end(), is_shallow);
}

void write_json(const std::filesystem::path& file, const ordered_json& json) {
  const std::string text = json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  data::write_file_atomically(file,
                              {data::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())});
}

}  // namespace

std::string now_text() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

std::vector<StoredPlugin> plugins_of(const ExperimentData& experiment) {
  std::vector<StoredPlugin> list;
  for (const PointSettings& point : experiment.points) {
    add_plugin(list, *point.target.component);
    if (point.network) {
      for (const PluginUse& use : point.network->activations) add_plugin(list, *use.component);
    }
    for (const ProbeSettings& probe : point.probes) add_plugin(list, *probe.use.component);
  }
  return list;
}

std::string build_text() { return build_text(build_json()); }

std::string config_hash(const ExperimentData& experiment) {
  const std::string& text = experiment.resolved_toml;
  return data::hash_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

StoredManifest read_manifest(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "manifest.json";
  std::error_code failure;
  check_folder(directory);
  if (!std::filesystem::exists(file, failure))
    throw Error(Exit::usage,
                fmt::format("{} is not a run directory: it has no manifest.json", directory.string()));
  try {
    return stored_manifest(read_json(file));
  } catch (const std::exception& error) {
    refuse_damaged(file, error);
  }
}

void add_replay(const std::filesystem::path& directory, const Replay& replay,
                const std::vector<std::string>& pending) {
  ordered_json json = read_json(directory / "manifest.json");
  if (!json.contains("replays")) json["replays"] = ordered_json::array();
  json["replays"].push_back({{"when", now_text()},
                             {"basso", build_json()},
                             {"kernels", nn::kernels<float>().target},
                             {"probes", replay.probes},
                             {"plugins", plugins_json(plugins_of(*replay.experiment))},
                             {"series", replay.series},
                             {"snapshots", {{"files", replay.snapshots}, {"hash", replay.snapshots_hash}}},
                             {"failures", replay.failures}});
  // What the run left keeps its hashes: a file that is no more what it was must stay a finding.
  if (json.contains("files")) {
    std::map<std::string, std::string> hashes;
    for (const FileHash& file : stored_hashes(json.at("files"))) hashes[file.path] = file.hash;
    for (const FileHash& file : hash_pending(directory, pending)) hashes[file.path] = file.hash;
    std::vector<FileHash> files;
    for (const auto& [path, hash] : hashes) files.push_back({path, hash});
    json["files"] = hashes_json(files);
  }
  json["pending"] = pending;
  write_json(directory / "manifest.json", json);
}

void finish_pending(const std::filesystem::path& directory) {
  ordered_json json = read_json(directory / "manifest.json");
  if (!json.contains("pending")) return;
  for (const std::string& file : stored_pending(json.at("pending"))) {
    std::error_code failure;
    const std::filesystem::path part = directory / (file + ".part");
    if (std::filesystem::exists(part, failure)) data::rename_into_place(part, directory / file);
  }
  data::sync_directory(directory / "series");
  data::sync_directory(directory);
  json.erase("pending");
  write_json(directory / "manifest.json", json);
}

void end_manifest(const std::filesystem::path& directory, const std::string& state,
                  const std::string& failure) {
  ordered_json json = read_json(directory / "manifest.json");
  const std::vector<double> ended = data::read_npy(directory / "series" / "ended.npy").to_doubles();
  json["state"] = state;
  json["finished"] = now_text();
  json["jobs"]["ended"] =
      std::count_if(ended.begin(), ended.end(), [](double step) { return !std::isnan(step); });
  json["failures"].push_back(failure);
  json["files"] = hashes_json(hash_record(directory));
  write_json(directory / "manifest.json", json);
}

const char* outcome_text(Verdict::Outcome outcome) {
  return outcome == Verdict::Outcome::holds   ? "holds"
         : outcome == Verdict::Outcome::fails ? "fails"
                                              : "not evaluated";
}

void write_manifest(const std::filesystem::path& directory, const Manifest& manifest) {
  const ExperimentData& experiment = *manifest.experiment;
  ordered_json json{{"schema", 1}, {"basso", build_json()}};
  json["host"] = {{"cpu", processor_name()},
                  {"features", processor_features()},
                  {"kernels", nn::kernels<float>().target},
                  {"cores", std::thread::hardware_concurrency()},
                  {"threads", manifest.threads}};
  json["experiment"] = experiment.name;
  json["title"] = experiment.title;
  json["source"] = experiment.source;
  json["profiles"] = experiment.profiles;
  json["set"] = experiment.set;
  json["seed"] = experiment.seed;
  json["repeats"] = experiment.repeats;
  json["repeats_vary"] = repeats_vary_json(experiment);
  json["config_hash"] = config_hash(experiment);
  json["plugins"] = plugins_json(plugins_of(experiment));
  json["data"] = hashes_json(all_data(manifest));
  add_result(json, manifest);
  if (manifest.over) json["files"] = hashes_json(hash_record(directory));
  if (!manifest.replays.empty()) json["replays"] = ordered_json::parse(manifest.replays);
  for (const ProbeChange& change : manifest.changes) json["changes"].push_back(change_json(change));
  if (!manifest.pending.empty()) json["pending"] = manifest.pending;
  write_json(directory / "manifest.json", json);
}

}  // namespace basso

// Writes manifest.json.
#include "run/manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "data/hash.hpp"
#include "data/npy.hpp"
#include "nn/kernels.hpp"
#include "run/provenance.hpp"

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

void add_plugin(ordered_json& list, std::set<std::string>& seen, const Component& component) {
  const std::string key = component.kind() + "/" + component.id();
  if (!seen.insert(key).second) return;
  list.push_back({{"kind", component.kind()},
                  {"id", component.id()},
                  {"version", component.table().version},
                  {"library", absolute_text(component.library())},
                  {"hash", component.library_hash()}});
}

ordered_json plugins_json(const ExperimentData& experiment) {
  ordered_json list = ordered_json::array();
  std::set<std::string> seen;
  for (const PointSettings& point : experiment.points) {
    add_plugin(list, seen, *point.target.component);
    if (point.network) {
      for (const PluginUse& use : point.network->activations) add_plugin(list, seen, *use.component);
    }
    for (const ProbeSettings& probe : point.probes) add_plugin(list, seen, *probe.use.component);
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

std::string build_text(const ordered_json& build) {
  return fmt::format("{}, {}, {}, {}, {}", build.at("version").get<std::string>(),
                     build.at("compiler").get<std::string>(), build.at("build_type").get<std::string>(),
                     build.at("flags").get<std::string>(), build.at("hash").get<std::string>());
}

std::string file_name(const std::string& path) { return std::filesystem::path(path).filename().string(); }

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

// "" for null.
std::string text_or_nothing(const ordered_json& json) {
  return json.is_null() ? "" : json.get<std::string>();
}

// What handles a value calls itself for each of its parts.
bool is_shallow(int depth, ordered_json::parse_event_t, const ordered_json&) {
  if (depth > 32) throw std::runtime_error("its values are nested too deeply");
  return true;
}

StoredManifest stored_manifest(const ordered_json& json) {
  if (json.at("schema").get<int>() != 1)
    throw std::runtime_error("its schema is not 1, the only one that this version knows");
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
  for (const ordered_json& plugin : json.at("plugins")) {
    manifest.plugins.push_back(
        {plugin.at("kind").get<std::string>() + "/" + plugin.at("id").get<std::string>(),
         plugin.at("version").get<std::string>(), plugin.at("library").get<std::string>(),
         plugin.at("hash").get<std::string>()});
  }
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

constexpr const char* start_anew = "start a new run instead";

}  // namespace

std::string now_text() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

std::string config_hash(const ExperimentData& experiment) {
  const std::string& text = experiment.resolved_toml;
  return data::hash_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

StoredManifest read_manifest(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "manifest.json";
  std::error_code failure;
  if (!std::filesystem::is_directory(directory, failure))
    throw Error(Exit::usage, fmt::format("{}: no such run directory", directory.string()));
  if (!std::filesystem::exists(file, failure))
    throw Error(Exit::usage,
                fmt::format("{} is not a run directory: it has no manifest.json", directory.string()));
  try {
    return stored_manifest(read_json(file));
  } catch (const std::exception& error) {
    throw Error(Exit::data, fmt::format("{}: damaged: {}", file.string(), error.what()));
  }
}

void check_same_parts(const StoredManifest& before, const ExperimentData& now,
                      const std::filesystem::path& directory) {
  if (const std::string build = build_text(build_json()); build != before.build) {
    throw Error(Exit::usage,
                fmt::format("{}: was begun by another build of basso ({}) than this one ({}): {}",
                            directory.string(), before.build, build, start_anew));
  }
  if (const std::string kernels = nn::kernels<float>().target; kernels != before.kernels) {
    throw Error(Exit::usage, fmt::format("{}: was begun with the kernels for {}, this processor takes those "
                                         "for {}, which round otherwise: {}",
                                         directory.string(), before.kernels, kernels, start_anew));
  }
  if (config_hash(now) != before.config_hash) {
    throw Error(Exit::usage, fmt::format("{}: config.resolved.toml is not what the run began with: {}",
                                         directory.string(), start_anew));
  }
  for (const auto& plugin : plugins_json(now)) {
    const std::string name = plugin.at("kind").get<std::string>() + "/" + plugin.at("id").get<std::string>();
    const std::string hash = plugin.at("hash").get<std::string>();
    const bool same = std::any_of(before.plugins.begin(), before.plugins.end(),
                                  [&](const auto& one) { return one.name == name && one.hash == hash; });
    if (!same) {
      throw Error(Exit::plugin,
                  fmt::format("{}: {} is another build of {} than the run began with: {}", directory.string(),
                              plugin.at("library").get<std::string>(), name, start_anew));
    }
  }
}

void check_same_data(const StoredManifest& before, const std::map<std::string, std::string>& now,
                     const std::filesystem::path& directory) {
  for (const auto& [path, hash] : now) {
    const auto is_it = [&name = path,
                        &content = hash](const FileHash& one) {  // Clang 14 captures no bindings
      return file_name(one.path) == file_name(name) && one.hash == content;
    };
    const bool same = std::any_of(before.data_files.begin(), before.data_files.end(), is_it);
    if (!same) {
      throw Error(Exit::data, fmt::format("{}: {} is not what the run began with: {}", directory.string(),
                                          path, start_anew));
    }
  }
}

void check_same_config(const std::filesystem::path& directory) {
  std::error_code failure;
  if (!std::filesystem::exists(directory / "manifest.json", failure)) return;
  const std::filesystem::path file = directory / "config.resolved.toml";
  const std::vector<std::uint8_t> bytes = data::read_file(file);
  if (data::hash_bytes(bytes) == read_manifest(directory).config_hash) return;
  throw Error(Exit::data,
              fmt::format("{}: not what the run began with (edited, or cut short): its claims are judged as "
                          "they were; other ones need a run of their own",
                          file.string()));
}

std::string differences_text(const StoredManifest& before, const ExperimentData& now) {
  std::vector<std::string> parts;
  if (build_text(build_json()) != before.build) parts.emplace_back("another build of basso");
  if (const std::string kernels = nn::kernels<float>().target; kernels != before.kernels)
    parts.push_back(fmt::format("kernels for {} instead of {}", kernels, before.kernels));
  for (const auto& plugin : plugins_json(now)) {
    const std::string name = plugin.at("kind").get<std::string>() + "/" + plugin.at("id").get<std::string>();
    const std::string hash = plugin.at("hash").get<std::string>();
    const auto found = std::find_if(before.plugins.begin(), before.plugins.end(),
                                    [&](const auto& one) { return one.name == name; });
    if (found != before.plugins.end() && found->hash != hash) parts.push_back("another build of " + name);
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

void add_replay(const std::filesystem::path& directory, const Replay& replay) {
  ordered_json json = read_json(directory / "manifest.json");
  if (!json.contains("replays")) json["replays"] = ordered_json::array();
  json["replays"].push_back({{"when", now_text()},
                             {"basso", build_json()},
                             {"kernels", nn::kernels<float>().target},
                             {"probes", replay.probes},
                             {"plugins", plugins_json(*replay.experiment)},
                             {"series", replay.series},
                             {"snapshots", {{"files", replay.snapshots}, {"hash", replay.snapshots_hash}}},
                             {"failures", replay.failures}});
  write_json(directory / "manifest.json", json);
}

void renew_hashes(const std::filesystem::path& directory) {
  ordered_json json = read_json(directory / "manifest.json");
  if (!json.contains("files")) return;
  json["files"] = hashes_json(hash_record(directory));
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
  json["plugins"] = plugins_json(experiment);
  json["data"] = ordered_json::array();
  for (const auto& [path, hash] : manifest.data_files)
    json["data"].push_back({{"path", absolute_text(path)}, {"hash", hash}});
  add_result(json, manifest);
  if (manifest.over) json["files"] = hashes_json(hash_record(directory));
  if (!manifest.replays.empty()) json["replays"] = ordered_json::parse(manifest.replays);
  write_json(directory / "manifest.json", json);
}

}  // namespace basso

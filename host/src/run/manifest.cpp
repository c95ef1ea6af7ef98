// Writes manifest.json.
#include "run/manifest.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "data/file.hpp"
#include "data/hash.hpp"

namespace basso {

namespace {

using nlohmann::ordered_json;

// JSON has no infinite numbers: they are text, missing ones null.
ordered_json number_json(double value) {
  if (std::isnan(value)) return nullptr;
  if (std::isinf(value)) return value > 0 ? "infinity" : "-infinity";
  return value;
}

std::string time_text(std::chrono::system_clock::time_point time) {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

std::string cpu_model() {
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  }
  return "unknown";
}

ordered_json build_json() {
#if defined(__clang__)
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "gcc " __VERSION__;
#endif
  return {{"version", BASSO_VERSION},
          {"compiler", compiler},
          {"build_type", BASSO_BUILD_TYPE},
          {"flags", BASSO_BUILD_FLAGS}};
}

void add_plugin(ordered_json& list, std::set<std::string>& seen, const Component& component) {
  const std::string key = component.kind() + "/" + component.id();
  if (!seen.insert(key).second) return;
  list.push_back({{"kind", component.kind()},
                  {"id", component.id()},
                  {"version", component.table().version},
                  {"library", component.library().string()},
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

std::string hash_text(const std::string& text) {
  return data::hash_bytes({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

void add_result(ordered_json& json, const Manifest& manifest) {
  const auto now = std::chrono::system_clock::now();
  json["state"] = manifest.state;
  json["started"] = time_text(manifest.started);
  json["finished"] = manifest.over ? ordered_json(time_text(now)) : ordered_json(nullptr);
  json["seconds"] = std::chrono::duration<double>(now - manifest.started).count();
  json["jobs"] = {{"total", manifest.jobs_total}, {"ended", manifest.jobs_ended}};
  json["failures"] = manifest.failures;
  json["verdicts"] = ordered_json::array();
  for (const Verdict& verdict : manifest.verdicts) json["verdicts"].push_back(verdict_json(verdict));
}

}  // namespace

const char* outcome_text(Verdict::Outcome outcome) {
  return outcome == Verdict::Outcome::holds   ? "holds"
         : outcome == Verdict::Outcome::fails ? "fails"
                                              : "not evaluated";
}

void write_manifest(const std::filesystem::path& directory, const Manifest& manifest) {
  const ExperimentData& experiment = *manifest.experiment;
  ordered_json json{{"schema", 1}, {"basso", build_json()}};
  json["host"] = {
      {"cpu", cpu_model()}, {"cores", std::thread::hardware_concurrency()}, {"threads", manifest.threads}};
  json["experiment"] = experiment.name;
  json["title"] = experiment.title;
  json["source"] = experiment.source;
  json["profiles"] = experiment.profiles;
  json["set"] = experiment.set;
  json["seed"] = experiment.seed;
  json["repeats"] = experiment.repeats;
  json["repeats_vary"] = repeats_vary_json(experiment);
  json["config_hash"] = hash_text(experiment.resolved_toml);
  json["plugins"] = plugins_json(experiment);
  json["data"] = ordered_json::array();
  for (const auto& [path, hash] : manifest.data_files)
    json["data"].push_back({{"path", path}, {"hash", hash}});
  add_result(json, manifest);
  const std::string text = json.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
  data::write_file_atomically(directory / "manifest.json",
                              {data::Bytes(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())});
}

}  // namespace basso

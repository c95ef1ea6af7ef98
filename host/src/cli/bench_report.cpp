// See bench_report.hpp.
#include "cli/bench_report.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/terminal.hpp"

namespace basso::cli {
namespace {

using Json = nlohmann::ordered_json;

Json plugins(const std::vector<bench::Contender>& contenders) {
  Json list = Json::array();
  for (const bench::Contender& contender : contenders) {
    const Component& component = contender.component;
    list.push_back({{"label", contender.label},
                    {"id", component.id()},
                    {"version", component.table().version},
                    {"library", component.library().string()},
                    {"library_hash", component.library_hash()}});
  }
  return list;
}

Json machine(const BenchReport& report) {
  Json caches = Json::array();
  for (const bench::Cache& cache : report.machine.caches)
    caches.push_back({{"level", cache.level}, {"type", cache.type}, {"bytes", cache.bytes}});
  return {{"processor", report.system.processor}, {"features", report.system.cpu_features},
          {"threads", report.system.threads},     {"caches", caches},
          {"load", report.machine.load},          {"frequency_scaling", report.machine.scaling_enabled}};
}

Json activation(const BenchReport& report) {
  const bench::ActivationReport& found = report.activation;
  Json arrays = Json::array();
  for (const bench::ArrayRow& row : found.arrays) {
    Json cells = Json::array();
    for (std::size_t i = 0; i < row.contenders.size(); ++i)
      cells.push_back({{"ns_per_element", row.ns_per_element(i)},
                       {"gb_per_s", row.gb_per_s(i)},
                       {"of_memcpy", row.gb_per_s(i) / row.copy_gb},
                       {"ratio", row.contenders[i].median / row.contenders[0].median}});
    arrays.push_back({{"function", row.function},
                      {"precision", row.precision},
                      {"elements", row.elements},
                      {"memcpy_gb_per_s", row.copy_gb},
                      {"plugins", cells}});
  }
  Json steps = Json::array();
  for (const bench::StepShare& share : found.steps)
    steps.push_back({{"values_and_derivatives_us", share.own_us},
                     {"share_of_relu_step", share.own_us / found.relu_step_us},
                     {"step_us", share.step_us},
                     {"ratio_to_relu_step", share.step_us / found.relu_step_us}});
  return {{"plugins", plugins(report.activations)},
          {"arrays", arrays},
          {"step", {{"relu_step_us", found.relu_step_us}, {"plugins", steps}}},
          {"call",
           {{"elements", bench::call_elements},
            {"plugin_ns", found.call.plugin.median},
            {"inlined_ns", found.call.inlined.median},
            {"over_ns", found.call.over()}}}};
}

Json target(const BenchReport& report) {
  Json sets = Json::array();
  for (const bench::SetRow& row : report.sets)
    sets.push_back({{"plugin", report.targets[row.contender].label},
                    {"set", row.set},
                    {"rows", row.rows},
                    {"numbers_per_row", row.numbers},
                    {"rows_per_s", row.rows_per_s},
                    {"ratio", row.ratio}});
  return {{"plugins", plugins(report.targets)}, {"sets", sets}};
}

Json probe(const BenchReport& report) {
  const bench::ProbeReport& found = report.probe;
  Json observations = Json::array();
  for (const bench::Timing& timing : found.observations)
    observations.push_back(
        {{"us", timing.median / 1e3},
         {"share_of_step", found.trains ? Json(timing.median / found.step.median) : Json()},
         {"ratio", timing.median / found.observations[0].median}});
  return {{"plugins", plugins(report.probes)},
          {"scene", found.scene},
          {"step_us", found.trains ? Json(found.step.median / 1e3) : Json()},
          {"observations", observations}};
}

// Measuring takes seconds: a terminal is told what is going on.
void tell(const std::vector<bench::Contender>& contenders) {
  if (is_terminal(STDERR_FILENO))
    fmt::print(stderr, "measuring {} …\n",
               plural(static_cast<std::int64_t>(contenders.size()), contenders.front().component.kind()));
}

}  // namespace

BenchReport measure(const PluginBenchArguments& arguments, const Catalogue& catalogue) {
  bench::Setting setting;
  setting.catalogue = &catalogue;
  setting.plugin_folders = arguments.search.plugin_dirs;
  setting.data_folders = arguments.search.data_dirs;
  std::vector<Component> components;
  for (const std::string& name : arguments.names) components.push_back(catalogue.resolve(name));
  if (!arguments.experiment.empty()) {
    setting.file = arguments.experiment.string();
    setting.experiment = Experiment::load(arguments.experiment, catalogue, arguments.load);
  }
  BenchReport report;
  report.system = inspect_system(arguments.search.plugin_dirs, arguments.search.data_dirs);
  report.machine = bench::inspect_machine();
  report.timing = {arguments.seconds, arguments.rounds};
  report.activations = bench::contenders(components, "activation");
  report.targets = bench::contenders(components, "target");
  report.probes = bench::contenders(components, "probe");
  if (!report.activations.empty()) {
    tell(report.activations);
    report.activation = bench::measure_activations(report.activations, setting, report.timing);
  }
  if (!report.targets.empty()) {
    tell(report.targets);
    report.sets = bench::measure_targets(report.targets, setting, report.timing);
  }
  if (!report.probes.empty()) {
    tell(report.probes);
    report.probe = bench::measure_probes(report.probes, setting, report.timing);
  }
  return report;
}

std::string bench_json(const BenchReport& report) {
  Json json{{"machine", machine(report)},
            {"build",
             {{"version", report.system.version},
              {"abi", report.system.abi},
              {"compiler", report.system.compiler},
              {"type", report.system.build_type},
              {"kernels", report.system.kernels}}},
            {"timing",
             {{"clock", "processor time of the thread"},
              {"seconds", report.timing.seconds},
              {"rounds", report.timing.rounds}}}};
  if (!report.activations.empty()) json["activation"] = activation(report);
  if (!report.targets.empty()) json["target"] = target(report);
  if (!report.probes.empty()) json["probe"] = probe(report);
  return json.dump(2);
}

}  // namespace basso::cli

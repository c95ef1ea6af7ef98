// basso plugin bench: the measurements of room bench as tables.
#include <fmt/format.h>

#include <cmath>

#include "basso/system.hpp"
#include "cli/bench_report.hpp"
#include "cli/terminal.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string percent(double share) { return fmt::format("{:.{}f} %", 100 * share, share < 0.0995 ? 1 : 0); }
std::string ratio(double value) { return std::isfinite(value) ? fmt::format("{:.2f}", value) : "–"; }
std::string heading(const std::string& text) { return fmt::format("\n{}\n", coloured(text, Colour::bold)); }

std::string about(const BenchReport& report) {
  const SystemReport& system = report.system;
  std::string caches, features;
  for (const bench::Cache& cache : report.machine.caches)
    if (cache.type != "Instruction")
      caches += fmt::format("{}L{} {}", caches.empty() ? "" : ", ", cache.level, byte_size(cache.bytes));
  for (const std::string& feature : system.cpu_features)
    features += fmt::format("{}{}", features.empty() ? "" : " ", feature);
  Rows rows{
      {"processor", fmt::format("{}, {}", system.processor, plural(system.threads, "thread"))},
      {"", fmt::format("{}; caches {}", features.empty() ? "no vector extension" : features, caches)},
      {"build", fmt::format("basso {}, {}, {}, engine's kernels {}", system.version, system.compiler,
                            system.build_type, system.kernels)},
      {"clock", fmt::format("this thread's processor time; medians of {} rounds of {:g} s, taken in turn; "
                            "load {:.1f}",
                            report.timing.rounds, report.timing.seconds, report.machine.load)}};
  if (system.build_type != "Release")
    rows.push_back({"", coloured("this is no Release build: its numbers say little", Colour::yellow)});
  if (report.machine.scaling_enabled)
    rows.push_back(
        {"", coloured("the processor changes its frequency: expect larger differences between runs",
                      Colour::yellow)});
  for (const auto* group : {&report.activations, &report.targets, &report.probes})
    for (const bench::Contender& contender : *group) {
      const std::string file = contender.component.library().string();
      rows.push_back({contender.component.kind(),
                      fmt::format("{}: {}, {}", contender.label, contender.component.table().version,
                                  file.empty() ? "of this program" : file)});
    }
  return columns(rows);
}

// One table for each function and precision, a row for each length.
std::string array_tables(const BenchReport& report) {
  std::string text, title;
  Rows rows;
  for (const bench::ArrayRow& row : report.activation.arrays) {
    const std::string name = fmt::format("{}, {}", row.function, row.precision);
    if (name != title) {
      if (!rows.empty()) text += heading(title) + columns(rows);
      title = name;
      rows = {{"elements", "memcpy GB/s"}};
      for (const bench::Contender& contender : report.activations) {
        rows[0].push_back(fmt::format("{} ns/element", contender.label));
        rows[0].insert(rows[0].end(), {"GB/s", "of memcpy"});
      }
      for (std::size_t i = 1; i < report.activations.size(); ++i)
        rows[0].push_back(fmt::format("{} : {}", report.activations[i].label, report.activations[0].label));
    }
    std::vector<std::string> cells{grouped(static_cast<std::int64_t>(row.elements)),
                                   fmt::format("{:.1f}", row.copy_gb)};
    for (std::size_t i = 0; i < row.contenders.size(); ++i) {
      cells.push_back(fmt::format("{:.3f}", row.ns_per_element(i)));
      cells.push_back(fmt::format("{:.1f}", row.gb_per_s(i)));
      cells.push_back(percent(row.gb_per_s(i) / row.copy_gb));
    }
    for (std::size_t i = 1; i < row.contenders.size(); ++i)
      cells.push_back(ratio(row.contenders[i].median / row.contenders[0].median));
    rows.push_back(std::move(cells));
  }
  return rows.empty() ? text : text + heading(title) + columns(rows);
}

// What the columns of the tables above it mean.
std::string array_legend(const BenchReport& report) {
  std::string text =
      "\nGB/s counts x, y and a derivative's result; of memcpy: to the GB/s of copying as many elements (a\n"
      "derivative moves three arrays and may pass 100 %)";
  if (report.activations.size() > 1)
    text += fmt::format("; {} : {}: time to time, 2.00 is twice as long", report.activations[1].label,
                        report.activations[0].label);
  return text + ".\n";
}

std::string activation_text(const BenchReport& report) {
  if (report.activations.empty()) return "";
  const bench::ActivationReport& found = report.activation;
  std::string text = array_tables(report) + array_legend(report);
  text += heading("in a training step of Experiment 1: 6 x 256, 200 samples, float32");
  Rows rows{{"", "values and derivatives", "of ReLU's step", "step with it", "to ReLU's step"}};
  for (std::size_t i = 0; i < found.steps.size(); ++i) {
    const bench::StepShare& share = found.steps[i];
    rows.push_back({report.activations[i].label, fmt::format("{:.1f} µs", share.own_us),
                    percent(share.own_us / found.relu_step_us), fmt::format("{:.0f} µs", share.step_us),
                    ratio(share.step_us / found.relu_step_us)});
  }
  text += columns(rows);
  text += fmt::format(
      "A step of the ReLU network takes {:.0f} µs. It leaves out the units that are 0, which are many: a "
      "network "
      "whose\nunits are not takes up to twice as long, whatever its activation costs.\n",
      found.relu_step_us);
  text += heading("the call");
  text += fmt::format(
      "ReLU over {} elements: {:.2f} ns through the plugin's table, {:.2f} ns inlined; {:.2f} ns over\n",
      bench::call_elements, found.call.plugin.median, found.call.inlined.median, found.call.over());
  return text;
}

std::string target_text(const BenchReport& report) {
  if (report.targets.empty()) return "";
  const bool pair = report.targets.size() > 1;
  Rows rows{{"target", "set", "rows", "numbers a row", "rows/s", "MB/s"}};
  if (pair) rows[0].push_back(fmt::format("time to {}'s", report.targets[0].label));
  for (const bench::SetRow& row : report.sets) {
    rows.push_back({report.targets[row.contender].label, row.set,
                    grouped(static_cast<std::int64_t>(row.rows)), std::to_string(row.numbers),
                    grouped(std::llround(row.rows_per_s)),
                    fmt::format("{:.0f}", row.rows_per_s * static_cast<double>(row.numbers) * 8 / 1e6)});
    if (pair) rows.back().push_back(row.contender == 0 ? "" : ratio(row.ratio));
  }
  return heading("targets, filling their sets") + columns(rows);
}

std::string probe_text(const BenchReport& report) {
  if (report.probes.empty()) return "";
  const bench::ProbeReport& found = report.probe;
  const bool pair = report.probes.size() > 1;
  Rows rows{{"probe", "one observation", "of a step"}};
  if (pair) rows[0].push_back(fmt::format("time to {}'s", report.probes[0].label));
  for (std::size_t i = 0; i < found.observations.size(); ++i) {
    const double ns = found.observations[i].median;
    rows.push_back({report.probes[i].label, fmt::format("{:.1f} µs", ns / 1e3),
                    found.trains ? percent(ns / found.step.median) : "–"});
    if (pair) rows.back().push_back(i == 0 ? "" : ratio(ns / found.observations[0].median));
  }
  std::string text = heading(fmt::format("probes in {}", found.scene)) + columns(rows);
  if (found.trains)
    text += fmt::format(
        "A training step takes {:.1f} µs; a probe costs its share of one step at each recording.\n",
        found.step.median / 1e3);
  return text;
}

}  // namespace

int plugin_bench(const PluginBenchArguments& arguments) {
  const Catalogue catalogue(plugin_search_path(arguments.search.plugin_dirs));
  const BenchReport report = measure(arguments, catalogue);
  if (arguments.json)
    fmt::print("{}\n", bench_json(report));
  else
    fmt::print("{}{}{}{}", about(report), activation_text(report), target_text(report), probe_text(report));
  return 0;
}

}  // namespace basso::cli

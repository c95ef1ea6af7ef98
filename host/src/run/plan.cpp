// basso::check_experiment: whether a run can begin. basso::plan_run: what it would load, record and take. A
// few steps of each point are timed; nothing is written.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "basso/experiment.hpp"
#include "run/assembly.hpp"
#include "run/layout.hpp"
#include "run/runner.hpp"

namespace basso {

namespace {

constexpr double seconds_for_timing = 0.3;  // a point, at most, beyond its first step

std::string shape_text(const std::vector<SeriesAxis>& axes) {
  std::vector<std::string> parts;
  for (const SeriesAxis& axis : axes) parts.push_back(fmt::format("{} {}", axis_length(axis), axis.name));
  return fmt::format("{}", fmt::join(parts, " x "));
}

class Stopwatch {
 public:
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
  }

 private:
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// Seconds of one step: the quickest of a few, as the first ones warm the caches.
double seconds_a_step(Assembly& assembly) {
  if (!assembly.trains()) return 0;
  double best = 1e300;
  const Stopwatch all;
  for (int i = 0; i < 20; ++i) {
    const Stopwatch one;
    assembly.training().step();
    best = std::min(best, one.seconds());
    if (all.seconds() > seconds_for_timing) break;
  }
  return best;
}

// "target mnist-pairs, probes loss, kernel-spectrum at 6 sweep points"
std::string built_text(const ExperimentData& experiment) {
  const PointSettings& point = experiment.points.front();
  std::set<std::string> probes;
  for (const ProbeSettings& probe : point.probes) probes.insert(probe.use.component->id());
  const std::size_t points = experiment.points.size();
  return fmt::format("target {}{}{}{}", point.target.component->id(),
                     probes.empty()       ? ""
                     : probes.size() == 1 ? ", probe "
                                          : ", probes ",
                     fmt::join(probes, ", "), points > 1 ? fmt::format(" at {} sweep points", points) : "");
}

void add_plugins(Plan& plan, const ExperimentData& experiment) {
  std::set<std::string> seen;
  const auto add = [&](const Component& component) {
    if (!seen.insert(component.kind() + "/" + component.id()).second) return;
    plan.parts.push_back({component.kind() + " " + component.id(),
                          fmt::format("{}, {}", component.table().version, component.library().string())});
  };
  for (const PointSettings& point : experiment.points) {
    add(*point.target.component);
    if (point.network) {
      for (const PluginUse& use : point.network->activations) add(*use.component);
    }
    for (const ProbeSettings& probe : point.probes) add(*probe.use.component);
  }
}

}  // namespace

void check_experiment(const Experiment& experiment, const RunOptions& options) {
  const std::unique_ptr<services::Shared> shared = make_shared_services(experiment.data(), options);
  make_layout(experiment.data(), *shared);
}

Plan plan_run(const Experiment& experiment, const Catalogue&, const RunOptions& options) {
  const ExperimentData& data = experiment.data();
  if (options.building) options.building(built_text(data));
  const std::unique_ptr<services::Shared> shared = make_shared_services(data, options);
  const Stopwatch shapes;
  const Layout layout = make_layout(data, *shared);
  double built = shapes.seconds();
  const int threads = threads_to_use(options);
  Plan plan;
  add_plugins(plan, data);
  plan.seconds = built;
  plan.jobs = static_cast<std::int64_t>(data.points.size()) * data.repeats;
  const double side_by_side = static_cast<double>(std::min<std::int64_t>(threads, plan.jobs));
  std::uint64_t memory = 0;
  for (std::size_t p = 0; p < data.points.size(); ++p) {
    const Stopwatch job;
    Assembly assembly(data, data.points[p], *shared, 0);
    assembly.start();
    const double start = job.seconds();
    built += start;
    const std::int64_t steps = data.points[p].train ? data.points[p].train->steps * data.repeats : 0;
    plan.steps_total += steps;
    plan.seconds +=
        (static_cast<double>(data.repeats) * start + static_cast<double>(steps) * seconds_a_step(assembly)) /
        side_by_side;
    memory = std::max(memory, layout.memory[p]);
    if (p == 0) {
      for (const services::SetInfo& set : assembly.target().sets()) {
        plan.parts.push_back({"set " + set.name, fmt::format("{} rows, {} inputs, {} outputs", set.rows,
                                                             set.input_dim, set.output_dim)});
      }
      if (assembly.trains())
        plan.parts.push_back({"network", fmt::format("{} parameters", assembly.parameter_count())});
      if (data.points[p].network && data.points[p].network->neighbours > 0)
        plan.parts.push_back(
            {"network", fmt::format("mean of {} nearest neighbours", data.points[p].network->neighbours)});
    }
  }
  for (const StoredSeries& stored : layout.index.series)
    plan.parts.push_back({"series " + stored.series.name, shape_text(stored.series.axes)});
  plan.parts.push_back(
      {"memory", fmt::format("about {:.0f} MiB", static_cast<double>(memory) * side_by_side / (1 << 20))});
  plan.parts.push_back(
      {"building", fmt::format("{:.1f} s of targets and probes, which a run builds again", built)});
  plan.parts.push_back({"threads", fmt::format("{}", threads)});
  plan.bytes = series_bytes(layout.index);
  plan.snapshot_bytes = layout.snapshot_bytes;
  return plan;
}

}  // namespace basso

// See probes.hpp.
#include "bench/probes.hpp"

#include <fmt/format.h>

#include <memory>

#include "basso/error.hpp"
#include "bench/experiment1.hpp"
#include "run/assembly.hpp"

namespace basso::bench {
namespace {

// Experiment 1 with one probe at its defaults. So many recordings are announced that no measurement reaches
// the last.
std::string default_experiment(const std::string& id) {
  return fmt::format(R"([experiment]
name = "exp1"

[target]
plugin = "sinusoids"
frequencies = [5, 10, 15, 20, 25, 30, 35, 40, 45, 50]
samples = {}

[network]
widths = [{}]
activation = "relu"

[train]
optimizer = {{ kind = "adam", learning_rate = 3e-4 }}
steps = 100000

[record]
every = 1

[[probe]]
name = "{}"
plugin = "{}"
)",
                     experiment1_samples,
                     fmt::join(std::vector<int>(experiment1_layers, experiment1_width), ", "), id, id);
}

// A catalogue in which this very component answers to its id, whatever the folders hold.
Catalogue with_component(const Component& component, const Setting& setting) {
  Catalogue catalogue(plugin_search_path(setting.plugin_folders));
  const basso_component* const list[] = {&component.table()};
  basso_entry entry{{'B', 'A', 'S', 'S', 'O', 'A', 'B', 'I'},
                    static_cast<std::uint32_t>(sizeof(basso_entry)),
                    BASSO_ABI_MAJOR,
                    BASSO_ABI_MINOR,
                    1,
                    list};
  catalogue.add(entry);
  return catalogue;
}

PointSettings with_probe(const PointSettings& point, const Component& component, const Setting& setting) {
  PointSettings only = point;
  only.probes.clear();
  for (const ProbeSettings& probe : point.probes)
    if (only.probes.empty() && probe.use.component->id() == component.id()) only.probes.push_back(probe);
  if (only.probes.empty())
    throw Error(Exit::usage,
                fmt::format("{} has no [[probe]] with the plugin {}: name a file that has one, or "
                            "leave out --experiment for its defaults in Experiment 1",
                            setting.file, component.id()));
  only.probes.front().use.component = component;
  return only;
}

// One experiment put together, looked at by one probe or trained.
class Scene {
 public:
  Scene(const Experiment& experiment, PointSettings point, services::Shared& shared)
      : experiment_(experiment), point_(std::move(point)), assembly_(experiment_.data(), point_, shared, 0) {
    assembly_.start();
  }
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;

  bool trains() const { return assembly_.trains(); }
  void train(std::uint64_t times) { bench::train(assembly_.training(), times); }
  // Recordings in their order, the first and the last left out where there are others: what is emitted only
  // there is not part of what an observation costs.
  void observe(std::uint64_t times) {
    Assembly::Probe& probe = assembly_.probes().front();
    const std::uint64_t all = probe.steps.size();
    if (!begun_) look(probe, 0, all == 1);
    begun_ = true;
    for (std::uint64_t i = 0; i < times; ++i) {
      recording_ = all > 2 ? 1 + recording_ % (all - 2) : all - 1;
      look(probe, recording_, recording_ + 1 == all);
    }
  }

 private:
  void look(Assembly::Probe& probe, std::uint64_t recording, bool last) {
    assembly_.refresh();
    probe.instance->observe(probe.steps[recording], recording, last);
    touch_memory();
  }

  Experiment experiment_;
  PointSettings point_;
  Assembly assembly_;
  bool begun_ = false;
  std::uint64_t recording_ = 0;
};

// A probe may need what Experiment 1 does not have (a latent coordinate): the user learns how to give it.
std::unique_ptr<Scene> scene_with_probe(const Experiment& experiment, const PointSettings& point,
                                        const Setting& setting, services::Shared& shared) {
  try {
    return std::make_unique<Scene>(experiment, point, shared);
  } catch (const Error& error) {
    if (setting.experiment) throw;
    throw Error(error.code(),
                fmt::format("{} (in Experiment 1, with the probe's defaults: name a file that uses it "
                            "with --experiment)",
                            error.what()));
  }
}

std::string describe(const PointSettings& point, const Setting& setting) {
  if (!setting.experiment)
    return "Experiment 1 of Rahaman et al. 2019: 6 x 256 ReLU network, 200 samples, float32";
  return fmt::format("{}, first sweep point: target {}{}", setting.file, point.target.component->id(),
                     point.train ? "" : ", nothing is trained");
}

}  // namespace

ProbeReport measure_probes(const std::vector<Contender>& contenders, const Setting& setting,
                           const TimingOptions& options) {
  services::Shared shared;
  shared.data_dirs = setting.data_folders;
  std::vector<std::unique_ptr<Scene>> scenes;
  std::vector<Task> tasks;
  ProbeReport report;
  for (const Contender& contender : contenders) {
    const Experiment experiment =
        setting.experiment ? *setting.experiment
                           : Experiment::parse(default_experiment(contender.component.id()),
                                               "Experiment 1 with the probe " + contender.component.id(),
                                               with_component(contender.component, setting));
    const PointSettings point = with_probe(experiment.data().points.front(), contender.component, setting);
    if (scenes.empty()) {
      report.scene = describe(point, setting);
      PointSettings bare = point;
      bare.probes.clear();
      scenes.push_back(std::make_unique<Scene>(experiment, std::move(bare), shared));
      report.trains = scenes.front()->trains();
      if (report.trains)
        tasks.push_back(
            {"a training step", [scene = scenes.front().get()](std::uint64_t n) { scene->train(n); }});
    }
    scenes.push_back(scene_with_probe(experiment, point, setting, shared));
    tasks.push_back({contender.label, [scene = scenes.back().get()](std::uint64_t n) { scene->observe(n); }});
  }
  std::vector<Timing> timings = time_in_turn(tasks, options);
  if (report.trains) report.step = timings.front();
  report.observations.assign(timings.begin() + (report.trains ? 1 : 0), timings.end());
  return report;
}

}  // namespace basso::bench

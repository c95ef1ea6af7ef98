// One recording: the probes that are due look, and what they emit is written once all have looked.
#include "run/recorder.hpp"

#include <algorithm>
#include <cmath>

namespace basso {

namespace {

struct Observation {
  std::size_t series;  // in declared()
  std::vector<double> values;
};

}  // namespace

Recorder::Recorder(Assembly& assembly, const SeriesStore& store, std::size_t point, std::size_t repeat)
    : assembly_(assembly), store_(store), point_(point), repeat_(repeat) {
  series_.reserve(assembly_.declared().size());
  for (const DeclaredSeries& declared : assembly_.declared())
    series_.push_back(store_.position(declared.name));
  recordings_.resize(assembly_.probes().size(), 0);
}

bool Recorder::may_look(std::int64_t step, bool ends) {
  if (!assembly_.trains()) return true;
  const TrainSettings& train = *assembly_.settings().train;
  const bool asked = train.batch == 0 || ends || step == train.steps;
  return !asked || std::isfinite(assembly_.loss());
}

void Recorder::look(std::int64_t step, bool ends) {
  std::vector<Observation> seen;
  for (std::size_t i = 0; i < assembly_.probes().size(); ++i) {
    Assembly::Probe& probe = assembly_.probes()[i];
    const bool due = std::binary_search(probe.steps.begin(), probe.steps.end(), step);
    if (!due && !ends) continue;
    const services::Emissions emissions =
        probe.instance->observe(step, recordings_[i]++, ends || step == probe.steps.back());
    for (const services::Emission& emission : emissions) {
      const std::size_t series = probe.first_series + emission.series;
      if (due || assembly_.declared()[series].when != "recording") seen.push_back({series, emission.values});
    }
  }
  for (const Observation& one : seen)
    store_.write(series_[one.series], assembly_.declared()[one.series], point_, repeat_, step, one.values);
}

std::vector<ProbeMemory> Recorder::memory() {
  std::vector<ProbeMemory> memories;
  for (std::size_t i = 0; i < assembly_.probes().size(); ++i) {
    services::Probe& probe = *assembly_.probes()[i].instance;
    memories.push_back({probe.name(), recordings_[i], probe.save_state()});
  }
  return memories;
}

void Recorder::recall(const std::vector<ProbeMemory>& memories) {
  for (std::size_t i = 0; i < assembly_.probes().size(); ++i) {
    services::Probe& probe = *assembly_.probes()[i].instance;
    for (const ProbeMemory& memory : memories) {
      if (memory.name != probe.name()) continue;
      recordings_[i] = memory.observations;
      if (probe.has_state()) probe.load_state(memory.state);
    }
  }
}

}  // namespace basso

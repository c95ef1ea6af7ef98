// One instance of a probe: what it needs, what it emits, and its observations.
#pragma once

#include <basso/probe.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "plugin/parameters.hpp"
#include "services/declaration.hpp"
#include "services/network_view.hpp"
#include "services/scene.hpp"
#include "services/target.hpp"

namespace basso::services {

// Values of one series at one recording, [SeriesInfo::count].
struct Emission {
  std::size_t series;
  std::vector<double> values;
};
using Emissions = std::vector<Emission>;  // ascending in series

class Probe {
 public:
  // `name` is the user's; `target` and `shared` outlive the probe. `network` may be null: then observations
  // see the target only, or the scene has a network that is attached before the first observation. Throws
  // Error as Target does.
  Probe(const Component& component, const plugin::ParameterValues& values, std::string name,
        const Target& target, const SceneSpec& scene, NetworkView* network, Shared& shared,
        std::uint64_t repeat);
  ~Probe();
  Probe(const Probe&) = delete;
  Probe& operator=(const Probe&) = delete;

  const std::string& name() const;
  // Valid, at the same place, for the probe's life.
  const std::vector<SeriesInfo>& series() const;
  void attach(NetworkView* network);
  // Heavy preparation, once, before the first observation; nothing where the plugin has none.
  void prepare();
  // Looks at the network as its view stands: the caller refreshes the view once before its probes observe.
  // `recording` counts this probe's observations from 0. Throws Error(Exit::run_failed) naming probe and
  // call; then nothing of the observation counts.
  Emissions observe(std::int64_t step, std::uint64_t recording, bool last);

  bool has_state() const;
  std::vector<std::uint8_t> save_state();
  void load_state(std::span<const std::uint8_t> state);

 private:
  class Instance;
  std::unique_ptr<Instance> instance_;
};

}  // namespace basso::services

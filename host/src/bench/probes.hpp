// Probes: one observation as a share of a training step.
#pragma once

#include <string>
#include <vector>

#include "bench/choice.hpp"
#include "bench/timing.hpp"

namespace basso::bench {

struct ProbeReport {
  std::string scene;                 // what was observed, in words
  bool trains = false;               // false: the experiment has no [train], and no step to compare with
  Timing step;                       // of one training step, ns
  std::vector<Timing> observations;  // one a contender, ns; with the predictions that the probe asks for
};

// Without an experiment: each probe with its defaults looks at Experiment 1 of Rahaman et al. 2019. With one:
// at its first sweep point, with the parameters of the first [[probe]] that uses the plugin.
ProbeReport measure_probes(const std::vector<Contender>& contenders, const Setting& setting,
                           const TimingOptions& options);

}  // namespace basso::bench

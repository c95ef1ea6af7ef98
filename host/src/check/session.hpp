// A probe that observes one of the checker's experiments, recording by recording.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "check/behaviour.hpp"
#include "check/trial.hpp"
#include "services/probe.hpp"

namespace basso::check {

class Session {
 public:
  // Creates the probe and prepares it. Throws Error for what it refuses.
  Session(const Workbench& bench, const Component& component, const Configuration& configuration,
          std::uint64_t seed);

  services::Probe& probe() { return probe_; }
  const std::vector<services::SeriesInfo>& series() const { return probe_.series(); }
  int recordings() const { return recordings_; }
  bool has_state() const { return probe_.has_state(); }
  // Trains up to this recording and observes it; recordings may be left out, but not made twice.
  services::Emissions observe(int recording) { return observe(recording, recording + 1 == recordings_); }
  // The same where the run ends there or not.
  services::Emissions observe(int recording, bool last);
  // Observes this recording with parameters from elsewhere, as a replay does.
  services::Emissions observe(int recording, std::span<const double> parameters);
  std::vector<double> parameters();
  const nn::ParameterLayout& layout() const { return around_.scene().layout; }

 private:
  int recordings_;
  services::Shared shared_;
  Experiment around_;
  services::Probe probe_;
};

// Values of the series at this position, which is emitted at every recording.
const std::vector<double>& values_of(const services::Emissions& emissions, std::size_t series);

// The same where only few recordings are made.
Configuration briefly(Configuration configuration);

// All recordings, one after the other.
std::vector<services::Emissions> observe_all(Session& session);

// "" or the first place where the emissions of one recording differ: "entry 3 of the series 'norm' at
// recording 2 is 0.5, and 0.25".
std::string difference(const std::vector<services::SeriesInfo>& series, int recording,
                       const services::Emissions& one, const services::Emissions& other);
std::string difference(const std::vector<services::SeriesInfo>& series,
                       const std::vector<services::Emissions>& one,
                       const std::vector<services::Emissions>& other);

}  // namespace basso::check

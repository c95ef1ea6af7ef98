// A probe in front of a network whose function is known.
#pragma once

#include "check/check.hpp"
#include "check/known_function.hpp"
#include "services/probe.hpp"

namespace basso::check {

class Stand {
 public:
  // Creates the probe and prepares it. Throws Error for what it refuses.
  Stand(const Context& context, const Component& component, const plugin::ParameterValues& values,
        const Setting& setting);

  const std::vector<services::SeriesInfo>& series() const { return probe_.series(); }
  KnownFunction& network() { return network_; }
  services::Emissions observe(int recording, bool last);

 private:
  services::Shared& with_seed(std::uint64_t seed);
  const services::SetData& train() const { return around_.target().data(around_.target().train()); }

  services::Shared shared_{1};
  Experiment around_;
  KnownFunction network_;
  services::Probe probe_;
};

}  // namespace basso::check

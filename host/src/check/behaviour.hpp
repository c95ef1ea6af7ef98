// Where a component is created and used in the checks, and what it does there as a value: to say that two
// ways of using it come to the same.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "basso/catalogue.hpp"
#include "check/check.hpp"
#include "check/draw.hpp"
#include "check/scene.hpp"

namespace basso::check {

// Part ("set train, rows", "series norm at recording 2") -> its bytes, or their hash where they are many.
using Behaviour = std::map<std::string, std::string>;
// The first part in which they differ, or "".
std::string difference(const Behaviour& one, const Behaviour& other);

// Every function throws Error for what the component refuses, and NotApplicable where its data are not on
// this machine.
class Workbench {
 public:
  // For a probe, finds an Experiment that it accepts with its defaults; NotApplicable where there is none.
  explicit Workbench(Context& context);

  // `component` is the context's or a proxy of it; parameters that are not given are those that the user set,
  // else their defaults.
  // An activation is asked for its facts; the others are created and destroyed so many times.
  void create_and_destroy(const Component& component, const Drawn& given, int times = 1) const;
  // Uses it as a run would: an activation is evaluated and asked for its facts and layers, a target is
  // filled, a probe observes an Experiment in training.
  Behaviour behaviour(const Component& component, const Drawn& given) const;
  // Creates it and uses it a little: an activation on few elements, the first and the last row of each set of
  // a target, one observation of a probe.
  void use_briefly(const Component& component, const Drawn& given) const;
  // What the probe accepts.
  const Setting& setting() const { return setting_; }

 private:
  void choose_experiment(const Component& probe);
  Behaviour of_target(const Component& component, const plugin::ParameterValues& values) const;
  Behaviour of_probe(const Component& component, const plugin::ParameterValues& values) const;

  plugin::ParameterValues values_of(const Component& component, Drawn given) const;

  const Context& context_;
  std::shared_ptr<services::Shared> shared_;
  Drawn set_;  // by the user
  std::shared_ptr<const void>
      kept_;  // an instance that keeps data files in memory from one creation to the next
  Setting setting_;
};

}  // namespace basso::check

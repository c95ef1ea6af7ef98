// From an activation's component to what the engine and probes take: functions with numbers, and the facts
// that it states about itself.
#pragma once

#include <basso/activation.h>

#include "basso/catalogue.hpp"
#include "nn/activation.hpp"
#include "plugin/parameters.hpp"

namespace basso::services {

// Whoever keeps the result keeps `component` too. Throws Error(Exit::plugin) for a component of another kind.
nn::Activation engine_activation(const Component& component, const plugin::ParameterValues& values);

// Of size at least sizeof(basso_facts); the plugin may write up to 1024 bytes.
struct Facts {
  union {
    basso_facts facts;
    unsigned char room[1024];
  };
};
// What the component states at these numbers. Throws Error(Exit::plugin) where it refuses.
Facts facts_of(const Component& component, const nn::Numbers& numbers);

}  // namespace basso::services

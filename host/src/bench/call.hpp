// What a call through the ABI costs: ReLU over a short array, called through a plugin's table, against the
// same loop inlined at the place of the call.
#pragma once

#include <basso/activation.h>

#include <vector>

#include "bench/timing.hpp"

namespace basso::bench {

inline constexpr std::uint64_t call_elements = 64;

struct CallCost {
  Timing plugin, inlined;                                         // of one array of call_elements
  double over() const { return plugin.median - inlined.median; }  // ns a call
};

// `relu`: the table of the shipped plugin.
CallCost measure_call(const basso_activation_v1& relu, const TimingOptions& options);

}  // namespace basso::bench

// Activations against copying memory, against each other, and as a part of a training step.
#pragma once

#include <string>
#include <vector>

#include "bench/call.hpp"
#include "bench/choice.hpp"
#include "bench/timing.hpp"

namespace basso::bench {

// One array function over one length. What is moved: x and y for a value, x, y and the result for a
// derivative, x and its copy for copying.
struct ArrayRow {
  std::string function;   // "value", "derivative"
  std::string precision;  // "float32", "float64"
  std::uint64_t elements;
  std::uint64_t bytes;             // of one element
  double copy_gb;                  // GB/s (1e9 bytes) of memcpy
  std::vector<Timing> contenders;  // ns for the whole array
  double ns_per_element(std::size_t contender) const;
  double gb_per_s(std::size_t contender) const;
};

// The share of a training step of Experiment 1.
struct StepShare {
  double own_us;   // processor time of all values and derivatives of one step, float32
  double step_us;  // of a step of the network with this activation
};

struct ActivationReport {
  std::vector<ArrayRow> arrays;
  double relu_step_us = 0;       // of a step of the ReLU network
  std::vector<StepShare> steps;  // one a contender
  CallCost call;
};

ActivationReport measure_activations(const std::vector<Contender>& contenders, const Setting& setting,
                                     const TimingOptions& options);

}  // namespace basso::bench

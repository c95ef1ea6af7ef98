// What `basso plugin bench` measured, and the same as JSON.
#pragma once

#include <string>
#include <vector>

#include "basso/system.hpp"
#include "bench/activations.hpp"
#include "bench/probes.hpp"
#include "bench/targets.hpp"
#include "cli/verbs.hpp"

namespace basso::cli {

struct BenchReport {
  SystemReport system;
  bench::Machine machine;
  bench::TimingOptions timing;
  std::vector<bench::Contender> activations, targets, probes;  // in the order of the command line
  bench::ActivationReport activation;
  std::vector<bench::SetRow> sets;
  bench::ProbeReport probe;
};

// Loads what is named and measures it, one kind after the other.
BenchReport measure(const PluginBenchArguments& arguments, const Catalogue& catalogue);
// Its keys are described in docs/benchmarks.md.
std::string bench_json(const BenchReport& report);

}  // namespace basso::cli

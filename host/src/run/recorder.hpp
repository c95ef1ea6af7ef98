// What the probes of one job see, written into series/: while the network is trained, and over snapshots.
#pragma once

#include <cstdint>
#include <vector>

#include "run/assembly.hpp"
#include "run/checkpoint.hpp"
#include "run/series_store.hpp"

namespace basso {

// The assembly and the store outlive it.
class Recorder {
 public:
  // `store` has every series that the assembly's probes declare.
  Recorder(Assembly& assembly, const SeriesStore& store, std::size_t point, std::size_t repeat);

  // False for a network whose loss over the training set is not finite, at which no probe looks. With
  // mini-batches that takes a pass of its own, which is made only where the training ends.
  bool may_look(std::int64_t step, bool ends);
  // The assembly is fresh. Lets every probe look that is due at `step` (all of them when the training `ends`
  // there), then writes what all emitted.
  void look(std::int64_t step, bool ends);

  // What the probes have seen and know; and this put back, where a probe has a part in it.
  std::vector<ProbeMemory> memory();
  void recall(const std::vector<ProbeMemory>& memories);

 private:
  Assembly& assembly_;
  const SeriesStore& store_;
  std::size_t point_, repeat_;
  std::vector<std::size_t> series_;        // declared() -> position in the store
  std::vector<std::uint64_t> recordings_;  // made by each probe
};

}  // namespace basso

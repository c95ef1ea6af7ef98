// snapshots/ of a run directory: the networks of each job at chosen steps, one .npz each, to be looked at
// later. docs/run-directory.md is the contract for readers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "nn/trainer.hpp"
#include "run/settings.hpp"

namespace basso {

// Steps at which a job stores its network: those of [snapshot]; none without training.
std::vector<std::int64_t> snapshot_steps(const PointSettings& point);

// Of all snapshots of one job, about. Throws Error(Exit::usage) for a network that is too large for one.
std::uint64_t snapshot_bytes(const PointSettings& point, const nn::ParameterLayout& layout);

// Those of one job.
class Snapshots {
 public:
  Snapshots(const std::filesystem::path& run_directory, const PointSettings& settings, std::size_t point,
            std::size_t repeat);

  std::filesystem::path file(std::int64_t step) const;
  // The network as `training` has it, in place of one that was stored before.
  void write(std::int64_t step, const nn::TrainingRun& training) const;
  // Steps of which there is one, ascending.
  std::vector<std::int64_t> stored() const;
  // Puts the network of that step into `training`, to be looked at. Throws Error(Exit::data) naming the file
  // where it is damaged, or of another network.
  void show(std::int64_t step, nn::TrainingRun& training) const;

 private:
  std::filesystem::path folder_;
  int digits_;  // of the last step
  bool float32_;
};

}  // namespace basso

// One (sweep point, repeat) from its initial parameters to its last step, recording on the way.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "nn/team.hpp"
#include "run/checkpoint.hpp"
#include "run/lock.hpp"
#include "run/series_store.hpp"
#include "run/settings.hpp"
#include "services/shared.hpp"

namespace basso {

// What all jobs of a run share.
struct JobContext {
  const ExperimentData& experiment;
  const std::vector<std::vector<DeclaredSeries>>& layout;  // [points]
  const SeriesStore& store;
  const Checkpoints& checkpoints;
  services::Shared& shared;
  const std::filesystem::path& directory;        // of the run
  const RunLock& lock;                           // on it
  std::function<void(const std::string&)> note;  // told what the user should know; thread-safe
  nn::Team team{};                               // threads that have no job left help those that have
  std::atomic<std::int64_t> steps_done{0};
  std::atomic<std::int64_t> steps_skipped{0};  // of jobs that ended early
  std::atomic<double> loss{0};
  std::atomic<bool> halted{false};  // nothing can be written any more
  bool stopping() const { return halted || shared.stopping(); }
};

// Goes on from the job's newest checkpoint, if there is one. Returns true when the job ended as planned,
// false when the run was asked to stop. Throws Error where it failed, CannotRecord where the run has; what
// was recorded before stays, and a checkpoint of the state before the failure.
bool run_job(JobContext& context, std::size_t point, std::int64_t repeat);

}  // namespace basso

// The state of one job between two of its training steps, and the files that keep it: checkpoints/ of a run
// directory. docs/run-directory.md says what is in them.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "data/file.hpp"

namespace basso {

// What a probe has seen, and what it remembers of it.
struct ProbeMemory {
  std::string name;
  std::uint64_t observations = 0;
  std::vector<std::uint8_t> state;  // of state/1; empty where the probe has none
};

struct Checkpoint {
  std::string run;  // hash of the run's configuration
  std::uint64_t point = 0, repeat = 0;
  std::int64_t step = 0;                     // updates made
  bool looked = false;                       // whether the recording at `step`, if there is one, was made
  std::vector<double> parameters, training;  // as nn::TrainingRun hands them out
  std::vector<ProbeMemory> probes;
};

// A line of text, "basso checkpoint 1 <XXH3-128 of the rest>", then the numbers.
std::vector<std::uint8_t> checkpoint_bytes(const Checkpoint& checkpoint);
// Throws Error(Exit::data) that starts with `name` for what is damaged or of another version. Takes no more
// memory than the bytes have.
Checkpoint parse_checkpoint(data::Bytes bytes, const std::string& name);

// Seconds from one checkpoint to the next: what the experiment says, or (0) 5 at least, and so many that all
// of them take a hundredth of the job. `elapsed` of the job, `spent` on checkpoints, `last` on the last one.
double seconds_between(double said, double elapsed, double spent, double last);

// When the next checkpoint of a job that begins now is due.
class CheckpointClock {
 public:
  explicit CheckpointClock(double seconds);  // as the experiment says
  bool due() const { return clock::now() >= next_; }
  void took(std::chrono::duration<double> time);  // a checkpoint that is finished now

 private:
  using clock = std::chrono::steady_clock;
  double seconds_, spent_ = 0;
  clock::time_point begun_ = clock::now(), next_;
};

// Several threads may use it at once, each for its own job. The two newest of a job are kept, so that there
// is one where the other is damaged.
class Checkpoints {
 public:
  Checkpoints(const std::filesystem::path& directory, std::string run);

  // On the disk, and under its name, once this returns. Throws CannotRecord.
  void write(Checkpoint checkpoint) const;
  // The newest sound one. `report` is told of those that are skipped.
  std::optional<Checkpoint> newest(std::uint64_t point, std::uint64_t repeat,
                                   const std::function<void(const std::string&)>& report) const;
  void remove(std::uint64_t point, std::uint64_t repeat) const;
  // What processes that were killed left half written, and the folder where nothing is in it.
  void tidy() const;

 private:
  std::vector<std::filesystem::path> files(std::uint64_t point, std::uint64_t repeat) const;  // newest first
  void keep(std::size_t count, const Checkpoint& of) const;

  std::filesystem::path folder_;
  std::string run_;
};

}  // namespace basso

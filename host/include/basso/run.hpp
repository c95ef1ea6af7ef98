// Running an experiment into a run directory, and what can be asked of the directory afterwards.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "basso/error.hpp"

namespace basso {

class Catalogue;
class Experiment;

// Told from one thread at a time, a few times a second at most.
struct Progress {
  std::int64_t steps_done = 0;  // over all sweep points and repeats
  std::int64_t steps_total = 0;
  std::int64_t jobs_done = 0;  // (sweep point, repeat) pairs
  std::int64_t jobs_total = 0;
  double loss = 0;  // last known, of the job that reported last
  double steps_per_second = 0;
  double seconds_left = 0;  // estimate; negative when unknown
};

// Every member has a default, so that {.out = "out"} says all.
struct RunOptions {
  std::filesystem::path out{};  // empty: runs/<name>-NNN
  int threads = 0;              // 0: all cores that this process may use
  std::vector<std::filesystem::path> data_dirs{};
  std::function<void(const Progress&)> progress{};
  std::function<void(const std::string&)> building{};         // plan_run tells it what is built, before it is
  std::function<void(const std::filesystem::path&)> began{};  // told the run directory once the jobs begin
  const std::atomic<int>* stop = nullptr;  // becomes the signal's number when the run is to stop
  bool figures = true;                     // draw them at the end
  // resume_run: names of probes to go on without; a file with [[probe]] tables to go on with.
  std::vector<std::string> drop{};
  std::filesystem::path probes{};
};

// One verdict on one claim.
struct Verdict {
  std::string claim;
  std::string kind;
  enum class Outcome { holds, fails, not_evaluated } outcome = Outcome::not_evaluated;
  double value = 0;       // what the threshold is compared with; NaN when not evaluated
  double spread_low = 0;  // over repeats: first quartile (where repeats exist), else equal to value
  double spread_high = 0;
  double threshold = 0;
  std::string detail;  // one sentence with the numbers behind it
  std::string quote;   // where the paper says so
  std::string reason;  // why the threshold is what it is
};

struct RunResult {
  std::filesystem::path directory;
  std::string state;                  // "finished", "interrupted" or "failed"
  std::vector<std::string> failures;  // one sentence for each job that failed
  std::set<std::string> blamed;       // plugins that failed, for way_on
  std::vector<std::string> notes;     // damaged checkpoints that were left out, say
  std::vector<Verdict> verdicts;
  std::vector<std::filesystem::path> figures;
  Exit exit = Exit::ok;        // without regard to claims
  bool nothing_to_do = false;  // resume_run: every job had ended; the run directory is as it was
};

// What a run would do.
struct Plan {
  struct Part {
    std::string name;
    std::string text;
  };
  std::vector<Part> parts;  // plugins, shapes, series, bytes
  std::int64_t jobs = 0;
  std::int64_t steps_total = 0;
  std::uint64_t bytes = 0;           // of the run directory's series
  std::uint64_t snapshot_bytes = 0;  // of its snapshots
  double seconds = 0;                // estimate from a few timed steps and the time that building took
};

// Creates targets and probes and looks whether every claim and figure can be had from what they record.
// Trains and writes nothing. Throws Error as a run would before its training: Exit::usage with all mistakes
// of claims and figures, Exit::data for a data set that is missing (after the mistakes that are seen without
// it).
void check_experiment(const Experiment& experiment, const RunOptions& options);

Plan plan_run(const Experiment& experiment, const Catalogue& catalogue, const RunOptions& options);
RunResult run_experiment(const Experiment& experiment, const Catalogue& catalogue, const RunOptions& options);

// Goes on with a run that was interrupted or failed: jobs that have ended are kept, the others go on from
// their newest sound checkpoint, so that the series get the bytes of a run without interruption. Series of
// probes that are dropped end there, those of added ones begin there. Throws Error where the directory is no
// run, another process writes it, or binary, configuration, a plugin or a data file is not what the run began
// with. `options.out` has no meaning.
RunResult resume_run(const std::filesystem::path& directory, const Catalogue& catalogue,
                     const RunOptions& options);

// What can be done with a run that did not come to its end: where it is, and the command that goes on.
// `blamed`: "probe NAME", "activation ID", … where plugins ended it, as PluginCall::who has it.
std::string way_on(const std::filesystem::path& directory, const std::set<std::string>& blamed = {});

// One sentence about a run that is "running" for its manifest but for no process: that ended without a word,
// by SIGKILL for example. "" for others, and where there is no manifest to be read.
std::string silent_end(const std::filesystem::path& directory);

// Says in log and manifest of a run that is "running" still how its process ended, "failed" or "interrupted",
// where that could not do so itself: a plugin brought it down, or never returned. For another process; throws
// Error as resume_run does.
void record_sudden_end(const std::filesystem::path& directory, const std::string& state,
                       const std::string& sentence);

struct ProbeResult {
  std::filesystem::path directory;
  std::vector<std::string> series;    // that were added; none where every job failed
  std::vector<std::string> failures;  // one sentence for each job that failed
  std::string note;                   // what of this process differs from the run's; then bits may differ
  Exit exit = Exit::ok;
};

// Lets the [[probe]] tables of a file look at the networks that a run stored (its snapshots) and adds their
// series, with the bytes that they would have got during the run. Throws Error where the directory is no run,
// another process writes it, data files are others than the run's, series of these names exist, or a probe's
// schedule has steps without a snapshot. `options.out` and `options.figures` have no meaning.
ProbeResult probe_run(const std::filesystem::path& directory, const std::filesystem::path& probes,
                      const Catalogue& catalogue, const RunOptions& options);

// Evaluates the claims of a run directory again, from its series alone: those in config.resolved.toml, or the
// [[claim]] tables of `description`, a TOML file. Writes nothing.
std::vector<Verdict> check_run(const std::filesystem::path& directory,
                               const std::filesystem::path& description = {});

// Draws the figures of one run, or of several overlaid; returns the files written (into `out`, which several
// runs need, or the run's figures/). What is drawn the first run says, or the [[figure]] tables of
// `description`, a TOML file.
std::vector<std::filesystem::path> plot_runs(const std::vector<std::filesystem::path>& directories,
                                             const std::filesystem::path& out = {},
                                             const std::filesystem::path& description = {});

// A series of a run, in memory.
struct SeriesAxis {
  std::string name;
  std::string unit;
  std::vector<double> values;
  std::vector<std::string> labels;  // empty, or one for each value
};
struct Series {
  std::string name;  // "<probe>.<output>"
  std::string file;  // relative to the run directory
  std::string unit;
  std::string meaning;
  std::string when;              // "recording", "once" or "final"
  std::vector<SeriesAxis> axes;  // sweep axes…, repeat, recording (axis values: steps), the probe's own
  std::vector<double> data;      // C order, NaN where nothing was recorded
};
std::vector<std::string> series_names(const std::filesystem::path& directory);
// Throws Error(Exit::data) for a series that is not as the run left it.
Series read_series(const std::filesystem::path& directory, const std::string& name);

}  // namespace basso

// The jobs of a run over its threads.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "run/job.hpp"
#include "run/log.hpp"

namespace basso {

// Each job has a thread; threads without one help those that train a large network. The calling thread waits
// and reports.
class Crew {
 public:
  // `ended` [points x repeats]: the step at which a job has ended already, which is then not run again; NaN
  // where it has not.
  Crew(JobContext& context, const RunOptions& options, Log& log, const std::vector<double>& ended);
  void run(int threads);

  std::int64_t jobs() const { return jobs_; }
  std::int64_t ended() const { return ended_; }
  // In the order of the jobs; alone what could not be written, where that ended the run.
  std::vector<std::string> failures() const;
  bool halted() const { return !lost_.empty(); }
  const std::set<std::string>& blamed() const { return blamed_; }  // plugins in the failures

 private:
  void work(bool has_job);
  void run_jobs();
  void run_one(std::int64_t job);
  void fail(std::int64_t job, const std::string& text, const Error* reason = nullptr);
  std::string ended_text(std::int64_t job) const;
  void report();
  void log_what_hangs();

  JobContext& context_;
  const RunOptions& options_;
  Log& log_;
  std::int64_t jobs_ = 0, steps_total_ = 0;
  std::vector<std::int64_t> waiting_;  // jobs
  std::chrono::steady_clock::time_point started_, stopping_since_;
  bool hangs_ = false;                // and the log says where
  std::atomic<std::size_t> next_{0};  // in waiting_
  std::atomic<std::int64_t> jobs_done_{0};
  std::mutex mutex_;  // guards what follows
  std::condition_variable all_done_;
  int running_ = 0;  // threads that run jobs
  std::int64_t ended_ = 0;
  std::map<std::int64_t, std::string> failures_;
  std::set<std::string> blamed_;
  std::string lost_;  // why the run directory takes no more
};

}  // namespace basso

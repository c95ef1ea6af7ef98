// The progress of a run on stderr: one line redrawn on a terminal, a plain line every half minute otherwise.
#pragma once

#include <chrono>
#include <string>

#include "basso/run.hpp"

namespace basso::cli {

// "step 1 200 of 5 000 (24 %)  0/4 jobs done  loss 0.0123  412 steps/s  9 s left"
std::string progress_text(const Progress& progress);

class ProgressLine {
 public:
  // `quiet`: nothing is ever shown.
  explicit ProgressLine(bool quiet);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(const Progress& progress);
  // Removes the line from the terminal, so that something else can be written.
  void clear();

 private:
  bool quiet_, terminal_, drawn_ = false;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace basso::cli

// Progress of a run. See progress.hpp.
#include "cli/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>

#include "cli/terminal.hpp"

namespace basso::cli {

std::string progress_text(const Progress& progress) {
  const double part = progress.steps_total > 0 ? 100.0 * static_cast<double>(progress.steps_done) /
                                                     static_cast<double>(progress.steps_total)
                                               : 100.0;
  std::string text = fmt::format("step {} of {} ({:.0f} %)", grouped(progress.steps_done),
                                 grouped(progress.steps_total), std::floor(part));
  if (progress.jobs_total > 1)
    text += fmt::format("  {}/{} jobs done", progress.jobs_done, progress.jobs_total);
  if (std::isfinite(progress.loss)) text += fmt::format("  loss {:.3g}", progress.loss);
  if (progress.steps_per_second > 0) text += fmt::format("  {:.0f} steps/s", progress.steps_per_second);
  if (progress.seconds_left >= 0) text += "  " + duration(progress.seconds_left) + " left";
  return text;
}

ProgressLine::ProgressLine(bool quiet)
    : quiet_(quiet), terminal_(is_terminal(STDERR_FILENO)), last_(std::chrono::steady_clock::now()) {}

void ProgressLine::show(const Progress& progress) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  if (terminal_) {
    fmt::print(stderr, "\r\x1b[K{}", progress_text(progress));
    std::fflush(stderr);
    drawn_ = true;
  } else if (now - last_ >= std::chrono::seconds(30)) {
    fmt::print(stderr, "basso: {}\n", progress_text(progress));
    last_ = now;
  }
}

void ProgressLine::clear() {
  if (drawn_) fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace basso::cli

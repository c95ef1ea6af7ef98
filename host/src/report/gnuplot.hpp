// The child process that draws: gnuplot, found on PATH, with a script in a temporary folder. Room report.
#pragma once

#include <filesystem>
#include <utility>

namespace basso::report {

// A folder below the system's temporary one, removed with all that is in it.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Runs gnuplot on `script` with none of the user's own settings; its messages go to a file beside the script.
// Throws Error(Exit::run_failed) that names the Debian package when there is no gnuplot, or quotes gnuplot's
// messages when it failed.
void run_gnuplot(const std::filesystem::path& script);

}  // namespace basso::report

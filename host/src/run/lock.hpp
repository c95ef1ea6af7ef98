// The right to write into a run directory.
#pragma once

#include <filesystem>

#include "data/file.hpp"

namespace basso {

// While it lives no other process writes this run. The right is the system's lock on the file `lock`, which
// goes with the process however that ends; what the file says is who holds it, or held it last.
class RunLock {
 public:
  // Throws Error(Exit::usage) that names the holder where there is one.
  explicit RunLock(const std::filesystem::path& directory);
  // Throws Error(Exit::run_failed) where the run is no longer in its place: removed, or moved, another one
  // there perhaps, which is not this one's to write.
  void check_place(const std::filesystem::path& directory) const;
  // Whether a process writes this run, as far as its lock can be read.
  static bool is_held(const std::filesystem::path& directory);

 private:
  data::File file_;
};

}  // namespace basso

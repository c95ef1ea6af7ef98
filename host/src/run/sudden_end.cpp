// basso::record_sudden_end: what a process that was brought down could not write itself.
#include "basso/error.hpp"
#include "basso/run.hpp"
#include "run/lock.hpp"
#include "run/log.hpp"
#include "run/manifest.hpp"

namespace basso {

void record_sudden_end(const std::filesystem::path& directory, const std::string& state,
                       const std::string& sentence) {
  read_manifest(directory);  // no lock is made in a folder that is no run directory
  const RunLock lock(directory);
  Log(directory / "log.txt").write(state + ": " + sentence);
  if (read_manifest(directory).state == "running") end_manifest(directory, state, sentence);
}

}  // namespace basso

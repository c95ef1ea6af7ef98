// Makes a run directory. See directory.hpp.
#include "run/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "basso/error.hpp"
#include "data/file.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& out, const std::string& why) {
  throw Error(Exit::usage, fmt::format("{}: the run directory cannot be made: {}", out.string(), why));
}

[[noreturn]] void refuse_existing(const fs::path& out) {
  throw Error(Exit::usage,
              fmt::format("{}: exists already; nothing is written over, name another --out", out.string()));
}

fs::path numbered(const std::string& name, int number) {
  return fs::path("runs") / fmt::format("{}-{:03}", name, number);
}

// False where there is something of that name.
bool rename_to_new(const fs::path& from, const fs::path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  // A file system that cannot refuse; rename itself takes the place of an empty directory at most.
  if (errno == EINVAL && !fs::exists(to) && rename(from.c_str(), to.c_str()) == 0) return true;
  if (errno == EEXIST || errno == ENOTEMPTY) return false;
  refuse(to, std::generic_category().message(errno));
}

}  // namespace

NewDirectory::NewDirectory(const fs::path& out, const std::string& name) : out_(out), name_(name) {
  check_out(out);
  const fs::path parent = out.empty() ? fs::path("runs") : out.parent_path();
  std::error_code failure;
  if (!parent.empty()) fs::create_directories(parent, failure);
  const std::string last = out.empty() ? name : out.filename().string();
  path_ = parent / fmt::format(".{}.part{}", last, getpid());
  if (!failure) fs::remove_all(path_, failure);  // of a process that had our number
  if (!failure) fs::create_directory(path_, failure);
  if (failure && out.empty())
    throw Error(Exit::usage, fmt::format("runs: no run directory can be made here: {}; name one with --out",
                                         failure.message()));
  if (failure) refuse(out, failure.message());
}

NewDirectory::~NewDirectory() {
  std::error_code failure;
  if (!path_.empty()) fs::remove_all(path_, failure);
}

fs::path NewDirectory::publish() {
  data::sync_directory(path_);
  fs::path place = out_;
  for (int number = 1; out_.empty() || number == 1; ++number) {
    if (out_.empty()) place = numbered(name_, number);
    std::error_code failure;
    if (fs::exists(place, failure)) continue;
    if (rename_to_new(path_, place)) {
      path_.clear();
      data::sync_directory(fs::absolute(place).parent_path());
      return place;
    }
  }
  refuse_existing(place);
}

void check_out(const fs::path& out) {
  std::error_code failure;
  if (!out.empty() && fs::exists(out, failure)) refuse_existing(out);
}

void check_space(const fs::path& directory, std::uint64_t bytes) {
  std::error_code failure;
  fs::path there = fs::absolute(directory);
  while (there.has_relative_path() && !fs::exists(there, failure)) there = there.parent_path();
  const fs::space_info space = fs::space(there, failure);
  const bool counted = !failure && space.capacity > 0;  // /proc and its kind have none
  if (counted && space.available < bytes) {
    throw Error(Exit::run_failed,
                fmt::format("{}: series and snapshots need {} bytes, the disk has {}; record less often",
                            directory.string(), bytes, space.available));
  }
}

}  // namespace basso

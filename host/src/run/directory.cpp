// Makes a run directory. See directory.hpp.
#include "run/directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <iterator>
#include <system_error>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "plugin/text.hpp"
#include "run/lock.hpp"
#include "run/manifest.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& out, const std::error_code& why) {
  if (out.empty())
    throw Error(
        data::exit_of(why),
        fmt::format("runs: no run directory can be made here: {}; name one with --out", why.message()));
  throw Error(data::exit_of(why),
              fmt::format("{}: the run directory cannot be made: {}", out.string(), why.message()));
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
  int reason = errno;
  std::error_code failure;
  // A file system that cannot refuse; rename itself takes the place of an empty directory at most.
  if (reason == EINVAL && !fs::exists(to, failure)) {
    if (rename(from.c_str(), to.c_str()) == 0) return true;
    reason = errno;
  }
  if (reason == EEXIST || reason == ENOTEMPTY) return false;
  refuse(to, {reason, std::generic_category()});
}

// Beside which a part may lie.
constexpr const char* own_files[] = {"manifest.json.part", "series.json.part", "config.toml.part",
                                     "config.resolved.toml.part"};

void remove_parts(const fs::path& folder, int depth) {
  for (const fs::path& path : data::entries_of(folder)) {
    std::error_code failure;
    if (data::is_part(path)) {
      fs::remove(path, failure);
    } else if (depth > 0 && fs::is_directory(fs::symlink_status(path, failure))) {
      remove_parts(path, depth - 1);
    }
  }
}

// Its process was killed: one that lives holds the lock. Without a lock it has only just begun.
bool is_abandoned(const fs::path& path) {
  std::error_code failure;
  if (!fs::exists(path / "lock", failure)) return false;
  try {
    const RunLock lock(path);
    return true;
  } catch (const Error&) {
    return false;
  }
}

// ".<last>.part<process>", with "-2" and on where processes of several machines or containers have one
// number.
fs::path make_hidden(const fs::path& parent, const std::string& last, std::error_code& failure) {
  const std::string start = fmt::format(".{}.part", last);
  for (const fs::path& path : data::entries_of(parent)) {
    const std::string name = path.filename().string();
    const bool ours =
        name.rfind(start, 0) == 0 && name.find_first_not_of("0123456789-", start.size()) == std::string::npos;
    std::error_code ignored;
    if (ours && is_abandoned(path)) fs::remove_all(path, ignored);
  }
  fs::path path = parent / fmt::format("{}{}", start, getpid());
  for (int number = 2; !fs::create_directory(path, failure) && !failure; ++number)
    path = parent / fmt::format("{}{}-{}", start, getpid(), number);
  return path;
}

// Those above it, too; the names of all that it makes last.
void make_folders(const fs::path& folder, std::error_code& failure) {
  if (folder.empty() || fs::exists(folder, failure) || failure) return;
  make_folders(folder.parent_path(), failure);
  if (!failure && fs::create_directory(folder, failure)) data::sync_directory(folder.parent_path());
}

}  // namespace

NewDirectory::NewDirectory(const fs::path& out, const std::string& name) : out_(out), name_(name) {
  check_out(out);
  const fs::path parent = out.empty() ? fs::path("runs") : out.parent_path();
  std::error_code failure;
  make_folders(parent, failure);
  const std::string last = out.empty() ? name : out.filename().string();
  if (!failure) path_ = make_hidden(parent, last, failure);
  if (failure) refuse(out, failure);
}

NewDirectory::~NewDirectory() {
  std::error_code failure;
  if (path_.empty()) return;
  fs::remove_all(path_, failure);
  if (failure) fs::remove(path_, failure);  // an empty one, which need not be listed
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
      return place;
    }
  }
  refuse_existing(place);
}

Error NewDirectory::named(const Error& error) const {
  std::string text = error.what();
  const std::string hidden = path_.string(),
                    known = (out_.empty() ? fs::path("runs") / name_ : out_).string();
  for (std::size_t at = text.find(hidden); at != std::string::npos; at = text.find(hidden, at + known.size()))
    text.replace(at, hidden.size(), known);
  return Error(error.code(), text + "; nothing was run");
}

void settle(const fs::path& directory) {
  finish_pending(directory);
  std::error_code failure;
  for (const fs::path& file : data::entries_of(directory)) {
    const std::string name = file.filename().string();
    const bool ours = std::any_of(std::begin(own_files), std::end(own_files),
                                  [&](const char* own) { return name.rfind(own, 0) == 0; });
    if (ours && data::is_part(file)) fs::remove(file, failure);
  }
  for (const char* folder : {"series", "snapshots"}) remove_parts(directory / folder, 2);
}

void check_folder(const fs::path& directory) {
  std::error_code failure;
  if (fs::is_directory(directory, failure)) return;
  if (!fs::exists(directory, failure))
    throw Error(Exit::usage, fmt::format("{}: no such run directory", directory.string()));
  throw Error(Exit::usage,
              fmt::format("{}: a file; expected a run directory, the folder that `basso run` prints last",
                          directory.string()));
}

void refuse_damaged(const fs::path& file, const std::exception& why) {
  std::string text = why.what();
  if (text.starts_with("[json.exception.")) text.erase(0, text.find("] ") + 2);  // its number there
  const fs::path config = file.parent_path() / "config.resolved.toml";
  throw Error(Exit::data,
              fmt::format("{}: damaged: {}; put back a copy of this file, or begin anew: basso run {}",
                          file.string(), text, plugin::shell_word(config.string())));
}

void check_out(const fs::path& out) {
  std::error_code failure;
  if (!out.empty() && fs::exists(out, failure)) refuse_existing(out);
}

void check_space(const fs::path& directory, std::uint64_t bytes, const char* advice) {
  std::error_code failure;
  fs::path there = fs::absolute(directory);
  while (there.has_relative_path() && !fs::exists(there, failure)) there = there.parent_path();
  const fs::space_info space = fs::space(there, failure);
  const bool counted = !failure && space.capacity > 0;  // /proc and its kind have none
  if (counted && space.available < bytes) {
    throw Error(Exit::run_failed, fmt::format("{}: what is recorded needs {} bytes, the disk has {}; {}",
                                              directory.string(), bytes, space.available, advice));
  }
}

}  // namespace basso

// A run directory that is being made, and one that takes no more.
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <string>

#include "basso/error.hpp"

namespace basso {

// Laid down beside its place under a hidden name and renamed once it is complete: whoever finds a run
// directory finds a whole one, also after a kill.
class NewDirectory {
 public:
  // `out` is its name; empty: runs/<name>-NNN with the next free number. What killed processes left of
  // directories of this name is removed. Throws Error(Exit::usage) where it exists or cannot be made.
  NewDirectory(const std::filesystem::path& out, const std::string& name);
  ~NewDirectory();  // removes what was not published
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }  // until it is published
  std::filesystem::path publish();  // returns its name, which lasts once the folder around it is synced
  // What went wrong while it was laid down, with the name that the user knows.
  Error named(const Error& error) const;

 private:
  std::filesystem::path out_;
  std::string name_;
  std::filesystem::path path_;
};

// What processes that were killed left half done in a run directory: files that were announced get their
// names, others that are not whole are removed. Under the lock, so that they are nobody's.
void settle(const std::filesystem::path& directory);

// A full disk, say: the end of a whole run, where other failures are the end of one job.
class CannotRecord : public Error {
 public:
  explicit CannotRecord(const Error& reason) : Error(Exit::run_failed, reason.what()) {}
};

// Whatever cannot be written by `write` is CannotRecord.
template <class Write>
void recording(Write write) {
  try {
    write();
  } catch (const Error& error) {
    throw CannotRecord(error);
  }
}

// Whatever cannot be written by `write` is said with `advice` behind it.
template <class Write>
auto advising(const std::string& advice, Write write) {
  try {
    return write();
  } catch (const Error& error) {
    if (error.code() != Exit::run_failed) throw;
    throw Error(error.code(), error.what() + advice);
  }
}

// Throws Error(Exit::usage) where `directory` is no folder, which a run directory is.
void check_folder(const std::filesystem::path& directory);
// Throws Error(Exit::data) for a JSON file of a run directory that is not what it was: `why`, and what to do.
[[noreturn]] void refuse_damaged(const std::filesystem::path& file, const std::exception& why);
// Throws Error(Exit::usage) where `out` exists.
void check_out(const std::filesystem::path& out);
// Throws Error(Exit::run_failed) where the disk below `directory`, which need not exist yet, has not so many
// bytes left for what is recorded. `advice`: how it takes fewer.
void check_space(const std::filesystem::path& directory, std::uint64_t bytes, const char* advice);

}  // namespace basso

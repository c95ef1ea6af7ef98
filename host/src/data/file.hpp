// Files by descriptor, with errors that name the path and the system's reason: room data.
//
// What is read is data (Exit::data when it cannot be had), what is written is a run's record
// (Exit::run_failed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <span>
#include <system_error>
#include <vector>

#include "basso/error.hpp"

namespace basso::data {

using Path = std::filesystem::path;
using Bytes = std::span<const std::uint8_t>;

// An open file; move-only, closed at the end. Reads and writes are positioned and complete, so that one File
// may be used by several threads. Errors of one that is written as a part (see is_part) name the file that it
// will be.
class File {
 public:
  static File open_to_read(const Path& path);    // a regular file
  static File create(const Path& path);          // new or emptied
  static File create_new(const Path& path);      // refuses one that exists
  static File open_to_update(const Path& path);  // reading and writing
  static File open_or_create(const Path& path);  // the same, new where there is none
  ~File();
  File(File&& other) noexcept;
  File& operator=(File&& other) noexcept;

  const Path& path() const noexcept { return path_; }
  std::uint64_t size() const;

  // Up to `count` bytes from `offset`; fewer only at the end of the file.
  std::size_t read_at(std::uint64_t offset, std::uint8_t* to, std::size_t count) const;
  void write_at(std::uint64_t offset, Bytes bytes) const;
  void truncate(std::uint64_t size) const;
  void sync() const;  // to the disk
  // Takes the file for this process until it is closed; false where another one holds it.
  bool lock() const;
  // Whether another process has it so. A look of a moment, in which another one's lock() is false, too.
  bool is_locked() const;
  // Whether another file has this name by now.
  bool is_replaced_at(const Path& path) const;

 private:
  File(Path path, int flags, bool writing);
  Path path_, name_;  // name_: in messages
  int descriptor_ = -1;
};

// The whole file, once its size is known and at most `limit` bytes.
std::vector<std::uint8_t> read_file(const Path& path, std::uint64_t limit = std::uint64_t{1} << 40);

// What ends with a refusal of the system to make a file or folder: Exit::run_failed where the disk or the
// number of open files is its reason, Exit::usage where the name is.
Exit exit_of(const std::error_code& refusal);

// Makes names that were given, changed or removed in a folder last.
void sync_directory(const Path& path);
// Makes a folder, unless there is one, and its name last.
void make_folder(const Path& path);
// The entries of a folder by name; with `failure`, which a folder that is not there is, as far as they can be
// listed.
std::vector<Path> entries_of(const Path& folder, std::error_code& failure);
inline std::vector<Path> entries_of(const Path& folder) {
  std::error_code ignored;
  return entries_of(folder, ignored);
}

// "f.part", or "f.part<process>": what is written beside its place until it is whole.
bool is_part(const Path& path);
// Gives a file its name, in place of one that has it; sync_directory makes that last.
void rename_into_place(const Path& from, const Path& to);

// Writes the parts one after the other beside `path`, syncs, renames, and syncs the folder: a reader sees the
// old file or the new one, never half of it, also after a power cut.
void write_file_atomically(const Path& path, std::span<const Bytes> parts);
inline void write_file_atomically(const Path& path, std::initializer_list<Bytes> parts) {
  write_file_atomically(path, std::span<const Bytes>(parts.begin(), parts.size()));
}

}  // namespace basso::data

// Files by descriptor (see file.hpp), over POSIX calls.
#include "data/file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "basso/error.hpp"

namespace basso::data {
namespace {

[[noreturn]] void fail(Exit code, const Path& path, const std::string& what) {
  throw Error(code, path.string() + ": cannot " + what + ": " + std::generic_category().message(errno));
}

// Where the ".part" of its name begins; npos where it has none.
std::size_t part_begin(const std::string& name) {
  const std::size_t digits = name.find_last_not_of("0123456789") + 1;
  const std::string_view mark = ".part";
  const bool has_it = digits > mark.size() && name.compare(digits - mark.size(), mark.size(), mark) == 0;
  return has_it ? digits - mark.size() : std::string::npos;
}

// The name that the file will have, which is the one that users know.
Path whole_name(Path path) {
  while (is_part(path)) path = path.string().substr(0, part_begin(path.string()));
  return path;
}

constexpr std::size_t most_at_once = std::size_t{1}
                                     << 30;  // bytes of one system call; Linux takes 2 GiB less a page

}  // namespace

File::File(Path path, int flags, bool writing)
    : path_(std::move(path)), name_(writing ? whole_name(path_) : path_) {
  const char* what = writing ? "write" : "read";
  const Exit code = writing ? Exit::run_failed : Exit::data;
  do {
    descriptor_ = ::open(path_.c_str(), flags | O_CLOEXEC, 0666);
  } while (descriptor_ < 0 && errno == EINTR);
  if (descriptor_ < 0) fail(code, name_, what);
  struct stat status {};
  if (::fstat(descriptor_, &status) == 0 && S_ISREG(status.st_mode)) return;
  ::close(std::exchange(descriptor_, -1));
  throw Error(code, name_.string() + ": cannot " + what + ": it is not a regular file");
}

// Without blocking on a pipe that has no writer; for a regular file O_NONBLOCK means nothing.
File File::open_to_read(const Path& path) { return File(path, O_RDONLY | O_NONBLOCK, false); }
File File::create(const Path& path) { return File(path, O_RDWR | O_CREAT | O_TRUNC, true); }
File File::create_new(const Path& path) { return File(path, O_RDWR | O_CREAT | O_EXCL, true); }
File File::open_to_update(const Path& path) { return File(path, O_RDWR, true); }

File File::open_or_create(const Path& path) { return File(path, O_RDWR | O_CREAT, true); }

File::~File() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)),
      name_(std::move(other.name_)),
      descriptor_(std::exchange(other.descriptor_, -1)) {}

File& File::operator=(File&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(name_, other.name_);
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

std::uint64_t File::size() const {
  struct stat status {};
  if (::fstat(descriptor_, &status) != 0) fail(Exit::data, name_, "find the size");
  return static_cast<std::uint64_t>(status.st_size);
}

std::size_t File::read_at(std::uint64_t offset, std::uint8_t* to, std::size_t count) const {
  std::size_t done = 0;
  while (done < count) {
    const ssize_t n = ::pread(descriptor_, to + done, std::min(count - done, most_at_once),
                              static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) fail(Exit::data, name_, "read");
    if (n == 0) break;
    done += static_cast<std::size_t>(n);
  }
  return done;
}

void File::write_at(std::uint64_t offset, Bytes bytes) const {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t n = ::pwrite(descriptor_, bytes.data() + done, std::min(bytes.size() - done, most_at_once),
                               static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR) continue;
    if (n == 0) errno = ENOSPC;  // as the system says it of the next one
    if (n <= 0) fail(Exit::run_failed, name_, "write");
    done += static_cast<std::size_t>(n);
  }
}

void File::truncate(std::uint64_t size) const {
  if (::ftruncate(descriptor_, static_cast<off_t>(size)) != 0) fail(Exit::run_failed, name_, "cut to length");
}

void File::sync() const {
  if (::fsync(descriptor_) != 0) fail(Exit::run_failed, name_, "sync to the disk");
}

bool File::lock() const {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0) return true;
  if (errno != EWOULDBLOCK) fail(Exit::run_failed, name_, "lock");
  return false;
}

bool File::is_locked() const {
  if (::flock(descriptor_, LOCK_SH | LOCK_NB) != 0) return errno == EWOULDBLOCK;
  ::flock(descriptor_, LOCK_UN);
  return false;
}

bool File::is_replaced_at(const Path& path) const {
  struct stat own {
  }, there{};
  if (::fstat(descriptor_, &own) != 0 || ::stat(path.c_str(), &there) != 0) return false;
  return own.st_dev != there.st_dev || own.st_ino != there.st_ino;
}

std::vector<std::uint8_t> read_file(const Path& path, std::uint64_t limit) {
  const File file = File::open_to_read(path);
  const std::uint64_t size = file.size();
  if (size > limit) {
    throw Error(Exit::data, path.string() + ": " + std::to_string(size) + " bytes, expected at most " +
                                std::to_string(limit));
  }
  std::vector<std::uint8_t> bytes(size);
  if (file.read_at(0, bytes.data(), bytes.size()) != bytes.size()) {
    throw Error(Exit::data, path.string() + ": the file became shorter while it was read");
  }
  return bytes;
}

Exit exit_of(const std::error_code& refusal) {
  for (const int reason : {EIO, ENOSPC, EDQUOT, EMFILE, ENFILE, ENOMEM})
    if (refusal.value() == reason) return Exit::run_failed;
  return Exit::usage;
}

void sync_directory(const Path& folder) {
  const Path path = folder.empty() ? Path(".") : folder;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0 && errno == EACCES) return;  // a folder that may be written and not read
  if (descriptor < 0) fail(Exit::run_failed, path, "sync to the disk");
  const bool synced = ::fsync(descriptor) == 0 || errno == EINVAL;  // of file systems that cannot
  const int reason = errno;
  ::close(descriptor);
  errno = reason;
  if (!synced) fail(Exit::run_failed, path, "sync to the disk");
}

void make_folder(const Path& path) {
  std::error_code failure;
  if (std::filesystem::create_directory(path, failure)) sync_directory(path.parent_path());
  if (failure) throw Error(Exit::run_failed, path.string() + ": cannot be made: " + failure.message());
}

std::vector<Path> entries_of(const Path& folder, std::error_code& failure) {
  std::vector<Path> paths;
  for (std::filesystem::directory_iterator at(folder.empty() ? "." : folder, failure), end;
       !failure && at != end; at.increment(failure))
    paths.push_back(at->path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

bool is_part(const Path& path) { return part_begin(path.filename().string()) != std::string::npos; }

void rename_into_place(const Path& from, const Path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) fail(Exit::run_failed, whole_name(to), "rename into place");
}

void write_file_atomically(const Path& path, std::span<const Bytes> parts) {
  Path temporary = path;
  temporary += ".part" + std::to_string(::getpid());
  try {
    const File file = File::create(temporary);
    std::uint64_t offset = 0;
    for (const Bytes part : parts) {
      file.write_at(offset, part);
      offset += part.size();
    }
    file.sync();
    rename_into_place(temporary, path);
    sync_directory(path.parent_path());
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace basso::data

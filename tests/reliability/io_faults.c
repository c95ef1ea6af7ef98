// Preloaded: makes calls on files fail as on a bad or a full disk.
//
// BASSO_FAULT_BELOW   a folder, absolute and without symbolic links: calls on it and on what lies below count
// BASSO_FAULT_AS      EIO: befalls every call below; ENOSPC: those that take room; EMFILE: those that open;
// SHORT: those that
//                     write, which then write half of their bytes
// BASSO_FAULT_AT      the number, from 1, of the call that it befalls among those that it can; absent: none
// BASSO_FAULT_LASTS   set: it befalls all later ones, too
// BASSO_FAULT_LOG     a file, outside of the folder, that gets a line for each call that counts: "call path",
// "! " before it
//                     where the fault befell it
//
// Programs that this one starts are left alone. What fopen's files write and sync is not seen.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// The next definition of a function behind this library's, as the type of its declaration.
#define NEXT(name) (__extension__(__typeof__(&(name))) dlsym(RTLD_NEXT, #name))

enum { OPENS = 1, TAKES_ROOM = 2, WRITES = 4, OTHER = 8 };  // kinds of calls

static const char* below;
static size_t below_length;
static int error;  // 0: a short write
static int befalls;
static long at;
static bool lasts;
static int log_file = -1;
static atomic_long count;

__attribute__((constructor)) static void begin(void) {
  const char *as = getenv("BASSO_FAULT_AS"), *number = getenv("BASSO_FAULT_AT"),
             *log = getenv("BASSO_FAULT_LOG");
  unsetenv("LD_PRELOAD");
  if (as == NULL || log == NULL) return;
  if (strcmp(as, "ENOSPC") == 0) error = ENOSPC, befalls = TAKES_ROOM;
  if (strcmp(as, "EMFILE") == 0) error = EMFILE, befalls = OPENS;
  if (strcmp(as, "SHORT") == 0) error = 0, befalls = WRITES;
  if (strcmp(as, "EIO") == 0) error = EIO, befalls = ~0;
  at = number != NULL ? atol(number) : 0;
  lasts = getenv("BASSO_FAULT_LASTS") != NULL;
  log_file = NEXT(open)(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  below = getenv("BASSO_FAULT_BELOW");
  below_length = below != NULL ? strlen(below) : 0;
}

// Whether the fault befalls this call, which is logged where it counts.
static bool befallen(int kind, const char* call, const char* path) {
  if (below == NULL || (kind & befalls) == 0) return false;
  if (strncmp(path, below, below_length) != 0) return false;
  if (path[below_length] != '\0' && path[below_length] != '/') return false;
  const long now = atomic_fetch_add(&count, 1) + 1;
  const bool fails = at > 0 && (now == at || (lasts && now > at));
  char line[PATH_MAX + 64];
  const int length = snprintf(line, sizeof(line), "%s%s %s\n", fails ? "! " : "", call, path);
  if (NEXT(write)(log_file, line, (size_t)length) < 0) abort();
  if (fails) errno = error;
  return fails;
}

static bool at_descriptor(int kind, const char* call, int descriptor) {
  char link[64], path[PATH_MAX] = "";
  if (below == NULL) return false;
  snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
  const int before = errno;
  const ssize_t length = readlink(link, path, sizeof(path) - 1);
  errno = before;
  return length > 0 && befallen(kind, call, path);
}

// `path` within the folder `folder`, as the system has it.
static bool at_path(int kind, const char* call, int folder, const char* path) {
  char start[PATH_MAX] = "", whole[2 * PATH_MAX], link[64];
  if (below == NULL) return false;
  if (path[0] == '/') return befallen(kind, call, path);
  const int before = errno;
  snprintf(link, sizeof(link), folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
  const ssize_t length = readlink(link, start, sizeof(start) - 1);
  errno = before;
  snprintf(whole, sizeof(whole), "%s/%s", start, path);
  return length > 0 && befallen(kind, call, whole);
}

static int kind_of_open(int flags) { return (flags & O_CREAT) != 0 ? OPENS | TAKES_ROOM : OPENS; }

static mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

// The part of a write that is made.
static size_t half(size_t size) { return (size + 1) / 2; }

#define OPEN(name)                                                       \
  int name(const char* path, int flags, ...) {                           \
    va_list rest;                                                        \
    va_start(rest, flags);                                               \
    const mode_t mode = mode_of(flags, rest);                            \
    va_end(rest);                                                        \
    if (at_path(kind_of_open(flags), "open", AT_FDCWD, path)) return -1; \
    return NEXT(name)(path, flags, mode);                                \
  }
OPEN(open)
OPEN(open64)

#define OPENAT(name)                                                   \
  int name(int folder, const char* path, int flags, ...) {             \
    va_list rest;                                                      \
    va_start(rest, flags);                                             \
    const mode_t mode = mode_of(flags, rest);                          \
    va_end(rest);                                                      \
    if (at_path(kind_of_open(flags), "open", folder, path)) return -1; \
    return NEXT(name)(folder, path, flags, mode);                      \
  }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(name)                                                               \
  FILE* name(const char* path, const char* mode) {                                \
    const int kind = mode[0] == 'r' ? OPENS : OPENS | TAKES_ROOM;                 \
    return at_path(kind, "open", AT_FDCWD, path) ? NULL : NEXT(name)(path, mode); \
  }
FOPEN(fopen)
FOPEN(fopen64)

DIR* opendir(const char* path) { return at_path(OPENS, "open", AT_FDCWD, path) ? NULL : NEXT(opendir)(path); }

#define PWRITE(name, offset_type)                                                    \
  ssize_t name(int descriptor, const void* bytes, size_t size, offset_type offset) { \
    if (at_descriptor(TAKES_ROOM | WRITES, "write", descriptor)) {                   \
      if (error != 0) return -1;                                                     \
      size = half(size);                                                             \
    }                                                                                \
    return NEXT(name)(descriptor, bytes, size, offset);                              \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (at_descriptor(TAKES_ROOM | WRITES, "write", descriptor)) {
    if (error != 0) return -1;
    size = half(size);
  }
  return NEXT(write)(descriptor, bytes, size);
}

ssize_t writev(int descriptor, const struct iovec* parts, int number) {
  if (at_descriptor(TAKES_ROOM | WRITES, "write", descriptor)) {
    if (error != 0) return -1;
    number = 1;
  }
  return NEXT(writev)(descriptor, parts, number);
}

#define SENDFILE(name, offset_type)                                  \
  ssize_t name(int to, int from, offset_type* offset, size_t size) { \
    if (at_descriptor(TAKES_ROOM | WRITES, "write", to)) {           \
      if (error != 0) return -1;                                     \
      size = half(size);                                             \
    }                                                                \
    return NEXT(name)(to, from, offset, size);                       \
  }
SENDFILE(sendfile, off_t)
SENDFILE(sendfile64, off64_t)

ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t size,
                        unsigned flags) {
  if (at_descriptor(TAKES_ROOM | WRITES, "write", to)) {
    if (error != 0) return -1;
    size = half(size);
  }
  return NEXT(copy_file_range)(from, from_offset, to, to_offset, size, flags);
}

#define READ(name)                                                                                      \
  ssize_t name(int descriptor, void* bytes, size_t size, off_t offset) {                                \
    return at_descriptor(OTHER, "read", descriptor) ? -1 : NEXT(name)(descriptor, bytes, size, offset); \
  }
READ(pread)
READ(pread64)

ssize_t read(int descriptor, void* bytes, size_t size) {
  return at_descriptor(OTHER, "read", descriptor) ? -1 : NEXT(read)(descriptor, bytes, size);
}

struct dirent* readdir(DIR* folder) {
  return at_descriptor(OTHER, "list", dirfd(folder)) ? NULL : NEXT(readdir)(folder);
}
struct dirent64* readdir64(DIR* folder) {
  return at_descriptor(OTHER, "list", dirfd(folder)) ? NULL : NEXT(readdir64)(folder);
}

#define ON_DESCRIPTOR(name, kind, call) \
  int name(int descriptor) { return at_descriptor(kind, call, descriptor) ? -1 : NEXT(name)(descriptor); }
ON_DESCRIPTOR(fsync, TAKES_ROOM, "sync")
ON_DESCRIPTOR(fdatasync, TAKES_ROOM, "sync")

// The descriptor is gone all the same, as on Linux.
int close(int descriptor) {
  const bool fails = at_descriptor(OTHER, "close", descriptor);
  const int result = NEXT(close)(descriptor);
  if (!fails) return result;
  errno = error;
  return -1;
}

int flock(int descriptor, int operation) {
  return at_descriptor(OTHER, "lock", descriptor) ? -1 : NEXT(flock)(descriptor, operation);
}

#define RESIZE(name, offset_type)                                                                 \
  int name(int descriptor, offset_type size) {                                                    \
    return at_descriptor(TAKES_ROOM, "truncate", descriptor) ? -1 : NEXT(name)(descriptor, size); \
  }
RESIZE(ftruncate, off_t)
RESIZE(ftruncate64, off64_t)

#define ALLOCATE(name, offset_type)                                                                        \
  int name(int descriptor, int mode, offset_type offset, offset_type size) {                               \
    return at_descriptor(TAKES_ROOM, "allocate", descriptor) ? -1                                          \
                                                             : NEXT(name)(descriptor, mode, offset, size); \
  }
ALLOCATE(fallocate, off_t)
ALLOCATE(fallocate64, off64_t)

#define POSIX_ALLOCATE(name, offset_type)                                                                    \
  int name(int descriptor, offset_type offset, offset_type size) {                                           \
    return at_descriptor(TAKES_ROOM, "allocate", descriptor) ? error : NEXT(name)(descriptor, offset, size); \
  }
POSIX_ALLOCATE(posix_fallocate, off_t)
POSIX_ALLOCATE(posix_fallocate64, off64_t)

// Anonymous memory has no descriptor.
#define MAP(name, offset_type)                                                                          \
  void* name(void* place, size_t size, int protection, int flags, int descriptor, offset_type offset) { \
    if (descriptor >= 0 && at_descriptor(OTHER, "map", descriptor)) return MAP_FAILED;                  \
    return NEXT(name)(place, size, protection, flags, descriptor, offset);                              \
  }
MAP(mmap, off_t)
MAP(mmap64, off64_t)

int mkdir(const char* path, mode_t mode) {
  return at_path(TAKES_ROOM, "mkdir", AT_FDCWD, path) ? -1 : NEXT(mkdir)(path, mode);
}
int mkdirat(int folder, const char* path, mode_t mode) {
  return at_path(TAKES_ROOM, "mkdir", folder, path) ? -1 : NEXT(mkdirat)(folder, path, mode);
}

int rename(const char* from, const char* to) {
  return at_path(TAKES_ROOM, "rename", AT_FDCWD, to) ? -1 : NEXT(rename)(from, to);
}
int renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return at_path(TAKES_ROOM, "rename", to_folder, to) ? -1 : NEXT(renameat)(from_folder, from, to_folder, to);
}
int renameat2(int from_folder, const char* from, int to_folder, const char* to, unsigned flags) {
  if (at_path(TAKES_ROOM, "rename", to_folder, to)) return -1;
  return NEXT(renameat2)(from_folder, from, to_folder, to, flags);
}

#define REMOVE(name) \
  int name(const char* path) { return at_path(OTHER, "remove", AT_FDCWD, path) ? -1 : NEXT(name)(path); }
REMOVE(unlink)
REMOVE(rmdir)
REMOVE(remove)
int unlinkat(int folder, const char* path, int flags) {
  return at_path(OTHER, "remove", folder, path) ? -1 : NEXT(unlinkat)(folder, path, flags);
}

// Preloaded: folders list their entries in the opposite order. One folder at a time; those within another
// being listed are left as they are.
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef struct dirent* (*reader)(DIR*);
typedef int (*closer)(DIR*);

static DIR* listed;
static struct dirent* entries;
static size_t left;

static void forget(void) {
  free(entries);
  entries = NULL;
  listed = NULL;
  left = 0;
}

struct dirent* readdir(DIR* folder) {
  reader next = NULL;
  *(void**)&next = dlsym(RTLD_NEXT, "readdir");
  if (listed != folder) {
    if (listed != NULL) return next(folder);
    listed = folder;
    for (const struct dirent* entry = next(folder); entry != NULL; entry = next(folder)) {
      entries = realloc(entries, (left + 1) * sizeof(*entries));
      if (entries == NULL) abort();
      memcpy(&entries[left++], entry, entry->d_reclen);
    }
  }
  return left > 0 ? &entries[--left] : NULL;
}

struct dirent64* readdir64(DIR* folder) {
  return (struct dirent64*)readdir(folder);
}

int closedir(DIR* folder) {
  closer next = NULL;
  *(void**)&next = dlsym(RTLD_NEXT, "closedir");
  if (listed == folder) forget();
  return next(folder);
}

/* The Basso plugin ABI, version 1.0: what every plugin library has, whatever its kind.
 *
 * Read in this order: this file, then activation.h, target.h or probe.h for the kind you write, and
 * services.h for what the host offers. Plain C99; also clean as C11, C++17 and C++20. <basso/plugin.hpp> is a
 * C++ layer on top.
 *
 * The life of a library
 *   1. The host reads the library's ELF notes (BASSO_COMPONENT writes one for each component) and so knows
 *      which components it holds without running any of its code.
 *   2. When a component is wanted, the host maps the library with all symbols bound and local, and calls
 *      basso_plugin_entry() once. The entry, and everything that it points to, is constant until the unload.
 *   3. The host validates the user's parameters against the component's own table, then calls the functions
 *      of the component's kind.
 *   4. The library is unmapped after its last instance has been destroyed.
 *
 * Rules that hold for every function of every table
 *   - It may be called from any thread. Calls on one instance never overlap; different instances run
 *     concurrently. So: no writable global state.
 *   - Pointers that the host passes are borrowed for the call, unless the function says otherwise. What a
 *     plugin allocates, the plugin frees. No exception, FILE* or locale crosses the boundary.
 *   - A call that can fail returns a status, BASSO_OK or another, and may leave a sentence in `error` first
 *     (basso_fail does both). The host reads it only after a status other than BASSO_OK. The host's `error`
 *     is never NULL; a plugin that wants no message passes NULL to a service.
 *   - Strings are UTF-8 with a terminating zero and at most 4,095 bytes.
 *
 * How the ABI grows (docs/abi.md has the reasons)
 *   - What 1.0 has stays as it is. A later version 1.x adds: new tables, fields at the end of growable
 *     structs, constants with new numbers, new words where a text names one of several things.
 *   - Function tables are named and numbered ("activation/1") and never change.
 *   - Data structs begin with `size`, set by who fills them (the entry has its magic first). A field beyond
 *     `size` counts as zero, and zero means absent. Sizes are compared with "at least". They lie at multiples
 *     of 8.
 *   - A field named `reserved` is zero. The host refuses another number, so that a later version can give it
 *     a meaning that must not be overlooked.
 *   - Structs that the host passes to be filled arrive zeroed, `size` set, with at least 1024 writable bytes.
 *   - A number or a word that one side does not know: a status counts as BASSO_ERROR_INTERNAL, a fact as not
 *     stated, an optional table as absent; anything else is refused by its name.
 *   - Names of tables and services without a '.' are Basso's. Others begin with a domain of their maker:
 *     "org.example.telepathy/1".
 *   - Initialise SDK structs through the BASSO_… macros only: they keep compiling when fields are appended.
 */
#ifndef BASSO_ABI_H
#define BASSO_ABI_H

#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
#define BASSO_EXTERN_C extern "C"
extern "C" {
#else
#define BASSO_EXTERN_C
#endif

#define BASSO_ABI_MAJOR 1
#define BASSO_ABI_MINOR 0
#define BASSO_ABI_TEXT "1.0" /* BASSO_ABI_MAJOR.BASSO_ABI_MINOR, for the ELF note */
#define BASSO_MAGIC "BASSOABI"

/* Status of a call. Constants of the ABI are int32_t wherever they are stored or passed. The number behind
 * each is the program's exit code after a failed create; that of another call is 1, of missing data in fill
 * or prepare 4. */
enum basso_status {
  BASSO_OK = 0,
  BASSO_ERROR_PARAMETER = 1,   /* a parameter's value cannot be used: 2 */
  BASSO_ERROR_DATA = 2,        /* a data file is missing or corrupt: 4 */
  BASSO_ERROR_UNSUPPORTED = 3, /* the request is sound but not served here: 3 */
  BASSO_ERROR_MEMORY = 4,      /* out of memory: 3 */
  BASSO_ERROR_CANCELLED = 5,   /* the host asked to stop and the plugin did: that of the signal */
  BASSO_ERROR_INTERNAL = 6     /* anything else: 3 */
};

/* A message buffer of the host, one a thread. Fixed: never grows. */
typedef struct basso_error {
  char* text;        /* [capacity] */
  uint32_t capacity; /* bytes, the terminating zero included; 0 when the host wants no message */
} basso_error;

/* Stores `sentence` (cut to fit) and returns `status`: `return basso_fail(error, BASSO_ERROR_PARAMETER,
 * "…");` Say what was wrong, what was expected and what to do; the host adds which plugin and which call. */
static inline int32_t basso_fail(basso_error* error, int32_t status, const char* sentence) {
  if (error && error->capacity > 0) (void)snprintf(error->text, error->capacity, "%s", sentence);
  return status;
}

/* One parameter, all of it text. From this table the host validates files, prints help and writes the
 * resolved configuration. Growable; tables of parameters are contiguous arrays with an explicit stride. */
typedef struct basso_parameter {
  uint32_t size;
  uint32_t reserved; /* zero */
  const char* name;  /* 1 to 64 of a-z, 0-9 and '_'; the key in the experiment file */
  const char* type;  /* "bool", "integer", "real", "string", "choice", "reals", "integers" or "path" */
  const char* default_value; /* as TOML: "30.0", "[5, 10]", "\"train\"", "true" */
  const char* range;         /* numbers and each list entry: "(0,inf)", "[0,1)"; choices: "a|b|c"; else "" */
  const char* unit;          /* "" when it has none */
  const char* documentation; /* one or more sentences, with the source of the default */
  const char* role;          /* "", or "trainable" (activations with the trainable/1 table) */
} basso_parameter;

#define BASSO_PARAMETER_WITH_ROLE(name, type, default_value, range, unit, documentation, role) \
  { (uint32_t)sizeof(basso_parameter), 0, name, type, default_value, range, unit, documentation, role }
#define BASSO_PARAMETER(name, type, default_value, range, unit, documentation) \
  BASSO_PARAMETER_WITH_ROLE(name, type, default_value, range, unit, documentation, "")

/* A validated value, in the order of the table; defaults are already filled in. Growable; crosses as an array
 * of pointers. */
typedef struct basso_value {
  uint32_t size;
  uint32_t reserved; /* zero */
  double number;     /* bool (0 or 1), integer (exact up to 2^53), real, choice (its position in the range) */
  const char* text;  /* string, choice, path (absolute, hashed by the host); "" for the other types */
  const double* list; /* reals, integers: [count]; else NULL */
  uint64_t count;
} basso_value;

/* An optional function table, found by its name. Fixed: never grows. */
typedef struct basso_extension {
  const char* name;  /* "fourier/1" */
  const void* table; /* constant, every slot filled */
} basso_extension;

/* One component: an activation, a target or a probe. Growable. */
typedef struct basso_component {
  uint32_t size;
  uint32_t parameter_count;  /* at most 1,024, of an activation BASSO_MAX_NUMBERS */
  uint32_t parameter_stride; /* bytes from one parameter to the next */
  uint32_t extension_count;  /* at most 64 */
  const char* kind;          /* "activation/1", "target/1" or "probe/1" */
  const char* id;            /* 1 to 128 of a-z, 0-9 and '-'; unique within its kind */
  const char* version;       /* of this component: "1.0.0" */
  const char* summary;       /* one line: what it is, with its formula */
  const char* source;        /* where it comes from: paper and equation */
  /* The host services that it uses, separated by blanks: "random/1 fft/1". A host that lacks one refuses the
   * component by name, so that a declared service is never NULL. */
  const char* services;
  const basso_parameter* parameters;
  const basso_extension* extensions;
  const void* functions; /* the table of its kind */
} basso_component;

/* What the one exported function returns. Growable. */
typedef struct basso_entry {
  char magic[8]; /* BASSO_MAGIC without its terminating zero */
  uint32_t size;
  uint32_t abi_major;
  uint32_t abi_minor;
  uint32_t component_count;                 /* 1 to 4,096 */
  const basso_component* const* components; /* [component_count] */
} basso_entry;

/* The only symbol that a plugin library exports; BASSO_LIBRARY defines it. Runs no other code. */
typedef const basso_entry* (*basso_entry_function)(void);
#define BASSO_ENTRY_SYMBOL "basso_plugin_entry"

/* The host as one instance sees it. It is valid from that instance's create to its destroy, and is the first
 * argument of every service. Growable. */
typedef struct basso_host {
  uint32_t size;
  uint32_t abi_minor; /* of the host */
  void* context;      /* the host's own */
  /* The table of the named service, or NULL where this host has none of that name. Any thread. */
  const void* (*service)(const struct basso_host* host, const char* name);
} basso_host;

/* ---- Registration ---- */

/* The ELF note of one component, in section .note.basso: owner "Basso", type 1, and as its description the
 * text "1.0 activation/1 relu" (ABI, kind, id), zero-padded to a multiple of four bytes. Notes of another
 * owner or type are passed over. */
#define BASSO_NOTE_SECTION ".note.basso"
#define BASSO_NOTE_OWNER "Basso"
#define BASSO_NOTE_TYPE 1
#define BASSO_NOTE_BYTES(text) ((sizeof(text) + 3u) / 4u * 4u)
#define BASSO_NOTE(symbol, text)                                              \
  static const struct {                                                       \
    uint32_t owner_bytes, text_bytes, type;                                   \
    char owner[8];                                                            \
    char description[BASSO_NOTE_BYTES(text)];                                 \
  } symbol __attribute__((section(BASSO_NOTE_SECTION), used, aligned(4))) = { \
      sizeof(BASSO_NOTE_OWNER), BASSO_NOTE_BYTES(text), BASSO_NOTE_TYPE, BASSO_NOTE_OWNER, text}

/* For the arguments `parameters` and `extensions` of the macros below: BASSO_TABLE(array) or BASSO_NONE. */
#define BASSO_TABLE(array) (array, (uint32_t)(sizeof(array) / sizeof((array)[0])))
#define BASSO_NONE (0, 0u)
#define BASSO_TABLE_POINTER(pointer, count) pointer
#define BASSO_TABLE_COUNT(pointer, count) count

/* Defines the component `symbol` and its note. kind and id are string literals. BASSO_ACTIVATION,
 * BASSO_TARGET and BASSO_PROBE call this. */
#define BASSO_COMPONENT(symbol, kind, id, version, summary, source, services, parameters, extensions, \
                        functions)                                                                    \
  BASSO_NOTE(symbol##_note, BASSO_ABI_TEXT " " kind " " id);                                          \
  static const basso_component symbol = {(uint32_t)sizeof(basso_component),                           \
                                         BASSO_TABLE_COUNT parameters,                                \
                                         (uint32_t)sizeof(basso_parameter),                           \
                                         BASSO_TABLE_COUNT extensions,                                \
                                         kind,                                                        \
                                         id,                                                          \
                                         version,                                                     \
                                         summary,                                                     \
                                         source,                                                      \
                                         services,                                                    \
                                         BASSO_TABLE_POINTER parameters,                              \
                                         BASSO_TABLE_POINTER extensions,                              \
                                         functions};

#define BASSO_EXPORT BASSO_EXTERN_C __attribute__((visibility("default")))

/* Once in a library, last: BASSO_LIBRARY(&relu) or BASSO_LIBRARY(&haar, &hat). */
#define BASSO_LIBRARY(...)                                                \
  static const basso_component* const basso_components[] = {__VA_ARGS__}; \
  static const basso_entry basso_library_entry = {                        \
      {'B', 'A', 'S', 'S', 'O', 'A', 'B', 'I'},                           \
      (uint32_t)sizeof(basso_entry),                                      \
      BASSO_ABI_MAJOR,                                                    \
      BASSO_ABI_MINOR,                                                    \
      (uint32_t)(sizeof(basso_components) / sizeof(basso_components[0])), \
      basso_components};                                                  \
  BASSO_EXPORT const basso_entry* basso_plugin_entry(void);               \
  BASSO_EXPORT const basso_entry* basso_plugin_entry(void) { return &basso_library_entry; }

#ifdef __cplusplus
}
#endif

#endif

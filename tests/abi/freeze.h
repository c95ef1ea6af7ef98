/* Assertions of what is frozen, in C and C++ alike. A line that once stood in a frozen version's file is
 * never changed. */
#ifndef BASSO_TESTS_ABI_FREEZE_H
#define BASSO_TESTS_ABI_FREEZE_H

#include <basso/plugin.h>
#include <stddef.h>

#ifdef __cplusplus
#include <type_traits>
#define FREEZE static_assert
#else
#define FREEZE _Static_assert
#endif

/* A struct or a function table that never grows; one that may, by fields at its end. */
#define FIXED(type, bytes) FREEZE(sizeof(type) == (bytes), #type " has another size")
#define GROWABLE(type, bytes) FREEZE(sizeof(type) >= (bytes), #type " is shorter than it was")
/* A field with its type, and a function in a table (FUNCTION has its type). */
#define AT(type, field, offset, ...)                                        \
  FREEZE(offsetof(type, field) == (offset), #type "." #field " has moved"); \
  FREEZE(FIELD_IS(type, field, __VA_ARGS__), #type "." #field " has another type")
#define SLOT(type, field, offset) FREEZE(offsetof(type, field) == (offset), #type "." #field " has moved")
#define CONSTANT(name, value) FREEZE((name) == (value), #name " has another value")

/* The type of a function in a table, and (as C++ alone can compare texts) a name that crosses the ABI. */
#ifdef __cplusplus
#define FIELD_IS(type, field, ...) std::is_same<decltype(type::field), __typeof__(__VA_ARGS__)>::value
#define FUNCTION(type, field, ...) \
  FREEZE(std::is_same<decltype(type::field), __VA_ARGS__>::value, #type "." #field " has another signature")
constexpr bool same(const char* a, const char* b) { return *a == *b && (*a == '\0' || same(a + 1, b + 1)); }
#define TEXT(name, value) FREEZE(same(name, value), #name " has another text")
#else
#define FIELD_IS(type, field, ...) _Generic(&((type*)0)->field, __typeof__(__VA_ARGS__)* : 1, default : 0)
#define FUNCTION(type, field, ...)                                                        \
  FREEZE(_Generic(((type*)0)->field, __VA_ARGS__ : 1, default : 0), #type "." #field      \
                                                                          " has another " \
                                                                          "signature")
#define TEXT(name, value) FREEZE(sizeof(name) == sizeof(value), #name " has another text")
#endif

#endif

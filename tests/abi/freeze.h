/* Assertions of what is frozen, in C and C++ alike. */
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

#define SIZE(type, bytes) FREEZE(sizeof(type) == (bytes), #type " has another size")
#define AT(type, field, offset) FREEZE(offsetof(type, field) == (offset), #type "." #field " has moved")
#define CONSTANT(name, value) FREEZE((name) == (value), #name " has another value")

/* The type of a function in a table, and (as C++ alone can compare texts) a name that crosses the ABI. */
#ifdef __cplusplus
#define FUNCTION(type, field, ...) \
  FREEZE(std::is_same<decltype(type::field), __VA_ARGS__>::value, #type "." #field " has another signature")
constexpr bool same(const char* a, const char* b) { return *a == *b && (*a == '\0' || same(a + 1, b + 1)); }
#define TEXT(name, value) FREEZE(same(name, value), #name " has another text")
#else
#define FUNCTION(type, field, ...)                                                        \
  FREEZE(_Generic(((type*)0)->field, __VA_ARGS__ : 1, default : 0), #type "." #field      \
                                                                          " has another " \
                                                                          "signature")
#define TEXT(name, value) FREEZE(sizeof(name) == sizeof(value), #name " has another text")
#endif

#endif

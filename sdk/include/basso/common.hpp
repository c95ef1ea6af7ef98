// The C++17 shim, what its three kinds share: exceptions become statuses, statuses of services become
// exceptions, and parameters' values are read by name. Header-only; everything but `failure` has internal
// linkage, so that two plugins in one process never share a definition.
#ifndef BASSO_COMMON_HPP
#define BASSO_COMMON_HPP

#include <basso/abi.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

namespace basso {

// What a plugin throws: a status and the sentence that the user will read. Say what was wrong, what was
// expected and what to do; the host adds which plugin and which call.
class __attribute__((visibility("hidden"))) failure : public std::runtime_error {
 public:
  failure(basso_status status, const std::string& sentence)
      : std::runtime_error(sentence), status_(static_cast<std::int32_t>(status)) {}
  failure(std::int32_t status, const std::string& sentence) : std::runtime_error(sentence), status_(status) {}
  std::int32_t status() const noexcept { return status_; }

 private:
  std::int32_t status_;
};

namespace {

// Runs `call` (which returns nothing, or a status) so that no exception leaves it: the last line of defence
// of every function that the host calls. The status is what a `failure` carries, BASSO_ERROR_MEMORY for
// std::bad_alloc and std::length_error, BASSO_ERROR_INTERNAL for the rest.
template <class Call>
std::int32_t guard(basso_error* error, Call&& call) noexcept {
  try {
    if constexpr (std::is_void_v<decltype(call())>) {
      call();
      return BASSO_OK;
    } else {
      return call();
    }
  } catch (const failure& thrown) {
    return basso_fail(error, thrown.status(), thrown.what());
  } catch (const std::bad_alloc&) {
    return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory; ask for fewer or smaller points");
  } catch (const std::length_error&) {
    return basso_fail(error, BASSO_ERROR_MEMORY, "a container would be larger than memory allows");
  } catch (const std::exception& thrown) {
    return basso_fail(error, BASSO_ERROR_INTERNAL, thrown.what());
  } catch (...) {
    return basso_fail(error, BASSO_ERROR_INTERNAL, "threw an exception that is not a std::exception");
  }
}

// The other way round: calls a service's function, whose last parameter is the message buffer, and throws its
// status and message as a `failure`: call(fft->plan, host, n, &plan).
template <class... Parameters, class... Arguments>
void call(std::int32_t (*function)(Parameters...), Arguments&&... arguments) {
  char text[1024];
  text[0] = '\0';
  basso_error error{text, sizeof(text)};
  const std::int32_t status = function(std::forward<Arguments>(arguments)..., &error);
  if (status != BASSO_OK) throw failure(status, text[0] != '\0' ? text : "a host service gave no reason");
}

// A borrowed array: pointer and length.
template <class T>
struct view {
  T* data = nullptr;
  std::size_t size = 0;
  T* begin() const noexcept { return data; }
  T* end() const noexcept { return data + size; }
  bool empty() const noexcept { return size == 0; }
  T& operator[](std::size_t i) const noexcept { return data[i]; }
};

constexpr bool same_text(const char* a, const char* b) noexcept {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

// Position of a parameter in its table. In a constant expression a wrong name does not compile:
// `constexpr auto omega = basso::position(parameters, "omega");`.
template <std::size_t count>
constexpr std::uint32_t position(const basso_parameter (&table)[count], const char* name) {
  for (std::uint32_t i = 0; i < count; ++i)
    if (same_text(table[i].name, name)) return i;
  throw std::logic_error("no parameter of that name is in the table");
}

// The validated values that create receives, by the names of the component's own table. A name or a type that
// the table does not have is the plugin's own error: BASSO_ERROR_INTERNAL.
class values {
 public:
  template <std::size_t count>
  values(const basso_parameter (&table)[count], const basso_value* const* given) noexcept
      : table_(table), count_(count), given_(given) {}
  values(const basso_parameter* table, std::size_t count, const basso_value* const* given) noexcept
      : table_(table), count_(count), given_(given) {}

  double real(const char* name) const { return find(name, "real").number; }
  std::int64_t integer(const char* name) const {
    return static_cast<std::int64_t>(find(name, "integer").number);
  }
  bool flag(const char* name) const { return find(name, "bool").number != 0.0; }
  // Position of the choice in its range: 0 for "a" of "a|b|c".
  int choice(const char* name) const { return static_cast<int>(find(name, "choice").number); }
  const char* text(const char* name) const { return find(name, "string", "path", "choice").text; }
  view<const double> list(const char* name) const {
    const basso_value& value = find(name, "reals", "integers");
    return {value.list, static_cast<std::size_t>(value.count)};
  }

 private:
  template <class... Types>
  const basso_value& find(const char* name, Types... types) const {
    for (std::size_t i = 0; i < count_; ++i) {
      if (!same_text(table_[i].name, name)) continue;
      if ((same_text(table_[i].type, types) || ...)) return *given_[i];
      throw failure(BASSO_ERROR_INTERNAL, std::string("parameter '") + name +
                                              "' is read as another type than its '" + table_[i].type + "'");
    }
    throw failure(BASSO_ERROR_INTERNAL, std::string("the plugin has no parameter '") + name + "'");
  }

  const basso_parameter* table_;
  std::size_t count_;
  const basso_value* const* given_;
};

}  // namespace
}  // namespace basso

#endif

// Where C++ meets the C ABI: exceptions become statuses on the way out, statuses become errors on the way in.
#pragma once

#include <basso/abi.h>

#include <array>
#include <stdexcept>
#include <string>
#include <utility>

#include "basso/error.hpp"

namespace basso::services {

// A service's refusal: status and sentence for the plugin.
class Refusal : public std::runtime_error {
 public:
  Refusal(std::int32_t status, const std::string& sentence) : std::runtime_error(sentence), status_(status) {}
  std::int32_t status() const noexcept { return status_; }

 private:
  std::int32_t status_;
};

// Status of the exception being handled; its sentence goes into `error`.
std::int32_t status_of_current_exception(basso_error* error) noexcept;

// Runs the body of a service function; nothing leaves it but a status.
template <class Body>
std::int32_t guarded(basso_error* error, Body&& body) noexcept {
  try {
    std::forward<Body>(body)();
    return BASSO_OK;
  } catch (...) {
    return status_of_current_exception(error);
  }
}

// A message buffer for one call into a plugin.
class ErrorText {
 public:
  ErrorText() { text_[0] = '\0'; }
  ErrorText(const ErrorText&) = delete;
  ErrorText& operator=(const ErrorText&) = delete;
  basso_error* abi() { return &error_; }
  std::string sentence() const;

 private:
  std::array<char, 4096> text_;
  basso_error error_{text_.data(), static_cast<std::uint32_t>(text_.size())};
};

// Which call failed decides what a status means for the process.
enum class Stage { create, prepare, fill, observe };
Exit exit_of(std::int32_t status, Stage stage);
// Of a process that SIGINT, SIGTERM or SIGHUP stopped: 128 and its number, as shells have it.
Exit exit_of_signal(int signal);

}  // namespace basso::services

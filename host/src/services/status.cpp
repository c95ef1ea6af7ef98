// Statuses, exceptions and exit codes, mapped onto each other.
#include "services/status.hpp"

#include <cstring>
#include <new>

namespace basso::services {

std::int32_t status_of_current_exception(basso_error* error) noexcept {
  try {
    throw;
  } catch (const Refusal& refusal) {
    return basso_fail(error, refusal.status(), refusal.what());
  } catch (const Error& problem) {
    const std::int32_t status = problem.code() == Exit::data    ? BASSO_ERROR_DATA
                                : problem.code() == Exit::usage ? BASSO_ERROR_PARAMETER
                                                                : BASSO_ERROR_INTERNAL;
    return basso_fail(error, status, problem.what());
  } catch (const std::bad_alloc&) {
    return basso_fail(error, BASSO_ERROR_MEMORY, "out of memory; ask for fewer or smaller points");
  } catch (const std::length_error&) {
    return basso_fail(error, BASSO_ERROR_MEMORY, "an array would be larger than memory allows");
  } catch (const std::exception& problem) {
    return basso_fail(error, BASSO_ERROR_INTERNAL, problem.what());
  } catch (...) {
    return basso_fail(error, BASSO_ERROR_INTERNAL, "the host failed for an unknown reason");
  }
}

std::string ErrorText::sentence() const { return {text_.data(), strnlen(text_.data(), text_.size())}; }

Exit exit_of(std::int32_t status, Stage stage) {
  if (status == BASSO_ERROR_CANCELLED) return Exit::interrupted;
  if (status == BASSO_ERROR_DATA && stage != Stage::observe) return Exit::data;
  if (stage != Stage::create) return Exit::run_failed;
  return status == BASSO_ERROR_PARAMETER ? Exit::usage : Exit::plugin;
}

Exit exit_of_signal(int signal) { return static_cast<Exit>(128 + signal); }

}  // namespace basso::services

#include "check/check.hpp"
namespace basso::check {
const std::vector<Check>& lifecycle_checks() {
  static const std::vector<Check> checks;
  return checks;
}
}  // namespace basso::check

// Rules for every text of the ABI.
#pragma once

#include <string>

namespace basso::check {

// "" for UTF-8 of at most 4,095 bytes without control characters but line ends, else "is longer than …".
std::string text_problem(const std::string& text);

}  // namespace basso::check

// Rules for every text of the ABI (abi.h, "Rules that hold for every function").
#pragma once

#include <string>

namespace basso::check {

// "" for UTF-8 of at most 4,095 bytes without control characters but line ends, else "is longer than …".
std::string text_problem(const std::string& text);
// What to do about a problem.
constexpr const char* kTextRule = ": write UTF-8 without control characters, at most 4,095 bytes";

}  // namespace basso::check

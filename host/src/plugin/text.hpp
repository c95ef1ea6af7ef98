// Text around parameters: TOML literals of plain values, numbers with their shortest exact text, and the
// TOML literals of default values read back. Part of the parameter validation.
#pragma once

#include <optional>
#include <string>

#include "plugin/parameters.hpp"

namespace basso::plugin {

// The value as a TOML literal that reads back to the same bits: `true`, `3`, `30.0`, `"train"`,
// `[5.0, 10.0]`.
std::string toml_literal(const Plain& value);
// A basic string, in quotes, of any text.
std::string toml_string(const std::string& text);
// Reads one TOML literal: bool, integer, float, string, or a list of numbers (of integers when all are; an
// empty list is one of reals). Nothing when the text is not such a literal.
std::optional<Plain> read_toml_literal(const std::string& text);
// As a shell reads it back: in quotes where it must be, for commands in messages.
std::string shell_word(const std::string& text);
// What a value is, for messages: "a list of integers".
std::string describe(const Plain& value);

}  // namespace basso::plugin

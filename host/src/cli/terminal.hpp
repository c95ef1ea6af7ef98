// Text on a terminal: colours (never with NO_COLOR or into a file), columns, durations, sizes. Part of the
// command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace basso::cli {

enum class Colour { plain, bold, green, red, yellow };

// `text` in this colour when stdout is a terminal and NO_COLOR is not set; else unchanged.
std::string coloured(const std::string& text, Colour colour);
bool is_terminal(int descriptor);

// Columns aligned at the left, two blanks apart, widths in characters (UTF-8 code points; colour sequences
// count nothing). The first row is the heading.
std::string columns(const std::vector<std::vector<std::string>>& rows);

std::size_t display_width(const std::string& text);
// Breaks text between words into lines of at most `width` characters, each behind `indent` blanks.
std::string paragraph(const std::string& text, std::size_t indent, std::size_t width = 100);

std::string duration(double seconds);                             // "45 s", "3 min 20 s", "2 h 5 min"
std::string byte_size(std::uint64_t bytes);                       // "512 B", "1.5 MiB"
std::string grouped(std::int64_t number);                         // "80 000"
std::string plural(std::int64_t count, const std::string& noun);  // "1 claim", "2 claims"

}  // namespace basso::cli

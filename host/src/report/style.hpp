// How figures look: sizes, colours for the colour-blind, text that fits its line. Room report.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace basso::report {

inline constexpr int width_pixels = 1200;
inline constexpr const char* font = "DejaVu Sans";
inline constexpr int title_points = 15, text_points = 12, tick_points = 11;

// "#rrggbb" of viridis at position 0 (dark) to 1 (bright).
std::string viridis(double position);
// viridis as the definition of a gnuplot palette; `reversed`: bright is low.
std::string palette(bool reversed);
// Eight colours that differ under every common form of colour blindness (Okabe and Ito 2008); then again.
std::string category(std::size_t index);
// Colours of `count` lines: in the order of viridis when the entries are ordered and many, else categories.
std::vector<std::string> line_colours(std::size_t count, bool ordered);

// Breaks text between words into lines of at most `columns` characters (UTF-8 code points).
std::vector<std::string> wrap(const std::string& text, std::size_t columns);
// The same between the parts of a list, after commas; a longer part is broken between words, a longer word
// anywhere, so that nothing is lost.
std::vector<std::string> wrap_parts(const std::string& text, std::size_t columns);
// At most `columns` characters, with an ellipsis where some were left out.
std::string cut(const std::string& text, std::size_t columns);
// Text in gnuplot's single quotes.
std::string in_quotes(const std::string& text);
std::size_t code_points(const std::string& text);

}  // namespace basso::report

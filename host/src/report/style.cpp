// Colours and text. See style.hpp.
#include "report/style.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>

namespace basso::report {
namespace {

// viridis (Smith and van der Walt 2015) at 0, 1/8, …, 1; linear between, which stays within 3/255 of the map.
constexpr std::array<std::array<int, 3>, 9> viridis_stops{{{68, 1, 84},
                                                           {71, 44, 122},
                                                           {59, 81, 139},
                                                           {44, 113, 142},
                                                           {33, 144, 141},
                                                           {39, 173, 129},
                                                           {92, 200, 99},
                                                           {170, 220, 50},
                                                           {253, 231, 37}}};

}  // namespace

std::string viridis(double position) {
  const double place = std::clamp(position, 0.0, 1.0) * static_cast<double>(viridis_stops.size() - 1);
  const auto low = std::min(static_cast<std::size_t>(place), viridis_stops.size() - 2);
  const double part = place - static_cast<double>(low);
  std::string colour = "#";
  for (std::size_t channel = 0; channel < 3; ++channel) {
    const double value = (1 - part) * viridis_stops[low][channel] + part * viridis_stops[low + 1][channel];
    colour += fmt::format("{:02x}", static_cast<int>(std::lround(value)));
  }
  return colour;
}

std::string palette(bool reversed) {
  std::string stops;
  const auto last = viridis_stops.size() - 1;
  for (std::size_t i = 0; i <= last; ++i) {
    const double position = static_cast<double>(i) / static_cast<double>(last);
    stops +=
        fmt::format("{}{:g} '{}'", i == 0 ? "" : ", ", position, viridis(reversed ? 1 - position : position));
  }
  return "defined (" + stops + ")";
}

std::string category(std::size_t index) {
  constexpr std::array<const char*, 8> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                               "#e69f00", "#56b4e9", "#000000", "#999999"};
  return colours[index % colours.size()];
}

std::vector<std::string> line_colours(std::size_t count, bool ordered) {
  std::vector<std::string> colours;
  for (std::size_t i = 0; i < count; ++i) {
    const bool few = !ordered || count < 4;
    // The brightest tenth of viridis cannot be seen on white.
    colours.push_back(few ? category(i)
                          : viridis(0.9 * static_cast<double>(i) / static_cast<double>(count - 1)));
  }
  return colours;
}

std::size_t code_points(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> wrap(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (lines.empty() || code_points(lines.back()) + 1 + code_points(word) > columns) {
      lines.push_back(word);
    } else {
      lines.back() += " " + word;
    }
  }
  return lines;
}

std::vector<std::string> wrap_parts(const std::string& text, std::size_t columns) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t comma = std::min(text.find(", ", from), text.size());
    const std::string part = text.substr(from, comma + 1 - from);
    from = comma + 2;
    const bool fits = !lines.empty() && code_points(lines.back()) + 1 + code_points(part) <= columns;
    if (fits) {
      lines.back() += " " + part;
      continue;
    }
    for (std::string line : wrap(part, columns)) {
      for (std::string start = cut(line, columns); start != line; start = cut(line, columns)) {
        start.resize(start.size() - std::string("…").size());
        lines.push_back(start);
        line.erase(0, start.size());
      }
      lines.push_back(line);
    }
  }
  return lines;
}

std::string cut(const std::string& text, std::size_t columns) {
  if (code_points(text) <= columns) return text;
  std::string result;
  std::size_t count = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U && ++count == columns) break;
    result += c;
  }
  return result + "…";
}

std::string in_quotes(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\'';
    result += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return result + "'";
}

}  // namespace basso::report

// Tables of numbers in text: room data.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "data/file.hpp"

namespace basso::data {

struct Table {
  std::vector<std::string> columns;  // of the header line; empty where there is none
  std::size_t rows = 0, width = 0;
  std::vector<double> values;  // [rows x width]
};

// Cells are separated by commas, or, on a line without one, by spaces and tabs; blank lines and what follows
// a # are skipped. A first line without any number is the header. Numbers are as in C, whatever the locale,
// also inf and nan. A cell that is no number, and a line that is longer or shorter than the first, throw
// Exit::data with line and column.
Table read_csv(const Path& path);
Table parse_csv(std::string_view text, const std::string& name);

}  // namespace basso::data

// Tables of numbers in text (see csv.hpp).
#include "data/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "basso/error.hpp"

namespace basso::data {
namespace {

constexpr std::string_view space = " \t\r";

struct Cell {
  std::string_view text;
  std::size_t column;  // of its first character in the line, from 1
};

Cell trimmed(std::string_view line, std::size_t begin, std::size_t end) {
  while (begin < end && space.find(line[begin]) != std::string_view::npos) ++begin;
  while (end > begin && space.find(line[end - 1]) != std::string_view::npos) --end;
  return {line.substr(begin, end - begin), begin + 1};
}

std::vector<Cell> split(std::string_view line) {
  std::vector<Cell> cells;
  if (line.find(',') != std::string_view::npos) {
    for (std::size_t begin = 0; begin <= line.size();) {
      const std::size_t end = std::min(line.find(',', begin), line.size());
      cells.push_back(trimmed(line, begin, end));
      begin = end + 1;
    }
    return cells;
  }
  for (std::size_t begin = line.find_first_not_of(space); begin != std::string_view::npos;) {
    const std::size_t end = std::min(line.find_first_of(space, begin), line.size());
    cells.push_back({line.substr(begin, end - begin), begin + 1});
    begin = line.find_first_not_of(space, end);
  }
  return cells;
}

// A number beyond a double's range is none.
std::optional<double> number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

class Parser {
 public:
  explicit Parser(const std::string& name) : name_(name) {}

  Table parse(std::string_view text) {
    if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);  // byte order mark
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      ++line_;
      add_line(text.substr(begin, end - begin));
      begin = end + 1;
    }
    if (table_.rows == 0) throw Error(Exit::data, name_ + ": no line of numbers");
    return std::move(table_);
  }

 private:
  void add_line(std::string_view line) {
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(space) == std::string_view::npos) return;
    if (const std::size_t at = line.find(';'); at != std::string_view::npos)
      fail(at + 1, "';' separates no cells: expected commas or blanks between them, and points in decimals");
    const std::vector<Cell> cells = split(line);
    const bool first = table_.rows == 0 && table_.columns.empty();
    if (first) table_.width = cells.size();
    if (first &&
        std::none_of(cells.begin(), cells.end(), [](const Cell& c) { return number(c.text).has_value(); })) {
      for (const Cell& cell : cells) table_.columns.push_back(unquoted(cell.text));
      return;
    }
    if (cells.size() != table_.width) {
      fail(1, fmt::format("{} cells, expected {} as on the first line", cells.size(), table_.width));
    }
    for (const Cell& cell : cells) {
      const auto value = number(cell.text);
      if (!value) fail(cell.column, fmt::format("'{}' is not a number", cell.text));
      table_.values.push_back(*value);
    }
    ++table_.rows;
  }

  [[noreturn]] void fail(std::size_t column, const std::string& what) const {
    throw Error(Exit::data, fmt::format("{}:{}:{}: {}", name_, line_, column, what));
  }

  const std::string& name_;
  std::size_t line_ = 0;
  Table table_;
};

}  // namespace

Table parse_csv(std::string_view text, const std::string& name) { return Parser(name).parse(text); }

Table read_csv(const Path& path) {
  const auto bytes = read_file(path);
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path.string());
}

}  // namespace basso::data

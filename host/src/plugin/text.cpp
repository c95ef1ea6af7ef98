// TOML literals of plain values, written and read, and the nearest of a list of names.
#include "plugin/text.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "basso/error.hpp"

namespace basso::plugin {
namespace {

template <class Number, class Text>
std::string toml_list(const std::vector<Number>& numbers, Text text) {
  std::string list = "[";
  for (std::size_t i = 0; i < numbers.size(); ++i) list += (i ? ", " : "") + text(numbers[i]);
  return list + "]";
}

std::optional<Plain> plain_list(const toml::array& array) {
  std::vector<double> reals;
  std::vector<std::int64_t> integers;
  for (const toml::node& entry : array) {
    if (const auto integer = entry.value_exact<std::int64_t>()) {
      integers.push_back(*integer);
      reals.push_back(static_cast<double>(*integer));
    } else if (const auto real = entry.value_exact<double>()) {
      reals.push_back(*real);
    } else {
      return std::nullopt;
    }
  }
  if (!integers.empty() && integers.size() == reals.size()) return integers;
  return reals;
}

// toml++ is only given printable text: some of its builds abort on control bytes (marzer/tomlplusplus#294).
bool printable(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto code = static_cast<unsigned char>(c);
    return code >= 0x20 && code < 0x7f;
  });
}

// Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
std::size_t edit_distance(const std::string& a, const std::string& b) {
  const std::size_t width = b.size() + 1;
  std::vector<std::size_t> before(width), last(width), row(width);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j < width; ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last.back();
}

}  // namespace

std::string toml_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (code < 0x20 || code == 0x7f) {
      quoted += fmt::format("\\u{:04X}", code);
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}

std::string shell_word(const std::string& text) {
  static const std::string plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+,:@%";
  if (!text.empty() && text.find_first_not_of(plain) == std::string::npos) return text;
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string toml_number(double value) {
  if (std::isnan(value)) return "nan";
  std::string text = fmt::format("{}", value);
  if (std::isfinite(value) && text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

std::string toml_literal(const Plain& value) {
  struct Writer {
    std::string operator()(bool flag) const { return flag ? "true" : "false"; }
    std::string operator()(std::int64_t integer) const { return fmt::format("{}", integer); }
    std::string operator()(double real) const { return toml_number(real); }
    std::string operator()(const std::string& text) const { return toml_string(text); }
    std::string operator()(const std::vector<double>& reals) const { return toml_list(reals, toml_number); }
    std::string operator()(const std::vector<std::int64_t>& integers) const {
      return toml_list(integers, [](std::int64_t integer) { return fmt::format("{}", integer); });
    }
  };
  return std::visit(Writer{}, value);
}

std::optional<Plain> read_toml_literal(const std::string& text) {
  if (!printable(text)) return std::nullopt;
  try {
    const toml::table document = toml::parse("value = " + text);
    const toml::node* node = document.get("value");
    if (document.size() != 1 || node == nullptr) return std::nullopt;
    if (const auto flag = node->value_exact<bool>()) return Plain(*flag);
    if (const auto integer = node->value_exact<std::int64_t>()) return Plain(*integer);
    if (const auto real = node->value_exact<double>()) return Plain(*real);
    if (const auto word = node->value_exact<std::string>()) return Plain(*word);
    if (const toml::array* array = node->as_array()) return plain_list(*array);
  } catch (const toml::parse_error&) {
    return std::nullopt;
  }
  return std::nullopt;
}

std::string describe(const Plain& value) {
  static const char* const names[] = {"a bool",   "an integer",      "a real",
                                      "a string", "a list of reals", "a list of integers"};
  return names[value.index()];
}

std::string nearest(const std::string& word, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(2, word.size() / 3) + 1;
  for (const std::string& candidate : known) {
    if (candidate.size() > word.size() + least || word.size() > candidate.size() + least) continue;
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < least && distance < std::max(word.size(), candidate.size())) {
      best = candidate;
      least = distance;
    }
  }
  return best;
}

}  // namespace basso::plugin

namespace basso {

std::string nearest_hint(const std::string& word, const std::vector<std::string>& known) {
  const std::string close = plugin::nearest(word, known);
  if (!close.empty()) return fmt::format("; nearest: {}", close);
  return known.empty() ? "" : fmt::format("; known: {}", fmt::join(known, ", "));
}

}  // namespace basso

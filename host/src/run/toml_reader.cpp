// Reads TOML through the compiled toml++ library and copies it into basso::Node. Control bytes and invalid
// UTF-8 never reach the library: version 3.3 can be driven into an unreachable state by them.
#include "run/toml_reader.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "plugin/parameters.hpp"
#include "run/directory.hpp"

namespace basso {

namespace {

struct Place {
  std::size_t line = 1, column = 1;
};

Place place_of(const std::string& text, std::size_t offset) {
  Place place;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(text[i]) & 0xC0u) != 0x80u) {
      ++place.column;
    }
  }
  return place;
}

[[noreturn]] void refuse(const std::string& name, const Place& place, const std::string& message) {
  throw Error(Exit::usage, fmt::format("{}:{}:{}: {}", name, place.line, place.column, message));
}

// Bytes of the well-formed UTF-8 sequence at `offset` (Unicode, table 3-7), 0 where there is none.
std::size_t utf8_length(const std::string& text, std::size_t offset) {
  const auto byte = [&](std::size_t i) -> unsigned {
    return offset + i < text.size() ? static_cast<unsigned char>(text[offset + i]) : 0u;
  };
  const auto within = [](unsigned value, unsigned low, unsigned high) {
    return value >= low && value <= high;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (within(first, 0xC2, 0xDF)) return within(byte(1), 0x80, 0xBF) ? 2 : 0;
  if (within(first, 0xE0, 0xEF)) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80, high = first == 0xED ? 0x9F : 0xBF;
    return within(byte(1), low, high) && within(byte(2), 0x80, 0xBF) ? 3 : 0;
  }
  if (within(first, 0xF0, 0xF4)) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80, high = first == 0xF4 ? 0x8F : 0xBF;
    const bool sound =
        within(byte(1), low, high) && within(byte(2), 0x80, 0xBF) && within(byte(3), 0x80, 0xBF);
    return sound ? 4 : 0;
  }
  return 0;
}

void check_bytes(const std::string& text, const std::string& name) {
  for (std::size_t i = 0; i < text.size();) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7F) {
      refuse(name, place_of(text, i), fmt::format("control byte 0x{:02X}; TOML is plain UTF-8 text", byte));
    }
    const std::size_t length = utf8_length(text, i);
    if (length == 0) {
      refuse(name, place_of(text, i),
             fmt::format("byte 0x{:02X} is not valid UTF-8; save the file as UTF-8", byte));
    }
    i += length;
  }
}

constexpr std::size_t most_parts =
    64;  // of a dotted key: the parser would follow any number, as far as the stack lasts

// Looks for chains such as a.b.c: words and dots, with nothing but blanks between.
void check_keys(const std::string& text, const std::string& name) {
  std::size_t dots = 0;
  bool word = false, blank = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '.') {
      dots = word ? dots + 1 : 0;
      word = blank = false;
      if (dots >= most_parts)
        refuse(name, place_of(text, i),
               fmt::format("a key of more than {} parts; no key of an experiment is", most_parts));
    } else if (c == ' ' || c == '\t') {
      blank = word;
    } else if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '"' ||
               c == '\'') {
      if (word && blank) dots = 0;
      word = true;
      blank = false;
    } else {
      dots = 0;
      word = blank = false;
    }
  }
}

std::string where_of(const toml::node& node, const std::string& name) {
  return fmt::format("{}:{}:{}", name, node.source().begin.line, node.source().begin.column);
}

Node convert(const toml::node& node, const std::string& name);

Node convert_table(const toml::table& table, const std::string& name) {
  struct Entry {
    toml::source_position key, value;
    std::string text;
    Node node;
  };
  std::vector<Entry> entries;
  for (const auto& [key, node] : table) {
    entries.push_back({key.source().begin, node.source().begin, std::string(key.str()), convert(node, name)});
    // A table opened by a header stands at the bracket; a value is best found by its key.
    if (!node.is_table() && !node.is_array()) {
      entries.back().node.where =
          fmt::format("{}:{}:{}", name, key.source().begin.line, key.source().begin.column);
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const Entry& a, const Entry& b) { return a.key < b.key; });
  NodeTable sorted;
  for (Entry& entry : entries) sorted.emplace_back(std::move(entry.text), std::move(entry.node));
  return {where_of(table, name), std::move(sorted)};
}

Node convert(const toml::node& node, const std::string& name) {
  if (const auto* table = node.as_table()) return convert_table(*table, name);
  if (const auto* array = node.as_array()) {
    NodeArray entries;
    for (const auto& entry : *array) entries.push_back(convert(entry, name));
    return {where_of(node, name), std::move(entries)};
  }
  if (const auto value = node.value_exact<bool>()) return {where_of(node, name), *value};
  if (const auto value = node.value_exact<std::int64_t>()) return {where_of(node, name), *value};
  if (const auto value = node.value_exact<double>()) return {where_of(node, name), *value};
  if (const auto value = node.value_exact<std::string>()) return {where_of(node, name), *value};
  throw Error(Exit::usage,
              fmt::format("{}: dates and times have no meaning in an experiment", where_of(node, name)));
}

Node parse_checked(const std::string& text, const std::string& name) {
  check_keys(text, name);
  try {
    return convert(toml::parse(text, name), name);
  } catch (const toml::parse_error& error) {
    refuse(name, {error.source().begin.line, error.source().begin.column}, std::string(error.description()));
  }
}

void move_to(Node& node, const std::string& where) {
  node.where = where;
  if (node.is_array()) {
    for (Node& entry : node.array()) move_to(entry, where);
  } else if (node.is_table()) {
    for (auto& [key, entry] : node.table()) move_to(entry, where);
  }
}

}  // namespace

const Node* Node::find(const std::string& key) const {
  for (const auto& [name, node] : table()) {
    if (name == key) return &node;
  }
  return nullptr;
}

Node* Node::find(const std::string& key) { return const_cast<Node*>(std::as_const(*this).find(key)); }

std::string read_resolved(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "config.resolved.toml";
  std::error_code failure;
  check_folder(directory);
  if (!std::filesystem::exists(file, failure))
    throw Error(Exit::usage,
                fmt::format("{} is not a run directory: it has no config.resolved.toml", directory.string()));
  if (!std::filesystem::is_regular_file(file, failure))
    throw Error(Exit::data, fmt::format("{}: cannot read: it is not a regular file", file.string()));
  return read_experiment_file(file);
}

std::string read_experiment_file(const std::filesystem::path& file, const char* expected) {
  std::error_code failure;
  if (std::filesystem::is_directory(file, failure)) {
    throw Error(Exit::usage, fmt::format("{}: a folder, expected {}", file.string(), expected));
  }
  if (!std::filesystem::exists(file, failure))
    throw Error(Exit::usage, fmt::format("{}: no such file; expected {}", file.string(), expected));
  std::ifstream stream(file, std::ios::binary);
  if (!stream)
    throw Error(data::exit_of({errno, std::generic_category()}),
                fmt::format("{}: the file cannot be opened: {}", file.string(), std::strerror(errno)));
  std::string text;  // grows with what is there: a pipe does not know its length
  std::array<char, 1 << 16> piece;
  do {
    stream.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(stream.gcount()));
  } while (stream && text.size() <= largest_experiment_file);
  if (stream.bad()) throw Error(Exit::data, fmt::format("{}: reading failed", file.string()));
  if (text.size() > largest_experiment_file) {
    throw Error(Exit::usage, fmt::format("{}: larger than 16 MiB, no experiment file is", file.string()));
  }
  return text;
}

Node parse_toml(const std::string& text, const std::string& name) {
  check_bytes(text, name);
  return parse_checked(text, name);
}

Node parse_toml_value(const std::string& text, const std::string& where) {
  check_bytes(text, where);
  check_keys(text, where);
  Node parsed;
  try {
    parsed = convert(toml::parse("value = " + text, where), where);
  } catch (const toml::parse_error& error) {
    throw Error(Exit::usage, fmt::format("{}: `{}` is not a TOML value ({}); a string needs quotes: '\"{}\"'",
                                         where, text, error.description(), text));
  }
  if (parsed.table().size() != 1) {
    throw Error(Exit::usage, fmt::format("{}: expected one TOML value, got `{}`", where, text));
  }
  Node value = parsed.table().front().node;
  move_to(value, where);
  return value;
}

std::vector<std::string> parse_dotted_key(const std::string& text, const std::string& where) {
  check_bytes(text, where);
  std::vector<std::string> parts;
  std::string part;
  bool quoted = false, was_quoted = false;
  const auto finish = [&] {
    if (part.empty() && !was_quoted) {
      throw Error(Exit::usage, fmt::format("{}: `{}` is not a dotted key such as train.steps", where, text));
    }
    parts.push_back(part);
    part.clear();
    was_quoted = false;
  };
  for (char c : text) {
    if (c == '"') {
      quoted = !quoted;
      was_quoted = true;
    } else if (c == '.' && !quoted) {
      finish();
    } else {
      part.push_back(c);
    }
  }
  if (quoted) throw Error(Exit::usage, fmt::format("{}: `{}` has an open quote", where, text));
  finish();
  if (parts.size() > most_parts)
    throw Error(Exit::usage, fmt::format("{}: a key of more than {} parts; no key of an experiment is", where,
                                         most_parts));
  return parts;
}

std::string toml_key(const std::string& key) {
  const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
  return bare ? key : toml_string(key);
}

std::string toml_inline(const Node& node) {
  struct Writer {
    std::string operator()(bool value) const { return value ? "true" : "false"; }
    std::string operator()(std::int64_t value) const { return fmt::format("{}", value); }
    std::string operator()(double value) const { return plugin::toml_number(value); }
    std::string operator()(const std::string& value) const { return toml_string(value); }
    std::string operator()(const NodeArray& entries) const {
      std::vector<std::string> texts;
      for (const Node& entry : entries) texts.push_back(toml_inline(entry));
      return fmt::format("[{}]", fmt::join(texts, ", "));
    }
    std::string operator()(const NodeTable& entries) const {
      if (entries.empty()) return "{}";
      std::vector<std::string> texts;
      for (const auto& [key, entry] : entries) texts.push_back(toml_key(key) + " = " + toml_inline(entry));
      return fmt::format("{{ {} }}", fmt::join(texts, ", "));
    }
  };
  return std::visit(Writer{}, node.value);
}

std::string type_name(const Node& node) {
  static constexpr const char* names[] = {"a boolean", "an integer", "a real number",
                                          "a string",  "a list",     "a table"};
  return names[node.value.index()];
}

}  // namespace basso

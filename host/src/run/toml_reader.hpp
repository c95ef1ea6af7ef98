// TOML text as a tree of plain values that remember where they stand, so that messages name the real line
// also after profiles and overrides were merged. The only file that knows toml++ is toml_reader.cpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plugin/text.hpp"

namespace basso {

struct Node;
struct NodeEntry;
using NodeArray = std::vector<Node>;
using NodeTable = std::vector<NodeEntry>;  // in the order of the file

struct Node {
  std::string where;  // "file.toml:12:3", or "--set" for an override
  std::variant<bool, std::int64_t, double, std::string, NodeArray, NodeTable> value;

  bool is_table() const { return std::holds_alternative<NodeTable>(value); }
  bool is_array() const { return std::holds_alternative<NodeArray>(value); }
  bool is_text() const { return std::holds_alternative<std::string>(value); }
  const NodeTable& table() const { return std::get<NodeTable>(value); }
  NodeTable& table() { return std::get<NodeTable>(value); }
  const NodeArray& array() const { return std::get<NodeArray>(value); }
  NodeArray& array() { return std::get<NodeArray>(value); }
  const std::string& text() const { return std::get<std::string>(value); }
  // The entry of a table, or nullptr.
  const Node* find(const std::string& key) const;
  Node* find(const std::string& key);
};

// One key of a table. Not a std::pair: its traits would need Node before Node is complete.
struct NodeEntry {
  NodeEntry(std::string name, Node value) : key(std::move(name)), node(std::move(value)) {}
  std::string key;
  Node node;
};

inline constexpr std::uint64_t largest_experiment_file = 16u << 20;  // bytes

inline constexpr const char* probes_file = "a TOML file of [[probe]] tables";
inline constexpr const char* claims_file = "a TOML file of [[claim]] tables";
inline constexpr const char* figures_file = "a TOML file of [[figure]] tables";

// Throws Error(Exit::usage): cannot be read, or larger than largest_experiment_file. `expected`: what it
// should be.
std::string read_experiment_file(const std::filesystem::path& file,
                                 const char* expected = "an experiment file");
// config.resolved.toml of a run directory, which is no pipe that nobody writes. Throws Error: Exit::usage
// where there is none, Exit::data where it is no file.
std::string read_resolved(const std::filesystem::path& directory);

// Throws Error(Exit::usage) with "name:line:column: …" for control bytes, invalid UTF-8 and what TOML
// refuses.
Node parse_toml(const std::string& text, const std::string& name);

// One TOML value on its own ("[1, 2]"); every node of it stands at `where`.
Node parse_toml_value(const std::string& text, const std::string& where);

// "target.petals" or "target.\"odd key\"" as its parts.
std::vector<std::string> parse_dotted_key(const std::string& text, const std::string& where);

// A value on one line; a key, quoted where it must be; a string, always quoted.
using plugin::toml_string;
std::string toml_inline(const Node& node);
std::string toml_key(const std::string& key);

// "integer", "table", …: for messages.
std::string type_name(const Node& node);

}  // namespace basso

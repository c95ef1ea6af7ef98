// Typed reading of one TOML table.
#include "run/section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"

namespace basso {

namespace {

std::string join_path(const std::string& path, const std::string& key) {
  return path.empty() ? key : key.empty() ? path : path + "." + key;
}

std::int64_t integer_of(const Node& node, const std::string& path, std::int64_t low, std::int64_t high) {
  const auto* value = std::get_if<std::int64_t>(&node.value);
  if (!value) refuse_at(node, path, fmt::format("expected an integer, got {}", type_name(node)));
  if (*value < low || *value > high) {
    const std::string range = high == std::numeric_limits<std::int64_t>::max()
                                  ? fmt::format("at least {}", low)
                                  : fmt::format("from {} to {}", low, high);
    refuse_at(node, path, fmt::format("{} is out of range, expected an integer {}", *value, range));
  }
  return *value;
}

const NodeArray& list_of(const Node& node, const std::string& path, const char* what) {
  if (!node.is_array())
    refuse_at(node, path, fmt::format("expected a list of {}, got {}", what, type_name(node)));
  return node.array();
}

std::string entry_path(const std::string& path, std::size_t i) { return fmt::format("{}[{}]", path, i); }

// A node as what a plugin's parameter may be.
plugin::Plain plain_of(const Node& node, const std::string& path) {
  if (const auto* value = std::get_if<bool>(&node.value)) return *value;
  if (const auto* value = std::get_if<std::int64_t>(&node.value)) return *value;
  if (const auto* value = std::get_if<double>(&node.value)) return *value;
  if (const auto* value = std::get_if<std::string>(&node.value)) return *value;
  if (node.is_table()) refuse_at(node, path, "unknown key; a plugin has no parameter that is a table");
  const NodeArray& entries = node.array();
  const bool whole = std::all_of(entries.begin(), entries.end(), [](const Node& entry) {
    return std::holds_alternative<std::int64_t>(entry.value);
  });
  if (whole && !entries.empty()) {
    std::vector<std::int64_t> values;
    for (const Node& entry : entries) values.push_back(std::get<std::int64_t>(entry.value));
    return values;
  }
  std::vector<double> values;
  for (std::size_t i = 0; i < entries.size(); ++i) values.push_back(real_of(entries[i], entry_path(path, i)));
  return values;
}

}  // namespace

void refuse_at(const Node& node, const std::string& path, const std::string& message) {
  const bool named = path.empty() || node.where.starts_with("--set " + path + "=");
  const std::string what = named ? message : path + ": " + message;
  throw Error(Exit::usage, node.where.empty() ? what : node.where + ": " + what);
}

double real_of(const Node& node, const std::string& path) {
  double value = 0;
  if (const auto* whole = std::get_if<std::int64_t>(&node.value)) {
    value = static_cast<double>(*whole);
  } else if (const auto* real = std::get_if<double>(&node.value)) {
    value = *real;
  } else {
    refuse_at(node, path, fmt::format("expected a number, got {}", type_name(node)));
  }
  if (std::isnan(value)) refuse_at(node, path, "expected a number, got nan");
  return value;
}

Section::Section(const Node& node, std::string path) : node_(&node), path_(std::move(path)) {
  if (!node.is_table()) refuse_at(node, path_, fmt::format("expected a table, got {}", type_name(node)));
}

void Section::refuse(const std::string& key, const std::string& message) const {
  const Node* node = node_->find(key);
  refuse_at(node ? *node : *node_, join_path(path_, key), message);
}

std::string Section::place(const std::string& key) const {
  const Node* node = node_->find(key);
  const std::string& where = node ? node->where : node_->where;
  const std::string path = join_path(path_, key);
  if (where.empty() || where.starts_with("--set " + path + "=")) return where.empty() ? path : where;
  return where + ": " + path;
}

const Node* Section::find(const std::string& key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  return node_->find(key);
}

const Node& Section::need(const std::string& key) {
  const Node* node = find(key);
  if (node) return *node;
  for (const auto& [other, value] : node_->table()) {  // misspelt rather than missing
    const bool asked = std::find(known_.begin(), known_.end(), other) != known_.end();
    if (!asked && plugin::nearest(other, {key}) == key)
      refuse_at(value, join_path(path_, other), "unknown key; the required key here is " + key);
  }
  refuse(key, "missing; the key is required");
}

std::string Section::text(const std::string& key) {
  const Node& node = need(key);
  if (!node.is_text()) refuse(key, fmt::format("expected a string, got {}", type_name(node)));
  return node.text();
}

std::string Section::text(const std::string& key, const std::string& absent) {
  return find(key) ? text(key) : absent;
}

std::string Section::choice(const std::string& key, const std::vector<std::string>& choices) {
  const std::string word = text(key);
  if (std::find(choices.begin(), choices.end(), word) == choices.end()) {
    const std::string close = plugin::nearest(word, choices);
    refuse(key, fmt::format("\"{}\" is none of {}{}", word, fmt::join(choices, ", "),
                            close.empty() ? "" : "; nearest: " + close));
  }
  return word;
}

std::string Section::choice(const std::string& key, const std::vector<std::string>& choices,
                            const std::string& absent) {
  return find(key) ? choice(key, choices) : absent;
}

std::int64_t Section::integer(const std::string& key, std::int64_t low, std::int64_t high) {
  return integer_of(need(key), join_path(path_, key), low, high);
}

std::int64_t Section::integer(const std::string& key, std::int64_t absent, std::int64_t low,
                              std::int64_t high) {
  return find(key) ? integer(key, low, high) : absent;
}

double Section::real(const std::string& key, double low, double high) {
  const double value = real_of(need(key), join_path(path_, key));
  if (!std::isfinite(value) || value < low || value > high) {
    const std::string bound = std::isinf(high) ? "" : fmt::format(" and at most {}", high);
    refuse(key, fmt::format("{} is out of range, expected a finite number{}{}", value,
                            std::isinf(low) ? "" : fmt::format(" of at least {}", low), bound));
  }
  return value;
}

double Section::real(const std::string& key, double absent, double low, double high) {
  return find(key) ? real(key, low, high) : absent;
}

double Section::positive(const std::string& key, double high) {
  const double value = real_of(need(key), join_path(path_, key));
  if (value > 0 && value <= high && std::isfinite(value)) return value;
  const std::string bound = std::isinf(high) ? "" : fmt::format(" and at most {}", high);
  refuse(key, fmt::format("{} is out of range, expected a finite number above 0{}", value, bound));
}

bool Section::flag(const std::string& key, bool absent) {
  const Node* node = find(key);
  if (!node) return absent;
  if (const auto* value = std::get_if<bool>(&node->value)) return *value;
  refuse(key, fmt::format("expected true or false, got {}", type_name(*node)));
}

std::vector<std::int64_t> Section::integers(const std::string& key, std::int64_t low) {
  const Node* node = find(key);
  std::vector<std::int64_t> values;
  if (!node) return values;
  const std::string path = join_path(path_, key);
  for (const Node& entry : list_of(*node, path, "integers")) {
    values.push_back(
        integer_of(entry, entry_path(path, values.size()), low, std::numeric_limits<std::int64_t>::max()));
  }
  return values;
}

std::vector<double> Section::reals(const std::string& key) {
  const Node* node = find(key);
  std::vector<double> values;
  if (!node) return values;
  const std::string path = join_path(path_, key);
  for (const Node& entry : list_of(*node, path, "numbers")) {
    values.push_back(real_of(entry, entry_path(path, values.size())));
  }
  return values;
}

std::vector<std::string> Section::texts(const std::string& key) {
  const Node* node = find(key);
  std::vector<std::string> values;
  if (!node) return values;
  const std::string path = join_path(path_, key);
  for (const Node& entry : list_of(*node, path, "strings")) {
    if (!entry.is_text()) {
      refuse_at(entry, entry_path(path, values.size()),
                fmt::format("expected a string, got {}", type_name(entry)));
    }
    values.push_back(entry.text());
  }
  return values;
}

std::map<std::string, plugin::Given> Section::rest() {
  std::map<std::string, plugin::Given> given;
  for (const auto& [key, node] : node_->table()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    given[key] = {plain_of(node, join_path(path_, key)), node.where};
    known_.push_back(key);
  }
  return given;
}

void Section::done() const {
  for (const auto& [key, node] : node_->table()) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    refuse_at(node, join_path(path_, key), "unknown key" + nearest_hint(key, known_));
  }
}

}  // namespace basso

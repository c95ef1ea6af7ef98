// Typed reading of one TOML table: every getter checks type and range, remembers the key as known, and
// done() refuses whatever nobody asked for, with line, column and the nearest known key.
#pragma once

#include <limits>
#include <map>
#include <string>
#include <vector>

#include "plugin/parameters.hpp"
#include "run/toml_reader.hpp"

namespace basso {

class Section {
 public:
  // `path` is the dotted key of the table, for messages. Throws where the node is no table.
  Section(const Node& node, std::string path);

  const std::string& where() const { return node_->where; }
  const std::string& path() const { return path_; }
  // The node of a key, or nullptr; the key is known from now on.
  const Node* find(const std::string& key);
  const Node& need(const std::string& key);

  std::string text(const std::string& key);
  std::string text(const std::string& key, const std::string& absent);
  // One of the choices.
  std::string choice(const std::string& key, const std::vector<std::string>& choices);
  std::string choice(const std::string& key, const std::vector<std::string>& choices,
                     const std::string& absent);
  std::int64_t integer(const std::string& key, std::int64_t low,
                       std::int64_t high = std::numeric_limits<std::int64_t>::max());
  std::int64_t integer(const std::string& key, std::int64_t absent, std::int64_t low, std::int64_t high);
  // Finite, low <= value <= high; an integer is read as a real.
  double real(const std::string& key, double low, double high);
  double real(const std::string& key, double absent, double low, double high);
  double positive(const std::string& key, double high);
  bool flag(const std::string& key, bool absent);
  std::vector<std::int64_t> integers(const std::string& key, std::int64_t low);
  std::vector<double> reals(const std::string& key);
  std::vector<std::string> texts(const std::string& key);

  const std::vector<std::string>& known() const { return known_; }  // keys that were asked for
  // What nobody asked for, as parameters of a plugin; they count as known.
  std::map<std::string, plugin::Given> rest();
  // Throws for the first key that nobody asked for.
  void done() const;

  // "file:1:2: path.key: message" as Error(Exit::usage).
  [[noreturn]] void refuse(const std::string& key, const std::string& message) const;
  // "file:1:2: path.key", for messages of what finds a mistake later; "" means the table itself.
  std::string place(const std::string& key) const;

 private:
  const Node* node_;
  std::string path_;
  std::vector<std::string> known_;
};

// The same without a section.
[[noreturn]] void refuse_at(const Node& node, const std::string& path, const std::string& message);
// A number as a real; refuses anything else and NaN.
double real_of(const Node& node, const std::string& path);

}  // namespace basso

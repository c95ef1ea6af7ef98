// Merging of profiles, sweep points and --set into an experiment's tree.
#include "run/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"
#include "run/section.hpp"

namespace basso {

namespace {

using Path = std::vector<std::string>;

bool is_named_list(const std::string& key) { return key == "probe" || key == "claim" || key == "figure"; }

// ---- short forms ----

void as_table(Node* node, const char* key) {
  if (node && node->is_text()) {
    Node inner{node->where, node->text()};
    node->value = NodeTable{{key, std::move(inner)}};
  }
}

Node* child(Node* node, const std::string& key) {
  return node && node->is_table() ? node->find(key) : nullptr;
}

void nest(NodeTable& table, const Path& path, const std::string& where, Node value) {
  NodeTable* level = &table;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    auto found =
        std::find_if(level->begin(), level->end(), [&](const auto& entry) { return entry.key == path[i]; });
    if (found == level->end()) {
      level->emplace_back(path[i], Node{where, NodeTable{}});
      found = level->end() - 1;
    }
    if (!found->node.is_table())
      refuse_at(value, "sweep." + dotted_key(path), "a list and a table of lists at once");
    level = &found->node.table();
  }
  const bool twice =
      std::any_of(level->begin(), level->end(), [&](const auto& entry) { return entry.key == path.back(); });
  if (twice) refuse_at(value, "sweep." + dotted_key(path), "given twice");
  level->emplace_back(path.back(), std::move(value));
}

void collect_leaves(const Node& node, Path& path, std::vector<std::pair<Path, const Node*>>& leaves) {
  for (const auto& [key, entry] : node.table()) {
    const Path parts = parse_dotted_key(key, entry.where);
    path.insert(path.end(), parts.begin(), parts.end());
    if (entry.is_table()) {
      collect_leaves(entry, path, leaves);
    } else {
      leaves.emplace_back(path, &entry);
    }
    path.resize(path.size() - parts.size());
  }
}

void nest_sweep(Node* sweep) {
  if (!sweep || !sweep->is_table()) return;
  Path path;
  std::vector<std::pair<Path, const Node*>> leaves;
  collect_leaves(*sweep, path, leaves);
  NodeTable nested;
  for (const auto& [parts, node] : leaves) nest(nested, parts, sweep->where, *node);
  sweep->value = std::move(nested);
}

void write_out(Node& tree) {
  Node* network = child(&tree, "network");
  Node* activation = child(network, "activation");
  as_table(activation, "plugin");
  if (activation && activation->is_array()) {
    for (Node& entry : activation->array()) as_table(&entry, "plugin");
  }
  as_table(child(network, "init"), "law");
  as_table(child(child(&tree, "train"), "optimizer"), "kind");
  as_table(child(child(&tree, "train"), "loss"), "kind");
  nest_sweep(child(&tree, "sweep"));
}

// ---- merging ----

const std::string* text_of(const Node& table, const char* key) {
  const Node* node = table.find(key);
  return node && node->is_text() ? &node->text() : nullptr;
}

// A new plugin, law, optimizer or loss: what belonged to the old one goes.
void drop_old_parameters(Node& base, const Node& over, const Path& path) {
  const bool has_kind =
      path.size() == 2 && path[0] == "train" && (path[1] == "optimizer" || path[1] == "loss");
  for (const char* key : {"plugin", "law", "kind"}) {
    if (std::string(key) == "kind" && !has_kind) continue;
    const std::string* fresh = text_of(over, key);
    const std::string* old = text_of(base, key);
    const auto is_parameter = [](const auto& entry) { return entry.key != "name" && entry.key != "record"; };
    const auto parameter = std::find_if(base.table().begin(), base.table().end(), is_parameter);
    if (fresh && !old && parameter != base.table().end()) {
      refuse_at(*over.find(key), dotted_key(path) + "." + key,
                fmt::format("{} has `{}` and no `{}` that it belongs to: write the {} beside it", base.where,
                            parameter->key, key, key));
    }
    if (!fresh || !old || *fresh == *old) continue;
    std::erase_if(base.table(), is_parameter);
    return;
  }
}

void merge(Node& base, const Node& over, Path& path);

void merge_named(Node& base, const Node& over, Path& path) {
  if (!over.is_table()) {
    refuse_at(over, dotted_key(path),
              fmt::format("entries of [[{}]] are reached by name: {}.NAME.key", path[0], path[0]));
  }
  if (!base.is_array()) refuse_at(base, path[0], fmt::format("expected [[{}]], a list of tables", path[0]));
  for (const auto& [name, entry] : over.table()) {
    std::vector<std::string> known;
    Node* found = nullptr;
    for (Node& candidate : base.array()) {
      const std::string* candidate_name = candidate.is_table() ? text_of(candidate, "name") : nullptr;
      if (candidate_name) known.push_back(*candidate_name);
      if (candidate_name && *candidate_name == name) found = &candidate;
    }
    path.push_back(name);
    if (!found)
      refuse_at(entry, dotted_key(path),
                fmt::format("there is no [[{}]] of that name{}", path[0], nearest_hint(name, known)));
    if (!entry.is_table())
      refuse_at(entry, dotted_key(path), fmt::format("expected a table, got {}", type_name(entry)));
    merge(*found, entry, path);
    path.pop_back();
  }
}

// An array at the root that the file does not have: an empty list, so that the message names what is missing.
void merge_entry(Node& base, const std::string& key, const Node& entry, Path& path) {
  Node* old = base.find(key);
  if (path.size() == 1 && is_named_list(key)) {
    if (!old) {
      base.table().emplace_back(key, Node{entry.where, NodeArray{}});
      old = base.find(key);
    }
    merge_named(*old, entry, path);
    return;
  }
  const bool judges = key == "threshold" || key == "relation" || key == "direction" || key == "kind" ||
                      key == "level" || key == "by";
  if (path.size() == 3 && path[0] == "claim" && judges) {
    refuse_at(entry, dotted_key(path),
              fmt::format("a claim's {} belongs to the claim and cannot be changed", key));
  }
  const bool whole = key == "record" || key == "snapshot" ||
                     (path[0] == "claim" && (key == "select" || key == "other_select")) ||
                     (path[0] == "figure" && key == "select");
  if (!old) {
    base.table().emplace_back(key, entry);
  } else if (!whole && old->is_table() && entry.is_table()) {
    merge(*old, entry, path);
  } else {
    *old = entry;
  }
}

void merge(Node& base, const Node& over, Path& path) {
  drop_old_parameters(base, over, path);
  for (const auto& [key, entry] : over.table()) {
    path.push_back(key);
    merge_entry(base, key, entry, path);
    path.pop_back();
  }
}

void merge_at_root(Node& root, const Node& over) {
  Path path;
  merge(root, over, path);
}

Node wrapped(const std::vector<std::string>& parts, const Node& value) {
  Node node = value;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    node = Node{value.where, NodeTable{{*part, std::move(node)}}};
  }
  write_out(node);
  return node;
}

bool starts_with(const Path& path, const Path& prefix) {
  return path.size() >= prefix.size() && std::equal(prefix.begin(), prefix.end(), path.begin());
}

// A list of the sweep at `path`, each value with what `sets` change in it.
Node with_sets(Node list, const Path& path, const std::vector<SetKey>& sets) {
  for (const SetKey& set : sets) {
    if (set.parts.size() <= path.size() || !starts_with(set.parts, path)) continue;
    const Path within(set.parts.begin() + static_cast<std::ptrdiff_t>(path.size()), set.parts.end());
    const Node change = wrapped(within, set.value);
    for (Node& value : list.array()) {
      const Node tree = wrapped(path, value);  // with short forms written out
      const Node* whole = &tree;
      for (const std::string& part : path) whole = whole->find(part);
      if (!whole->is_table()) continue;
      Path at = path;
      value = *whole;
      merge(value, change, at);
    }
  }
  return list;
}

}  // namespace

std::string dotted_key(const std::vector<std::string>& parts) {
  std::vector<std::string> keys;
  for (const std::string& part : parts) keys.push_back(toml_key(part));
  return fmt::format("{}", fmt::join(keys, "."));
}

void write_out_short_forms(Node& root) {
  write_out(root);
  Node* profiles = child(&root, "profile");
  if (!profiles || !profiles->is_table()) return;
  for (auto& [name, profile] : profiles->table()) write_out(profile);
}

std::vector<std::string> profile_names(const Node& root) {
  std::vector<std::string> names;
  const Node* profiles = root.find("profile");
  if (!profiles) return names;
  Section section(*profiles, "profile");
  for (const auto& [name, profile] : profiles->table()) {
    Section checked(profile, "profile." + name);
    names.push_back(name);
  }
  return names;
}

void apply_profile(Node& root, const std::string& name) {
  const std::vector<std::string> names = profile_names(root);
  const Node* profiles = root.find("profile");
  const Node* found = profiles ? profiles->find(name) : nullptr;
  if (!found) {
    throw Error(Exit::usage,
                fmt::format("--profile {}: there is no [profile.{}]{}", name, name,
                            names.empty() ? "; the file has no profiles" : nearest_hint(name, names)));
  }
  const Node profile = *found;
  if (const Node* nested = profile.find("profile"))
    refuse_at(*nested, "profile", "a profile has no profiles");
  merge_at_root(root, profile);
}

SetKey parse_set(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  const std::string where = "--set " + argument;
  if (equals == std::string::npos || equals == 0) {
    throw Error(Exit::usage, where + ": expected key=value, for example train.steps=200");
  }
  SetKey set;
  set.parts = parse_dotted_key(argument.substr(0, equals), where);
  set.value = parse_toml_value(argument.substr(equals + 1), where);
  if (set.parts.size() == 1 && (!set.value.is_table() || set.parts[0] == "sweep"))
    throw Error(Exit::usage, where + ": expected a key with its table, for example experiment.seed=8");
  if (set.parts[0] == "profile") throw Error(Exit::usage, where + ": profiles are chosen with --profile");
  return set;
}

void apply_set(Node& root, const SetKey& set) { merge_at_root(root, wrapped(set.parts, set.value)); }

std::vector<SweepList> sweep_lists(const Node& root, const std::vector<SetKey>& sets, bool* zip) {
  *zip = false;
  std::vector<SweepList> lists;
  const Node* sweep = root.find("sweep");
  if (!sweep) return lists;
  Section section(*sweep, "sweep");
  *zip = section.flag("zip", false);
  Path path;
  std::vector<std::pair<Path, const Node*>> leaves;
  collect_leaves(*sweep, path, leaves);
  for (const auto& leaf : leaves) {
    const Path& parts = leaf.first;
    const Node* node = leaf.second;
    const std::string key = dotted_key(parts);
    if (parts == Path{"zip"}) continue;
    const std::vector<std::string> roots{"target", "network", "train", "probe"};
    if (parts.size() < 2 || std::find(roots.begin(), roots.end(), parts[0]) == roots.end()) {
      refuse_at(*node, "sweep." + key, "only keys of target, network, train and probe can be swept");
    }
    if (!node->is_array() || node->array().empty()) {
      refuse_at(*node, "sweep." + key,
                fmt::format("expected a list of values, got {}",
                            node->is_array() ? "an empty one" : type_name(*node)));
    }
    const bool fixed = std::any_of(sets.begin(), sets.end(),
                                   [&](const SetKey& set) { return starts_with(parts, set.parts); });
    if (!fixed) lists.push_back({key, parts, with_sets(*node, parts, sets)});
  }
  return lists;
}

void apply_point(Node& root, const std::vector<SweepList>& lists, const std::vector<std::size_t>& index) {
  // A new plugin drops the old one's parameters, so it comes before its own.
  const auto names_component = [](const SweepList& list) {
    const std::string& last = list.parts.back();
    return last == "plugin" || last == "activation" || last == "init" || last == "law" ||
           last == "optimizer" || last == "loss" || last == "kind";
  };
  for (const bool component : {true, false}) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      if (names_component(lists[i]) != component) continue;
      merge_at_root(root, wrapped(lists[i].parts, lists[i].values.array()[index[i]]));
    }
  }
}

}  // namespace basso

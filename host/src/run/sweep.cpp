// The lists of [sweep] as axes and points. See sweep.hpp.
#include "run/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "basso/error.hpp"
#include "run/config.hpp"

namespace basso {

namespace {

using Path = std::vector<std::string>;

SweepAxis axis_of(const SweepList& list) {
  SweepAxis axis;
  axis.key = list.key;
  bool numbers = true;
  for (const Node& entry : list.values.array()) {
    axis.labels.push_back(toml_inline(entry));
    numbers = numbers && (std::holds_alternative<double>(entry.value) ||
                          std::holds_alternative<std::int64_t>(entry.value));
  }
  for (std::size_t i = 0; i < axis.labels.size(); ++i) {
    axis.values.push_back(numbers ? real_of(list.values.array()[i], list.key) : static_cast<double>(i));
  }
  return axis;
}

// Twice the same value would be trained twice and tell nothing apart.
void refuse_twice(const SweepList& list, const SweepAxis& axis) {
  for (std::size_t i = 0; i < axis.labels.size(); ++i) {
    for (std::size_t k = 0; k < i; ++k) {
      if (axis.labels[k] != axis.labels[i] && axis.values[k] != axis.values[i]) continue;
      refuse_at(list.values.array()[i], "sweep." + list.key,
                fmt::format("{} is there twice; for more runs of one point take experiment.repeats",
                            axis.labels[i]));
    }
  }
}

// Where the point has a path under this key: the path, which is absolute; else "".
std::string path_at(const PointSettings& point, const Path& key) {
  if (key.size() == 2 && key[0] == "target") return point.target.values.path(key[1]);
  if (key == Path{"network", "init", "file"}) return point.network ? point.network->init.file : "";
  if (key.size() != 3 || key[0] != "probe") return "";
  const auto probe = std::find_if(point.probes.begin(), point.probes.end(),
                                  [&](const ProbeSettings& one) { return one.name == key[1]; });
  return probe == point.probes.end() ? "" : probe->use.values.path(key[2]);
}

// Paths of the point within a value of the tree become absolute.
void make_absolute(Node& value, Path key, const PointSettings& point,
                   const std::filesystem::path& base_directory) {
  if (value.is_table()) {
    for (auto& [name, entry] : value.table()) {
      key.push_back(name);
      make_absolute(entry, key, point, base_directory);
      key.pop_back();
    }
  } else if (value.is_text()) {
    const std::string path = path_at(point, key);
    if (!path.empty() && (base_directory / value.text()).lexically_normal() == path) value.value = path;
  }
}

// The plugin, law or kind with its parameters that a list puts in another's place; empty where it only
// changes parameters.
Path renamed_component(const SweepList& list) {
  Path key = list.parts;
  const std::string last = key.back();
  if (last == "plugin" || last == "law" || last == "kind") {
    key.pop_back();
    return key;
  }
  const bool whole = key.size() == 2 && (last == "activation" || last == "init" || last == "optimizer" ||
                                         last == "loss" || key[0] == "probe");
  return whole ? key : Path{};
}

// The table of the file at `key`; empty where there is none.
GivenTable given_table(const Node& root, const Path& key, const ExperimentData& data,
                       const std::filesystem::path& base_directory) {
  const Node* found = &root;
  for (const std::string& part : key) {
    if (found && found->is_array()) {
      const auto named = std::find_if(found->array().begin(), found->array().end(), [&](const Node& entry) {
        return entry.is_table() && entry.find("name") && entry.find("name")->is_text() &&
               entry.find("name")->text() == part;
      });
      found = named == found->array().end() ? nullptr : &*named;
    } else {
      found = found && found->is_table() ? found->find(part) : nullptr;
    }
  }
  GivenTable table;
  if (!found || !found->is_table()) return table;  // a list of activations is replaced as a whole
  Node node = *found;
  for (const PointSettings& point : data.points) make_absolute(node, key, point, base_directory);
  for (const auto& [name, value] : node.table()) table.emplace_back(name, toml_inline(value));
  return table;
}

}  // namespace

std::vector<SweepAxis> sweep_axes(const std::vector<SweepList>& lists, bool zip) {
  std::vector<SweepAxis> axes;
  for (const SweepList& list : lists) {
    if (!zip || axes.empty()) {
      axes.push_back(axis_of(list));
      if (!zip) refuse_twice(list, axes.back());
      continue;
    }
    const std::size_t expected = axes[0].labels.size(), got = list.values.array().size();
    if (got != expected) {
      refuse_at(list.values, "sweep." + list.key,
                fmt::format("{} values, but {} has {}; zip needs lists of equal length", got, axes[0].key,
                            expected));
    }
    axes[0].also.push_back(list.key);
  }
  return axes;
}

std::vector<std::vector<std::size_t>> point_indices(const std::vector<SweepAxis>& axes) {
  std::vector<std::vector<std::size_t>> indices{{}};
  for (const SweepAxis& axis : axes) {
    if (indices.size() > most_points / axis.labels.size()) {
      throw Error(Exit::usage,
                  fmt::format("sweep.{}: the sweep has more than {} points", axis.key, most_points));
    }
    std::vector<std::vector<std::size_t>> longer;
    for (const auto& index : indices) {
      for (std::size_t i = 0; i < axis.labels.size(); ++i) {
        longer.push_back(index);
        longer.back().push_back(i);
      }
    }
    indices = std::move(longer);
  }
  return indices;
}

Node point_tree(const Node& root, const std::vector<SweepList>& lists, bool zip,
                const std::vector<std::size_t>& index) {
  Node tree = root;
  apply_point(tree, lists,
              zip ? std::vector<std::size_t>(lists.size(), index.empty() ? 0 : index[0]) : index);
  return tree;
}

void describe_sweep(const Node& root, std::vector<SweepList> lists,
                    const std::filesystem::path& base_directory, ExperimentData& data) {
  for (const PointSettings& point : data.points) {
    for (std::size_t i = 0; i < lists.size(); ++i) {
      Node& value = lists[i].values.array()[point.index[data.zip ? 0 : i]];
      make_absolute(value, lists[i].parts, point, base_directory);
    }
  }
  data.sweep = sweep_axes(lists, data.zip);
  for (const SweepList& list : lists) {
    data.sweep_lists.emplace_back(list.key, toml_inline(list.values));
    const Path key = renamed_component(list);
    if (!key.empty()) data.renamed[dotted_key(key)] = given_table(root, key, data, base_directory);
  }
}

}  // namespace basso

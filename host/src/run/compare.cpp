// basso::compare_runs: two run directories side by side, from their files alone.
#include "basso/compare.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <set>

#include "run/config.hpp"
#include "run/figure_axes.hpp"
#include "run/manifest.hpp"
#include "run/stored_series.hpp"

namespace basso {

namespace {

namespace fs = std::filesystem;

using Texts = std::vector<std::pair<std::string, std::string>>;  // key, value

std::vector<TextDifference> differences(const Texts& a, const Texts& b) {
  const std::map<std::string, std::string> in_a(a.begin(), a.end()), in_b(b.begin(), b.end());
  const auto value = [](const auto& texts, const std::string& key) {
    const auto found = texts.find(key);
    return found == texts.end() ? std::string() : found->second;
  };
  std::vector<TextDifference> rows;
  for (const auto& [key, text] : a) {
    if (text != value(in_b, key)) rows.push_back({key, text, value(in_b, key)});
  }
  for (const auto& [key, text] : b) {
    if (in_a.count(key) == 0) rows.push_back({key, "", text});
  }
  return rows;
}

// The tree's leaves by their dotted keys; entries of [[probe]], [[claim]] and [[figure]] by name.
void flatten(const Node& node, const std::string& path, Texts& texts) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  if (node.is_table()) {
    for (const NodeEntry& entry : node.table()) flatten(entry.node, below(toml_key(entry.key)), texts);
    return;
  }
  const auto name_of = [](const Node& entry) { return entry.is_table() ? entry.find("name") : nullptr; };
  const bool named =
      node.is_array() && std::all_of(node.array().begin(), node.array().end(), [&](const Node& entry) {
        return name_of(entry) && name_of(entry)->is_text();
      });
  if (!named || node.array().empty()) {
    texts.emplace_back(path, toml_inline(node));
    return;
  }
  for (const Node& entry : node.array()) flatten(entry, below(toml_key(name_of(entry)->text())), texts);
}

Texts configuration(const fs::path& directory) {
  const fs::path file = directory / "config.resolved.toml";
  Texts texts;
  flatten(parse_toml(read_resolved(directory), file.string()), "", texts);
  return texts;
}

// Without what results do not depend on.
Texts origin(const StoredManifest& manifest) {
  Texts texts;
  for (const auto& [key, text] : manifest.origin) {
    if (key != "host.cores" && key != "host.threads") texts.emplace_back(key, text);
  }
  for (const StoredPlugin& plugin : manifest.plugins)
    texts.emplace_back("plugin " + plugin.name, plugin.version + " " + plugin.hash);
  std::map<std::string, std::set<std::string>> data;  // files of one name may lie in several folders
  for (const FileHash& file : manifest.data_files)
    data[fs::path(file.path).filename().string()].insert(file.hash);
  for (const auto& [name, hashes] : data)
    texts.emplace_back("data " + name, fmt::format("{}", fmt::join(hashes, " ")));
  return texts;
}

Texts verdicts(const StoredManifest& manifest) {
  Texts texts;
  for (const StoredVerdict& verdict : manifest.verdicts)
    texts.emplace_back(verdict.claim,
                       verdict.outcome + (verdict.value == "null" ? "" : ", " + verdict.value));
  return texts;
}

std::string place_text(const std::vector<SeriesAxis>& axes, std::uint64_t place) {
  std::string text;
  for (std::size_t i = axes.size(); i-- > 0;) {
    const std::size_t entry = place % axis_length(axes[i]);
    place /= axis_length(axes[i]);
    const std::string label =
        axes[i].labels.empty() ? fmt::format("{}", axes[i].values[entry]) : axes[i].labels[entry];
    text = axes[i].name + " " + label + (text.empty() ? "" : ", ") + text;
  }
  return text;
}

// Also where files lie in other folders.
bool same_labels(const SeriesAxis& a, const SeriesAxis& b) {
  if (a.labels.size() != b.labels.size()) return false;
  for (std::size_t i = 0; i < a.labels.size(); ++i)
    if (a.labels[i] != b.labels[i] && entry_text(a, i) != entry_text(b, i)) return false;
  return true;
}

// "" where places of both mean the same.
std::string unlike(const Series& a, const Series& b) {
  if (a.axes.size() != b.axes.size())
    return fmt::format("{} axes in the first, {} in the second", a.axes.size(), b.axes.size());
  for (std::size_t i = 0; i < a.axes.size(); ++i) {
    const SeriesAxis &one = a.axes[i], &other = b.axes[i];
    if (one.name != other.name)
      return fmt::format("axis {} is {} in the first, {} in the second", i, one.name, other.name);
    if (axis_length(one) != axis_length(other))
      return fmt::format("axis {} has {} entries in the first, {} in the second", one.name, axis_length(one),
                         axis_length(other));
    if (one.values != other.values || !same_labels(one, other))
      return fmt::format("axis {} has other values in the second", one.name);
  }
  return "";
}

// Differences of values that are not equal. Infinite ones are infinitely far from all others.
struct Distance {
  Distance(double a, double b) : absolute(std::abs(a - b)), relative(infinity) {
    if (std::isfinite(a) && std::isfinite(b)) relative = absolute / std::max(std::abs(a), std::abs(b));
  }
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  double absolute, relative;
};

// The values of one series in both runs, place by place.
class ValueComparison {
 public:
  ValueComparison(const Tolerance& tolerance, SeriesComparison& result)
      : tolerance_(tolerance), result_(result) {}

  void add(double one, double other) {
    const std::uint64_t place = result_.values++;
    if (one == other || (std::isnan(one) && std::isnan(other))) return;
    ++result_.differing;
    if (std::isnan(one) || std::isnan(other)) {
      if (result_.one_missing++ == 0) at_missing_ = place;
      ++result_.beyond;
      return;
    }
    const Distance distance(one, other);
    if (!(distance.absolute <= tolerance_.absolute) && !(distance.relative <= tolerance_.relative))
      ++result_.beyond;
    if (distance.absolute > result_.largest_absolute) {
      result_.largest_absolute = distance.absolute;
      at_absolute_ = place;
    }
    if (distance.relative > result_.largest_relative) {
      result_.largest_relative = distance.relative;
      at_relative_ = place;
    }
  }

  void name_places(const std::vector<SeriesAxis>& axes) {
    if (result_.largest_absolute > 0) result_.where_absolute = place_text(axes, at_absolute_);
    if (result_.largest_relative > 0) result_.where_relative = place_text(axes, at_relative_);
    if (result_.one_missing > 0) result_.where_missing = place_text(axes, at_missing_);
  }

 private:
  const Tolerance& tolerance_;
  SeriesComparison& result_;
  std::uint64_t at_absolute_ = 0, at_relative_ = 0, at_missing_ = 0;
};

struct Run {
  explicit Run(const fs::path& place)
      : directory(place), manifest(read_manifest(place)), index(read_series_index(place)) {}
  data::NpySeries open(const std::string& name) const {
    return open_stored_series(directory, stored_series(directory, index, name));
  }

  fs::path directory;
  StoredManifest manifest;
  SeriesIndex index;
};

SeriesComparison compare_series(const Run& a, const Run& b, const StoredSeries& stored,
                                const Tolerance& tolerance) {
  SeriesComparison result;
  result.name = stored.series.name;
  const StoredSeries* other = b.index.find(result.name);
  result.unlike = other ? unlike(stored.series, other->series) : "only in the first";
  if (!result.unlike.empty()) return result;
  ValueComparison comparison(tolerance, result);
  const data::NpySeries first = a.open(result.name), second = b.open(result.name);
  data::PieceReader first_values(first), second_values(second);
  while (!first_values.empty()) comparison.add(first_values.next(), second_values.next());
  comparison.name_places(stored.series.axes);
  return result;
}

}  // namespace

bool Comparison::agree() const {
  return std::all_of(series.begin(), series.end(), std::mem_fn(&SeriesComparison::agrees));
}

Comparison compare_runs(const fs::path& a, const fs::path& b, const Tolerance& tolerance) {
  const Run first(a), second(b);
  Comparison comparison;
  comparison.origin = differences(origin(first.manifest), origin(second.manifest));
  comparison.configuration = differences(configuration(a), configuration(b));
  comparison.verdicts = differences(verdicts(first.manifest), verdicts(second.manifest));
  for (const StoredSeries& stored : first.index.series)
    comparison.series.push_back(compare_series(first, second, stored, tolerance));
  for (const StoredSeries& stored : second.index.series) {
    if (first.index.find(stored.series.name)) continue;
    comparison.series.emplace_back();
    comparison.series.back().name = stored.series.name;
    comparison.series.back().unlike = "only in the second";
  }
  return comparison;
}

}  // namespace basso

// Reads [[claim]] and [[figure]]. Which keys a claim has depends on its kind; the others are refused.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "run/claim_kinds.hpp"
#include "run/config.hpp"

namespace basso {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The sweep axis meant by a full key or by its last part where only one axis has it, or nullptr.
const SweepAxis* find_axis(const std::vector<SweepAxis>& sweep, const std::string& name) {
  const SweepAxis* found = nullptr;
  for (const SweepAxis& axis : sweep) {
    if (axis.key == name) return &axis;
    if (axis.key.size() > name.size() && axis.key.ends_with("." + name)) {
      if (found) return nullptr;
      found = &axis;
    }
  }
  return found;
}

std::variant<double, std::string> selected_entry(const Node& entry, const std::string& path,
                                                 const SweepAxis* axis) {
  const std::string text = entry.is_text() ? entry.text() : "";
  if (!axis) return entry.is_text() ? std::variant<double, std::string>(text) : real_of(entry, path);
  for (std::size_t i = 0; i < axis->labels.size(); ++i) {
    const bool named = axis->labels[i] == text || axis->labels[i] == toml_string(text);
    if (entry.is_text() ? named : axis->values[i] == real_of(entry, path)) return axis->values[i];
  }
  refuse_at(entry, path,
            fmt::format("{} is no value of the sweep's {}; it has {}", toml_inline(entry), axis->key,
                        fmt::join(axis->labels, ", ")));
}

Selection read_selection(Section& section, const std::string& key, const std::vector<SweepAxis>& sweep) {
  Selection selection;
  const Node* node = section.find(key);
  if (!node) return selection;
  const std::string path = section.path() + "." + key;
  Section inner(*node, path);
  for (const auto& [name, value] : node->table()) {
    const SweepAxis* axis = find_axis(sweep, name);
    const std::string entry_path = path + "." + toml_key(name);
    std::vector<std::variant<double, std::string>> values;
    if (value.is_array()) {
      for (const Node& entry : value.array()) values.push_back(selected_entry(entry, entry_path, axis));
    } else {
      values.push_back(selected_entry(value, entry_path, axis));
    }
    if (values.empty())
      refuse_at(value, entry_path, "an empty selection; leave the key out to keep everything");
    selection[axis ? axis->key : name] = values;
  }
  return selection;
}

std::string read_series_name(Section& section, const std::string& key) {
  const std::string name = section.text(key);
  if (name.find('.') == std::string::npos)
    section.refuse(key, fmt::format("\"{}\" is no series; expected \"<probe>.<output>\"", name));
  return name;
}

void read_crossing(Section& section, ClaimSettings& claim) {
  claim.level = section.real("level", -infinity, infinity);
  claim.direction = section.choice("direction", {"above", "below"}, "above");
  claim.hold = section.integer("hold", 1, 1, 1000000000);
}

void read_axis(Section& section, ClaimSettings& claim, const std::vector<SweepAxis>& sweep) {
  claim.axis = section.text("axis");
  if (claim.axis.empty()) section.refuse("axis", "an empty name is that of no axis");
  if (const SweepAxis* axis = find_axis(sweep, claim.axis)) claim.axis = axis->key;
  if (claim.axis == "repeat") section.refuse("axis", "repeats are no axis of a claim; their median counts");
  if (claim.axis == "recording" && claim.kind == "order") {
    section.refuse("axis", "an order is seen along another axis: each entry crosses at some recording");
  }
  if (claim.select.count(claim.axis) && claim.select[claim.axis].size() < 2) {
    section.refuse("select",
                   fmt::format("one entry along {} shows nothing; select two or more, or none", claim.axis));
  }
}

void read_reduction(Section& section, ClaimSettings& claim) {
  static const std::vector<std::string> reductions{
      "last",         "best_min", "best_max", "median_tail", "mean", "first_crossing",
      "oscillations", "swing",    "rebound",  "dip",         "each"};
  claim.reduce = section.choice("reduce", reductions, "last");
  if (claim.axis == "recording" && section.find("reduce")) {
    section.refuse("reduce", "the claim goes along the recordings; nothing is left to reduce");
  }
  if (claim.reduce == "first_crossing") {
    if (claim.kind == "trend") section.refuse("reduce", "a trend of crossings is a claim of kind order");
    read_crossing(section, claim);
  }
  if (claim.reduce == "oscillations") {
    claim.level = section.real("level", 0, infinity);
    if (claim.level <= 0)
      section.refuse("level", "0 counts every rise, however small; expected a number above 0");
  }
  claim.combine = section.choice("combine", {"worst", "mean", "median"}, "worst");
  if (claim.reduce != "each") return;
  if (claim.kind != "compare")
    section.refuse(
        "reduce", "each recording is judged beside that of another series: expected a claim of kind compare");
  if (claim.combine != "worst")
    section.refuse("combine", "each recording is judged for itself: the worst counts");
}

void read_other(Section& section, ClaimSettings& claim, const std::vector<SweepAxis>& sweep) {
  claim.other = section.find("other") ? read_series_name(section, "other") : claim.series;
  claim.other_select = read_selection(section, "other_select", sweep);
  if (claim.other == claim.series && claim.other_select == claim.select) {
    section.refuse("other_select", "the two operands are the same; name another series or another selection");
  }
}

void read_kind(Section& section, ClaimSettings& claim, const std::vector<SweepAxis>& sweep) {
  const std::vector<std::string> relations{"<=", "<", ">=", ">"};
  const std::string& kind = claim.kind;
  if (kind == "order" || kind == "trend" || kind == "interior_minimum" || kind == "slope")
    read_axis(section, claim, sweep);
  if (kind == "order") read_crossing(section, claim);
  if (kind == "disagreement") claim.level = section.real("level", -infinity, infinity);
  if (has_reduction(claim)) read_reduction(section, claim);
  if (kind == "trend") claim.direction = section.choice("direction", {"rising", "falling"}, "rising");
  if (kind == "trend" && section.find("other_select") && !section.find("other"))
    section.refuse("other_select", "selects of another series, and none is named: give `other`");
  if (kind == "compare" || (kind == "trend" && section.find("other"))) read_other(section, claim, sweep);
  if (kind == "compare") claim.by = section.choice("by", {"difference", "ratio"}, "difference");
  if (kind == "compare" || kind == "bound" || kind == "slope" || kind == "disagreement")
    claim.relation = section.choice("relation", relations);
  if (kind == "order" || kind == "trend") claim.relation = section.choice("relation", relations, ">=");
}

// A rank correlation that could not miss the threshold, or that reaches it without showing an order.
void check_correlation(const Section& section, const ClaimSettings& claim) {
  const bool upper = claim.relation[0] == '<';
  const double threshold = claim.threshold;
  const bool sound = upper ? threshold > -1 && (threshold < 1 || (threshold == 1 && claim.relation == "<"))
                           : threshold > 0 && (threshold < 1 || (threshold == 1 && claim.relation == ">="));
  if (sound) return;
  section.refuse("threshold",
                 upper
                     ? fmt::format("{} is out of range: {} is to say that an order is missing, so that a "
                                   "perfect one, 1, must not hold; expected above -1 and at most 1",
                                   threshold, claim.relation)
                     : fmt::format("{} is out of range: a rank correlation that shows something is in (0, 1]",
                                   threshold));
}

// A share that no number of entries could miss, or reach.
void check_share(const Section& section, const ClaimSettings& claim) {
  const auto holds = [&](double share) { return relation_holds(share, claim.relation, claim.threshold); };
  if (holds(0) == holds(1))
    section.refuse("threshold", fmt::format("every share of entries from 0 to 1, or none, is {} {}",
                                            claim.relation, claim.threshold));
}

// A key that other kinds have is named as such; done() sees to the rest.
void refuse_keys_of_other_kinds(const Node& node, const Section& section, const ClaimSettings& claim,
                                const std::vector<std::string>& asked) {
  static const std::vector<std::string> all{"axis",  "reduce",       "level", "direction", "hold",
                                            "other", "other_select", "by",    "combine",   "relation"};
  for (const auto& [key, value] : node.table()) {
    const bool known = std::find(all.begin(), all.end(), key) != all.end();
    if (known && std::find(asked.begin(), asked.end(), key) == asked.end()) {
      section.refuse(
          key, fmt::format("has no meaning for a claim of kind {}{}", claim.kind,
                           has_reduction(claim) ? fmt::format(" with reduce \"{}\"", claim.reduce) : ""));
    }
  }
}

ClaimSettings read_claim(const Node& node, const std::vector<SweepAxis>& sweep) {
  ClaimSettings claim;
  claim.where = node.where;
  Section named(node, "claim");
  claim.name = named.text("name");
  Section section(node, "claim." + claim.name);
  section.find("name");
  claim.kind = section.choice(
      "kind", {"order", "trend", "compare", "bound", "interior_minimum", "slope", "disagreement"});
  claim.series = read_series_name(section, "series");
  claim.select = read_selection(section, "select", sweep);
  read_kind(section, claim, sweep);
  claim.threshold = section.real("threshold", -infinity, infinity);
  if (claim.kind == "order" || claim.kind == "trend") check_correlation(section, claim);
  if (claim.kind == "disagreement") check_share(section, claim);
  if (claim.kind == "interior_minimum" && claim.threshold <= 0)
    section.refuse("threshold", "a minimum that is no dip shows nothing; expected a number above 0");
  claim.quote = section.text("quote");
  claim.reason = section.text("reason");
  claim.status = section.choice("status", {"confirmed", "unconfirmed"}, "confirmed");
  refuse_keys_of_other_kinds(node, section, claim, section.known());
  section.done();
  return claim;
}

// A key that the kind would pass over is refused.
void refuse_keys_without_effect(const Section& section, const Node& node, const std::string& kind) {
  static const std::map<std::string, std::vector<std::string>> without = {
      {"heatmap", {"against", "reference", "y_range"}},
      {"lines", {"y", "color_range", "log_color", "numbers"}},
      {"function",
       {"against", "reference", "y", "color_range", "y_range", "log_x", "log_y", "log_color", "numbers",
        "each_repeat", "level", "direction"}},
      {"image",
       {"against", "reference", "x", "y", "y_range", "log_x", "log_y", "log_color", "numbers", "each_repeat",
        "level", "direction"}}};
  for (const std::string& key : without.at(kind)) {
    const Node* given = node.find(key);
    const bool* flag = given ? std::get_if<bool>(&given->value) : nullptr;
    if (given && !(flag && !*flag))
      section.refuse(key, fmt::format("has no meaning for a figure of kind {}", kind));
  }
}

FigureSettings read_figure(const Node& node, const std::vector<SweepAxis>& sweep) {
  FigureSettings figure;
  figure.where = node.where;
  Section named(node, "figure");
  figure.name = named.text("name");
  Section section(node, "figure." + figure.name);
  section.find("name");
  figure.kind = section.choice("kind", {"heatmap", "lines", "function", "image"});
  refuse_keys_without_effect(section, node, figure.kind);
  figure.title = section.text("title", figure.name);
  section.need("series");
  figure.series = section.texts("series");
  if (figure.series.empty()) section.refuse("series", "an empty list draws nothing");
  figure.against = section.text("against", "");
  figure.reference = section.texts("reference");
  figure.x = section.text("x", "");
  figure.y = section.text("y", "");
  if (const SweepAxis* axis = find_axis(sweep, figure.x)) figure.x = axis->key;
  if (const SweepAxis* axis = find_axis(sweep, figure.y)) figure.y = axis->key;
  figure.select = read_selection(section, "select", sweep);
  figure.color_range = section.reals("color_range");
  const bool two = figure.color_range.size() == 2 && figure.color_range[0] != figure.color_range[1];
  if (section.find("color_range") && !two)
    section.refuse("color_range", "expected two different numbers: [low, high]");
  figure.log_x = section.flag("log_x", false);
  figure.log_y = section.flag("log_y", false);
  figure.y_range = section.reals("y_range");
  const bool ascending = figure.y_range.size() == 2 && figure.y_range[0] < figure.y_range[1];
  if (section.find("y_range") && !ascending)
    section.refuse("y_range", "expected two ascending numbers: [low, high]");
  if (ascending && figure.log_y && figure.y_range[0] <= 0)
    section.refuse("y_range", "a logarithmic axis begins above 0");
  figure.log_color = section.flag("log_color", false);
  const auto& ends = figure.color_range;
  if (figure.log_color && std::any_of(ends.begin(), ends.end(), [](double end) { return end <= 0; }))
    section.refuse("color_range", "with log_color both ends must be above 0");
  figure.numbers = section.flag("numbers", false);
  figure.each_repeat = section.flag("each_repeat", false);
  figure.steps = section.integers("steps", 0);
  if (section.find("level")) figure.level = section.real("level", -infinity, infinity);
  if (section.find("direction") && !figure.level)
    section.refuse("direction", "has no meaning without a level that is crossed");
  figure.direction = section.choice("direction", {"above", "below"}, "above");
  if (section.find("steps") && figure.level)
    section.refuse("steps", "has no meaning with level: crossings are seen over all recordings");
  figure.note = section.text("note", "");
  section.done();
  return figure;
}

}  // namespace

std::vector<ClaimSettings> read_claims(const Node& root, const std::vector<SweepAxis>& sweep) {
  std::vector<ClaimSettings> claims;
  for (const Node* node : named_entries(root, "claim")) claims.push_back(read_claim(*node, sweep));
  return claims;
}

std::vector<FigureSettings> read_figure_settings(const Node& root, const std::vector<SweepAxis>& sweep) {
  std::vector<FigureSettings> figures;
  for (const Node* node : named_entries(root, "figure")) figures.push_back(read_figure(*node, sweep));
  return figures;
}

}  // namespace basso

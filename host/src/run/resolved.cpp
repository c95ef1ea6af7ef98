// Writes an experiment as TOML with every default filled in. Reading the text gives the same settings and the
// same text again (tests/unit/run/resolved_test.cpp).
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "plugin/parameters.hpp"
#include "run/config.hpp"

namespace basso {

namespace {

using plugin::toml_number;

class Writer {
 public:
  void header(const std::string& text) { text_ += (text_.empty() ? "" : "\n") + text + "\n"; }
  void line(const std::string& key, const std::string& value) {
    text_ += toml_key(key) + " = " + value + "\n";
  }
  void text(const std::string& key, const std::string& value) { line(key, toml_string(value)); }
  void number(const std::string& key, double value) { line(key, toml_number(value)); }
  void integer(const std::string& key, std::int64_t value) { line(key, fmt::format("{}", value)); }
  void flag(const std::string& key, bool value) { line(key, value ? "true" : "false"); }
  void parameters(const PluginUse& use) {
    text("plugin", use.component->id());
    for (const auto& [key, value] : use.values.toml()) line(key, value);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

template <class Values, class Text>
std::string list(const Values& values, Text text) {
  std::vector<std::string> texts;
  for (const auto& value : values) texts.push_back(text(value));
  return fmt::format("[{}]", fmt::join(texts, ", "));
}

std::string integer_list(const std::vector<std::int64_t>& values) {
  return list(values, [](std::int64_t value) { return fmt::format("{}", value); });
}

std::string real_list(const std::vector<double>& values) { return list(values, toml_number); }

std::string schedule_table(const Schedule& schedule) {
  if (schedule.kind == Schedule::Kind::every) return fmt::format("{{ every = {} }}", schedule.every);
  if (schedule.kind == Schedule::Kind::logarithmic)
    return fmt::format("{{ per_decade = {} }}", schedule.per_decade);
  return fmt::format("{{ steps = {} }}", integer_list(schedule.list));
}

std::string plugin_table(const PluginUse& use) {
  std::string text = "{ plugin = " + toml_string(use.component->id());
  for (const auto& [key, value] : use.values.toml()) text += ", " + toml_key(key) + " = " + value;
  return text + " }";
}

std::string init_table(const InitSettings& init) {
  std::string text = "{ law = " + toml_string(init.law);
  if (init.law == "normal") {
    text += fmt::format(", weight_std = {}, bias_std = {}", toml_number(init.weight_std),
                        toml_number(init.bias_std));
  }
  if (init.law == "file") text += ", file = " + toml_string(init.file);
  return text + " }";
}

std::string optimizer_table(const OptimizerSettings& optimizer) {
  std::string text = fmt::format("{{ kind = {}, learning_rate = {}", toml_string(optimizer.kind),
                                 toml_number(optimizer.learning_rate));
  if (optimizer.kind == "sgd") {
    text +=
        fmt::format(", momentum = {}, nesterov = {}", toml_number(optimizer.momentum), optimizer.nesterov);
  }
  if (optimizer.kind == "adam") {
    text += fmt::format(", form = {}, beta1 = {}, beta2 = {}, epsilon = {}", toml_string(optimizer.form),
                        toml_number(optimizer.beta1), toml_number(optimizer.beta2),
                        toml_number(optimizer.epsilon));
  }
  return text + " }";
}

std::string loss_value(const LossSettings& loss) {
  if (loss.order.empty()) return toml_string(loss.kind);
  std::string text = fmt::format("{{ kind = {}, order = {}", toml_string(loss.kind), toml_string(loss.order));
  if (loss.order != "all")
    text += fmt::format(", peaks = {}, level = {}, check_every = {}, patience = {}", integer_list(loss.peaks),
                        toml_number(loss.level), loss.check_every, loss.patience);
  return text + " }";
}

std::string selection_table(const Selection& select) {
  if (select.empty()) return "{}";
  std::vector<std::string> entries;
  const auto text = [](const std::variant<double, std::string>& entry) {
    const auto* label = std::get_if<std::string>(&entry);
    return label ? toml_string(*label) : toml_number(std::get<double>(entry));
  };
  for (const auto& [axis, values] : select) entries.push_back(toml_key(axis) + " = " + list(values, text));
  return fmt::format("{{ {} }}", fmt::join(entries, ", "));
}

void write_experiment(Writer& out, const ExperimentData& data) {
  out.header("[experiment]");
  out.text("name", data.name);
  out.text("title", data.title);
  out.text("source", data.source);
  out.line("seed", fmt::format("{}", data.seed));
  out.integer("repeats", data.repeats);
  std::vector<std::string> vary;
  if (data.vary_target) vary.emplace_back("target");
  if (data.vary_init) vary.emplace_back("init");
  if (data.vary_batch) vary.emplace_back("batch");
  out.line("repeats_vary", list(vary, toml_string));
}

// One entry for all hidden layers where they are equal, so that a sweep over widths still fits.
std::string activation_value(const std::vector<PluginUse>& uses) {
  std::vector<std::string> tables;
  for (const PluginUse& use : uses) tables.push_back(plugin_table(use));
  const bool equal =
      std::all_of(tables.begin(), tables.end(), [&](const auto& table) { return table == tables[0]; });
  return equal ? tables[0] : fmt::format("[{}]", fmt::join(tables, ", "));
}

// As the file gives it: for a component that the sweep names anew, parameters of the first point's would
// count for the others, too. Nothing where the file has none.
void given_line(Writer& out, const std::string& key, const GivenTable& given) {
  std::vector<std::string> entries;
  for (const auto& [name, value] : given) entries.push_back(toml_key(name) + " = " + value);
  if (!entries.empty()) out.line(key, fmt::format("{{ {} }}", fmt::join(entries, ", ")));
}

using Renamed = std::map<std::string, GivenTable>;

// The key of a component in its table: as the file gives it, or `value` of the first point.
void component(Writer& out, const Renamed& renamed, const std::string& table, const std::string& key,
               const std::string& value) {
  const auto found = renamed.find(table + "." + key);
  if (found == renamed.end()) {
    out.line(key, value);
  } else {
    given_line(out, key, found->second);
  }
}

// Whether the table of a component was written as the file gives it.
bool wrote_given(Writer& out, const Renamed& renamed, const std::string& key) {
  const auto found = renamed.find(key);
  if (found == renamed.end()) return false;
  for (const auto& [name, value] : found->second) out.line(name, value);
  return true;
}

void write_network(Writer& out, const NetworkSettings& network, const Renamed& renamed) {
  out.header("[network]");
  if (network.neighbours > 0) {
    out.text("kind", "knn");
    out.integer("neighbours", network.neighbours);
    return;
  }
  out.text("kind", "dense");
  out.line("widths", integer_list(network.widths));
  if (!network.activations.empty())
    component(out, renamed, "network", "activation", activation_value(network.activations));
  component(out, renamed, "network", "init", init_table(network.init));
}

void write_train(Writer& out, const TrainSettings& train, const Renamed& renamed) {
  out.header("[train]");
  out.integer("steps", train.steps);
  component(out, renamed, "train", "loss", loss_value(train.loss));
  component(out, renamed, "train", "optimizer", optimizer_table(train.optimizer));
  out.integer("batch", train.batch);
  out.text("precision", train.precision);
  out.number("l2", train.l2);
  out.number("clip", train.clip);
  if (train.engine != "fast") out.text("engine", train.engine);
  if (train.stop_loss_below > 0)
    out.line("stop_when", fmt::format("{{ loss_below = {} }}", toml_number(train.stop_loss_below)));
}

void write_schedule(Writer& out, const std::string& header, const Schedule& schedule) {
  out.header(header);
  if (schedule.kind == Schedule::Kind::every) out.integer("every", schedule.every);
  if (schedule.kind == Schedule::Kind::logarithmic) out.integer("per_decade", schedule.per_decade);
  if (schedule.kind == Schedule::Kind::list) out.line("steps", integer_list(schedule.list));
}

void write_sweep(Writer& out, const ExperimentData& data) {
  if (data.sweep_lists.empty()) return;
  out.header("[sweep]");
  if (data.zip) out.flag("zip", true);
  for (const auto& [key, values] : data.sweep_lists) out.line(key, values);
}

void write_probes(Writer& out, const std::vector<ProbeSettings>& probes, const Renamed& renamed) {
  for (const ProbeSettings& probe : probes) {
    out.header("[[probe]]");
    if (wrote_given(out, renamed, "probe." + probe.name)) continue;
    out.text("name", probe.name);
    out.parameters(probe.use);
    if (probe.schedule) out.line("record", schedule_table(*probe.schedule));
  }
}

void write_claim(Writer& out, const ClaimSettings& claim) {
  out.header("[[claim]]");
  out.text("name", claim.name);
  out.text("kind", claim.kind);
  out.text("series", claim.series);
  if (!claim.select.empty()) out.line("select", selection_table(claim.select));
  if (!claim.axis.empty()) out.text("axis", claim.axis);
  const bool crossing = claim.kind == "order" || claim.reduce == "first_crossing";
  if (has_reduction(claim) && claim.axis != "recording") out.text("reduce", claim.reduce);
  if (crossing || claim.reduce == "oscillations" || claim.kind == "disagreement")
    out.number("level", claim.level);
  if (crossing) out.integer("hold", claim.hold);
  if (crossing || claim.kind == "trend") out.text("direction", claim.direction);
  if (has_reduction(claim)) out.text("combine", claim.combine);
  if (!claim.other.empty()) {
    out.text("other", claim.other);
    out.line("other_select", selection_table(claim.other_select));
  }
  if (claim.kind == "compare") out.text("by", claim.by);
  if (claim.kind != "interior_minimum") out.text("relation", claim.relation);
  out.number("threshold", claim.threshold);
  out.text("quote", claim.quote);
  out.text("reason", claim.reason);
  out.text("status", claim.status);
}

void write_figure(Writer& out, const FigureSettings& figure) {
  out.header("[[figure]]");
  out.text("name", figure.name);
  out.text("kind", figure.kind);
  out.text("title", figure.title);
  out.line("series", list(figure.series, toml_string));
  if (!figure.against.empty()) out.text("against", figure.against);
  if (!figure.reference.empty()) out.line("reference", list(figure.reference, toml_string));
  if (!figure.select.empty()) out.line("select", selection_table(figure.select));
  if (!figure.x.empty()) out.text("x", figure.x);
  if (!figure.y.empty()) out.text("y", figure.y);
  if (!figure.color_range.empty()) out.line("color_range", real_list(figure.color_range));
  if (!figure.y_range.empty()) out.line("y_range", real_list(figure.y_range));
  out.flag("log_x", figure.log_x);
  out.flag("log_y", figure.log_y);
  if (figure.log_color) out.flag("log_color", true);
  if (figure.numbers) out.flag("numbers", true);
  if (figure.each_repeat) out.flag("each_repeat", true);
  if (!figure.steps.empty()) out.line("steps", integer_list(figure.steps));
  if (figure.level) {
    out.number("level", *figure.level);
    out.text("direction", figure.direction);
  }
  out.text("note", figure.note);
}

// Target, network, training and schedules.
void write_parts(Writer& out, const PointSettings& point, const Renamed& renamed) {
  out.header("[target]");
  if (!wrote_given(out, renamed, "target")) out.parameters(point.target);
  if (point.network) write_network(out, *point.network, renamed);
  if (point.train) write_train(out, *point.train, renamed);
  write_schedule(out, "[record]", point.record);
  if (point.train) write_schedule(out, "[snapshot]", point.snapshot);
}

}  // namespace

// The first sweep point stands for the swept keys.
std::string resolved_toml(const ExperimentData& data) {
  Writer out;
  const PointSettings& point = data.points.front();
  write_experiment(out, data);
  write_parts(out, point, data.renamed);
  if (data.checkpoint_seconds > 0) {
    out.header("[checkpoint]");
    out.number("seconds", data.checkpoint_seconds);
  }
  write_sweep(out, data);
  write_probes(out, point.probes, data.renamed);
  for (const ClaimSettings& claim : data.claims) write_claim(out, claim);
  for (const FigureSettings& figure : data.figures) write_figure(out, figure);
  return out.take();
}

std::string point_toml(const PointSettings& point) {
  Writer out;
  write_parts(out, point, {});
  write_probes(out, point.probes, {});
  return out.take();
}

std::string probes_toml(const std::vector<ProbeSettings>& probes) {
  Writer out;
  write_probes(out, probes, {});
  return out.take();
}

}  // namespace basso

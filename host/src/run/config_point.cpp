// Reads what one sweep point is made of: target, network, training, schedule and probes.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>

#include "basso/error.hpp"
#include "run/config.hpp"

namespace basso {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::int64_t most_steps = std::int64_t{1} << 40;
constexpr std::int64_t most_recordings = 10000000;

struct Context {
  const std::filesystem::path& base_directory;
  const Catalogue& catalogue;
};

// The plugin named by `plugin` with whatever else the section holds as its parameters.
PluginUse read_plugin(Section& section, const std::string& kind, const Context& context) {
  const std::string id = section.text("plugin");
  PluginUse use;
  use.where = section.place("");
  try {
    use.component = context.catalogue.require(kind, id);
  } catch (const Error& error) {
    throw Error(error.code(),
                fmt::format("{}: {}.plugin: {}", section.need("plugin").where, section.path(), error.what()));
  }
  const std::map<std::string, plugin::Given> given = section.rest();
  for (const auto& [key, one] : given)
    if (one.where.starts_with("--set ")) use.where += " with " + one.where;
  use.values = plugin::ParameterValues(use.component->table(), given, context.base_directory.string());
  section.done();
  return use;
}

InitSettings read_init(const Node* node, const Context& context) {
  InitSettings init;
  if (!node) return init;
  Section section(*node, "network.init");
  init.law = section.choice("law", {"normal", "pytorch", "he", "glorot", "activation", "file"}, init.law);
  init.where = section.place("");
  if (init.law == "normal") {
    init.weight_std = section.real("weight_std", 0, infinity);
    init.bias_std = section.real("bias_std", 0, infinity);
  } else if (init.law == "file") {
    const std::filesystem::path file = section.text("file");
    init.file = (file.is_absolute() ? file : context.base_directory / file).lexically_normal().string();
  }
  section.done();
  return init;
}

std::vector<PluginUse> read_activations(const Node* node, const Node& network, std::size_t layers,
                                        const Context& context) {
  const Node relu{network.where, NodeTable{{"plugin", Node{network.where, std::string("relu")}}}};
  const Node& given = node ? *node : relu;
  if (!given.is_array()) {
    Section section(given, "network.activation");
    return std::vector<PluginUse>(layers, read_plugin(section, "activation", context));
  }
  if (given.array().size() != layers) {
    refuse_at(given, "network.activation",
              fmt::format("{} entries for {} hidden layers", given.array().size(), layers));
  }
  std::vector<PluginUse> uses;
  for (const Node& entry : given.array()) {
    Section section(entry, fmt::format("network.activation[{}]", uses.size()));
    uses.push_back(read_plugin(section, "activation", context));
  }
  return uses;
}

NetworkSettings read_network(const Node& node, const Context& context) {
  Section section(node, "network");
  const std::string kind = section.choice("kind", {"dense", "knn"}, "dense");
  NetworkSettings network;
  network.where = section.place("");
  if (kind == "knn") {
    network.neighbours = section.integer("neighbours", 1);
    section.done();
    return network;
  }
  section.need("widths");
  network.widths = section.integers("widths", 1);
  for (std::int64_t width : network.widths) {
    if (width > (1 << 20))
      section.refuse("widths", fmt::format("a layer of {} units is wider than 2^20", width));
  }
  network.activations = read_activations(section.find("activation"), node, network.widths.size(), context);
  network.init = read_init(section.find("init"), context);
  section.done();
  return network;
}

OptimizerSettings read_optimizer(const Node* node) {
  OptimizerSettings optimizer;
  if (!node) return optimizer;
  Section section(*node, "train.optimizer");
  optimizer.kind = section.choice("kind", {"gd", "sgd", "adam"}, optimizer.kind);
  optimizer.learning_rate = section.real("learning_rate", 1e-3, 0, infinity);
  const auto below_one = [&](const char* key, double absent) {
    const double value = section.real(key, absent, 0, 1);
    if (value >= 1) section.refuse(key, "1 is out of range, expected a number in [0, 1)");
    return value;
  };
  if (optimizer.kind == "sgd") {
    optimizer.momentum = below_one("momentum", 0);
    optimizer.nesterov = section.flag("nesterov", false);
    if (optimizer.nesterov && optimizer.momentum == 0) section.refuse("nesterov", "needs a momentum above 0");
  } else if (optimizer.kind == "adam") {
    optimizer.form = section.choice("form", {"pytorch", "tensorflow"}, "pytorch");
    optimizer.beta1 = below_one("beta1", 0.9);
    optimizer.beta2 = below_one("beta2", 0.999);
    if (section.find("epsilon")) optimizer.epsilon = section.positive("epsilon", infinity);
  }
  section.done();
  return optimizer;
}

LossSettings read_loss(const Node* node, const std::string& where) {
  LossSettings loss;
  loss.where = where;
  if (!node) return loss;
  Section section(*node, "train.loss");
  loss.kind = section.choice("kind", {"mse", "mae", "bce", "softmax", "frequency-weighted"});
  if (loss.kind == "frequency-weighted") {
    loss.order = section.choice("order", {"all", "low-to-high", "high-to-low"});
    if (loss.order != "all") {
      section.need("peaks");
      loss.peaks = section.integers("peaks", 1);
      if (section.find("level")) loss.level = section.positive("level", 1);
      loss.check_every = section.integer("check_every", loss.check_every, 1, most_steps);
      loss.patience = section.integer("patience", loss.patience, 0, most_steps);
    }
  }
  section.done();
  return loss;
}

constexpr double largest_std = 1e37;  // normal numbers reach some ten times as far

// What training in float32 would take for 0 or infinity is refused, rather than changed silently.
void check_precision(const TrainSettings& train, const InitSettings& init) {
  if (train.precision != "float32") return;
  for (const auto& [key, value] :
       {std::pair{"weight_std", init.weight_std}, std::pair{"bias_std", init.bias_std}})
    if (value > largest_std)
      throw Error(Exit::usage,
                  fmt::format("network.init.{}: {} leaves no number of float32 finite; expected at most "
                              "{}, or train.precision = \"float64\"",
                              key, value, largest_std));
  const OptimizerSettings& optimizer = train.optimizer;
  const std::pair<const char*, double> numbers[] = {{"optimizer.learning_rate", optimizer.learning_rate},
                                                    {"optimizer.epsilon", optimizer.epsilon},
                                                    {"l2", train.l2},
                                                    {"clip", train.clip}};
  for (const auto& [key, value] : numbers) {
    const bool lost = value != 0 && (value < std::numeric_limits<float>::min() ||
                                     value > static_cast<double>(std::numeric_limits<float>::max()));
    if (lost)
      throw Error(Exit::usage, fmt::format("train.{}: {} is no normal number in float32; expected 1.2e-38 to "
                                           "3.4e38, or train.precision = \"float64\"",
                                           key, value));
  }
}

TrainSettings read_train(const Node& node) {
  Section section(node, "train");
  TrainSettings train;
  train.steps = section.integer("steps", 0, most_steps);
  train.loss = read_loss(section.find("loss"), section.place("loss"));
  train.optimizer = read_optimizer(section.find("optimizer"));
  train.batch = section.integer("batch", 0, 0, most_steps);
  train.batch_where = section.place("batch");
  train.precision = section.choice("precision", {"float32", "float64"}, "float32");
  train.l2 = section.real("l2", 0, 0, infinity);
  train.clip = section.real("clip", 0, 0, infinity);
  train.engine = section.choice("engine", {"fast", "reference"}, "fast");
  if (const Node* stop = section.find("stop_when")) {
    Section inner(*stop, "train.stop_when");
    train.stop_loss_below = inner.positive("loss_below", infinity);
    if (train.loss.kind == "frequency-weighted")
      inner.refuse("loss_below",
                   "the frequency-weighted loss changes its weights: a small value says nothing "
                   "about the fit; take stop_when out");
    inner.done();
  }
  section.done();
  return train;
}

void check_count(const Section& section, const Schedule& schedule, std::int64_t last) {
  if (schedule.kind == Schedule::Kind::every && last / schedule.every > most_recordings) {
    section.refuse("every",
                   fmt::format("{} steps would be recorded more than {} times", last, most_recordings));
  }
  if (schedule.steps(last).empty() && !(schedule.list.empty() && section.path() == "snapshot")) {
    section.refuse(
        "steps",
        fmt::format("none of these steps lies within the training's {}; list one that does, as in --set "
                    "{}.steps=[0,{}]",
                    last, section.path(), last));
  }
}

Schedule read_schedule(const Node& node, const std::string& path, std::int64_t last) {
  Section section(node, path);
  const Node* every = section.find("every");
  const Node* per_decade = section.find("per_decade");
  const Node* steps = section.find("steps");
  section.done();
  if ((every != nullptr) + (per_decade != nullptr) + (steps != nullptr) != 1) {
    refuse_at(node, path, "expected exactly one of every, per_decade and steps");
  }
  Schedule schedule;
  if (every) {
    schedule.every = section.integer("every", 1, most_steps);
  } else if (per_decade) {
    schedule.kind = Schedule::Kind::logarithmic;
    schedule.per_decade = section.integer("per_decade", 1, 1000);
  } else {
    schedule.kind = Schedule::Kind::list;
    schedule.list = section.integers("steps", 0);
  }
  check_count(section, schedule, last);
  return schedule;
}

ProbeSettings read_probe(const Node& node, std::int64_t last, const Context& context) {
  ProbeSettings probe;
  Section named(node, "probe");
  probe.name = named.text("name");
  Section section(node, "probe." + probe.name);
  section.find("name");
  section.find("plugin");
  if (const Node* record = section.find("record")) {
    probe.schedule = read_schedule(*record, section.path() + ".record", last);
  }
  probe.use = read_plugin(section, "probe", context);
  return probe;
}

const std::string& name_of(const Node& probe) { return probe.find("name")->text(); }

// Its own, else that of `root`.
Schedule probe_schedule(const Node& probe, const Node& root, std::int64_t last) {
  if (const Node* own = probe.find("record")) return read_schedule(*own, "probe.record", last);
  const Node* record = root.find("record");
  return record ? read_schedule(*record, "record", last) : Schedule{};
}

}  // namespace

std::vector<ProbeSettings> read_probes_file(const std::string& text, const std::filesystem::path& file,
                                            const PointSettings& point, const Catalogue& catalogue,
                                            const ProbeChoice& wants) {
  const Node root = parse_toml(text, file.string());
  Section top(root, "");
  if (!top.find("probe")) refuse_at(root, "probe", "expected [[probe]], a list of tables");
  const std::int64_t last = point.train ? point.train->steps : 0;
  std::optional<Schedule> record;
  if (const Node* node = top.find("record")) record = read_schedule(*node, "record", last);
  top.done();
  const std::filesystem::path base_directory = std::filesystem::absolute(file).parent_path();
  std::vector<ProbeSettings> probes;
  for (const Node* node : named_entries(root, "probe")) {
    if (!wants(name_of(*node))) continue;
    probes.push_back(read_probe(*node, last, {base_directory, catalogue}));
    if (!probes.back().schedule) probes.back().schedule = record;
  }
  return probes;
}

PointSettings read_point(const Node& root, const std::filesystem::path& base_directory,
                         const Catalogue& catalogue, const ProbeChoice& wants) {
  const Context context{base_directory, catalogue};
  PointSettings point;
  const Node* target = root.find("target");
  if (!target) refuse_at(root, "target", "the table [target] is missing");
  Section target_section(*target, "target");
  point.target = read_plugin(target_section, "target", context);

  const Node* network = root.find("network");
  const Node* train = root.find("train");
  if (network) point.network = read_network(*network, context);
  const bool fitted = network && point.network->neighbours > 0;
  if (network && !fitted && !train) refuse_at(*network, "network", "[network] needs [train]");
  if (train && !network) refuse_at(*train, "train", "[train] needs [network]");
  if (train && fitted)
    refuse_at(*train, "train", "nearest neighbours are fitted, not trained: take [train] out");
  if (train) {
    point.train = read_train(*train);
    check_precision(*point.train, point.network->init);
  }

  const std::int64_t last = point.train ? point.train->steps : 0;
  if (const Node* record = root.find("record")) {
    point.record = read_schedule(*record, "record", last);
  } else if (last / point.record.every > most_recordings) {
    refuse_at(root, "record",
              fmt::format("every {} of {} steps is too often; give [record]", point.record.every, last));
  }
  if (const Node* snapshot = root.find("snapshot")) {
    if (!train)
      refuse_at(*snapshot, "snapshot", "without [train] there are no parameters to store: take it out");
    point.snapshot = read_schedule(*snapshot, "snapshot", last);
  }
  for (const Node* node : named_entries(root, "probe")) {
    if (wants(name_of(*node))) {
      point.probes.push_back(read_probe(*node, last, context));
    } else {
      point.left_out.push_back(probe_schedule(*node, root, last));
    }
  }
  return point;
}

std::vector<std::int64_t> recording_steps(const Node& root) {
  const Node* train = root.find("train");
  const std::int64_t last = train ? Section(*train, "train").integer("steps", 0, most_steps) : 0;
  std::set<std::int64_t> steps;
  for (const Node* probe : named_entries(root, "probe"))
    for (const std::int64_t step : probe_schedule(*probe, root, last).steps(last)) steps.insert(step);
  return {steps.begin(), steps.end()};
}

}  // namespace basso

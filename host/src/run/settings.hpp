// The model of an experiment in memory: what config.cpp reads from TOML and everything else of this room
// works from. docs/experiment-files.md is the contract for users; the names here are the keys there.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "basso/catalogue.hpp"
#include "plugin/parameters.hpp"

namespace basso {

// Steps at which something happens; always 0 (the initial network) and the last step.
struct Schedule {
  enum class Kind { every, logarithmic, list } kind = Kind::every;
  std::int64_t every = 100;      // every n steps
  std::int64_t per_decade = 10;  // logarithmic: recordings for each factor of ten
  std::vector<std::int64_t> list;
  std::vector<std::int64_t> steps(
      std::int64_t last) const;  // ascending, unique, 0 and `last` included (list: as given)
};

// A plugin with its validated parameters.
struct PluginUse {
  std::string where;                   // of its table: "file.toml:12:1: probe.spectrum"
  std::optional<Component> component;  // always set after loading
  plugin::ParameterValues values;
};

struct InitSettings {
  std::string where = "network.init";  // "file.toml:12:1: network.init"
  std::string law = "pytorch";         // normal, pytorch, he, glorot, activation, file
  double weight_std = 0;               // normal
  double bias_std = 0;
  std::string file;  // file: .npz with W1, b1, … (absolute)
};

struct NetworkSettings {
  std::string where = "network";       // of the table
  std::int64_t neighbours = 0;         // of the kind knn; 0: the kind dense, which has the rest
  std::vector<std::int64_t> widths;    // hidden layers
  std::vector<PluginUse> activations;  // one for each hidden layer
  InitSettings init;
};

struct OptimizerSettings {
  std::string kind = "adam";     // gd, sgd, adam
  std::string form = "pytorch";  // adam: pytorch or tensorflow
  double learning_rate = 1e-3;
  double momentum = 0;
  bool nesterov = false;
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

struct LossSettings {
  std::string where = "train.loss";  // of the key: "file.toml:12:1: train.loss"
  std::string kind = "mse";          // mse, mae, bce, softmax, frequency-weighted
  // frequency-weighted: see nn::FrequencySchedule
  std::string order;  // all, low-to-high, high-to-low
  std::vector<std::int64_t> peaks;
  double level = 0.1;
  std::int64_t check_every = 100, patience = 0;
};

struct TrainSettings {
  LossSettings loss;
  OptimizerSettings optimizer;
  std::int64_t steps = 0;
  std::int64_t batch = 0;   // 0: full
  std::string batch_where;  // of the key: "file.toml:12:1: train.batch"
  std::string precision = "float32";
  double l2 = 0;
  double clip = 0;              // 0: none
  std::string engine = "fast";  // fast, reference
  double stop_loss_below = 0;   // 0: never
};

struct ProbeSettings {
  std::string name;
  PluginUse use;
  std::optional<Schedule> schedule;  // its own, else [record]
  bool added = false;                // by basso resume: its recordings do not count in recorded.npy
};

// Entries to keep, by axis: values, or labels ("frequency": [5, 10]; "layer": ["W1"]).
using Selection = std::map<std::string, std::vector<std::variant<double, std::string>>>;

// One claim. Which fields count depends on the kind; config.cpp refuses the others.
struct ClaimSettings {
  std::string where;       // of its table: "file.toml:12:1"
  std::string name, kind;  // order, trend, compare, bound, interior_minimum, slope, disagreement
  std::string series;      // "<probe>.<output>"
  std::string other;       // compare, trend: the second series; "" for none
  std::string axis;        // order, trend, slope, interior_minimum: the axis along which
  Selection select;
  Selection other_select;       // compare, trend: of the second series
  std::string reduce = "last";  // how recordings become one number: last, best_min, best_max, median_tail,
                                // mean, first_crossing, oscillations, swing, rebound, dip, each
  double level = 0;  // order, first_crossing: the level that is crossed; oscillations: their least rise;
                     // disagreement: the level on whose sides values are
  std::string direction = "above";  // order: the level is reached from below ("above") or from above
                                    // ("below"); trend: rising, falling
  std::int64_t hold = 1;
  std::string by = "difference";  // compare: difference, ratio
  std::string combine = "worst";  // axes that are left over: worst, mean, median
  std::string relation = ">=";    // all but interior_minimum: <=, >=, <, >
  double threshold = 0;
  std::string quote, reason, status;  // status: confirmed, unconfirmed
};

// Whether its kind has `reduce` and `combine`: an order is made of all recordings, a disagreement of the last
// one.
inline bool has_reduction(const ClaimSettings& claim) {
  return claim.kind != "order" && claim.kind != "disagreement";
}

struct FigureSettings {
  std::string where;       // of its table: "file.toml:12:1"
  std::string name, kind;  // heatmap, lines, function, image — docs/figures.md
  std::string title;
  std::vector<std::string> series;
  std::string against;                 // lines: the series that gives the positions along x
  std::vector<std::string> reference;  // lines: series of one value a run, drawn as dashed lines
  Selection select;
  std::string x, y;                 // axes by name where the kind leaves a choice
  std::vector<double> color_range;  // [low, high]
  std::vector<double> y_range;      // lines: [low, high]; empty: the data's
  bool log_x = false, log_y = false;
  bool log_color = false, numbers = false;  // heatmap: of the colours; values written into the cells
  bool each_repeat = false;                 // heatmap, lines: the repeats beside each other, no median
  std::vector<std::int64_t> steps;          // which recordings, where they are no axis of the picture
  std::optional<double> level;      // draw the steps at which this level is crossed in place of the values
  std::string direction = "above";  // level: reached from below ("above") or from above ("below")
  std::string note;                 // shown below the title: data provenance
};

// One sweep point, complete.
struct PointSettings {
  std::vector<std::size_t> index;  // position on each sweep axis
  PluginUse target;
  std::optional<NetworkSettings> network;
  std::optional<TrainSettings> train;
  Schedule record;
  Schedule snapshot{Schedule::Kind::logarithmic, 100, 1, {}};
  std::vector<ProbeSettings> probes;
  std::vector<Schedule> left_out;  // of further ones in the file, which count as if they looked
};

struct SweepAxis {
  std::string key;  // dotted; zip: the first key, the others in `also`
  std::vector<std::string> also;
  std::vector<std::string> labels;  // each value as TOML
  std::vector<double> values;       // numbers where they are numbers, else the index
};

// A table of the file: key, value as TOML.
using GivenTable = std::vector<std::pair<std::string, std::string>>;

struct ExperimentData {
  std::string name, title, source;
  std::uint64_t seed = 0;
  std::int64_t repeats = 1;
  bool vary_target = true, vary_init = true, vary_batch = true;
  double checkpoint_seconds = 0;                                 // 0: see CheckpointClock
  std::vector<SweepAxis> sweep;                                  // empty: one point
  std::vector<std::pair<std::string, std::string>> sweep_lists;  // [sweep]: key, list as TOML
  std::map<std::string, GivenTable> renamed;  // by dotted key: components that the sweep names anew
  bool zip = false;
  std::vector<PointSettings> points;  // product of the sweep axes, the last fastest
  std::vector<ClaimSettings> claims;
  std::vector<FigureSettings> figures;
  std::vector<std::string> profiles;  // those that were applied
  std::vector<std::string> set;       // overrides as given with --set
  std::vector<std::string> profile_names;
  std::string source_toml, resolved_toml, file;
};

}  // namespace basso

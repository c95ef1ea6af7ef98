// Experiment::load: file, profiles, sweep points and --set become ExperimentData.
#include "run/config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "basso/error.hpp"
#include "plugin/default_float_environment.hpp"
#include "run/sweep.hpp"

namespace basso {

namespace {

void check_file_name(const Section& section, const std::string& key, const std::string& name) {
  const bool sound = !name.empty() && name[0] != '.' && name.size() <= 100 &&
                     std::all_of(name.begin(), name.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                              c == '-' || c == '_' || c == '.';
                     });
  if (!sound) section.refuse(key, fmt::format("\"{}\" is no name for a file: letters, digits, - _ .", name));
}

void read_experiment_table(const Node& root, ExperimentData& data) {
  const Node* node = root.find("experiment");
  if (!node) refuse_at(root, "experiment", "the table [experiment] is missing");
  Section section(*node, "experiment");
  data.name = section.text("name");
  check_file_name(section, "name", data.name);
  data.title = section.text("title", "");
  data.source = section.text("source", "");
  data.seed =
      static_cast<std::uint64_t>(section.integer("seed", 0, 0, std::numeric_limits<std::int64_t>::max()));
  data.repeats = section.integer("repeats", 1, 1, most_repeats);
  if (section.find("repeats_vary")) {
    data.vary_target = data.vary_init = data.vary_batch = false;
    for (const std::string& word : section.texts("repeats_vary")) {
      if (word == "target") {
        data.vary_target = true;
      } else if (word == "init") {
        data.vary_init = true;
      } else if (word == "batch") {
        data.vary_batch = true;
      } else {
        section.refuse("repeats_vary", fmt::format("\"{}\" is none of target, init, batch", word));
      }
    }
  }
  section.done();
}

void read_checkpoint(const Node& root, ExperimentData& data) {
  const Node* node = root.find("checkpoint");
  if (!node) return;
  Section section(*node, "checkpoint");
  data.checkpoint_seconds = section.positive("seconds", 1e9);
  section.done();
}

void check_top_level(const Node& root) {
  Section top(root, "");
  for (const char* key : {"experiment", "target", "network", "train", "record", "snapshot", "checkpoint",
                          "sweep", "probe", "claim", "figure", "profile"}) {
    top.find(key);
  }
  top.done();
}

struct Reader {
  const std::filesystem::path& base_directory;
  const Catalogue& catalogue;
  const std::vector<SetKey>& sets;
  const ProbeChoice& wants;
};

// The tree with its profiles applied -> everything but texts and profile names.
ExperimentData read_tree(Node root, const Reader& reader) {
  ExperimentData data;
  for (const SetKey& set : reader.sets) apply_set(root, set);
  check_top_level(root);
  std::vector<SweepList> lists = sweep_lists(root, reader.sets, &data.zip);
  read_experiment_table(root, data);
  data.sweep = sweep_axes(lists, data.zip);
  for (const auto& index : point_indices(data.sweep)) {
    Node tree = point_tree(root, lists, data.zip, index);
    for (const SetKey& set : reader.sets) apply_set(tree, set);
    data.points.push_back(read_point(tree, reader.base_directory, reader.catalogue, reader.wants));
    data.points.back().index = index;
  }
  read_checkpoint(root, data);
  data.claims = read_claims(root, data.sweep);
  data.figures = read_figure_settings(root, data.sweep);
  describe_sweep(root, std::move(lists), reader.base_directory, data);
  return data;
}

// A run that goes on, or is looked at, is read from its resolved file, in another folder: throws
// Error(Exit::usage) where that would give other points.
void check_resolved(const ExperimentData& data, const Catalogue& catalogue) {
  const std::filesystem::path elsewhere("/");
  const std::vector<SetKey> no_sets;
  const ProbeChoice wants = every_probe;
  const auto same = [](const PointSettings& a, const PointSettings& b) {
    return point_toml(a) == point_toml(b);
  };
  std::string reason;
  try {
    Node root = parse_toml(data.resolved_toml, "config.resolved.toml");
    write_out_short_forms(root);
    const ExperimentData again = read_tree(std::move(root), {elsewhere, catalogue, no_sets, wants});
    if (std::equal(data.points.begin(), data.points.end(), again.points.begin(), again.points.end(), same))
      return;
    reason = "--set gives parameters to a plugin, law or kind that [sweep] replaces; give them in [sweep]";
  } catch (const Error& error) {
    reason = error.what();
  }
  throw Error(Exit::usage,
              fmt::format("{}: no config.resolved.toml could say what runs: {}", data.file, reason));
}

// A profile that nobody asked for is still part of the file: its mistakes are found too. Plugins that only it
// needs may be absent.
void check_profile(Node root, const std::string& profile, const Reader& reader) {
  try {
    apply_profile(root, profile);
    read_tree(std::move(root), reader);
  } catch (const Error& error) {
    if (error.code() != Exit::plugin)
      throw Error(error.code(), fmt::format("{} (in profile {})", error.what(), profile));
  }
}

}  // namespace

ExperimentData load_experiment(const std::string& text, const std::string& name,
                               const std::filesystem::path& base_directory, const Catalogue& catalogue,
                               const LoadOptions& options) {
  const plugin::DefaultFloatEnvironment environment;
  Node root = parse_toml(text, name);
  write_out_short_forms(root);
  const std::vector<std::string> names = profile_names(root);
  std::vector<SetKey> sets;
  for (const std::string& argument : options.set) sets.push_back(parse_set(argument));

  const std::vector<SetKey> no_sets;
  const ProbeChoice wants = every_probe;
  Node asked_for = root;
  for (const std::string& profile : options.profiles) apply_profile(asked_for, profile);
  ExperimentData data = read_tree(std::move(asked_for), {base_directory, catalogue, sets, wants});
  // The others come afterwards, so that a mistake of the file is not told as one of a profile.
  for (const std::string& profile : names) {
    if (std::find(options.profiles.begin(), options.profiles.end(), profile) == options.profiles.end()) {
      check_profile(root, profile, {base_directory, catalogue, no_sets, wants});
    }
  }
  data.profiles = options.profiles;
  data.set = options.set;
  data.profile_names = names;
  data.source_toml = text;
  data.file = name;
  data.resolved_toml = resolved_toml(data);
  check_resolved(data, catalogue);
  return data;
}

namespace {

// config.resolved.toml of a run directory.
Node resolved_tree(const std::filesystem::path& directory) {
  Node root = parse_toml(read_resolved(directory), (directory / "config.resolved.toml").string());
  write_out_short_forms(root);
  return root;
}

std::vector<std::string> probe_names(const Node& root) {
  std::vector<std::string> names;
  for (const Node* probe : named_entries(root, "probe")) names.push_back(probe->find("name")->text());
  return names;
}

}  // namespace

ExperimentData read_description(const std::filesystem::path& directory) {
  const Node root = resolved_tree(directory);
  ExperimentData data;
  read_experiment_table(root, data);
  const std::vector<SweepList> lists = sweep_lists(root, {}, &data.zip);
  data.sweep = sweep_axes(lists, data.zip);
  data.claims = read_claims(root, data.sweep);
  data.figures = read_figure_settings(root, data.sweep);
  return data;
}

std::vector<ClaimSettings> read_claims(const std::filesystem::path& directory,
                                       const std::filesystem::path& description) {
  ExperimentData run = read_description(directory);
  if (description.empty()) return std::move(run.claims);
  const Node root = parse_toml(read_experiment_file(description, claims_file), description.string());
  std::vector<ClaimSettings> claims = read_claims(root, run.sweep);
  if (claims.empty())
    throw Error(Exit::usage, fmt::format("{}: no [[claim]] table says what to judge", description.string()));
  return claims;
}

std::vector<FigureSettings> read_figures(const std::filesystem::path& directory,
                                         const std::filesystem::path& description) {
  ExperimentData run = read_description(directory);
  if (description.empty()) return std::move(run.figures);
  const Node root = parse_toml(read_experiment_file(description, figures_file), description.string());
  if (!root.find("figure"))
    throw Error(Exit::usage, fmt::format("{}: no [[figure]] table says what to draw", description.string()));
  return read_figure_settings(root, run.sweep);
}

ExperimentData load_run(const std::filesystem::path& directory, const Catalogue& catalogue,
                        const ProbeChoice& wants) {
  const plugin::DefaultFloatEnvironment environment;
  const std::filesystem::path file = directory / "config.resolved.toml";
  const std::string text = read_resolved(directory);
  Node root = parse_toml(text, file.string());
  write_out_short_forms(root);
  const std::vector<SetKey> no_sets;
  ExperimentData data = read_tree(std::move(root), {directory, catalogue, no_sets, wants});
  data.claims.clear();
  data.figures.clear();
  data.file = file.string();
  data.resolved_toml = text;
  return data;
}

std::vector<std::string> read_probe_names(const std::filesystem::path& directory) {
  return probe_names(resolved_tree(directory));
}

std::vector<std::string> read_probe_names(const std::string& text, const std::filesystem::path& file) {
  return probe_names(parse_toml(text, file.string()));
}

std::vector<std::vector<std::int64_t>> read_recordings(const std::filesystem::path& directory) {
  const Node root = resolved_tree(directory);
  bool zip = false;
  const std::vector<SweepList> lists = sweep_lists(root, {}, &zip);
  std::vector<std::vector<std::int64_t>> recordings;
  for (const auto& index : point_indices(sweep_axes(lists, zip)))
    recordings.push_back(recording_steps(point_tree(root, lists, zip, index)));
  return recordings;
}

std::vector<const Node*> named_entries(const Node& root, const std::string& list) {
  std::vector<const Node*> entries;
  const Node* node = root.find(list);
  if (!node) return entries;
  if (!node->is_array())
    refuse_at(*node, list, fmt::format("expected [[{}]], a list of tables, got {}", list, type_name(*node)));
  std::set<std::string> names;
  for (const Node& entry : node->array()) {
    Section section(entry, list);
    const std::string name = section.text("name");
    const bool sound = !name.empty() && std::all_of(name.begin(), name.end(), [&](char c) {
      return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
             (list != "probe" && c >= 'A' && c <= 'Z');
    });
    if (!sound)
      section.refuse("name", fmt::format("\"{}\" has other characters than letters, digits, - and _", name));
    if (!names.insert(name).second)
      section.refuse("name", fmt::format("there are two [[{}]] named \"{}\"", list, name));
    entries.push_back(&entry);
  }
  return entries;
}

Experiment Experiment::load(const std::filesystem::path& file, const Catalogue& catalogue,
                            const LoadOptions& options) {
  const std::string text = read_experiment_file(file);
  const std::filesystem::path base = std::filesystem::absolute(file).parent_path();
  return Experiment(
      std::make_shared<const ExperimentData>(load_experiment(text, file.string(), base, catalogue, options)));
}

Experiment Experiment::parse(const std::string& toml, const std::string& name_for_errors,
                             const Catalogue& catalogue, const LoadOptions& options) {
  return Experiment(std::make_shared<const ExperimentData>(
      load_experiment(toml, name_for_errors, std::filesystem::current_path(), catalogue, options)));
}

const std::string& Experiment::name() const { return data_->name; }
const std::string& Experiment::resolved_toml() const { return data_->resolved_toml; }
const std::string& Experiment::source_toml() const { return data_->source_toml; }
std::vector<std::string> Experiment::profile_names() const { return data_->profile_names; }

}  // namespace basso

// From TOML to the model of settings.hpp: the whole of an experiment, or what its run directory says of it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "basso/experiment.hpp"
#include "run/overrides.hpp"
#include "run/section.hpp"
#include "run/settings.hpp"

namespace basso {

inline constexpr std::size_t most_points = 100000;  // of a sweep
inline constexpr std::int64_t most_repeats = 1000000;

// Whether a probe of this name is to be there.
using ProbeChoice = std::function<bool(const std::string&)>;
inline bool every_probe(const std::string&) { return true; }

// `name` stands in messages; paths are relative to `base_directory`.
ExperimentData load_experiment(const std::string& text, const std::string& name,
                               const std::filesystem::path& base_directory, const Catalogue& catalogue,
                               const LoadOptions& options);

// What config.resolved.toml of a run directory says without any plugin: name, title, source, seed, repeats,
// sweep axes, claims and figures. `points` stays empty.
ExperimentData read_description(const std::filesystem::path& directory);
// The claims of a run directory, or those that another file describes: its [[claim]] tables, which are read
// for the sweep of the run. Figures alike.
std::vector<ClaimSettings> read_claims(const std::filesystem::path& directory,
                                       const std::filesystem::path& description);
std::vector<FigureSettings> read_figures(const std::filesystem::path& directory,
                                         const std::filesystem::path& description);
// What a run directory says of the run, with those of its probes that `wants` takes by name: plugins of
// others are not needed. Claims and figures, which were sound when the run began, are left out.
ExperimentData load_run(const std::filesystem::path& directory, const Catalogue& catalogue,
                        const ProbeChoice& wants);
// Names of all probes in config.resolved.toml; in the text of a file with [[probe]] tables.
std::vector<std::string> read_probe_names(const std::filesystem::path& directory);
std::vector<std::string> read_probe_names(const std::string& text, const std::filesystem::path& file);
// [points][recordings]: the steps at which at least one probe looks, by config.resolved.toml.
std::vector<std::vector<std::int64_t>> read_recordings(const std::filesystem::path& directory);

// ---- the parts, one file each ----

// config_point.cpp: [target], [network], [train], [record] and [[probe]] of one sweep point.
PointSettings read_point(const Node& root, const std::filesystem::path& base_directory,
                         const Catalogue& catalogue, const ProbeChoice& wants);

// The steps of all recordings of one sweep point, ascending.
std::vector<std::int64_t> recording_steps(const Node& root);

// The [[probe]] tables of a file that has nothing else but, for those without a schedule, [record]. Messages
// name `file`, paths in it are relative to its folder.
std::vector<ProbeSettings> read_probes_file(const std::string& text, const std::filesystem::path& file,
                                            const PointSettings& point, const Catalogue& catalogue,
                                            const ProbeChoice& wants);

// config_checks.cpp: [[claim]] and [[figure]]; sweep axes give names and labels to their selections.
std::vector<ClaimSettings> read_claims(const Node& root, const std::vector<SweepAxis>& sweep);
std::vector<FigureSettings> read_figure_settings(const Node& root, const std::vector<SweepAxis>& sweep);

// The entries of [[probe]], [[claim]] or [[figure]]; throws where it is no list of tables, or a name is
// missing, given twice, or has other characters than a-z, 0-9, - and _ (claims and figures also A-Z).
std::vector<const Node*> named_entries(const Node& root, const std::string& list);

// resolved.cpp: the whole experiment as TOML with every default; reading it gives the same settings and the
// same text.
std::string resolved_toml(const ExperimentData& experiment);
// What it says of one point.
std::string point_toml(const PointSettings& point);
// The [[probe]] tables alone.
std::string probes_toml(const std::vector<ProbeSettings>& probes);

}  // namespace basso

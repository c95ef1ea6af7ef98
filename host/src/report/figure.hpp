// What the kinds of figures share: the settings of one [[figure]], the runs that it is drawn from, and the
// functions that turn them into a picture. Room report.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "report/canvas.hpp"
#include "report/slice.hpp"
#include "run/settings.hpp"

namespace basso::report {

using Figure = FigureSettings;

// A run directory as a source of figures.
struct Source {
  std::filesystem::path directory;
  std::string label;                  // the directory's name
  std::vector<std::string> profiles;  // from manifest.json
  std::string state{};                // likewise: "running", "finished", "interrupted", "failed"
  // Likewise, of probes that did not see the whole run: name -> "added at step 20".
  std::map<std::string, std::string> changed_probes{};
};

// Throws Error: Exit::usage for no run directory, Exit::data where manifest or configuration are not the
// run's.
Source read_source(const std::filesystem::path& directory);

// A series of one run with the figure's selection applied. Throws Error(Exit::usage) naming figure, series
// and run where there is none of that name.
Series load_series(const Figure& figure, const Source& run, const std::string& name);

// Lines below the title: profiles, repeats and what was done with them, the note, what one value means.
std::vector<std::string> subtitle(const Figure& figure, const std::vector<Source>& runs,
                                  const std::string& repeats, const std::string& meaning);
// "median of 4 repeats", with `more` behind it; "" for one repeat of one run.
std::string repeats_text(const Series& series, const std::vector<Source>& runs, const std::string& more);
// What the values that are drawn are: value_title, or "crossing (step)" with a level.
std::string drawn_title(const Figure& figure, const Series& series);
// "run-001, L = 4": the run where there are several, and where on the sweep's axes `index` stands.
std::string place_text(const std::vector<Source>& runs, const Source& run, const Series& series,
                       const std::vector<std::size_t>& axes, const std::vector<std::size_t>& index);

Canvas draw_heatmap(const Figure& figure, const std::vector<Source>& runs);
Canvas draw_lines(const Figure& figure, const std::vector<Source>& runs);
Canvas draw_function(const Figure& figure, const std::vector<Source>& runs);
Canvas draw_image(const Figure& figure, const std::vector<Source>& runs);

}  // namespace basso::report

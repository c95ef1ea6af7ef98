// basso::plot_runs: every figure of a run, drawn from its series. Also what the kinds of figures share. Room
// report.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "report/figure.hpp"
#include "run/config.hpp"

namespace basso {
namespace {

report::Canvas draw(const report::Figure& figure, const std::vector<report::Source>& runs) {
  if (figure.kind == "heatmap") return report::draw_heatmap(figure, runs);
  if (figure.kind == "lines") return report::draw_lines(figure, runs);
  if (figure.kind == "function") return report::draw_function(figure, runs);
  if (figure.kind == "image") return report::draw_image(figure, runs);
  throw Error(Exit::usage,
              fmt::format("figure {}: unknown kind {}: expected heatmap, lines, function or image",
                          figure.name, figure.kind));
}

// Figures that could not be drawn. The others are.
class Failures {
 public:
  void add(const report::Figure& figure, const Error& error) {
    const std::string what = error.what(), name = "figure " + figure.name;
    sentences_.push_back(what.starts_with(name + ":") ? what : name + ": " + what);
    const bool same = sentences_.size() == 1 || error.code() == code_;
    code_ = same ? error.code() : Exit::run_failed;
  }

  // Throws where there are any, with their common exit code, or that of something not made.
  void refuse(std::size_t figures, const std::filesystem::path& folder) const {
    if (sentences_.empty()) return;
    const std::string others =
        sentences_.size() < figures ? fmt::format(" (the others are in {})", folder.string()) : "";
    throw Error(code_, fmt::format("{} of {} figures could not be drawn{}:\n  {}", sentences_.size(), figures,
                                   others, fmt::join(sentences_, "\n  ")));
  }

 private:
  std::vector<std::string> sentences_;
  Exit code_ = Exit::ok;
};

}  // namespace

std::vector<std::filesystem::path> plot_runs(const std::vector<std::filesystem::path>& directories,
                                             const std::filesystem::path& out,
                                             const std::filesystem::path& description) {
  if (directories.empty()) throw Error(Exit::usage, "no run directory to draw figures from");
  if (directories.size() > 1 && out.empty())
    throw Error(Exit::usage,
                fmt::format("several runs are drawn into a folder of their own, as {}/figures has those of "
                            "that run alone: name one with --out",
                            directories.front().string()));
  std::vector<report::Source> runs;
  for (const auto& directory : directories) runs.push_back(report::read_source(directory));

  const std::filesystem::path folder = out.empty() ? directories.front() / "figures" : out;
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    throw Error(data::exit_of(failure),
                fmt::format("cannot make the folder {}: {}", folder.string(), failure.message()));
  }
  const std::vector<report::Figure> figures = read_figures(directories.front(), description);
  std::vector<std::filesystem::path> files;
  Failures failures;
  for (const report::Figure& figure : figures) {
    const std::filesystem::path png = folder / (figure.name + ".png"), svg = folder / (figure.name + ".svg");
    try {
      draw(figure, runs).draw(png, svg);
      files.insert(files.end(), {png, svg});
    } catch (const Error& error) {
      failures.add(figure, error);
    }
  }
  failures.refuse(figures.size(), folder);
  return files;
}

namespace report {

Series load_series(const Figure& figure, const Source& run, const std::string& name) {
  const std::vector<std::string> known = series_names(run.directory);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw Error(Exit::usage, fmt::format("figure {}: {} has no series {}; it has {}", figure.name,
                                         run.directory.string(), name, fmt::join(known, ", ")));
  }
  Series series = read_series(run.directory, name);
  std::size_t size = 1;
  for (const SeriesAxis& axis : series.axes) size *= axis.values.size();
  if (size == 0 || size != series.data.size()) {
    throw Error(Exit::data, fmt::format("{}: series {} has {} values, its axes say {}",
                                        run.directory.string(), name, series.data.size(), size));
  }
  return drawn_part(figure, series);
}

// "layer = W2" for each axis of which the figure keeps one entry.
static std::vector<std::string> selected_texts(const Figure& figure, const Source& run) {
  const auto one = [](const auto& selected) { return selected.second.size() == 1; };
  if (std::none_of(figure.select.begin(), figure.select.end(), one)) return {};
  Figure whole = figure;  // with its recordings
  whole.level.reset();
  const Series series = load_series(whole, run, figure.series.front());
  std::vector<std::string> texts;
  for (const auto& selected : figure.select) {
    for (const SeriesAxis& axis : series.axes) {
      const bool named = axis.name == selected.first || last_part(axis.name) == selected.first;
      if (named && one(selected)) texts.push_back(entry_with_name(axis, 0));
    }
  }
  return texts;
}

std::vector<std::string> subtitle(const Figure& figure, const std::vector<Source>& runs,
                                  const std::string& repeats, const std::string& meaning) {
  std::vector<std::string> facts;
  for (const Source& run : runs) {
    const std::string profiles =
        run.profiles.empty() ? "" : fmt::format("profile {}", fmt::join(run.profiles, ", "));
    if (runs.size() == 1 && !profiles.empty()) facts.push_back(profiles);
    if (runs.size() > 1)
      facts.push_back(profiles.empty() ? run.label : fmt::format("{}: {}", run.label, profiles));
  }
  if (!repeats.empty()) facts.push_back(repeats);
  for (const Source& run : runs) {
    const std::string name = runs.size() == 1 ? "run" : run.label;
    if (run.state == "interrupted" || run.state == "failed") facts.push_back(name + " " + run.state);
    if (run.state == "running") facts.push_back(name + " not at its end");
    for (const auto& [probe, change] : run.changed_probes) {
      const auto shows = [&from = probe](const std::string& series) {
        return series.rfind(from + ".", 0) == 0;
      };
      if (std::any_of(figure.series.begin(), figure.series.end(), shows))
        facts.push_back(fmt::format("{}{} {}", runs.size() == 1 ? "" : name + ": ", probe, change));
    }
  }
  for (const std::string& text : selected_texts(figure, runs.front())) facts.push_back(text);
  std::vector<std::string> lines;
  if (!figure.note.empty()) lines.push_back(figure.note);
  if (!facts.empty()) lines.push_back(fmt::format("{}", fmt::join(facts, " · ")));
  // What follows a semicolon is for readers of the numbers.
  if (!meaning.empty()) lines.push_back(meaning.substr(0, meaning.find("; ")));
  return lines;
}

std::string repeats_text(const Series& series, const std::vector<Source>& runs, const std::string& more) {
  const std::size_t repeats = series.axes[roles(series).repeat].values.size();
  if (runs.size() > 1) return "medians over repeats" + more;
  if (repeats < 2) return "";
  const RepeatCounts count = repeat_counts(series);
  const std::string least = count.least < count.most ? fmt::format("{} to ", count.least) : "";
  return fmt::format("median of {}{} repeat{}{}", least, count.most, count.most == 1 ? "" : "s",
                     count.most > 1 ? more : "");
}

std::string drawn_title(const Figure& figure, const Series& series) {
  return figure.level ? "crossing (step)" : value_title(series);
}

std::string place_text(const std::vector<Source>& runs, const Source& run, const Series& series,
                       const std::vector<std::size_t>& axes, const std::vector<std::size_t>& index) {
  std::vector<std::string> parts;
  if (runs.size() > 1) parts.push_back(run.label);
  for (const std::size_t axis : axes) {
    if (series.axes[axis].values.size() > 1) parts.push_back(entry_with_name(series.axes[axis], index[axis]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace report
}  // namespace basso

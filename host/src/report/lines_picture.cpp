// The lines of a figure: medians over repeats with the quartiles, by panel, or one series against another.
#include "report/lines_picture.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "basso/error.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr std::size_t most_points = 1000;

// Recordings that become lines of their own when x is another axis.
std::vector<std::size_t> shown_recordings(const Figure& figure, const Series& series, std::size_t x) {
  const auto recording = roles(series).recording;
  if (!recording || x == *recording) return {0};
  if (figure.steps.empty()) return {last_recorded(series)};
  return recordings_at(series.axes[*recording], figure.steps);
}

// `against`: the series that gives the positions along x, or none: the axis does.
Line read_line(const Figure& figure, const Series& series, const std::optional<Series>& against,
               const LineAxes& axes, std::vector<std::size_t> index) {
  Line line;
  const std::vector<double>& values = series.axes[axes.x].values;
  for (const std::size_t entry : thinned(values, figure.log_x && !against, most_points)) {
    index[axes.x] = entry;
    const Quartiles quartiles = over_repeats(series, index);
    line.x.push_back(against ? over_repeats(*against, index).median : values[entry]);
    if (figure.log_x && line.x.back() <= 0) line.x.back() = std::numeric_limits<double>::quiet_NaN();
    line.median.push_back(quartiles.median);
    line.low.push_back(quartiles.low);
    line.high.push_back(quartiles.high);
  }
  return line;
}

// The names of entries that are no numbers; empty where the axis has numbers.
std::vector<Tick> names_of(const SeriesAxis& axis) {
  std::vector<Tick> names;
  for (std::size_t i = 0; has_names(axis) && i < axis.labels.size(); ++i)
    names.push_back({axis.values[i], entry_text(axis, i)});
  return names;
}

class Collector {
 public:
  Collector(const Figure& figure, const std::vector<Source>& runs) : figure_(figure), runs_(runs) {}

  Picture collect() {
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      if (!figure_.against.empty()) against_ = load_series(figure_, runs_[run], figure_.against);
      for (const std::string& name : figure_.series) add(run, load_series(figure_, runs_[run], name));
      for (const std::string& name : figure_.reference) add_reference(load_series(figure_, runs_[run], name));
    }
    picture_.ordered = figure_.series.size() == 1 && varying_.size() == 1;
    if (picture_.ordered) picture_.legend_title = *varying_.begin();
    return std::move(picture_);
  }

 private:
  void add(std::size_t run, const Series& series) {
    if (against_) check_pairs(figure_, series, *against_);
    const LineAxes axes = line_axes(figure_, series);
    const auto recordings = shown_recordings(figure_, series, axes.x);
    const auto places = combinations(series, axes.lines, std::vector<std::size_t>(series.axes.size(), 0));
    const bool panels = places.size() * recordings.size() * figure_.series.size() > 1;
    describe(series, axes);
    for (const auto& point :
         combinations(series, axes.sweep, std::vector<std::size_t>(series.axes.size(), 0))) {
      const std::size_t panel =
          panels ? panel_number(place_text({}, {}, series, axes.sweep, point)) : panel_number("");
      for (const std::size_t recording : recordings) {
        for (auto index : combinations(series, axes.lines, point)) {
          const auto recording_axis = roles(series).recording;
          if (recording_axis) index[*recording_axis] = recording;
          Line line = read_line(figure_, series, against_, axes, index);
          line.panel = panel;
          line.run = run;
          line.identity = identity(series, axes, index, recordings.size() > 1, !panels);
          add(std::move(line));
        }
      }
    }
  }

  // The median over repeats at each sweep point, in the panel of this point, or beside its line.
  void add_reference(const Series& series) {
    const Roles role = roles(series);
    for (const auto& index :
         combinations(series, role.sweep, std::vector<std::size_t>(series.axes.size(), 0))) {
      const std::string place = place_text({}, {}, series, role.sweep, index);
      const auto& titles = picture_.panel_titles;
      const auto panel = std::find(titles.begin(), titles.end(), place);
      Reference reference{0, "", over_repeats(series, index).median};
      if (panel != titles.end()) reference.panel = static_cast<std::size_t>(panel - titles.begin());
      if (panel == titles.end())
        reference.identity = identity(series, {0, role.sweep, {}}, index, false, true);
      picture_.references.push_back(reference);
    }
  }

  void add(Line line) {
    auto& identities = picture_.identities;
    if (std::find(identities.begin(), identities.end(), line.identity) == identities.end()) {
      identities.push_back(line.identity);
    }
    picture_.lines.push_back(std::move(line));
    if (picture_.lines.size() > most_lines * most_line_panels || identities.size() > most_lines) {
      throw Error(Exit::usage, fmt::format("figure {}: more than {} lines: keep fewer entries with select",
                                           figure_.name, most_lines));
    }
  }

  void describe(const Series& series, const LineAxes& axes) {
    if (!picture_.x_title.empty()) return;
    picture_.x_title = against_ ? value_title(*against_) : axis_title(series.axes[axes.x]);
    if (!against_) picture_.x_names = names_of(series.axes[axes.x]);
    picture_.y_title = drawn_title(figure_, series);
    picture_.meaning = figure_.series.size() == 1 ? series.meaning : "";
    if (figure_.series.size() > 1) picture_.y_title = common_title(series);
    picture_.repeats = repeats_text(series, runs_, against_ ? "" : "; band: first to third quartile");
    picture_.bands = !picture_.repeats.empty() && !against_;
    const auto mention = [&](const std::string& text) {
      picture_.repeats += (picture_.repeats.empty() ? "" : " · ") + text;
    };
    if (against_) mention("circle: " + start(series, axes));
    if (!figure_.reference.empty()) {
      std::vector<std::string> titles;
      for (const std::string& name : figure_.reference) titles.push_back(series_title(name));
      mention(fmt::format("dashed: {}", fmt::join(titles, ", ")));
    }
  }

  static std::string start(const Series& series, const LineAxes& axes) {
    return axes.x == roles(series).recording ? "the first recording"
                                             : "the first " + series.axes[axes.x].name;
  }

  // What all series of the figure have in common, "loss" for loss.train and loss.test, and what tells one
  // from the others.
  std::string common_title(const Series& series) const {
    if (figure_.level) return drawn_title(figure_, series);
    if (same(probe_of)) return probe_of(figure_.series.front());
    return same(last_part) ? last_part(figure_.series.front()) : "value";
  }
  std::string own_title(const Series& series) const {
    if (same(probe_of)) return words(last_part(series.name));
    return same(last_part) ? probe_of(series.name) : series_title(series.name);
  }
  static std::string probe_of(const std::string& name) { return name.substr(0, name.find('.')); }
  bool same(std::string (*part)(const std::string&)) const {
    return std::all_of(figure_.series.begin(), figure_.series.end(),
                       [&](const std::string& name) { return part(name) == part(figure_.series.front()); });
  }

  std::size_t panel_number(const std::string& title) {
    auto& titles = picture_.panel_titles;
    const auto found = std::find(titles.begin(), titles.end(), title);
    if (found != titles.end()) return static_cast<std::size_t>(found - titles.begin());
    if (titles.size() == most_line_panels) {
      throw Error(Exit::usage, fmt::format("figure {}: more than {} panels: keep fewer entries with select",
                                           figure_.name, most_line_panels));
    }
    titles.push_back(title);
    return titles.size() - 1;
  }

  // The text of the legend: whatever differs between the lines of a panel.
  std::string identity(const Series& series, const LineAxes& axes, const std::vector<std::size_t>& index,
                       bool with_step, bool with_point) {
    std::vector<std::size_t> named = axes.lines;
    if (with_point) named.insert(named.begin(), axes.sweep.begin(), axes.sweep.end());
    if (with_step) named.push_back(*roles(series).recording);
    std::erase_if(named, [&](std::size_t axis) { return series.axes[axis].values.size() < 2; });
    std::vector<std::string> parts;
    if (figure_.series.size() > 1) {
      parts.push_back(own_title(series));
    } else if (named.size() == 1) {
      varying_.insert(axis_title(series.axes[named.front()]));
      return entry_text(series.axes[named.front()], index[named.front()]);
    }
    for (const std::size_t axis : named) {
      varying_.insert(axis_title(series.axes[axis]));
      parts.push_back(entry_with_name(series.axes[axis], index[axis]));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  const Figure& figure_;
  const std::vector<Source>& runs_;
  std::optional<Series> against_;  // of the run that is being read
  Picture picture_;
  std::set<std::string> varying_;  // titles of the axes that tell the lines apart
};

}  // namespace

Picture collect_lines(const Figure& figure, const std::vector<Source>& runs) {
  return Collector(figure, runs).collect();
}

}  // namespace basso::report

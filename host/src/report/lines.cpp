// Figures of kind "lines": medians over repeats with the band between the quartiles, for loss curves,
// spectral norms by layer, Delta_F by frequency; or one series against another, as in T Fig 9 (Xu, Zhang and
// Xiao 2018). Room report.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "report/lines_picture.hpp"
#include "report/style.hpp"

namespace basso::report {
namespace {

constexpr std::size_t most_legend = 22, most_y_ticks = 8;

struct Range {
  double low, high;
};

template <class Visit>
void for_each_value(const Picture& picture, const Visit& visit) {
  for (const Line& line : picture.lines) {
    for (const auto* values : {&line.median, &line.low, &line.high}) {
      for (const double value : *values) {
        if (std::isfinite(value)) visit(value);
      }
    }
  }
  for (const Reference& reference : picture.references)
    if (std::isfinite(reference.value)) visit(reference.value);
}

// Of all panels, so that they can be compared. A logarithmic axis spans all that is positive.
Range value_range(const Figure& figure, const Picture& picture) {
  if (!figure.y_range.empty()) return {figure.y_range[0], figure.y_range[1]};
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for_each_value(picture, [&](double value) { range.high = std::max(range.high, value); });
  if (figure.log_y && range.high <= 0) return {0.1, 1};
  for_each_value(picture, [&](double value) {
    if (!figure.log_y || value > 0) range.low = std::min(range.low, value);
  });
  if (!(range.low <= range.high)) return figure.log_y ? Range{0.1, 1} : Range{0, 1};
  if (figure.log_y) {
    using Limits = std::numeric_limits<double>;
    const double part = std::pow(range.high / range.low, 0.05);  // of the height, at most a factor
    const double margin = part > 1 ? std::min(1.3, part) : 1.3;
    return {std::max(range.low / margin, Limits::min()),
            std::min(range.high, Limits::max() / margin) * margin};
  }
  if (range.low >= 0 && range.low < 0.4 * range.high) range.low = 0;
  const double margin =
      range.high > range.low ? 0.04 * (range.high - range.low) : std::max(1e-12, std::abs(range.high));
  return {range.low == 0 ? 0 : range.low - margin, range.high + margin};
}

std::vector<std::string> y_labels(const Figure& figure, const Range& range) {
  std::vector<std::string> labels;
  for (const double value : figure.log_y ? logarithmic_numbers(range.low, range.high, 9)
                                         : round_numbers(range.low, range.high, most_y_ticks))
    labels.push_back(fmt::format("{:.6g}", value));
  return labels;
}

std::string label_of(const Picture& picture, const std::vector<Source>& runs, const Line& line) {
  if (runs.size() < 2) return line.identity;
  // A run without a sweep beside one with it has nothing but its name.
  if (picture.identities.size() < 2 || line.identity.empty()) return runs[line.run].label;
  return fmt::format("{}, {}", line.identity, runs[line.run].label);
}

// Legend entries are left out evenly where there are too many.
bool in_legend(const Picture& picture, const std::vector<Source>& runs, std::size_t identity) {
  const std::size_t entries = picture.identities.size() * runs.size();
  const std::size_t every = (entries + most_legend - 1) / most_legend;
  return entries > 1 && identity % every == 0;
}

// The unit of a legend's title goes below its name.
std::string two_lines(const std::string& title) {
  const std::size_t unit = title.find(" (");
  if (unit == std::string::npos) return in_quotes(title);
  return fmt::format("{}.\"\\n\".{}", in_quotes(title.substr(0, unit)), in_quotes(title.substr(unit + 1)));
}

double legend_width(const Picture& picture, const std::vector<Source>& runs) {
  if (picture.identities.size() * runs.size() < 2) return 30;
  const std::size_t unit = std::min(picture.legend_title.find(" ("), picture.legend_title.size());
  std::size_t longest = std::max(unit, code_points(picture.legend_title) - unit) + 2;
  for (const Line& line : picture.lines)
    longest = std::max(longest, code_points(label_of(picture, runs, line)) + 6);
  return std::min(640.0, (runs.size() > 1 ? 56 : 36) + 8.6 * static_cast<double>(longest));
}

class Drawing {
 public:
  Drawing(const Figure& figure, const std::vector<Source>& runs, const Picture& picture, Canvas& canvas)
      : figure_(figure),
        runs_(runs),
        picture_(picture),
        canvas_(canvas),
        range_(value_range(figure, picture)),
        colours_(line_colours(picture.identities.size(), picture.ordered)) {
    for (const Line& line : picture.lines) {
      for (const double x : line.x) {
        if (!std::isfinite(x)) continue;
        left_ = std::min(left_, x);
        right_ = std::max(right_, x);
      }
    }
    for (const Reference& reference : picture.references) {
      const bool upright = !figure.against.empty() && std::isfinite(reference.value);
      if (!upright || (figure.log_x && reference.value <= 0)) continue;
      left_ = std::min(left_, reference.value);
      right_ = std::max(right_, reference.value);
    }
    if (!std::isfinite(left_)) left_ = right_ = 1;
    if (!(left_ < right_)) right_ = left_ + 1;
    if (!figure.against.empty()) {  // the line may turn at its ends
      const double margin = figure.log_x ? std::pow(right_ / left_, 0.04) : 0.04 * (right_ - left_);
      left_ = figure.log_x ? left_ / margin : left_ - margin;
      right_ = figure.log_x ? right_ * margin : right_ + margin;
    }
  }

  void panel(std::size_t number) {
    canvas_.begin_panel(number);
    canvas_.axis_titles(number, picture_.x_title, picture_.y_title);
    canvas_.command("set grid linecolor rgb '#e4e4e4' linewidth 1 linetype 1");
    axis('x', left_, right_, figure_.log_x);
    if (!picture_.x_names.empty()) canvas_.ticks('x', picture_.x_names);
    axis('y', range_.low, range_.high, figure_.log_y);
    for (const Reference& reference : picture_.references)
      if (reference.panel == number) draw_reference(reference);
    std::vector<std::string> bands, curves;
    if (number == 0) curves = legend();
    for (const Line& line : picture_.lines) {
      if (line.panel != number || line.x.empty()) continue;
      const std::string file = canvas_.table({line.x, shown(line.median)});
      if (picture_.bands) add_bands(line, bands);
      curves.push_back(fmt::format("{} using 1:2 {} notitle", file, style(line)));
      if (!figure_.against.empty()) curves.push_back(circle(line, file));
    }
    bands.insert(bands.end(), curves.begin(), curves.end());
    if (bands.empty()) bands.emplace_back("NaN notitle");
    canvas_.command(fmt::format("plot {}", fmt::join(bands, ", \\\n  ")));
  }

 private:
  void axis(char name, double low, double high, bool logarithmic) {
    // gnuplot may take a tick at the very end of a logarithmic axis to lie beyond it.
    const double beyond = logarithmic ? 1e-6 : 0.0;
    const double end = std::min(high, std::numeric_limits<double>::max() / (1 + beyond)) * (1 + beyond);
    canvas_.command(fmt::format("set {}range [{:.10g}:{:.10g}]", name, low * (1 - beyond), end));
    const bool narrow = name == 'x' && picture_.panel_titles.size() > 2;
    if (logarithmic) {
      canvas_.logarithmic_ticks(name, low, high, narrow ? 5 : 9);
      return;
    }
    const std::size_t most = name == 'y' ? most_y_ticks : (narrow ? 5 : 9);
    canvas_.command(
        fmt::format("set {0}tics {1:.10g}\nset format {0} '%.6g'", name, round_step(high - low, most)));
  }

  // Where the legend is, and its entries: what is drawn in any panel, once.
  std::vector<std::string> legend() {
    const Box strip = canvas_.strip();
    canvas_.command(fmt::format(
        "set key at {} left top Left reverse noenhanced samplen {} spacing 1.15 font '{},{}'",
        canvas_.screen(strip.left + 14, strip.top), runs_.size() > 1 ? 3.6 : 1.6, font, tick_points));
    if (!picture_.legend_title.empty()) {
      canvas_.command(fmt::format("set key title {} left noenhanced", two_lines(picture_.legend_title)));
    }
    std::vector<std::string> entries;
    for (std::size_t run = 0; run < runs_.size(); ++run) {
      for (const std::string& identity : picture_.identities) {
        const auto line = std::find_if(picture_.lines.begin(), picture_.lines.end(), [&](const Line& one) {
          return one.run == run && one.identity == identity && is_drawn(one);
        });
        if (line == picture_.lines.end() || !in_legend(picture_, runs_, identity_of(*line))) continue;
        entries.push_back(
            fmt::format("keyentry {} title {}", style(*line), in_quotes(label_of(picture_, runs_, *line))));
      }
    }
    return entries;
  }

  static bool is_drawn(const Line& line) {
    for (std::size_t i = 0; i < line.x.size(); ++i) {
      if (std::isfinite(line.x[i] + line.median[i])) return true;
    }
    return false;
  }

  // What the axis cannot show lies on its ends; "never", which is infinite, is not shown.
  std::vector<double> shown(std::vector<double> values) const {
    for (double& value : values) {
      if (value < std::numeric_limits<double>::infinity()) value = std::clamp(value, range_.low, range_.high);
    }
    return values;
  }

  std::size_t identity_of(const Line& line) const {
    const auto found = std::find(picture_.identities.begin(), picture_.identities.end(), line.identity);
    return static_cast<std::size_t>(found - picture_.identities.begin());
  }
  std::string colour(const Line& line) const {
    return picture_.identities.size() < 2 ? category(line.run) : colours_[identity_of(line)];
  }
  // One polygon for each stretch of entries with a band; one up to "never" reaches to the upper end.
  void add_bands(const Line& line, std::vector<std::string>& bands) {
    const std::vector<double> low = shown(line.low), high = shown(line.high);
    for (std::size_t i = 0; i < line.x.size();) {
      std::vector<double> x, from, to;
      for (; i < line.x.size() && std::isfinite(line.x[i]) && std::isfinite(low[i]) && !std::isnan(high[i]);
           ++i) {
        x.push_back(line.x[i]);
        from.push_back(low[i]);
        to.push_back(std::min(high[i], range_.high));
      }
      if (x.empty()) {
        ++i;
        continue;
      }
      bands.push_back(
          fmt::format("{} using 1:2:3 with filledcurves fillcolor rgb '{}' fillstyle transparent solid 0.16 "
                      "noborder notitle",
                      canvas_.table({x, from, to}), colour(line)));
    }
  }
  std::string style(const Line& line) const {
    return fmt::format("with {} linewidth 2 dashtype {} pointtype 7 pointsize 0.6 linecolor rgb '{}'",
                       line.x.size() <= 24 ? "linespoints" : "lines", line.run + 1, colour(line));
  }

  // Dashed, as far as it is within the axes: level, and in a plane upright, too.
  void draw_reference(const Reference& reference) {
    const auto found = std::find(picture_.identities.begin(), picture_.identities.end(), reference.identity);
    const bool of_one = !reference.identity.empty() && found != picture_.identities.end();
    const auto identity = static_cast<std::size_t>(found - picture_.identities.begin());
    const auto draw = [&](const char* from, const char* to) {
      canvas_.command(fmt::format(
          "set arrow from {} to {} nohead back dashtype 2 linewidth 1.5 linecolor rgb '{}'",
          fmt::format(fmt::runtime(from), reference.value), fmt::format(fmt::runtime(to), reference.value),
          of_one ? colours_[identity] : "#444444"));
    };
    const double value = reference.value;
    if (value >= range_.low && value <= range_.high) draw("graph 0, first {:.10g}", "graph 1, first {:.10g}");
    if (!figure_.against.empty() && value >= left_ && value <= right_)
      draw("first {:.10g}, graph 0", "first {:.10g}, graph 1");
  }

  // Around the first point.
  std::string circle(const Line& line, const std::string& file) const {
    std::size_t first = 0;
    while (first + 1 < line.x.size() && !std::isfinite(line.x[first] + line.median[first])) ++first;
    return fmt::format(
        "{0} every ::{1}::{1} using 1:2 with points pointtype 6 pointsize 1.8 linewidth 2 "
        "linecolor rgb '{2}' notitle",
        file, first, colour(line));
  }

  const Figure& figure_;
  const std::vector<Source>& runs_;
  const Picture& picture_;
  Canvas& canvas_;
  Range range_;
  std::vector<std::string> colours_;
  double left_ = std::numeric_limits<double>::infinity(), right_ = -left_;
};

}  // namespace

Canvas draw_lines(const Figure& figure, const std::vector<Source>& runs) {
  const Picture picture = collect_lines(figure, runs);
  const std::size_t panels = picture.panel_titles.size();
  Grid grid;
  grid.strip = legend_width(picture, runs);
  const std::size_t fitting = grid.strip > 430 ? 2 : (panels < 4 ? 3 : 4);
  grid.columns = panel_columns(panels, fitting);
  grid.rows = (panels + grid.columns - 1) / grid.columns;
  grid.panel_height = grid.rows > 1 ? 270 : 480;
  if (panels > 1) grid.titles = picture.panel_titles;
  for (const std::string& label : y_labels(figure, value_range(figure, picture)))
    grid.left = std::max(grid.left, room_for_label(label));
  Canvas canvas(figure.title.empty() ? figure.name : figure.title,
                subtitle(figure, runs, picture.repeats, picture.meaning), grid);
  Drawing drawing(figure, runs, picture, canvas);
  for (std::size_t panel = 0; panel < panels; ++panel) drawing.panel(panel);
  return canvas;
}

}  // namespace basso::report

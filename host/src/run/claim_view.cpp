// Selection and cells of a claim. See claim_view.hpp.
#include "run/claim_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "basso/error.hpp"

namespace basso {

namespace {

[[noreturn]] void refuse(const std::string& who, const std::string& message) {
  throw Error(Exit::usage, fmt::format("{}: {}", who, message));
}

std::string entry_text(const SeriesAxis& axis, std::size_t entry) {
  return axis.labels.empty() ? fmt::format("{}", axis.values[entry]) : axis.labels[entry];
}

bool matches(const SeriesAxis& axis, std::size_t entry, const std::variant<double, std::string>& wanted) {
  if (const auto* label = std::get_if<std::string>(&wanted)) {
    return !axis.labels.empty() && (axis.labels[entry] == *label || axis.labels[entry] == '"' + *label + '"');
  }
  const double value = std::get<double>(wanted);
  return std::abs(axis.values[entry] - value) <= 1e-9 * std::max(1.0, std::abs(value));
}

std::string some_entries(const SeriesAxis& axis) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < std::min<std::size_t>(axis_length(axis), 12); ++i)
    texts.push_back(entry_text(axis, i));
  if (axis_length(axis) > texts.size()) texts.emplace_back("…");
  return fmt::format("{}", fmt::join(texts, ", "));
}

std::string wanted_text(const std::variant<double, std::string>& wanted) {
  const auto* label = std::get_if<std::string>(&wanted);
  return label ? *label : fmt::format("{}", std::get<double>(wanted));
}

}  // namespace

struct ClaimView::Place {
  std::size_t offset = 0;  // of repeat 0, recording 0
  std::size_t point = 0;
  std::size_t group = 0;
  double axis_value = 0;
};

std::size_t axis_length(const SeriesAxis& axis) { return axis.values.size(); }

std::size_t StoredSeries::sweep_axes() const {
  std::size_t count = 0;
  while (series.axes[count].name != "repeat") ++count;
  return count;
}

ClaimView::ClaimView(const std::string& who, const StoredSeries& stored, const Selection& select,
                     const std::string& axis)
    : who_(who), stored_(&stored), repeat_axis_(stored.sweep_axes()) {
  const std::vector<SeriesAxis>& axes = stored.series.axes;
  own_begin_ = repeat_axis_ + (stored.has_recordings() ? 2 : 1);
  axis_ = axes.size();
  for (const SeriesAxis& one : axes) {
    kept_.emplace_back(axis_length(one));
    std::iota(kept_.back().begin(), kept_.back().end(), std::size_t{0});
  }
  const auto position = [&](const std::string& name) {
    for (std::size_t i = 0; i < axes.size(); ++i) {
      if (axes[i].name == name && name != "repeat") return i;
    }
    std::vector<std::string> names;
    for (const SeriesAxis& one : axes) {
      if (one.name != "repeat") names.push_back(one.name);
    }
    const std::string hint = nearest_hint(name, names);
    refuse(who_, fmt::format("series {} has no axis \"{}\"; it has {}{}", stored.series.name, name,
                             names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", ")),
                             hint.starts_with("; nearest") ? hint : ""));
  };
  for (const auto& [name, wanted] : select) keep(position(name), wanted);
  if (!axis.empty()) {
    const std::size_t found = position(axis);
    if (axis != "recording") axis_ = found;
    if (kept_[found].size() < 2) {
      refuse(who_, fmt::format("series {} has one entry along {}; two or more show something",
                               stored.series.name, axis));
    }
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (i >= repeat_axis_ && i < own_begin_) continue;
    cells_ *= kept_[i].size();
    if (i != axis_) groups_ *= kept_[i].size();
  }
}

void ClaimView::keep(std::size_t axis, const std::vector<std::variant<double, std::string>>& wanted) {
  const SeriesAxis& entries = stored_->series.axes[axis];
  kept_[axis].clear();
  for (const auto& one : wanted) {
    std::size_t entry = 0;
    while (entry < axis_length(entries) && !matches(entries, entry, one)) ++entry;
    if (entry == axis_length(entries)) {
      refuse(who_, fmt::format("series {} has no entry {} along {}; it has {}", stored_->series.name,
                               wanted_text(one), entries.name, some_entries(entries)));
    }
    kept_[axis].push_back(entry);
  }
  std::sort(kept_[axis].begin(), kept_[axis].end());
  kept_[axis].erase(std::unique(kept_[axis].begin(), kept_[axis].end()), kept_[axis].end());
}

std::size_t ClaimView::repeats() const { return axis_length(stored_->series.axes[repeat_axis_]); }

std::string ClaimView::axis_text() const {
  if (axis_ == stored_->series.axes.size()) return "";
  std::vector<std::string> texts;
  for (const std::size_t entry : kept_[axis_])
    texts.push_back(entry_text(stored_->series.axes[axis_], entry));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// All cells, the last axis fastest.
std::vector<ClaimView::Place> ClaimView::places() const {
  const std::vector<SeriesAxis>& axes = stored_->series.axes;
  std::vector<std::size_t> stride(axes.size(), 1);
  for (std::size_t i = axes.size(); i-- > 1;) stride[i - 1] = stride[i] * axis_length(axes[i]);
  std::vector<Place> places{Place{}};
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (i >= repeat_axis_ && i < own_begin_) continue;
    std::vector<Place> longer;
    for (const Place& place : places) {
      for (std::size_t k = 0; k < kept_[i].size(); ++k) {
        Place next = place;
        next.offset += kept_[i][k] * stride[i];
        if (i < repeat_axis_) next.point = next.point * axis_length(axes[i]) + kept_[i][k];
        if (i == axis_) next.axis_value = axes[i].values[kept_[i][k]];
        if (i != axis_) next.group = next.group * kept_[i].size() + k;
        longer.push_back(next);
      }
    }
    places = std::move(longer);
  }
  return places;
}

std::string ClaimView::unfinished_text(const std::vector<Place>& places,
                                       const std::vector<double>& ended) const {
  constexpr std::size_t most_named = 4;
  std::set<std::size_t> points;
  for (const Place& place : places) points.insert(place.point);
  std::vector<std::string> names;
  for (const std::size_t point : points) {
    std::string at;  // the entries on the sweep's axes, the last fastest
    std::size_t rest = point;
    for (std::size_t i = repeat_axis_; i-- > 0;) {
      const SeriesAxis& axis = stored_->series.axes[i];
      at = fmt::format("{} {}, ", axis.name, entry_text(axis, rest % axis_length(axis))) + at;
      rest /= axis_length(axis);
    }
    for (std::size_t repeat = 0; repeat < repeats(); ++repeat)
      if (std::isnan(ended[point * repeats() + repeat]))
        names.push_back(fmt::format("{}repeat {}", at, repeat));
  }
  const std::size_t missing = names.size();
  if (missing > most_named) names.resize(most_named);
  return fmt::format(
      "{} did not reach {} end{} ({} of {} jobs; basso resume goes on with an interrupted run)",
      fmt::join(names, "; "), missing == 1 ? "its" : "their",
      missing > most_named ? fmt::format(", nor did {} more", missing - most_named) : "", missing,
      points.size() * repeats());
}

std::vector<Cell> ClaimView::repeat(std::size_t repeat, const std::vector<double>& ended) const {
  const Series& series = stored_->series;
  std::size_t own = 1;
  for (std::size_t i = own_begin_; i < series.axes.size(); ++i) own *= axis_length(series.axes[i]);
  const bool recorded = stored_->has_recordings();
  const std::size_t recordings = recorded ? axis_length(series.axes[repeat_axis_ + 1]) : 1;

  std::vector<Cell> cells;
  const std::vector<Place> all = places();
  for (const Place& place : all) {
    const double end = ended[place.point * repeats() + repeat];
    if (std::isnan(end)) throw NotEvaluated{unfinished_text(all, ended)};
    Cell cell{place.group, place.axis_value, {}, {}};
    const double* first = series.data.data() + place.offset + repeat * recordings * own;
    if (!recorded) cell.values.push_back(*first);
    if (recorded) {
      for (const std::size_t r : kept_[repeat_axis_ + 1]) {
        const double step = series.axes[repeat_axis_ + 1].values[r];
        if (step > end || !stored_->is_scheduled(place.point, r)) continue;
        cell.values.push_back(first[r * own]);
        cell.steps.push_back(step);
      }
    }
    if (cell.values.empty())
      throw NotEvaluated{fmt::format("repeat {} has none of the selected recordings", repeat)};
    if (std::any_of(cell.values.begin(), cell.values.end(), [](double value) { return std::isnan(value); })) {
      throw NotEvaluated{fmt::format("in repeat {} a value of {}{} is not a number", repeat, series.name,
                                     axis_ < series.axes.size()
                                         ? fmt::format(" at {} {}", series.axes[axis_].name, place.axis_value)
                                         : "")};
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

std::string ClaimView::group_text(std::size_t group) const {
  const std::vector<SeriesAxis>& axes = stored_->series.axes;
  std::vector<std::string> parts;
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (i == axis_ || (i >= repeat_axis_ && i < own_begin_)) continue;
    const std::size_t entry = kept_[i][group % kept_[i].size()];
    group /= kept_[i].size();
    if (kept_[i].size() > 1) parts.push_back(fmt::format("{} {}", axes[i].name, entry_text(axes[i], entry)));
  }
  std::reverse(parts.begin(), parts.end());
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace basso

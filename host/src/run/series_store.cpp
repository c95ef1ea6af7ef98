// The files of series/. See series_store.hpp.
#include "run/series_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "run/directory.hpp"

namespace basso {

namespace {

using nlohmann::ordered_json;

bool same_entries(const SeriesAxis& a, const SeriesAxis& b) {
  return a.values == b.values && a.labels == b.labels;
}

// Every point's axis in one: the longest; where entries differ it only counts.
SeriesAxis joined(const std::vector<const SeriesAxis*>& axes) {
  const auto longest = *std::max_element(axes.begin(), axes.end(), [](const auto* a, const auto* b) {
    return axis_length(*a) < axis_length(*b);
  });
  SeriesAxis axis = *longest;
  const auto is_prefix = [&](const SeriesAxis* one) {
    SeriesAxis cut = axis;
    cut.values.resize(axis_length(*one));
    if (!cut.labels.empty()) cut.labels.resize(axis_length(*one));
    return same_entries(cut, *one);
  };
  if (std::all_of(axes.begin(), axes.end(), is_prefix)) return axis;
  axis.unit = "entry; differs between sweep points";
  axis.labels.clear();
  for (std::size_t i = 0; i < axis_length(axis); ++i) axis.values[i] = static_cast<double>(i);
  return axis;
}

SeriesAxis repeat_axis(std::int64_t repeats) {
  SeriesAxis axis{"repeat", "", {}, {}};
  for (std::int64_t r = 0; r < repeats; ++r) axis.values.push_back(static_cast<double>(r));
  return axis;
}

void append_recordings(StoredSeries& stored, const std::vector<const DeclaredSeries*>& points) {
  std::set<std::int64_t> all;
  for (const DeclaredSeries* one : points) {
    if (one) all.insert(one->steps.begin(), one->steps.end());
  }
  const std::vector<std::int64_t> steps(all.begin(), all.end());
  SeriesAxis axis{"recording", "step", {steps.begin(), steps.end()}, {}};
  stored.series.axes.push_back(std::move(axis));
  for (const DeclaredSeries* one : points) {
    stored.scheduled.emplace_back();
    if (!one) continue;
    for (const std::int64_t step : one->steps) {
      const auto found = std::lower_bound(steps.begin(), steps.end(), step);
      stored.scheduled.back().push_back(static_cast<std::size_t>(found - steps.begin()));
    }
  }
}

// `points` holds nullptr where a point does not have the series.
StoredSeries join_series(const std::vector<const DeclaredSeries*>& points,
                         const std::vector<SeriesAxis>& sweep, std::int64_t repeats) {
  const DeclaredSeries& first =
      **std::find_if(points.begin(), points.end(), [](const auto* one) { return one; });
  StoredSeries stored;
  stored.series = {first.name, "series/" + first.name + ".npy", first.unit, first.meaning, first.when, sweep,
                   {}};
  stored.series.axes.push_back(repeat_axis(repeats));
  if (first.when == "recording") append_recordings(stored, points);
  for (std::size_t i = 0; i < first.axes.size(); ++i) {
    std::vector<const SeriesAxis*> axes;
    for (const DeclaredSeries* one : points) {
      if (!one) continue;
      if (one->axes.size() != first.axes.size() || one->when != first.when) {
        throw Error(Exit::usage,
                    fmt::format("series {}: it has another rank or another moment at another sweep point; "
                                "such points cannot be kept in one array",
                                first.name));
      }
      axes.push_back(&one->axes[i]);
    }
    stored.series.axes.push_back(joined(axes));
  }
  return stored;
}

ordered_json axis_json(const SeriesAxis& axis) {
  ordered_json json{{"name", axis.name}, {"unit", axis.unit}, {"values", axis.values}};
  if (!axis.labels.empty()) json["labels"] = axis.labels;
  return json;
}

ordered_json axes_json(const std::vector<SeriesAxis>& axes) {
  ordered_json json = ordered_json::array();
  for (const SeriesAxis& axis : axes) json.push_back(axis_json(axis));
  return json;
}

bool all_scheduled(const StoredSeries& stored) {
  const std::size_t recordings = axis_length(stored.series.axes[stored.sweep_axes() + 1]);
  return std::all_of(stored.scheduled.begin(), stored.scheduled.end(),
                     [&](const auto& positions) { return positions.size() == recordings; });
}

ordered_json series_json(const StoredSeries& stored) {
  const Series& series = stored.series;
  ordered_json json{{"name", series.name},           {"file", series.file}, {"shape", stored.shape()},
                    {"unit", series.unit},           {"when", series.when}, {"meaning", series.meaning},
                    {"axes", axes_json(series.axes)}};
  if (stored.has_recordings() && !all_scheduled(stored)) json["scheduled"] = stored.scheduled;
  return json;
}

std::string index_text(const SeriesIndex& index) {
  ordered_json json{{"schema", 1}, {"sweep", axes_json(index.sweep)}, {"repeats", index.repeats}};
  json["recorded"] = {{"file", "series/recorded.npy"},
                      {"shape", index.job_shape()},
                      {"meaning", "complete recordings of this sweep point and repeat"}};
  json["ended"] = {
      {"file", "series/ended.npy"},
      {"shape", index.job_shape()},
      {"meaning", "training step at which this sweep point and repeat ended as planned; NaN: it has not"}};
  json["series"] = ordered_json::array();
  for (const StoredSeries& stored : index.series) json["series"].push_back(series_json(stored));
  return json.dump(1) + "\n";
}

std::span<const std::uint8_t> bytes_of(const std::string& text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

constexpr const char* index_name = "series.json";

void write_index(const std::filesystem::path& directory, const SeriesIndex& index) {
  data::write_file_atomically(directory / index_name, {bytes_of(index_text(index))});
}

data::Path part_of(data::Path file) { return file += ".part"; }

void remove_part(const data::Path& file) {
  std::error_code failure;
  std::filesystem::remove(part_of(file), failure);
}

// In place of one that an earlier attempt left behind.
data::NpySeries create_part(const data::Path& file, const data::Shape& shape) {
  remove_part(file);
  return data::NpySeries::create(part_of(file), shape);
}

}  // namespace

std::size_t DeclaredSeries::size() const {
  std::size_t count = 1;
  for (const SeriesAxis& axis : axes) count *= axis_length(axis);
  return count;
}

SeriesIndex make_series_index(const ExperimentData& experiment,
                              const std::vector<std::vector<DeclaredSeries>>& points) {
  SeriesIndex index;
  index.repeats = experiment.repeats;
  for (const SweepAxis& axis : experiment.sweep)
    index.sweep.push_back({axis.key, "", axis.values, axis.labels});
  std::vector<std::string> names;  // in the order of declaration
  for (const auto& point : points) {
    for (const DeclaredSeries& one : point) {
      if (std::find(names.begin(), names.end(), one.name) == names.end()) names.push_back(one.name);
    }
  }
  for (const std::string& name : names) {
    std::vector<const DeclaredSeries*> declared;
    for (const auto& point : points) {
      const auto found =
          std::find_if(point.begin(), point.end(), [&](const auto& one) { return one.name == name; });
      declared.push_back(found == point.end() ? nullptr : &*found);
    }
    index.series.push_back(join_series(declared, index.sweep, index.repeats));
  }
  return index;
}

std::uint64_t series_bytes(const SeriesIndex& index) {
  std::uint64_t bytes = 0;
  for (const StoredSeries& stored : index.series) {
    std::uint64_t count = sizeof(double);
    for (const SeriesAxis& axis : stored.series.axes) {
      const std::uint64_t length = axis_length(axis);
      if (length != 0 && count > (std::uint64_t{1} << 62) / length) {
        throw Error(Exit::usage,
                    fmt::format("series {}: more than 2^62 bytes; record less often", stored.series.name));
      }
      count *= length;
    }
    bytes += count;
  }
  return bytes;
}

void forget_recordings(const std::filesystem::path& directory, const StoredSeries& stored, std::size_t job,
                       std::size_t jobs, std::int64_t from) {
  const data::NpySeries file = data::NpySeries::open(directory / stored.series.file, stored.shape());
  const std::uint64_t size = file.size() / jobs, end = (job + 1) * size;
  std::uint64_t at = job * size;
  if (stored.has_recordings()) {
    const std::vector<double>& steps = stored.series.axes[stored.sweep_axes() + 1].values;
    const auto first = std::lower_bound(steps.begin(), steps.end(), static_cast<double>(from));
    if (!steps.empty()) at += static_cast<std::uint64_t>(first - steps.begin()) * (size / steps.size());
  }
  const std::vector<double> nothing(std::min<std::uint64_t>(end - at, 1 << 16), std::nan(""));
  for (; at < end; at += std::min<std::uint64_t>(end - at, nothing.size()))
    file.write_at(at, std::span(nothing).first(std::min<std::uint64_t>(end - at, nothing.size())));
  file.sync();
}

SeriesStore::SeriesStore(const std::filesystem::path& directory, SeriesIndex index, Opener series,
                         Opener counters)
    : directory_(directory),
      index_(std::move(index)),
      recorded_(counters(directory / "series" / "recorded.npy", index_.job_shape())),
      ended_(counters(directory / "series" / "ended.npy", index_.job_shape())) {
  for (const StoredSeries& stored : index_.series) {
    files_.push_back(series(directory / stored.series.file, stored.shape()));
  }
}

SeriesStore SeriesStore::create(const std::filesystem::path& directory, SeriesIndex index) {
  data::make_folder(directory / "series");
  SeriesStore store(directory, std::move(index), data::NpySeries::create, data::NpySeries::create);
  const std::vector<double> none(store.recorded_.size(), 0.0);
  store.recorded_.write_at(0, none);
  data::sync_directory(directory / "series");
  write_index(directory, store.index_);
  return store;
}

namespace {

void expect_files(const std::filesystem::path& directory, const std::vector<std::string>& files) {
  for (const std::string& file : files) {
    std::error_code failure;
    if (!std::filesystem::is_regular_file(directory / file, failure))
      throw Error(Exit::data,
                  fmt::format("{}: missing; without it the run cannot go on, start a new one from "
                              "its config.resolved.toml",
                              (directory / file).string()));
  }
}

// Series of one name would be of two probes.
void refuse_other_series(const std::filesystem::path& directory, const SeriesIndex& before,
                         const StoredSeries& stored) {
  for (const StoredSeries& other : before.series) {
    if (other.probe() == stored.probe())
      throw Error(Exit::usage,
                  fmt::format("{}: there is a series {} of another probe {}: give the one with {} "
                              "another name",
                              directory.string(), other.series.name, other.probe(), stored.series.name));
  }
}

}  // namespace

SeriesStore SeriesStore::open(const std::filesystem::path& directory, SeriesIndex index) {
  std::vector<std::string> files{"series/recorded.npy", "series/ended.npy"};
  for (const StoredSeries& stored : index.series) files.push_back(stored.series.file);
  expect_files(directory, files);
  return SeriesStore(directory, std::move(index), data::NpySeries::open, data::NpySeries::open);
}

SeriesStore SeriesStore::add(const std::filesystem::path& directory, const SeriesIndex& index) {
  const SeriesIndex before = read_series_index(directory);
  expect_files(directory, {"series/recorded.npy", "series/ended.npy"});
  for (const StoredSeries& stored : index.series) {
    const StoredSeries* there = before.find(stored.series.name);
    if (!there) {  // then a file of this name is what a killed process left
      refuse_other_series(directory, before, stored);
      continue;
    }
    const std::filesystem::path file = directory / stored.series.file;
    std::error_code failure;
    if (std::filesystem::exists(file, failure))
      throw Error(Exit::usage,
                  fmt::format("{}: there is a series {} already: give the probe another name, or "
                              "delete {} to have it made again",
                              directory.string(), stored.series.name, file.string()));
    if (series_json(*there) != series_json(stored))
      throw Error(
          Exit::usage,
          fmt::format("{}: series.json has a series {} with other recordings, axes or texts: to make it "
                      "again give its probe the parameters and the record that it had, else another "
                      "name",
                      directory.string(), stored.series.name));
  }
  try {
    return SeriesStore(directory, index, create_part, data::NpySeries::open);
  } catch (...) {
    for (const StoredSeries& stored : index.series) remove_part(directory / stored.series.file);
    throw;
  }
}

// The index gets its name last: whoever finds a series in it finds the file.
std::vector<std::string> SeriesStore::promise() const {
  std::vector<std::string> files;
  SeriesIndex all = read_series_index(directory_);
  for (const StoredSeries& stored : index_.series) {
    files.push_back(stored.series.file);
    if (!all.find(stored.series.name)) all.series.push_back(stored);
  }
  files.emplace_back(index_name);
  sync();
  data::sync_directory(directory_ / "series");
  data::write_file_atomically(part_of(directory_ / index_name), {bytes_of(index_text(all))});
  return files;
}

void SeriesStore::withdraw() const {
  for (const StoredSeries& stored : index_.series) remove_part(directory_ / stored.series.file);
  remove_part(directory_ / index_name);
}

std::size_t SeriesStore::position(const std::string& name) const {
  const auto found = std::find_if(index_.series.begin(), index_.series.end(),
                                  [&](const StoredSeries& stored) { return stored.series.name == name; });
  return static_cast<std::size_t>(found - index_.series.begin());
}

void SeriesStore::write(std::size_t series, const DeclaredSeries& declared, std::size_t point,
                        std::size_t repeat, std::int64_t step, std::span<const double> values) const {
  const StoredSeries& stored = index_.series[series];
  const std::vector<SeriesAxis>& axes = stored.series.axes;
  std::size_t row = point * static_cast<std::size_t>(index_.repeats) + repeat;
  std::size_t axis = stored.sweep_axes() + 1;
  if (stored.has_recordings()) {
    const std::vector<double>& steps = axes[axis].values;
    const auto found = std::lower_bound(steps.begin(), steps.end(), static_cast<double>(step));
    row = row * steps.size() + static_cast<std::size_t>(found - steps.begin());
    ++axis;
  }
  // Runs along the last axis, each at its place in the padded array.
  const std::size_t rank = declared.axes.size();
  const std::size_t run = rank == 0 ? 1 : axis_length(declared.axes.back());
  std::vector<std::size_t> index(rank, 0);
  for (std::size_t done = 0; done < values.size(); done += run) {
    std::size_t place = row;
    for (std::size_t i = 0; i < rank; ++i) place = place * axis_length(axes[axis + i]) + index[i];
    recording([&] { files_[series].write_at(place, values.subspan(done, run)); });
    for (std::size_t i = rank > 0 ? rank - 1 : 0; i-- > 0;) {
      if (++index[i] < axis_length(declared.axes[i])) break;
      index[i] = 0;
    }
  }
}

void SeriesStore::write_recorded(std::size_t point, std::size_t repeat, std::int64_t count) const {
  const double value = static_cast<double>(count);
  recording([&] {
    recorded_.write_at(point * static_cast<std::size_t>(index_.repeats) + repeat, {&value, 1});
  });
}

void SeriesStore::write_ended(std::size_t point, std::size_t repeat, std::int64_t step) const {
  const double value = static_cast<double>(step);
  recording([&] { ended_.write_at(point * static_cast<std::size_t>(index_.repeats) + repeat, {&value, 1}); });
}

std::vector<double> SeriesStore::ended() const {
  std::vector<double> steps(ended_.size());
  ended_.read_at(0, steps);
  return steps;
}

void SeriesStore::sync() const {
  recording([&] {
    for (const data::NpySeries& file : files_) file.sync();
    recorded_.sync();
    ended_.sync();
  });
}

}  // namespace basso

// Reading a run directory's series: series.json and the .npy files that it lists.
#include "run/stored_series.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>

#include "basso/error.hpp"
#include "data/file.hpp"
#include "plugin/parameters.hpp"
#include "run/config.hpp"
#include "run/directory.hpp"
#include "run/manifest.hpp"
#include "run/whole_number.hpp"
#include "services/memory.hpp"

namespace basso {

namespace {

using nlohmann::json;

SeriesAxis read_axis(const json& node) {
  SeriesAxis axis{node.at("name").get<std::string>(), node.at("unit").get<std::string>(), {}, {}};
  axis.values = node.at("values").get<std::vector<double>>();
  if (node.contains("labels")) axis.labels = node.at("labels").get<std::vector<std::string>>();
  if (!axis.labels.empty() && axis.labels.size() != axis.values.size())
    throw std::runtime_error("labels and values of an axis differ in number");
  return axis;
}

std::vector<SeriesAxis> read_axes(const json& node) {
  std::vector<SeriesAxis> axes;
  for (const json& axis : node) axes.push_back(read_axis(axis));
  return axes;
}

void read_schedule(const json& node, StoredSeries& stored, std::size_t points) {
  if (!stored.has_recordings()) return;
  const std::size_t at = stored.sweep_axes() + 1;
  if (at >= stored.series.axes.size()) throw std::runtime_error("a recording axis is missing");
  const std::size_t recordings = axis_length(stored.series.axes[at]);
  if (!node.contains("scheduled")) return;
  for (const json& list : node.at("scheduled")) stored.scheduled.push_back(counts(list, "scheduled"));
  if (stored.scheduled.size() != points)
    throw std::runtime_error("scheduled does not have one entry a sweep point");
  for (const auto& positions : stored.scheduled) {
    const bool ascending =
        std::adjacent_find(positions.begin(), positions.end(), std::greater_equal<>()) == positions.end();
    if (!ascending || (!positions.empty() && positions.back() >= recordings))
      throw std::runtime_error("scheduled does not name recordings in ascending order");
  }
}

// Every series has the sweep's axes, then "repeat".
void check_axes(const Series& series, const SeriesIndex& index) {
  const std::size_t sweep = index.sweep.size();
  bool sound = series.axes.size() > sweep && series.axes[sweep].name == "repeat" &&
               static_cast<std::int64_t>(axis_length(series.axes[sweep])) == index.repeats;
  for (std::size_t i = 0; i < sweep && sound; ++i) {
    sound = series.axes[i].name == index.sweep[i].name && series.axes[i].name != "repeat" &&
            axis_length(series.axes[i]) == axis_length(index.sweep[i]);
  }
  if (!sound)
    throw std::runtime_error("series " + series.name +
                             " does not have the axes of the sweep and the repeats, in this order");
}

StoredSeries read_entry(const json& node, const SeriesIndex& index, std::size_t points) {
  StoredSeries stored;
  Series& series = stored.series;
  series.name = node.at("name").get<std::string>();
  series.file = node.at("file").get<std::string>();
  series.unit = node.at("unit").get<std::string>();
  series.meaning = node.at("meaning").get<std::string>();
  series.when = node.at("when").get<std::string>();
  series.axes = read_axes(node.at("axes"));
  check_axes(series, index);
  if (counts(node.at("shape"), "shape") != stored.shape())
    throw std::runtime_error("the shape of series " + series.name + " is not that of its axes");
  if (series.file.find("..") != std::string::npos || series.file.rfind("series/", 0) != 0) {
    throw std::runtime_error("series " + series.name + " lies outside series/");
  }
  read_schedule(node, stored, points);
  return stored;
}

data::Shape shape_of(const std::vector<SeriesAxis>& axes) {
  data::Shape shape;
  for (const SeriesAxis& axis : axes) shape.push_back(axis_length(axis));
  return shape;
}

}  // namespace

bool StoredSeries::is_scheduled(std::size_t point, std::size_t recording) const {
  if (scheduled.empty()) return true;
  return std::binary_search(scheduled[point].begin(), scheduled[point].end(), recording);
}

std::string StoredSeries::probe() const { return series.name.substr(0, series.name.find('.')); }

data::Shape StoredSeries::shape() const { return shape_of(series.axes); }

data::Shape SeriesIndex::job_shape() const {
  data::Shape shape = shape_of(sweep);
  shape.push_back(static_cast<std::size_t>(repeats));
  return shape;
}

SeriesIndex read_series_index(const std::filesystem::path& directory) {
  const std::filesystem::path file = directory / "series.json";
  check_folder(directory);
  const std::vector<std::uint8_t> bytes = data::read_file(file);
  SeriesIndex index;
  try {
    const json node = json::parse(bytes.begin(), bytes.end());
    if (whole_number(node.at("schema"), "schema") != 1)
      throw std::runtime_error("its schema is not 1, the only one that this version knows");
    index.sweep = read_axes(node.at("sweep"));
    index.repeats = whole_number(node.at("repeats"), "repeats");
    if (index.repeats < 1 || index.repeats > most_repeats)
      throw std::runtime_error(fmt::format("its repeats are not 1 to {}", most_repeats));
    std::size_t points = 1;
    for (const SeriesAxis& axis : index.sweep) {
      if (axis_length(axis) > most_points / points) throw std::runtime_error("its sweep has too many points");
      points *= std::max<std::size_t>(axis_length(axis), 1);
    }
    for (const json& entry : node.at("series")) index.series.push_back(read_entry(entry, index, points));
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    refuse_damaged(file, error);
  }
  return index;
}

const StoredSeries& stored_series(const std::filesystem::path& directory, const SeriesIndex& index,
                                  const std::string& name) {
  if (const StoredSeries* found = index.find(name)) return *found;
  std::vector<std::string> known;
  for (const StoredSeries& stored : index.series) known.push_back(stored.series.name);
  const std::string close = plugin::nearest(name, known);
  throw Error(Exit::usage, fmt::format("{}: there is no series \"{}\"{}", directory.string(), name,
                                       close.empty() ? "" : "; nearest: " + close));
}

data::NpySeries open_stored_series(const std::filesystem::path& directory, const StoredSeries& stored) {
  return data::NpySeries::open_to_read(directory / stored.series.file, stored.shape());
}

std::vector<double> read_whole(const data::NpySeries& file) {
  const std::uint64_t machine = services::physical_memory();
  if (file.size() > machine / sizeof(double)) {
    throw Error(Exit::data, fmt::format("{}: its {} values do not fit the {} MiB of this machine's memory",
                                        file.path().string(), file.size(), machine >> 20));
  }
  std::vector<double> values(static_cast<std::size_t>(file.size()));
  file.read_at(0, values);
  return values;
}

StoredSeries read_stored_series(const std::filesystem::path& directory, const SeriesIndex& index,
                                const std::string& name) {
  StoredSeries stored = stored_series(directory, index, name);
  stored.series.data = read_whole(open_stored_series(directory, stored));
  return stored;
}

std::vector<double> read_ended(const std::filesystem::path& directory, const SeriesIndex& index) {
  return read_whole(data::NpySeries::open_to_read(directory / "series" / "ended.npy", index.job_shape()));
}

std::vector<std::string> series_names(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const StoredSeries& stored : read_series_index(directory).series) names.push_back(stored.series.name);
  return names;
}

Series read_series(const std::filesystem::path& directory, const std::string& name) {
  const SeriesIndex index = read_series_index(directory);
  check_same_series(directory, {stored_series(directory, index, name).series.file});
  return read_stored_series(directory, index, name).series;
}

}  // namespace basso

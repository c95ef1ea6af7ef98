// What series.json says of a series, and its data where it was read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "basso/run.hpp"
#include "data/array.hpp"
#include "data/npy_series.hpp"

namespace basso {

// A series with, for each sweep point, the positions on its recording axis at which that point records: the
// axis has the steps of all points. Axes are the sweep's, "repeat", "recording" (where `when` is
// "recording"), then the probe's own. `series.data` is empty where only the shape is known.
struct StoredSeries {
  Series series;
  std::vector<std::vector<std::size_t>> scheduled;  // [points][recordings of the point]; empty: all of each

  std::string probe() const;       // the name before the dot
  std::size_t sweep_axes() const;  // their number
  data::Shape shape() const;
  bool is_scheduled(std::size_t point, std::size_t recording) const;
  bool has_recordings() const { return series.when == "recording"; }
};

std::size_t axis_length(const SeriesAxis& axis);

// The index series.json of a run directory.
struct SeriesIndex {
  std::vector<SeriesAxis> sweep;
  std::int64_t repeats = 1;
  std::vector<StoredSeries> series;  // without data
  const StoredSeries* find(const std::string& name) const;
  data::Shape job_shape() const;  // [sweep axes…, repeat], of recorded.npy and ended.npy
};

SeriesIndex read_series_index(const std::filesystem::path& directory);
// A series by its name. Throws Error(Exit::usage) where there is none.
const StoredSeries& stored_series(const std::filesystem::path& directory, const SeriesIndex& index,
                                  const std::string& name);
// Its file, to be read in pieces of bounded size. Throws Error(Exit::data) where header or size are not what
// series.json states.
data::NpySeries open_stored_series(const std::filesystem::path& directory, const StoredSeries& stored);
// Such a file at once. Throws Error(Exit::data) where this machine's memory does not hold it.
std::vector<double> read_whole(const data::NpySeries& file);
StoredSeries read_stored_series(const std::filesystem::path& directory, const SeriesIndex& index,
                                const std::string& name);
// [points x repeats]: the step at which each job ended as planned; NaN where it has not.
std::vector<double> read_ended(const std::filesystem::path& directory, const SeriesIndex& index);

}  // namespace basso

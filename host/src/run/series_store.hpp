// series/ of a run directory: which series there are and of which shape, laid down full of NaN and filled in
// place, one .npy a series. docs/run-directory.md is the contract for readers.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "data/npy_series.hpp"
#include "run/settings.hpp"
#include "run/stored_series.hpp"

namespace basso {

// A series as a probe declares it at one sweep point.
struct DeclaredSeries {
  std::string name;  // "<probe>.<output>"
  std::string unit, meaning, when;
  std::vector<SeriesAxis> axes;     // the probe's own
  std::vector<std::int64_t> steps;  // of its recordings
  std::size_t size() const;         // values at one recording
};

// Puts the points' declarations together: the recording axis has the steps of all points, an own axis the
// greatest length (shorter points are padded with NaN, and where the values differ the axis counts entries).
// Throws Error(Exit::usage) where ranks or moments of one series differ between points.
SeriesIndex make_series_index(const ExperimentData& experiment,
                              const std::vector<std::vector<DeclaredSeries>>& points);

// Makes a series NaN from a step on in one of so many jobs; one without recordings altogether.
void forget_recordings(const std::filesystem::path& directory, const StoredSeries& stored, std::size_t job,
                       std::size_t jobs, std::int64_t from);

// Of all series files, without their headers.
std::uint64_t series_bytes(const SeriesIndex& index);

// Several threads may write at once, each for its own (point, repeat). What cannot be written is
// CannotRecord.
class SeriesStore {
 public:
  // Makes series/ below `directory` and series.json in it.
  static SeriesStore create(const std::filesystem::path& directory, SeriesIndex index);
  // Those of a run that goes on. Throws Error(Exit::data) where a file is missing or has another shape.
  static SeriesStore open(const std::filesystem::path& directory, SeriesIndex index);
  // Further series, in files *.npy.part. Throws Error(Exit::usage) for a series that there is; one whose file
  // was deleted is made again where it is declared as series.json has it, and a file that series.json does
  // not list is replaced.
  static SeriesStore add(const std::filesystem::path& directory, const SeriesIndex& index);
  // What was added is whole and on the disk, and with it series.json.part that lists it: the files, by the
  // names that finish_pending (manifest.hpp) is to give them.
  std::vector<std::string> promise() const;
  void withdraw() const;  // removes what was added instead

  const SeriesIndex& index() const { return index_; }
  std::size_t position(const std::string& name) const;
  // What `declared` has at this point and repeat; `step` is that of the recording (no meaning for the series
  // without recordings).
  void write(std::size_t series, const DeclaredSeries& declared, std::size_t point, std::size_t repeat,
             std::int64_t step, std::span<const double> values) const;
  // After the data: recordings that are complete; the step at which the job ended as planned.
  void write_recorded(std::size_t point, std::size_t repeat, std::int64_t count) const;
  void write_ended(std::size_t point, std::size_t repeat, std::int64_t step) const;
  // [points x repeats]: the step at which each job ended as planned; NaN where it has not.
  std::vector<double> ended() const;
  void sync() const;

 private:
  using Opener = data::NpySeries (*)(const data::Path&, const data::Shape&);
  SeriesStore(const std::filesystem::path& directory, SeriesIndex index, Opener series, Opener counters);

  std::filesystem::path directory_;  // of the run
  SeriesIndex index_;
  std::vector<data::NpySeries> files_;
  data::NpySeries recorded_, ended_;
};

}  // namespace basso

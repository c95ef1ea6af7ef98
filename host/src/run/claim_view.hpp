// A claim's selection of a series, cell by cell: what one repeat recorded at each kept entry. The part of the
// claims that knows about shapes; claim_kinds.cpp knows about numbers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "run/settings.hpp"
#include "run/stored_series.hpp"

namespace basso {

// Why a claim has no verdict, and of which group where it is judged group by group.
struct NotEvaluated {
  std::string why;
  std::optional<std::size_t> group = {};
};

// What one repeat recorded at one entry of all axes but repeat and recording.
struct Cell {
  std::size_t group = 0;       // equal for cells that differ along the claim's axis only
  double axis_value = 0;       // along the claim's axis
  std::vector<double> values;  // over the kept recordings; one value for a series without recordings
  std::vector<double> steps;   // of these recordings
};

// The kept entries of every axis; throws Error(Exit::usage), naming who asks ("claim low-first"), for an axis
// or an entry that the series does not have.
class ClaimView {
 public:
  // `axis`: the claim's axis, "" or "recording" for none among the cells.
  ClaimView(const std::string& who, const StoredSeries& stored, const Selection& select,
            const std::string& axis);

  std::size_t repeats() const;
  std::size_t groups() const { return groups_; }
  std::size_t cells() const { return cells_; }
  // "5, 10": the kept entries of the claim's axis, "" without one among the cells.
  std::string axis_text() const;
  // Throws NotEvaluated for a repeat that did not reach its end, and for a value that is not a number.
  // `ended` is [points x repeats].
  std::vector<Cell> repeat(std::size_t repeat, const std::vector<double>& ended) const;
  // "frequency 10": an entry of the claim's axis, for sentences.
  std::string group_text(std::size_t group) const;

 private:
  struct Place;  // of one cell
  std::vector<Place> places() const;
  // Of the jobs that the claim looks at: how many did not reach their end, and which.
  std::string unfinished_text(const std::vector<Place>& places, const std::vector<double>& ended) const;
  void keep(std::size_t axis, const std::vector<std::variant<double, std::string>>& wanted);

  std::string who_;
  const StoredSeries* stored_;
  std::vector<std::vector<std::size_t>> kept_;  // [axis][entries]
  std::size_t repeat_axis_ = 0, own_begin_ = 0;
  std::size_t axis_ = 0;  // the claim's; number of axes for none
  std::size_t cells_ = 1, groups_ = 1;
};

}  // namespace basso

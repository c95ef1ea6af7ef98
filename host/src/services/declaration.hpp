// What plugins declare (sets, series, axes), copied deeply out of the ABI's structs and checked; and the way
// back, ABI structs that point into such copies.
#pragma once

#include <basso/probe.h>
#include <basso/target.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace basso::services {

struct AxisInfo {
  std::string name, unit;
  std::uint64_t length = 0;
  std::vector<double> values;  // [length], or empty: start + step i, or i where step is 0
  double start = 0, step = 0;
  double period = 0;                // 0: not periodic
  std::vector<std::string> labels;  // [length] or empty
  double value(std::uint64_t i) const;
  std::vector<double> coordinates() const;  // [length]
};

struct SetInfo {
  std::string name, role, provenance;
  std::uint64_t rows = 0;
  std::uint32_t input_dim = 0, output_dim = 0, latent_dim = 0;
  std::vector<AxisInfo> axes;
  std::vector<std::string> input_names;   // [input_dim] or empty
  std::vector<std::string> latent_names;  // [latent_dim] or empty
  std::uint64_t bytes() const;            // of inputs, outputs and latents
};

enum class When { each_recording = BASSO_EACH_RECORDING, once = BASSO_ONCE, final = BASSO_FINAL };

struct SeriesInfo {
  std::string name, unit, meaning;
  When when = When::each_recording;
  std::vector<AxisInfo> axes;
  std::uint64_t count = 1;  // values at one recording
};

// Copies; throw Refusal with what is wrong about the declaration.
SetInfo copy_set(const basso_set& set);
SeriesInfo copy_series(const basso_series& series);

// basso_set structs over SetInfos, which must outlive this and stay where they are.
class AbiSets {
 public:
  explicit AbiSets(const std::vector<SetInfo>& sets);
  AbiSets(const AbiSets&) = delete;
  AbiSets& operator=(const AbiSets&) = delete;
  const std::vector<const basso_set*>& pointers() const { return pointers_; }

 private:
  const basso_axis* const* add_axes(const std::vector<AxisInfo>& axes);
  const char* const* add_names(const std::vector<std::string>& names);
  std::deque<basso_set> sets_;
  std::deque<basso_axis> axes_;
  std::deque<std::vector<const basso_axis*>> axis_lists_;
  std::deque<std::vector<const char*>> name_lists_;
  std::vector<const basso_set*> pointers_;
};

}  // namespace basso::services

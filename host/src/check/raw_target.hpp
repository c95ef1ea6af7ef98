// A target called directly, as the host's own class never does: any rows in any order, arrays left out, every
// array between guard pages.
#pragma once

#include <basso/target.h>

#include <cstdint>
#include <string>
#include <vector>

#include "check/guarded.hpp"
#include "plugin/parameters.hpp"
#include "services/context.hpp"
#include "services/declaration.hpp"

namespace basso::check {

// Rows first .. first+rows-1 of one set. An array that was not asked for is empty.
struct Rows {
  std::uint64_t first = 0, count = 0;
  std::vector<double> inputs, outputs, latents;  // [count x dimension]
};

// Which arrays of a fill are wanted.
struct Wanted {
  bool inputs = true, outputs = true, latents = true;
};

class RawTarget {
 public:
  // Throws Error for what the plugin refuses.
  RawTarget(const Component& component, const plugin::ParameterValues& values, std::uint64_t seed,
            std::uint64_t repeat = 0);
  ~RawTarget();
  RawTarget(const RawTarget&) = delete;
  RawTarget& operator=(const RawTarget&) = delete;

  const std::vector<services::SetInfo>& sets() const { return sets_; }
  // Values that the plugin does not write stay unwritten(). Throws Error where it writes outside of the
  // arrays (behind their end it crashes) or fails.
  Rows fill(std::size_t set, std::uint64_t first, std::uint64_t rows, Wanted wanted = {}) const;
  // One call of spectrum/1 with room for so many lines; as many as fit are returned, *count says how many
  // there are. NotApplicable where the plugin has no spectrum/1.
  struct Line {
    double k, real, imaginary;
  };
  std::vector<Line> lines(std::size_t set, std::uint32_t capacity, std::uint32_t& count) const;

 private:
  services::Shared shared_;
  mutable services::Host host_;
  const basso_target_v1* functions_;
  void* instance_ = nullptr;
  std::vector<services::SetInfo> sets_;
};

bool is_unwritten(double value);

// "" or the first place where they differ: "output 0 of row 5 of the set 'train' is 0.5, and 0.25".
std::string difference(const services::SetInfo& set, const Rows& one, const Rows& other);
// "output 0 of row 5 of the set 'train'": entry `index` of an array of `dimension` columns.
std::string place(const services::SetInfo& set, const char* what, std::uint64_t first, std::size_t index,
                  std::uint32_t dimension);

}  // namespace basso::check

// The linear regions of the network at an observation, whether it has one input or two; what the probes
// relu-transform, relu-decay and lipschitz share.
#pragma once

#include "regions_1d.hpp"
#include "regions_2d.hpp"

#define MOST_REGIONS_PARAMETER                                                                              \
  BASSO_PARAMETER("most_regions", "integer", "1000000", "[1,inf)", "",                                      \
                  "With more linear regions than this an observation fails before memory does: each needs " \
                  "about 1 kB.")

namespace {

class RegionFinder {
 public:
  RegionFinder(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        network_(setup),
        most_(static_cast<std::size_t>(values.integer("most_regions"))) {}

  const basso_host* host() const { return host_; }
  std::size_t inputs() const { return network_.inputs(); }

  // Regions are found for one or two inputs.
  void need_line_or_plane() const {
    if (inputs() > 2)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "finds the linear regions of networks of one or two inputs, and this one has " +
                               std::to_string(inputs()) +
                               "; take a target of fewer inputs, such as sinusoids or flower");
  }

  // From the parameter `window`.
  Domain window(basso::view<const double> ends) const {
    if (ends.size != 2 && ends.size != 2 * inputs())
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "window: has " + std::to_string(ends.size) +
                               " numbers; expected 2, the low and the high end, or 2 for each of the " +
                               std::to_string(inputs()) + " inputs");
    for (std::size_t i = 0; i < ends.size; i += 2)
      if (!(ends[i] < ends[i + 1]))
        throw basso::failure(BASSO_ERROR_PARAMETER, "window: the low end " + std::to_string(ends[i]) +
                                                        " is not below the high end " +
                                                        std::to_string(ends[i + 1]));
    return {false, {ends[0], ends[ends.size - 2]}, {ends[1], ends[ends.size - 1]}};
  }

  void refresh(const basso::observation& look) { network_.refresh(look); }

  Regions find(const Domain& domain) const {
    return inputs() == 1 ? Intervals(network_, most_).find(host_, domain)
                         : Polygons(network_, most_).find(host_, domain);
  }

 private:
  const basso_host* host_;
  PiecewiseNetwork network_;
  std::size_t most_;
};

// f~ without its factor |k|^-2 at k = (x[i], y[j]), of the function that is parts[r] on region r. Each task
// adds up some faces, and their sums are added in order.
inline FaceSums sum_faces(const basso_host* host, const Regions& over, const std::vector<Affine>& parts,
                          const Reals& x, const Reals& y, Values values) {
  constexpr std::size_t faces_a_task = 2048;
  std::vector<FaceSums> sums(over.faces.size() / faces_a_task + 1, FaceSums(x, y));
  basso::parallel(host, sums.size(), [&](std::uint64_t task) {
    const std::size_t first = static_cast<std::size_t>(task) * faces_a_task;
    for (std::size_t i = first; i < std::min(first + faces_a_task, over.faces.size()); ++i) {
      if (i % 64 == 0) basso::stop_if_cancelled(host);
      sums[static_cast<std::size_t>(task)].add(over.faces[i], parts[over.faces[i].region], values);
    }
  });
  for (std::size_t task = 1; task < sums.size(); ++task) sums[0].add(sums[task]);
  return std::move(sums[0]);
}

}  // namespace

// When something is recorded: the steps of a schedule.
#include <algorithm>
#include <cmath>

#include "run/settings.hpp"

namespace basso {

namespace {

std::vector<std::int64_t> every_n(std::int64_t n, std::int64_t last) {
  std::vector<std::int64_t> steps;
  for (std::int64_t step = 0; step < last; step += n) {
    steps.push_back(step);
    if (step > last - n) break;
  }
  steps.push_back(last);
  return steps;
}

// Steps round(10^(i / per_decade)), neighbours that round to one step merged.
std::vector<std::int64_t> logarithmic(std::int64_t per_decade, std::int64_t last) {
  std::vector<std::int64_t> steps{0};
  for (std::int64_t i = 0;; ++i) {
    const double exact = std::pow(10.0, static_cast<double>(i) / static_cast<double>(per_decade));
    if (exact >= static_cast<double>(last)) break;
    const auto step = static_cast<std::int64_t>(std::nearbyint(exact));
    if (step > steps.back()) steps.push_back(step);
  }
  if (last > steps.back()) steps.push_back(last);
  return steps;
}

}  // namespace

std::vector<std::int64_t> Schedule::steps(std::int64_t last) const {
  if (kind == Kind::every) return every_n(every, last);
  if (kind == Kind::logarithmic) return logarithmic(per_decade, last);
  std::vector<std::int64_t> chosen;
  for (std::int64_t step : list) {
    if (step <= last) chosen.push_back(step);
  }
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

}  // namespace basso

// Orders of hidden units, and their form as numbers.
#include "nn/unit_order.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numeric>

#include "basso/error.hpp"

namespace basso::nn {

UnitOrder::UnitOrder(const ParameterLayout& layout) : layout_(&layout) {
  for (int layer = 0; layer + 1 < layout.layers(); ++layer) {
    units_.emplace_back(static_cast<size_t>(layout.weights(layer).rows));
    std::iota(units_.back().begin(), units_.back().end(), 0u);
    before_.resize(std::max(before_.size(), units_.back().size()));
  }
}

void UnitOrder::move(size_t map, std::span<const uint32_t> order) {
  std::vector<uint32_t>& units = units_[map];
  std::copy(units.begin(), units.end(), before_.begin());
  for (size_t place = 0; place < units.size(); ++place) units[place] = before_[order[place]];
}

size_t UnitOrder::size() const {
  size_t sum = 0;
  for (const auto& units : units_) sum += units.size();
  return sum;
}

void UnitOrder::export_to(std::vector<double>& out) const {
  for (const auto& units : units_) out.insert(out.end(), units.begin(), units.end());
}

void UnitOrder::import(std::span<const double> numbers) {
  for (size_t map = 0; map < units_.size(); ++map) {
    std::vector<uint32_t>& units = units_[map];
    std::vector<bool> seen(units.size());
    for (size_t place = 0; place < units.size(); ++place) {
      const double number = numbers[place];
      const bool whole =
          number >= 0.0 && number < static_cast<double>(units.size()) && number == std::floor(number);
      if (!whole || seen[static_cast<size_t>(number)])
        throw Error(Exit::data,
                    fmt::format("training state: the order of hidden layer {} is no permutation", map + 1));
      seen[static_cast<size_t>(number)] = true;
      units[place] = static_cast<uint32_t>(number);
    }
    numbers = numbers.subspan(units.size());
  }
}

}  // namespace basso::nn

// Nearest neighbours by the plain definition: all distances, then a selection.
#include "services/neighbours_view.hpp"

#include <algorithm>
#include <utility>

#include "services/tables.hpp"

namespace basso::services {
namespace {

[[noreturn]] void refuse(const char* what) {
  throw Refusal(BASSO_ERROR_UNSUPPORTED,
                std::string("nearest neighbours have no ") + what + "; a network of the kind dense has them");
}

}  // namespace

NeighboursView::NeighboursView(std::span<const double> inputs, std::span<const double> outputs,
                               std::size_t rows, std::size_t neighbours)
    : inputs_(inputs), outputs_(outputs), rows_(rows), neighbours_(neighbours) {}

void NeighboursView::refresh() {
  const std::lock_guard lock(mutex_);
  predictions_.clear();
}

std::span<const double> NeighboursView::predictions(const double* points, std::uint64_t rows) {
  const std::lock_guard lock(mutex_);
  const auto entry = predictions_.try_emplace(points);
  std::vector<double>& values = entry.first->second;
  if (entry.second) {
    values.resize(checked_product(rows, output_dim()));
    evaluate(nullptr, points, rows, values.data());
  }
  return values;
}

void NeighboursView::evaluate(const double* parameters, const double* points, std::uint64_t rows,
                              double* outputs) {
  if (parameters) refuse("parameters");
  const std::size_t inputs = input_dim(), outs = output_dim();
  std::vector<std::pair<double, std::size_t>> near(rows_);  // squared distance, sample
  for (std::uint64_t r = 0; r < rows; ++r, points += inputs, outputs += outs) {
    for (std::size_t j = 0; j < rows_; ++j) {
      const double* const sample = inputs_.data() + j * inputs;
      double sum = 0.0;
      for (std::size_t i = 0; i < inputs; ++i) sum += (points[i] - sample[i]) * (points[i] - sample[i]);
      near[j] = {sum, j};
    }
    const auto end = near.begin() + static_cast<std::ptrdiff_t>(neighbours_);
    std::nth_element(near.begin(), end - 1, near.end());
    std::sort(near.begin(), end);  // one order of summation
    std::fill_n(outputs, outs, 0.0);
    for (auto one = near.begin(); one != end; ++one)
      for (std::size_t o = 0; o < outs; ++o) outputs[o] += outputs_[one->second * outs + o];
    for (std::size_t o = 0; o < outs; ++o) outputs[o] /= static_cast<double>(neighbours_);
  }
}

std::span<const double> NeighboursView::gradient() { refuse("gradient"); }
double NeighboursView::loss(const double*, const double*, std::uint64_t) const { refuse("training loss"); }
void NeighboursView::activation(std::uint32_t, const double*, double*, double*, std::uint64_t) {
  refuse("activations");
}
void NeighboursView::pull_to_parameters(const double*, const double*, std::uint64_t, const double*, double*) {
  refuse("parameters");
}
void NeighboursView::pull_to_inputs(const double*, const double*, std::uint64_t, const double*, double*) {
  refuse("derivatives");
}
void NeighboursView::push_parameters(const double*, const double*, std::uint64_t, const double*, double*) {
  refuse("parameters");
}

}  // namespace basso::services

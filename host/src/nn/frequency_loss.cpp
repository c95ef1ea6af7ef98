// The frequency-weighted loss (see frequency_loss.hpp), by two transforms of the residual a step.
#include "nn/frequency_loss.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "basso/error.hpp"

namespace basso::nn {
namespace {

using Order = FrequencySchedule::Order;

void check(const FrequencySchedule& schedule, size_t rows) {
  if (schedule.order == Order::all && schedule.peaks.empty()) return;
  if (schedule.order == Order::all) throw Error(Exit::usage, "peaks: expected none where all weights are 1");
  if (schedule.peaks.empty()) throw Error(Exit::usage, "peaks: expected at least one bin");
  const auto nyquist = static_cast<int64_t>(rows / 2);
  int64_t last = 0;
  for (const int64_t peak : schedule.peaks) {
    if (peak < 1 || peak > nyquist)
      throw Error(Exit::usage, fmt::format("peaks: {} is no bin of {} training samples; expected 1 to {}",
                                           peak, rows, nyquist));
    if (peak <= last)
      throw Error(Exit::usage,
                  fmt::format("peaks: {} does not lie above {}; expected ascending bins", peak, last));
    last = peak;
  }
}

}  // namespace

FrequencyLoss::FrequencyLoss(const FrequencySchedule& schedule, std::span<const double> targets)
    : schedule_((check(schedule, targets.size()), schedule)),
      fft_(targets.size()),
      residual_(targets.size()),
      spectrum_(targets.size()) {
  std::copy(targets.begin(), targets.end(), residual_.begin());
  fft_.forward(residual_.data(), spectrum_.data());
  double largest = 0.0;
  for (const spectral::Complex& bin : spectrum_) largest = std::max(largest, std::abs(bin));
  fft_.inverse(spectrum_.data(), residual_.data());  // what it takes for itself is taken now, not in a step
  for (const int64_t peak : schedule_.peaks) {
    magnitudes_.push_back(std::abs(spectrum_[static_cast<size_t>(peak)]));
    if (magnitudes_.back() <= 1e-12 * largest)
      throw Error(Exit::usage,
                  fmt::format("peaks: the target has no component in bin {}, so that no relative "
                              "error at it falls below the level",
                              peak));
  }
}

template <class T>
double FrequencyLoss::evaluate(int64_t step, const T* predictions, const T* targets, T* gradient) {
  const size_t n = residual_.size();
  for (size_t j = 0; j < n; ++j)
    residual_[j] = static_cast<double>(predictions[j]) - static_cast<double>(targets[j]);
  fft_.forward(residual_.data(), spectrum_.data());
  if (step % schedule_.check_every == 0) look();
  weigh();
  const double scale = 1.0 / static_cast<double>(n);
  double sum = 0.0;
  for (const spectral::Complex& bin : spectrum_) sum += std::norm(bin);
  fft_.inverse(spectrum_.data(), residual_.data());
  for (size_t j = 0; j < n; ++j) gradient[j] = static_cast<T>(2.0 * scale * residual_[j].real());
  return sum * scale * scale;
}

int64_t FrequencyLoss::peak() const {
  const auto count = static_cast<int64_t>(schedule_.peaks.size());
  const int64_t place = schedule_.order == Order::low_to_high ? stage_ : count - 1 - stage_;
  return schedule_.peaks[static_cast<size_t>(place)];
}

void FrequencyLoss::look() {
  const size_t count = magnitudes_.size();
  const auto stage = static_cast<size_t>(stage_);
  if (stage == count) return;
  ++looks_;
  const double magnitude = magnitudes_[schedule_.order == Order::low_to_high ? stage : count - 1 - stage];
  const bool learned = std::abs(spectrum_[static_cast<size_t>(peak())]) < schedule_.level * magnitude;
  if (!learned && (schedule_.patience == 0 || looks_ < schedule_.patience)) return;
  ++stage_;
  looks_ = 0;
}

void FrequencyLoss::weigh() {
  if (stage_ == static_cast<int64_t>(schedule_.peaks.size())) return;
  const auto border = static_cast<size_t>(peak());
  const bool low = schedule_.order == Order::low_to_high;
  for (size_t k = 0; k < spectrum_.size(); ++k) {
    const size_t frequency = std::min(k, spectrum_.size() - k);
    if (low ? frequency > border : frequency < border) spectrum_[k] = 0.0;
  }
}

std::vector<double> FrequencyLoss::state() const {
  return {static_cast<double>(stage_), static_cast<double>(looks_)};
}

void FrequencyLoss::restore(std::span<const double> state) {
  const auto whole = [](double value, double most) {
    return value >= 0.0 && value <= most && value == std::floor(value);
  };
  if (state.size() != state_size || !whole(state[0], static_cast<double>(schedule_.peaks.size())) ||
      !whole(state[1], 0x1p53))
    throw Error(Exit::data, "training state: the stage of the frequency-weighted loss is damaged");
  stage_ = static_cast<int64_t>(state[0]);
  looks_ = static_cast<int64_t>(state[1]);
}

template double FrequencyLoss::evaluate(int64_t, const float*, const float*, float*);
template double FrequencyLoss::evaluate(int64_t, const double*, const double*, double*);

}  // namespace basso::nn

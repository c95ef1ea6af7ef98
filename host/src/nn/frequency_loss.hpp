// The frequency-weighted loss of Xu, Zhang and Xiao 2018, Eq 4, whose weights follow the training:
//
//   L_wf = 1/N sum_g w(g) |F[f](g) - F[T](g)|^2,  F[y](g) = N^(-1/2) sum_j y_j e^{-2 pi i g j / N}
//
// over the N training samples in their order (f the targets, T the network), with w(N - g) = w(g). F is the
// unitary transform, so that w = 1 everywhere gives the mean squared error (Parseval) and its gradient.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "spectral/fft.hpp"

namespace basso::nn {

// How the weights, 0 or 1, follow the training (ibid., section 4). The stage is the number of the peak in
// hand; it goes on when relative_error at that peak, |F[f] - F[T]| / |F[f]|, is below `level`. Past the last
// stage all weights are 1.
struct FrequencySchedule {
  enum class Order {
    all,          // w = 1 from the start
    low_to_high,  // peaks ascending; w = 1 up to the peak in hand
    high_to_low   // peaks descending; w = 1 from the peak in hand on
  };
  Order order = Order::all;
  std::vector<int64_t> peaks;  // bins of the DFT, ascending, 1 to N/2
  double level = 0.1;
  int64_t check_every = 1;  // steps from one look at the peak to the next
  int64_t patience = 0;     // looks after which a stage ends all the same; 0: never
};

class FrequencyLoss {
 public:
  // targets [rows]. Throws basso::Error for what cannot be weighted: see FrequencySchedule.
  FrequencyLoss(const FrequencySchedule& schedule, std::span<const double> targets);

  // L_wf of predictions [rows] before step number `step` (from 0), with its derivatives by the predictions in
  // gradient [rows]. Looks at the peak in hand first, where the schedule says so. Allocates nothing.
  template <class T>
  double evaluate(int64_t step, const T* predictions, const T* targets, T* gradient);

  // What the next evaluation depends on: stages that have ended, looks in this one.
  std::vector<double> state() const;
  void restore(std::span<const double> state);
  static constexpr size_t state_size = 2;

 private:
  int64_t peak() const;  // in hand
  void look();
  void weigh();  // sets the residual's components with w = 0 to zero

  FrequencySchedule schedule_;
  spectral::FftPlan fft_;
  std::vector<double> magnitudes_;  // |sum_j f_j e^{...}| at the peaks
  std::vector<spectral::Complex> residual_, spectrum_;
  int64_t stage_ = 0, looks_ = 0;
};

}  // namespace basso::nn

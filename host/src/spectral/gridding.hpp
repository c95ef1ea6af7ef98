// Non-uniform discrete Fourier transform at equally spaced frequencies by gridding, float64: room spectral.
//
// A. Dutt and V. Rokhlin 1993; with the kernel of A. Barnett, J. Magland, L. af Klinteberg 2019 (SIAM J. Sci.
// Comput. 41, "A parallel nonuniform fast Fourier transform library based on an 'exponential of semicircle'
// kernel"), their type 1.
#pragma once

#include <complex>
#include <cstddef>
#include <span>
#include <vector>

#include "spectral/fft.hpp"

namespace basso::spectral {

// Equally spaced frequencies: centre + step (m - index), m = 0 .. count - 1. With the index in the middle,
// the phases that the grid carries are as small as they can be.
struct EvenFrequencies {
  double centre, step;
  std::size_t index, count;
};

// F(k_m) = sum_j y_j e^{-2 pi i x_j k_m}, each with an error of at most 5e-14 sum_j |y_j|, whatever |x k|.
// The bits of a transform depend on the plan and y alone (and on whether the processor has fused
// multiply-adds).
class Gridding {
 public:
  static constexpr std::size_t width = 16;  // of the kernel, in grid points

  Gridding(std::span<const double> points, const EvenFrequencies& frequencies);

  // Points of the grid: twice the frequencies or a little more, and never too few for the kernel.
  static std::size_t grid_size(std::size_t frequencies);
  // What a transform costs, in floating-point operations.
  static double flops(std::size_t points, std::size_t frequencies);

  // y [points] -> out [frequencies]. Allocates only on a thread's first use of a size.
  void transform(const double* y, std::complex<double>* out) const;

 private:
  struct Run {  // points that meet the same `width` grid points
    std::size_t cell, first, end;
  };

  void place(std::span<const double> points, const EvenFrequencies& frequencies);
  void weigh(const EvenFrequencies& frequencies);

  std::size_t index_;                    // of the centre
  FftPlan fft_;                          // [grid]
  std::vector<std::size_t> order_;       // [points], sorted by cell; what follows is in this order
  std::vector<double> cosines_, sines_;  // [points], phase at the centre
  std::vector<double> kernel_;           // [points x width]
  std::vector<Run> runs_;
  std::vector<double> weights_;  // [frequencies], 1 over the kernel's transform
};

}  // namespace basso::spectral

// Discrete Fourier transforms in float64 of any length and dimension: room spectral, over kissfft<double>.
//
// Convention, everywhere in Basso: F_k = sum_j y_j e^{-2 pi i j k / n}, not normalised; the inverse divides
// by n.
//
// A plan is made once and used often. Its const methods may run on several threads at once: they keep their
// scratch in thread-local buffers that grow on a thread's first use of a size and never allocate after that.
#pragma once

#include <complex>
#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace basso::spectral {

using Complex = std::complex<double>;

// The smallest length >= at_least >= 1 whose prime factors are 2, 3 and 5.
std::size_t smooth_length(std::size_t at_least);

// One-dimensional transform of length n >= 1. Lengths whose prime factors are 2, 3 and 5 go to kissfft; any
// other length goes through Bluestein's chirp convolution, so that a prime length costs O(n log n) as well.
class FftPlan {
 public:
  explicit FftPlan(std::size_t n);
  ~FftPlan();
  FftPlan(FftPlan&&) noexcept;
  FftPlan& operator=(FftPlan&&) noexcept;

  std::size_t size() const noexcept { return n_; }
  // Bins of a real transform: n/2 + 1.
  std::size_t real_bins() const noexcept { return n_ / 2 + 1; }

  // in [n] -> out [n]; in and out are disjoint.
  void forward(const Complex* in, Complex* out) const;
  // in [n] -> out [n], divided by n: inverse(forward(y)) is y. in and out are disjoint.
  void inverse(const Complex* in, Complex* out) const;
  // in [n] real -> out [n/2 + 1], the bins 0 to n/2 of forward.
  void real_forward(const double* in, Complex* out) const;

 private:
  struct Impl;
  std::size_t n_;
  std::unique_ptr<Impl> impl_;
};

// Transform along every axis of a row-major array of the given shape.
class FftPlanNd {
 public:
  explicit FftPlanNd(std::span<const std::size_t> shape);

  std::size_t size() const noexcept { return size_; }
  const std::vector<std::size_t>& shape() const noexcept { return shape_; }

  // in [shape] -> out [shape], row-major; in may equal out.
  void forward(const Complex* in, Complex* out) const;
  // As forward; divided by the number of elements.
  void inverse(const Complex* in, Complex* out) const;

 private:
  std::vector<std::size_t> shape_;
  std::vector<FftPlan> axes_;
  std::size_t size_ = 1;
};

}  // namespace basso::spectral

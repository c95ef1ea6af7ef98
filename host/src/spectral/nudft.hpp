// Non-uniform discrete Fourier transform in one dimension, float64: room spectral.
//
// F(k) = sum_j y_j e^{-2 pi i x_j k} at any real frequencies k (cycles per unit of x), not normalised; Xu,
// Zhang, Xiao 2018, section 2 ("T"), up to the factor 1/N.
#pragma once

#include <complex>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "spectral/gridding.hpp"

namespace basso::spectral {

// Made once for given points and frequencies, used often; transform is const, allocates only on a thread's
// first use of a size, and may run on several threads at once. Errors are at most 1e-12 sum_j |y_j| at every
// frequency. Phases x k are reduced to one turn before the sine and cosine are taken, with the product's
// rounding error kept, so that accuracy does not fall with |x k|.
class NudftPlan {
 public:
  // `table` holds cos and sin of every phase (16 bytes a pair) and sums products; `gridding` is for equally
  // spaced frequencies; `direct` holds nothing and takes a sine and a cosine of each pair at each transform.
  // A plan takes what needs the fewest operations of those that are possible.
  enum class Method { table, gridding, direct };

  static constexpr std::size_t default_memory_bound = std::size_t{64} << 20;  // bytes of a table

  NudftPlan(std::span<const double> points, std::span<const double> frequencies,
            std::size_t memory_bound = default_memory_bound);

  std::size_t points() const noexcept { return points_.size(); }
  std::size_t frequencies() const noexcept { return frequencies_.size(); }
  Method method() const noexcept { return method_; }

  // y [points] -> out [frequencies].
  void transform(const double* y, std::complex<double>* out) const;

 private:
  std::optional<EvenFrequencies> even_frequencies() const;
  void fill_table();
  void transform_table(const double* y, std::complex<double>* out) const;
  void transform_direct(const double* y, std::complex<double>* out) const;

  std::vector<double> points_, frequencies_;
  Method method_ = Method::direct;
  std::vector<double> cosines_, sines_;  // [frequencies x points] (table)
  std::optional<Gridding> gridding_;
};

}  // namespace basso::spectral

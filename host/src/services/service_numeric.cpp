// fft/1 and linalg/1 over room spectral.
#include <fmt/format.h>

#include <algorithm>
#include <complex>
#include <optional>
#include <variant>

#include "services/context.hpp"
#include "services/memory.hpp"
#include "services/tables.hpp"
#include "spectral/fft.hpp"
#include "spectral/lanczos.hpp"
#include "spectral/nudft.hpp"
#include "spectral/peaks.hpp"
#include "spectral/symmetric_eigen.hpp"

// The ABI's opaque plan: uniform of n points, or non-uniform.
struct basso_fft_plan {
  std::variant<basso::spectral::FftPlan, basso::spectral::NudftPlan> plan;
};

namespace basso::services {
namespace {

using spectral::Complex;

// Points of a transform: a plan with its scratch takes some 256 bytes a point (a non-uniform one).
std::uint64_t longest() { return std::min(std::uint64_t{1} << 31, physical_memory() / 256); }

const spectral::FftPlan& uniform(const basso_fft_plan* plan) {
  expect(plan, "the plan");
  if (const auto* fft = std::get_if<spectral::FftPlan>(&plan->plan)) return *fft;
  throw Refusal(BASSO_ERROR_INTERNAL, "a non-uniform plan was given to a uniform transform");
}

std::int32_t make_plan(const basso_host* host, std::uint64_t n, const basso_fft_plan** plan,
                       basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(plan, "the place for the plan");
    if (n == 0 || n > longest())
      throw Refusal(BASSO_ERROR_PARAMETER, fmt::format("a transform of {} points is not possible", n));
    *plan = Host::of(host).fft_plan(n);
  });
}

std::int32_t forward_real(const basso_host*, const basso_fft_plan* plan, const double* input, double* output,
                          basso_error* error) noexcept {
  return guarded(error, [&] { uniform(plan).real_forward(input, reinterpret_cast<Complex*>(output)); });
}

// The inverse without its factor 1/n: exchanging real and imaginary parts before and after turns the sign of
// the exponent, exactly.
void inverse_unnormalised(const spectral::FftPlan& plan, const Complex* input, Complex* output) {
  std::vector<Complex> swapped(plan.size());
  for (std::size_t j = 0; j < plan.size(); ++j) swapped[j] = {input[j].imag(), input[j].real()};
  plan.forward(swapped.data(), output);
  for (std::size_t j = 0; j < plan.size(); ++j) output[j] = {output[j].imag(), output[j].real()};
}

std::int32_t transform(const basso_host*, const basso_fft_plan* plan, std::int32_t inverse,
                       const double* input, double* output, basso_error* error) noexcept {
  return guarded(error, [&] {
    const auto* in = reinterpret_cast<const Complex*>(input);
    auto* out = reinterpret_cast<Complex*>(output);
    if (inverse)
      inverse_unnormalised(uniform(plan), in, out);
    else
      uniform(plan).forward(in, out);
  });
}

std::int32_t make_nonuniform_plan(const basso_host* host, const double* x, std::uint64_t points,
                                  const double* k, std::uint64_t frequencies, const basso_fft_plan** plan,
                                  basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(plan, "the place for the plan");
    if (points == 0 || points > longest() || frequencies == 0 || frequencies > longest())
      throw Refusal(BASSO_ERROR_PARAMETER,
                    fmt::format("a non-uniform transform of {} points at {} frequencies is not possible",
                                points, frequencies));
    *plan = Host::of(host).nonuniform_plan(x, points, k, frequencies);
  });
}

std::int32_t forward_nonuniform(const basso_host*, const basso_fft_plan* plan, const double* y,
                                double* output, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(plan, "the plan");
    const auto* nonuniform = std::get_if<spectral::NudftPlan>(&plan->plan);
    if (!nonuniform)
      throw Refusal(BASSO_ERROR_INTERNAL, "a uniform plan was given to a non-uniform transform");
    nonuniform->transform(y, reinterpret_cast<Complex*>(output));
  });
}

std::int32_t find_peaks(const basso_host*, const double* magnitudes, std::uint64_t count, std::uint64_t* bins,
                        std::uint64_t capacity, std::uint64_t* found, basso_error* error) noexcept {
  return guarded(error, [&] {
    expect(found, "the place for the number of peaks");
    const std::vector<std::size_t> peaks = spectral::peak_bins(std::span(magnitudes, count), count);
    *found = peaks.size();
    for (std::size_t i = 0; i < std::min<std::uint64_t>(capacity, peaks.size()); ++i) bins[i] = peaks[i];
  });
}

std::int32_t symmetric_eigen(const basso_host*, const double* a, std::uint64_t n, double* values,
                             double* vectors, basso_error* error) noexcept {
  return guarded(error, [&] {
    const std::uint64_t elements = checked_product(n, n);
    const double bytes = 24.0 * static_cast<double>(elements);  // of the solver, beside the matrix
    if (bytes > static_cast<double>(physical_memory()))
      throw Refusal(
          BASSO_ERROR_MEMORY,
          fmt::format(
              "an eigenproblem of {} rows takes {:.0f} GiB beside its matrix, this machine has {} GiB", n,
              bytes / 0x1p30, physical_memory() >> 30));
    const auto eigen = spectral::symmetric_eigen(std::span(a, elements), n);
    std::copy(eigen.values.begin(), eigen.values.end(), values);
    if (vectors) std::copy(eigen.vectors.begin(), eigen.vectors.end(), vectors);
  });
}

std::int32_t spectral_norm(const basso_host*, const double* a, std::uint64_t rows, std::uint64_t columns,
                           double* norm, basso_error* error) noexcept {
  return guarded(error, [&] {
    checked_product(rows, columns);
    static thread_local spectral::LanczosWorkspace workspace;
    *norm = spectral::largest_singular_value(a, rows, columns, workspace);
  });
}

std::int32_t principal_direction(const basso_host* host, const double* a, std::uint64_t rows,
                                 std::uint64_t columns, double* direction, double* mean,
                                 basso_error* error) noexcept {
  return guarded(error, [&] {
    if (rows == 0 || columns == 0)
      throw Refusal(BASSO_ERROR_PARAMETER, "a principal direction needs rows and columns");
    checked_product(rows, columns);
    const Shared& shared = Host::of(host).shared();
    const auto leading =
        spectral::leading_direction(rows, columns, [&](std::size_t first, std::size_t count, double* block) {
          if (shared.stopping()) throw Refusal(BASSO_ERROR_CANCELLED, "the run is to stop");
          std::copy_n(a + first * columns, count * columns, block);
        });
    std::copy(leading.direction.begin(), leading.direction.end(), direction);
    std::copy(leading.mean.begin(), leading.mean.end(), mean);
  });
}

void delete_plan(basso_fft_plan* plan) { delete plan; }

}  // namespace

const basso_fft_plan* Host::fft_plan(std::uint64_t n) {
  const std::lock_guard lock(mutex_);
  const basso_fft_plan*& known = by_size_[n];
  if (known) return known;
  plans_.emplace_back(new basso_fft_plan{spectral::FftPlan(n)}, delete_plan);
  return known = plans_.back().get();
}

const basso_fft_plan* Host::nonuniform_plan(const double* x, std::uint64_t points, const double* k,
                                            std::uint64_t frequencies) {
  const std::lock_guard lock(mutex_);
  plans_.emplace_back(
      new basso_fft_plan{spectral::NudftPlan(std::span(x, points), std::span(k, frequencies))}, delete_plan);
  return plans_.back().get();
}

const basso_fft_v1& fft_table() {
  static const basso_fft_v1 table = {make_plan,          forward_real, transform, make_nonuniform_plan,
                                     forward_nonuniform, find_peaks};
  return table;
}

const basso_linalg_v1& linalg_table() {
  static const basso_linalg_v1 table = {symmetric_eigen, spectral_norm, principal_direction};
  return table;
}

}  // namespace basso::services

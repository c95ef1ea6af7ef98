// Discrete Fourier transforms (see fft.hpp): kissfft<double> for smooth lengths, Bluestein for the others.
#include "spectral/fft.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <kissfft.hh>
#include <numbers>
#include <optional>
#include <string>

#include "basso/error.hpp"

namespace basso::spectral {
namespace {

// kissfft's fixed butterflies cover 2, 3, 4 and 5. Its generic butterfly keeps a mutable buffer inside the
// plan, which two threads would share, and costs O(p^2): lengths with a larger prime factor avoid it.
bool is_smooth(std::size_t n) {
  for (const std::size_t p : {2U, 3U, 5U}) {
    while (n % p == 0) n /= p;
  }
  return n == 1;
}

// Thread-local scratch of at least `size` elements; each `Slot` is a buffer of its own, so that callers nest.
template <int Slot>
Complex* scratch(std::size_t size) {
  thread_local std::vector<Complex> buffer;
  if (buffer.size() < size) buffer.resize(size);
  return buffer.data();
}
constexpr int slot_conjugate = 0, slot_chirp_in = 1, slot_chirp_out = 2, slot_real = 3, slot_line = 4;

// L. Bluestein 1970: jk = (j^2 + k^2 - (k-j)^2) / 2 turns the transform into a convolution with the chirp
// c_j = e^{-i pi j^2 / n}, done by transforms of a power of two m >= 2n - 1.
class Bluestein {
 public:
  explicit Bluestein(std::size_t n)
      : n_(n), m_(std::bit_ceil(2 * n - 1)), forward_(m_, false), inverse_(m_, true), chirp_(n), kernel_(m_) {
    std::size_t square = 0;  // j^2 modulo 2n, exactly: the chirp has period 2n in it
    for (std::size_t j = 0; j < n; ++j) {
      const double angle = std::numbers::pi * static_cast<double>(square) / static_cast<double>(n);
      chirp_[j] = Complex(std::cos(angle), -std::sin(angle));
      square = (square + 2 * j + 1) % (2 * n);
    }
    std::vector<Complex> mirrored(m_);
    mirrored[0] = std::conj(chirp_[0]);
    for (std::size_t j = 1; j < n; ++j) mirrored[j] = mirrored[m_ - j] = std::conj(chirp_[j]);
    forward_.transform(mirrored.data(), kernel_.data());
    for (Complex& value : kernel_) value /= static_cast<double>(m_);
  }

  void forward(const Complex* in, Complex* out) const {
    Complex* a = scratch<slot_chirp_in>(m_);
    Complex* b = scratch<slot_chirp_out>(m_);
    for (std::size_t j = 0; j < n_; ++j) a[j] = in[j] * chirp_[j];
    std::fill(a + n_, a + m_, Complex());
    forward_.transform(a, b);
    for (std::size_t j = 0; j < m_; ++j) b[j] *= kernel_[j];
    inverse_.transform(b, a);
    for (std::size_t k = 0; k < n_; ++k) out[k] = a[k] * chirp_[k];
  }

 private:
  std::size_t n_, m_;
  kissfft<double> forward_, inverse_;
  std::vector<Complex> chirp_;   // [n]
  std::vector<Complex> kernel_;  // [m], transform of the conjugate chirp over m
};

}  // namespace

std::size_t smooth_length(std::size_t at_least) {
  while (!is_smooth(at_least)) ++at_least;
  return at_least;
}

struct FftPlan::Impl {
  std::optional<kissfft<double>> smooth;
  std::optional<kissfft<double>> half;  // real input of even smooth length: n/2 packed complex values
  std::optional<Bluestein> bluestein;
};

FftPlan::FftPlan(std::size_t n) : n_(n), impl_(std::make_unique<Impl>()) {
  if (n == 0) throw Error(Exit::usage, "an FFT needs at least one point, got a length of 0");
  if (is_smooth(n)) {
    impl_->smooth.emplace(n, false);
    if (n % 2 == 0) impl_->half.emplace(n / 2, false);
  } else {
    impl_->bluestein.emplace(n);
  }
}

FftPlan::~FftPlan() = default;
FftPlan::FftPlan(FftPlan&&) noexcept = default;
FftPlan& FftPlan::operator=(FftPlan&&) noexcept = default;

void FftPlan::forward(const Complex* in, Complex* out) const {
  if (impl_->smooth) {
    impl_->smooth->transform(in, out);
  } else {
    impl_->bluestein->forward(in, out);
  }
}

void FftPlan::inverse(const Complex* in, Complex* out) const {
  Complex* conjugate = scratch<slot_conjugate>(n_);
  for (std::size_t j = 0; j < n_; ++j) conjugate[j] = std::conj(in[j]);
  forward(conjugate, out);
  for (std::size_t k = 0; k < n_; ++k) out[k] = std::conj(out[k]) / static_cast<double>(n_);
}

void FftPlan::real_forward(const double* in, Complex* out) const {
  if (impl_->half) {
    impl_->half->transform_real(in, out);  // packs bin n/2 into the imaginary part of bin 0
    out[n_ / 2] = out[0].imag();
    out[0] = out[0].real();
    return;
  }
  Complex* both = scratch<slot_real>(2 * n_);
  std::copy(in, in + n_, both);
  forward(both, both + n_);
  std::copy(both + n_, both + n_ + real_bins(), out);
}

FftPlanNd::FftPlanNd(std::span<const std::size_t> shape) : shape_(shape.begin(), shape.end()) {
  if (shape_.empty()) throw Error(Exit::usage, "an FFT over several axes needs at least one axis, got none");
  for (const std::size_t extent : shape_) {
    axes_.emplace_back(extent);
    if (__builtin_mul_overflow(size_, extent, &size_)) {
      throw Error(Exit::usage, "an FFT grid has more points than memory can address");
    }
  }
}

void FftPlanNd::forward(const Complex* in, Complex* out) const {
  if (in != out) std::copy(in, in + size_, out);
  std::size_t stride = size_;  // distance between neighbours along the axis
  for (const FftPlan& axis : axes_) {
    const std::size_t n = axis.size();
    stride /= n;
    Complex* line = scratch<slot_line>(2 * n);
    for (std::size_t first = 0; first < size_; first += n * stride) {
      for (std::size_t offset = first; offset < first + stride; ++offset) {
        for (std::size_t j = 0; j < n; ++j) line[j] = out[offset + j * stride];
        axis.forward(line, line + n);
        for (std::size_t j = 0; j < n; ++j) out[offset + j * stride] = line[n + j];
      }
    }
  }
}

void FftPlanNd::inverse(const Complex* in, Complex* out) const {
  for (std::size_t j = 0; j < size_; ++j) out[j] = std::conj(in[j]);
  forward(out, out);
  for (std::size_t j = 0; j < size_; ++j) out[j] = std::conj(out[j]) / static_cast<double>(size_);
}

}  // namespace basso::spectral

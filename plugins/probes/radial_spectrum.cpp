// Probe `radial-spectrum`: how much of the network over a square in the plane lies at each radial frequency,
// R App E and Fig 22e (Rahaman et al. 2019, On the Spectral Bias of Neural Networks).
//
// R Eq 52: zeta(k) = d/dk of the integral of |f~| over the disc of radius k. On the grid the integral is a
// sum over the bins of the two-dimensional DFT, and its derivative the sum over the ring k - 1/2 <= |k'| < k
// + 1/2, frequencies in cycles per side of the square:
//   zeta(k) = sum over the ring of |F(k')| / n^2,
// so that A cos(2 pi (p x + q y)/side + phi) with whole p and q has zeta = A at k = |(p, q)| rounded.
#include <algorithm>

#include "box.hpp"
#include "comparison.hpp"

namespace {

const basso_parameter parameters[] = {
    BOX_PARAMETERS,
    BASSO_PARAMETER(
        "window", "choice", "\"none\"", "none|hann", "",
        "What the values are multiplied with before the transform. Without a window the jump from one end of "
        "the square to the other decays like 1/k along the axes and may hide the function's own decay; hann "
        "takes it away, and is scaled so that a wave keeps its amplitude on average. Default: the paper "
        "names no window."),
};

class RadialSpectrum {
 public:
  RadialSpectrum(basso::probe_setup& setup, const basso::values& values)
      : box_(setup, values), window_(box_.samples, 1.0), plan_(setup.host(), box_.samples) {
    if (values.choice("window") == 1) window_ = hann_window(box_.samples);
    const std::string unit = "cycles per side of the square";
    zeta_ = setup.each("zeta", "",
                       "sum of |F|/n^2 over the ring of radius k and width 1 of the two-dimensional DFT of " +
                           box_.meaning() + " on the square",
                       {basso::axis::steps("frequency", unit, box_.samples / 2 + 1, 0.0, 1.0)});
  }

  void observe(const basso::observation& look) const {
    const std::size_t n = box_.samples;
    const std::vector<double> f = moduli(box_.values(look));
    std::vector<double> zeta(n / 2 + 1, 0.0);
    const auto folded = [n](std::size_t bin) { return static_cast<double>(std::min(bin, n - bin)); };
    for (std::size_t p = 0; p <= n / 2; ++p)
      for (std::size_t q = 0; q < n; ++q) {
        const auto ring = static_cast<std::size_t>(std::lround(std::hypot(folded(p), folded(q))));
        const bool unpaired = p == 0 || 2 * p == n;  // else -p has the same modulus, at -q
        if (ring < zeta.size()) zeta[ring] += (unpaired ? 1.0 : 2.0) * f[p * n + q];
      }
    look.emit(zeta_, zeta);
  }

 private:
  // |F(p, q)| / n^2 of real values [n x n], p = 0 .. n/2 along x, q = 0 .. n-1 along y.
  std::vector<double> moduli(const std::vector<double>& values) const {
    const std::size_t n = box_.samples;
    std::vector<basso::spectrum_values> columns(n / 2 + 1, basso::spectrum_values(n));
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> row(n);
      for (std::size_t j = 0; j < n; ++j) row[j] = window_[i] * window_[j] * values[i * n + j];
      const basso::spectrum_values bins = plan_.forward(basso::as_view(row));
      for (std::size_t p = 0; p < columns.size(); ++p) columns[p][i] = bins[p];
    }
    std::vector<double> result;
    for (const basso::spectrum_values& column : columns)
      for (const std::complex<double> f : plan_.forward(column))
        result.push_back(std::abs(f) / static_cast<double>(n * n));
    return result;
  }

  Box box_;
  std::vector<double> window_;  // [samples]
  basso::fourier_plan plan_;
  basso::series zeta_;
};

}  // namespace

BASSO_PROBE_CLASS(
    radial_spectrum, RadialSpectrum, "radial-spectrum", "1.0.0",
    "Radial spectrum zeta(k) of the network over a square in the plane of its two inputs",
    "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Appendix E.2, Eq 52 and Fig 22e", "fft/1",
    BASSO_TABLE(parameters))
BASSO_LIBRARY(&radial_spectrum)

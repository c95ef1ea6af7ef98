// Probe `radial-spectrum`: how much of the network over a square in the plane lies at each radial frequency,
// R App E and Fig 22e (Rahaman et al. 2019, On the Spectral Bias of Neural Networks).
//
// R Eq 52: zeta(k) = d/dk of the integral of |f~| over the disc of radius k. On the grid the integral is a
// sum over the bins of the two-dimensional DFT, and its derivative the sum over the ring k - 1/2 <= |k'| < k
// + 1/2, frequencies in cycles per side of the square:
//   zeta(k) = sum over the ring of |F(k')| / n^2,
// so that A cos(2 pi (p x + q y)/side + phi) with whole p and q has zeta = A at k = |(p, q)| rounded.
// How fast it decays is seen in its share, zeta(k) over the sum from k = 1 on, whatever the size of the
// values.
//
// R Fig 22e lays nearest neighbours beside the network: the mean of the outputs at the K nearest points of
// "train" in the Euclidean norm, of equally near ones the first, as the network of the kind knn.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

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
    BASSO_PARAMETER("neighbours", "integers", "[]", "[1,inf)", "",
                    "Numbers K of nearest neighbours in the set \"train\" whose zeta is recorded beside the "
                    "network's. Empty, the default: none. R Fig 22e: 5, 10, 15, 20, and 1 in the text."),
};

class RadialSpectrum {
 public:
  RadialSpectrum(basso::probe_setup& setup, const basso::values& values)
      : box_(setup, values),
        window_(box_.samples, 1.0),
        plan_(setup.host(), box_.samples),
        neighbours_(values.list("neighbours").begin(), values.list("neighbours").end()) {
    if (values.choice("window") == 1) window_ = hann_window(box_.samples);
    const auto frequency =
        basso::axis::steps("frequency", "cycles per side of the square", box_.samples / 2 + 1, 0.0, 1.0);
    zeta_ = setup.each("zeta", "",
                       "sum of |F|/n^2 over the ring of radius k and width 1 of the two-dimensional DFT of " +
                           box_.meaning() + " on the square",
                       {frequency});
    share_ =
        setup.each("share", "", "zeta over its sum from frequency 1 on; NaN where that is 0", {frequency});
    if (neighbours_.empty()) return;
    points_ = setup.inputs(setup.set("train"));
    outputs_ = setup.outputs(setup.set("train"));
    for (const std::int64_t k : neighbours_)
      if (static_cast<std::size_t>(k) > outputs_.size())
        throw basso::failure(BASSO_ERROR_PARAMETER, "neighbours: " + std::to_string(k) + " of " +
                                                        std::to_string(outputs_.size()) +
                                                        " points of the set 'train'");
    const auto numbers =
        basso::axis::listed("neighbours", "", std::vector<double>(neighbours_.begin(), neighbours_.end()));
    neighbours_zeta_ = setup.once(
        "neighbours_zeta", "", "zeta of the mean over the K nearest training points, in place of the network",
        {numbers, frequency});
    neighbours_share_ = setup.once("neighbours_share", "", "the share of that", {numbers, frequency});
  }

  void observe(const basso::observation& look) const {
    const std::vector<double> zeta = radial(box_.values(look));
    look.emit(zeta_, zeta);
    look.emit(share_, share(zeta));
    if (neighbours_.empty() || !look.first()) return;
    std::vector<double> all, shares;
    for (const std::vector<double>& values : neighbours_values()) {
      const std::vector<double> one = radial(values), part = share(one);
      all.insert(all.end(), one.begin(), one.end());
      shares.insert(shares.end(), part.begin(), part.end());
    }
    look.emit(*neighbours_zeta_, all);
    look.emit(*neighbours_share_, shares);
  }

 private:
  static std::vector<double> share(std::vector<double> zeta) {
    const double sum = std::accumulate(zeta.begin() + 1, zeta.end(), 0.0);
    for (double& value : zeta) value = sum > 0 ? value / sum : std::numeric_limits<double>::quiet_NaN();
    return zeta;
  }

  std::vector<double> radial(const std::vector<double>& values) const {
    const std::size_t n = box_.samples;
    const std::vector<double> f = moduli(values);
    std::vector<double> zeta(n / 2 + 1, 0.0);
    const auto folded = [n](std::size_t bin) { return static_cast<double>(std::min(bin, n - bin)); };
    for (std::size_t p = 0; p <= n / 2; ++p)
      for (std::size_t q = 0; q < n; ++q) {
        const auto ring = static_cast<std::size_t>(std::lround(std::hypot(folded(p), folded(q))));
        const bool unpaired = p == 0 || 2 * p == n;  // else -p has the same modulus, at -q
        if (ring < zeta.size()) zeta[ring] += (unpaired ? 1.0 : 2.0) * f[p * n + q];
      }
    return zeta;
  }

  // For each K: [samples x samples].
  std::vector<std::vector<double>> neighbours_values() const {
    const std::size_t most =
        static_cast<std::size_t>(*std::max_element(neighbours_.begin(), neighbours_.end()));
    std::vector<std::vector<double>> values(neighbours_.size(),
                                            std::vector<double>(box_.samples * box_.samples));
    std::vector<std::pair<double, std::size_t>> near(outputs_.size());  // squared distance, row
    for (std::size_t i = 0; i < values[0].size(); ++i) {
      const double x = box_.coordinate(0, i % box_.samples), y = box_.coordinate(1, i / box_.samples);
      for (std::size_t row = 0; row < near.size(); ++row) {
        const double dx = points_[2 * row] - x, dy = points_[2 * row + 1] - y;
        near[row] = {dx * dx + dy * dy, row};
      }
      std::partial_sort(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(most), near.end());
      for (std::size_t k = 0; k < neighbours_.size(); ++k) {
        double sum = 0.0;
        for (std::size_t j = 0; j < static_cast<std::size_t>(neighbours_[k]); ++j)
          sum += outputs_[near[j].second];
        values[k][i] = sum / static_cast<double>(neighbours_[k]);
      }
    }
    return values;
  }

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
  basso::series zeta_, share_;
  std::vector<std::int64_t> neighbours_;
  std::vector<double> points_, outputs_;  // of "train", where there are neighbours: [rows x 2], [rows]
  std::optional<basso::series> neighbours_zeta_, neighbours_share_;
};

}  // namespace

BASSO_PROBE_CLASS(
    radial_spectrum, RadialSpectrum, "radial-spectrum", "1.0.0",
    "Radial spectrum zeta(k) of the network over a square in the plane of its two inputs",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Appendix E.2, Eq 52 and Fig 22e",
    "fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&radial_spectrum)

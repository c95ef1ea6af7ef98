// Probe `kernel-spectrum`: the network in the eigenbasis of the Gaussian kernel of its inputs, a notion of
// frequency for data of any dimension: R Experiment 4, Eq 21, Figs 5, 6 and 12 (Rahaman et al. 2019, On the
// Spectral Bias of Neural Networks).
//
// K_ij = exp(-|x_i - x_j|^2 / (2 sigma^2)), as in the authors' code (R Eq 16 lacks minus sign and square);
// K phi_n = lambda_n phi_n with lambda_1 >= lambda_2 >= …, |phi_n| = 1, and f~[n] = phi_n . f. In one
// dimension phi_n has n - 1 sign changes. Eigenvectors of eigenvalues below some 1e-16 lambda_1 N are
// rounding, and those of equal eigenvalues any basis of their space: there, only averages over neighbours
// mean something (`average`).
#include <optional>

#include "../gaussian_kernel.hpp"
#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
    BASSO_PARAMETER(
        "width", "real", "1.25", "(0,inf)", "",
        "sigma, the width of the kernel, in the unit of the inputs. Default: the authors' code for MNIST "
        "(pixels from 0 to 1)."),
    BASSO_PARAMETER(
        "average", "integer", "1", "[1,inf)", "",
        "How many neighbouring n make one entry of the series `magnitude`, `target_magnitude` and "
        "`relative_error`; the last entry has the rest. The authors average 20."),
    BASSO_PARAMETER(
        "eigenvectors", "bool", "false", "", "",
        "Record the eigenvectors (R Fig 12) and, where the set has one axis of equal steps, their spectra (R "
        "Fig 6)."),
    BASSO_PARAMETER("memory", "real", "4.0", "(0,inf)", "GiB",
                    "The most that kernel and eigenvectors may take, five matrices [rows x rows] with those "
                    "of the solver: "
                    "some 10,300 points by default."),
};

class KernelSpectrum {
 public:
  KernelSpectrum(basso::probe_setup& setup, const basso::values& values)
      : setup_(setup),
        set_(setup.set(values.text("set"))),
        rows_(static_cast<std::size_t>(setup.info(set_).rows)),
        outputs_(setup.info(set_).output_dim),
        variance_(values.real("width") * values.real("width")),
        average_(static_cast<std::size_t>(values.integer("average"))) {
    refuse_too_large(values.text("set"), rows_, eigen_matrices, values.real("memory"),
                     "take a set of fewer points");
    if (!(variance_ > 0.0 && std::isfinite(variance_)))
      throw basso::failure(BASSO_ERROR_PARAMETER, "width: its square is no number; take one nearer to 1");
    declare(setup);
    if (values.flag("eigenvectors")) declare_eigenvectors(setup);
  }

  void prepare() {
    std::vector<double> kernel = squared_distances(setup_.host(), setup_.inputs(set_), rows_);
    for (double& each : kernel) each = std::exp(-each / (2.0 * variance_));
    basis_ = basso::symmetric_eigen(setup_.host(), kernel.data(), rows_);
    const std::vector<double> y = setup_.outputs(set_);
    target_ = coefficients({y.data(), rows_, outputs_});
  }

  void observe(const basso::observation& look) const {
    if (predictions_) {
      const std::vector<double> learned = coefficients(look[*predictions_]);
      look.emit(magnitude_, averaged(learned));
      look.emit(relative_error_, errors(learned));
    }
    if (!look.first()) return;
    look.emit(target_magnitude_, averaged(target_));
    look.emit(eigenvalue_, basis_.values);
    if (eigenvector_) look.emit(*eigenvector_, basis_.vectors);
    if (eigenvector_magnitude_) emit_spectra(look);
  }

 private:
  std::size_t entries() const { return (rows_ + average_ - 1) / average_; }

  void declare(basso::probe_setup& setup) {
    const std::string where = " on the set '" + std::string(setup.info(set_).name) + "'";
    const std::string mean = average_ > 1 ? "mean of " : "";
    std::vector<double> first;  // of each entry
    for (std::size_t entry = 0; entry < entries(); ++entry)
      first.push_back(static_cast<double>(entry * average_ + 1));
    const auto axes = spectrum_axes(setup.info(set_), basso::axis::listed("n", "", first));
    const auto all = basso::axis::steps("n", "", rows_, 1.0, 1.0);
    if (setup.scene().block_count > 0) {
      predictions_ = setup.need("predictions", setup.info(set_).name);
      magnitude_ = setup.each("magnitude", "", mean + "|phi_n . T| of the network's values T" + where, axes);
      relative_error_ = setup.each(
          "relative_error", "",
          "sqrt(sum (phi_n . (f - T))^2 / sum (phi_n . f)^2) over the entry's n, target f, network T" +
              where + "; NaN where the target has no component",
          axes);
    }
    target_magnitude_ =
        setup.once("target_magnitude", "", mean + "|phi_n . f| of the target's values f" + where, axes);
    eigenvalue_ = setup.once("eigenvalue", "", "eigenvalue lambda_n of the Gaussian kernel" + where, {all});
  }

  void declare_eigenvectors(basso::probe_setup& setup) {
    const basso_set& info = setup.info(set_);
    const auto n = basso::axis::steps("n", "", rows_, 1.0, 1.0);
    eigenvector_ = setup.once("eigenvector", "", "entry of the unit eigenvector phi_n at the row's point",
                              {n, basso::axis::steps("row", "", rows_, 0.0, 1.0)});
    if (even_axis(info) == nullptr) return;
    grid_.emplace(setup, set_);
    eigenvector_magnitude_ =
        setup.once("eigenvector_magnitude", "",
                   "magnitude of the DFT of the eigenvector phi_n, one-sided (2/N, 1/N at DC and Nyquist)",
                   {n, basso::axis::steps("frequency", "cycles per window", grid_->bins(), 0.0, 1.0)});
    eigenvector_frequency_ = setup.once("eigenvector_frequency", "cycles per window",
                                        "mean frequency of phi_n, weighted with the power of its DFT", {n});
  }

  // phi_n . y for every output: [outputs x rows].
  std::vector<double> coefficients(const basso_matrix& y) const {
    std::vector<double> result(outputs_ * rows_, 0.0);
    for (std::size_t output = 0; output < outputs_; ++output) {
      const std::vector<double> values = column(y, output);
      basso::parallel(setup_.host(), rows_, [&](std::uint64_t n) {
        const double* phi = &basis_.vectors[static_cast<std::size_t>(n) * rows_];
        double sum = 0.0;
        for (std::size_t i = 0; i < rows_; ++i) sum += phi[i] * values[i];
        result[output * rows_ + static_cast<std::size_t>(n)] = sum;
      });
    }
    return result;
  }

  // The n of entry `entry`, from 0: [first, end).
  std::pair<std::size_t, std::size_t> range(std::size_t entry) const {
    return {entry * average_, std::min(rows_, (entry + 1) * average_)};
  }

  // Means of moduli: [outputs x entries].
  std::vector<double> averaged(const std::vector<double>& coefficients) const {
    std::vector<double> result;
    for (std::size_t output = 0; output < outputs_; ++output)
      for (std::size_t entry = 0; entry < entries(); ++entry) {
        const auto [first, end] = range(entry);
        double sum = 0.0;
        for (std::size_t n = first; n < end; ++n) sum += std::abs(coefficients[output * rows_ + n]);
        result.push_back(sum / static_cast<double>(end - first));
      }
    return result;
  }

  std::vector<double> errors(const std::vector<double>& learned) const {
    std::vector<double> result;
    for (std::size_t output = 0; output < outputs_; ++output) {
      const double* f = &target_[output * rows_];
      const double* t = &learned[output * rows_];
      double norm = 0.0;
      for (std::size_t n = 0; n < rows_; ++n) norm += f[n] * f[n];
      for (std::size_t entry = 0; entry < entries(); ++entry) {
        const auto [first, end] = range(entry);
        double error = 0.0, sum = 0.0;
        for (std::size_t n = first; n < end; ++n) {
          error += (f[n] - t[n]) * (f[n] - t[n]);
          sum += f[n] * f[n];
        }
        result.push_back(sum > rounding * rounding * norm ? std::sqrt(error / sum) : no_value);
      }
    }
    return result;
  }

  // The power of a bin counts twice where it stands for its conjugate, too.
  void emit_spectra(const basso::observation& look) const {
    std::vector<double> magnitudes, frequencies;
    for (std::size_t n = 0; n < rows_; ++n) {
      const auto f = grid_->transform({&basis_.vectors[n * rows_], rows_, 1}, 0);
      double moment = 0.0, power = 0.0;
      for (std::size_t bin = 0; bin < f.size(); ++bin) {
        const double sides = bin == 0 || 2 * bin == rows_ ? 1.0 : 2.0;
        magnitudes.push_back(grid_->magnitude(f[bin], bin));
        power += sides * std::norm(f[bin]);
        moment += sides * std::norm(f[bin]) * static_cast<double>(bin);
      }
      frequencies.push_back(moment / power);
    }
    look.emit(*eigenvector_magnitude_, magnitudes);
    look.emit(*eigenvector_frequency_, frequencies);
  }

  basso::probe_setup& setup_;
  std::uint32_t set_;
  std::size_t rows_, outputs_;
  double variance_;
  std::size_t average_;
  std::optional<basso::need> predictions_;  // without a network there are none
  basso::series magnitude_, relative_error_, target_magnitude_, eigenvalue_;
  std::optional<basso::series> eigenvector_, eigenvector_magnitude_, eigenvector_frequency_;
  std::optional<Grid> grid_;
  basso::eigensystem basis_;    // from prepare on
  std::vector<double> target_;  // [outputs x rows], phi_n . f
};

}  // namespace

BASSO_PROBE_CLASS(kernel_spectrum, KernelSpectrum, "kernel-spectrum", "1.0.0",
                  "The network in the eigenbasis of the Gaussian kernel of its inputs",
                  "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiment 4, Eqs 16 "
                  "and 21, Figs 5, 6 and 12",
                  "fft/1 linalg/1 parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&kernel_spectrum)

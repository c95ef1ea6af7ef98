// Probe `gaussian-filter`: how well the low and the high frequencies of a function of many variables are
// learned, by the filtering method of Xu's published code (F-Principle, filter_gd.py): in place of a Fourier
// transform, the values are convolved with a Gaussian over the points themselves,
//   y_low(x_i) = sum_j G_ij y(x_j) / sum_j G_ij,  G_ij = exp(-|x_i - x_j|^2 / (2 delta)),  y_high = y -
//   y_low,
// and e_low = |y_low - T_low| / |y_low|, e_high likewise, for the target y and the network T, norms over all
// points and outputs. The larger delta, the lower the frequencies that y_low keeps.
#include <basso/probe.hpp>

#include <limits>

#include "../gaussian_kernel.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
    BASSO_PARAMETER("variances", "reals", "[2, 7, 20, 60, 100]", "(0,inf)", "",
                    "The variances delta of the filters, in the square of the inputs' unit. Default: over "
                    "the range of the authors' code for images, which takes 20 from 2 to 100."),
    BASSO_PARAMETER("memory", "real", "4.0", "(0,inf)", "GiB",
                    "The most that the filters may take, one matrix [rows x rows] for each variance and one "
                    "more."),
};

class GaussianFilter {
 public:
  GaussianFilter(basso::probe_setup& setup, const basso::values& values)
      : setup_(setup),
        set_(setup.set(values.text("set"))),
        rows_(static_cast<std::size_t>(setup.info(set_).rows)),
        outputs_(setup.info(set_).output_dim),
        variances_(values.list("variances").begin(), values.list("variances").end()),
        predictions_(setup.need("predictions", values.text("set"))) {
    if (variances_.empty())
      throw basso::failure(BASSO_ERROR_PARAMETER, "variances: the list is empty; name at least one");
    refuse_too_large(values.text("set"), setup.info(set_).rows, static_cast<double>(variances_.size() + 1),
                     values.real("memory"), "take a set of fewer points");
    const std::vector<basso::axis> axes = {basso::axis::listed("variance", "", variances_)};
    const std::string where = " on the set '" + std::string(values.text("set")) + "', target y, network T";
    low_ = setup.each("low_error", "", "|y_low - T_low| / |y_low| after the Gaussian filter" + where, axes);
    high_ = setup.each("high_error", "",
                       "|y_high - T_high| / |y_high| of what the Gaussian filter takes away" + where +
                           "; NaN where the target has nothing there",
                       axes);
  }

  void prepare() {
    const std::vector<double> squares = squared_distances(setup_.host(), setup_.inputs(set_), rows_);
    for (const double variance : variances_) filters_.push_back(filter(squares, variance));
    y_ = setup_.outputs(set_);
    for (const std::vector<double>& filter : filters_) target_.push_back(norms(filter, y_));
  }

  // The filter is linear: y_low - T_low is the filtered residual.
  void observe(const basso::observation& look) const {
    std::vector<double> residual(y_);
    for (std::size_t i = 0; i < residual.size(); ++i) residual[i] -= look[predictions_].data[i];
    std::vector<double> low, high;
    for (std::size_t v = 0; v < filters_.size(); ++v) {
      const Norms error = norms(filters_[v], residual);
      low.push_back(ratio(error.low, target_[v].low, target_[v].all));
      high.push_back(ratio(error.high, target_[v].high, target_[v].all));
    }
    look.emit(low_, low);
    look.emit(high_, high);
  }

 private:
  struct Norms {
    double low, high, all;
  };

  static double ratio(double error, double target, double all) {
    return target > 1e-12 * all ? error / target : std::numeric_limits<double>::quiet_NaN();  // else rounding
  }

  // G_ij / sum_j G_ij, [rows x rows].
  std::vector<double> filter(const std::vector<double>& squares, double variance) const {
    std::vector<double> weights(squares.size());
    basso::parallel(setup_.host(), rows_, [&](std::uint64_t task) {
      const std::size_t first = static_cast<std::size_t>(task) * rows_;
      double sum = 0.0;
      for (std::size_t j = first; j < first + rows_; ++j)
        sum += weights[j] = std::exp(-squares[j] / (2.0 * variance));
      for (std::size_t j = first; j < first + rows_; ++j) weights[j] /= sum;
    });
    return weights;
  }

  // Of y [rows x outputs], its filtered part, and the rest.
  Norms norms(const std::vector<double>& filter, const std::vector<double>& y) const {
    std::vector<double> low(rows_, 0.0), high(rows_, 0.0);  // squares, one a row
    basso::parallel(setup_.host(), rows_, [&](std::uint64_t task) {
      const std::size_t row = static_cast<std::size_t>(task);
      std::vector<double> filtered(outputs_, 0.0);
      for (std::size_t j = 0; j < rows_; ++j)
        for (std::size_t output = 0; output < outputs_; ++output)
          filtered[output] += filter[row * rows_ + j] * y[j * outputs_ + output];
      for (std::size_t output = 0; output < outputs_; ++output) {
        const double rest = y[row * outputs_ + output] - filtered[output];
        low[row] += filtered[output] * filtered[output];
        high[row] += rest * rest;
      }
    });
    Norms result{0.0, 0.0, 0.0};
    for (std::size_t row = 0; row < rows_; ++row) {
      result.low += low[row];
      result.high += high[row];
    }
    for (const double each : y) result.all += each * each;
    return {std::sqrt(result.low), std::sqrt(result.high), std::sqrt(result.all)};
  }

  basso::probe_setup& setup_;
  std::uint32_t set_;
  std::size_t rows_, outputs_;
  std::vector<double> variances_;
  basso::need predictions_;
  basso::series low_, high_;
  std::vector<std::vector<double>> filters_;  // from prepare on, one a variance
  std::vector<double> y_;                     // the target, [rows x outputs]
  std::vector<Norms> target_;
};

}  // namespace

BASSO_PROBE_CLASS(
    gaussian_filter, GaussianFilter, "gaussian-filter", "1.0.0",
    "Errors of the low and the high frequencies of a function of many variables, by Gaussian filters",
    "Xu's published code F-Principle, filter_gd.py", "parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&gaussian_filter)

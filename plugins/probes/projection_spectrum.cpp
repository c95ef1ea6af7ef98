// Probe `projection-spectrum`: the spectrum along a coordinate in which the points lie unevenly, by the
// non-uniform Fourier transform F[y](k) = sum_j y_j exp(-2 pi i x_j k), T section 2.1 (Xu, Zhang, Xiao 2018,
// Training behavior of deep neural network in frequency domain).
#include <optional>
#include <string>
#include <vector>

#include "comparison.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
    BASSO_PARAMETER(
        "coordinate", "choice", "\"latent\"", "latent|input", "",
        "What x is: a latent coordinate of the set (T Fig 1: the projection onto the first principal "
        "direction), or one of the inputs (T Fig 7b)."),
    BASSO_PARAMETER("index", "integer", "0", "[0,inf)", "", "Which latent coordinate or input, from 0."),
    BASSO_PARAMETER(
        "frequencies", "reals", "[0, 1, 2, 3, 4]", "(-inf,inf)", "cycles per unit of x",
        "Frequencies k. Default: the dominant band of MNIST's projection, whose |F| falls steadily over "
        "it, so that a peak picker finds nothing there."),
};

class ProjectionSpectrum {
 public:
  ProjectionSpectrum(basso::probe_setup& setup, const basso::values& values)
      : setup_(setup),
        set_(setup.set(values.text("set"))),
        latent_(values.choice("coordinate") == 0),
        index_(static_cast<std::uint64_t>(values.integer("index"))),
        frequencies_(values.list("frequencies").begin(), values.list("frequencies").end()) {
    const std::string name = values.text("set"), kind = latent_ ? "latent coordinate" : "input";
    const basso_set& info = setup.info(set_);
    const std::uint64_t available = latent_ ? info.latent_dim : info.input_dim;
    if (index_ >= available)
      throw basso::failure(BASSO_ERROR_PARAMETER, "index: the set '" + name + "' has no " + kind + " " +
                                                      std::to_string(index_) + "; it has " +
                                                      std::to_string(available));
    if (frequencies_.empty())
      throw basso::failure(BASSO_ERROR_PARAMETER, "frequencies: the list is empty; name at least one");
    predictions_ = setup.need("predictions", name);
    const std::string along = " along " + kind + " " + std::to_string(index_) + " of the set '" + name + "'";
    const auto axes =
        spectrum_axes(info, basso::axis::listed("frequency", "cycles per unit of x", frequencies_));
    magnitude_ = setup.each("magnitude", "", "|F[T](k)|/N of the network's values" + along, axes);
    relative_error_ =
        setup.each("relative_error", "", "|F[f] - F[T]|/|F[f]|, complex difference (T Eq 1)" + along, axes);
    error_of_moduli_ =
        setup.each("relative_error_magnitude", "",
                   "||F[f]| - |F[T]||/(1e-5 + |F[f]|) with F divided by N, as in the authors' code" + along +
                       "; NaN where the target has no component",
                   axes);
    target_magnitude_ =
        setup.once("target_magnitude", "", "|F[f](k)|/N of the target's values" + along, axes);
  }

  // The phases of all points and frequencies, and the target's transform.
  void prepare() {
    const basso_set& info = setup_.info(set_);
    const std::vector<double> coordinates = latent_ ? setup_.latents(set_) : setup_.inputs(set_);
    const basso_matrix all{coordinates.data(), info.rows, latent_ ? info.latent_dim : info.input_dim};
    const std::vector<double> x = column(all, static_cast<std::size_t>(index_));
    plan_.emplace(setup_.host(), basso::as_view(x), basso::as_view(frequencies_));
    const std::vector<double> y = setup_.outputs(set_);
    for (std::size_t output = 0; output < info.output_dim; ++output) {
      const std::vector<double> values = column({y.data(), info.rows, info.output_dim}, output);
      target_.push_back({plan_->forward(basso::as_view(values)), zero_level(values)});
    }
  }

  void observe(const basso::observation& look) const {
    const double points = static_cast<double>(plan_->points());
    std::vector<double> magnitude, error, error_of_moduli, target_magnitude;
    for (std::size_t output = 0; output < target_.size(); ++output) {
      const std::vector<double> values = column(look[predictions_], output);
      const auto learned = plan_->forward(basso::as_view(values));
      const Target& target = target_[output];
      for (std::size_t k = 0; k < learned.size(); ++k) {
        magnitude.push_back(std::abs(learned[k]) / points);
        error.push_back(relative_error(target.transform[k], learned[k], target.zero));
        error_of_moduli.push_back(
            relative_error_of_moduli(target.transform[k], learned[k], points, target.zero));
        target_magnitude.push_back(std::abs(target.transform[k]) / points);
      }
    }
    look.emit(magnitude_, magnitude);
    look.emit(relative_error_, error);
    look.emit(error_of_moduli_, error_of_moduli);
    if (look.first()) look.emit(target_magnitude_, target_magnitude);
  }

 private:
  struct Target {
    basso::spectrum_values transform;  // [frequencies]
    double zero;                       // components below are rounding
  };

  basso::probe_setup& setup_;
  std::uint32_t set_;
  bool latent_;
  std::uint64_t index_;
  std::vector<double> frequencies_;
  basso::need predictions_;
  basso::series magnitude_, relative_error_, error_of_moduli_, target_magnitude_;
  std::optional<basso::nonuniform_plan> plan_;  // from prepare on
  std::vector<Target> target_;                  // one an output
};

}  // namespace

BASSO_PROBE_CLASS(
    projection_spectrum, ProjectionSpectrum, "projection-spectrum", "1.0.0",
    "Non-uniform Fourier transform of the network along a latent coordinate, at listed frequencies",
    "Xu, Zhang, Xiao 2018 (T), Training behavior of deep neural network in frequency domain, section 2.1 and "
    "Fig 1",
    "fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&projection_spectrum)

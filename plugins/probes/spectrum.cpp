// Probe `spectrum`: the discrete Fourier transform of the network on an equally spaced set of the target, at
// chosen or at all frequencies, beside the target's. Along a manifold (flower) it is the spectrum of f o
// gamma. Without a network it is the target's alone.
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "grid.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set; it has one axis of equal steps."),
    BASSO_PARAMETER(
        "at", "choice", "\"all\"", "all|lines|list|peaks", "",
        "Which frequencies: all bins up to `bins`; the target's exact lines (R Experiments 1 and 5); those "
        "in `frequencies`; or the peaks of the target's spectrum (T): strict local maxima of |F| among the "
        "first `bins` bins, the first (DC) and the last of these excluded, as in Xu's published code."),
    BASSO_PARAMETER("frequencies", "integers", "[]", "[0,inf)", "cycles per window",
                    "The bins for at = \"list\", from 0 (DC) to N/2 (Nyquist)."),
    BASSO_PARAMETER("peaks", "integer", "6", "[1,inf)", "",
                    "How many peaks for at = \"peaks\": the first so many. Default: T Fig 3."),
    BASSO_PARAMETER(
        "bins", "integer", "0", "[0,inf)", "",
        "How many bins for at = \"all\" and \"peaks\", from DC on; 0, the default: all of them. Xu's code "
        "takes 40."),
    BASSO_PARAMETER(
        "floor", "real", "1e-6", "[0,1)", "",
        "Where the target's component is below this share of its largest one, nothing is compared with it "
        "(NaN): data that were rounded have components there that are rounding alone. Exact lines of the "
        "target are compared however small they are."),
    BASSO_PARAMETER("magnitude", "bool", "true", "", "", "Record the series `magnitude`."),
    BASSO_PARAMETER("normalised", "bool", "true", "", "", "Record the series `normalised`."),
    BASSO_PARAMETER("relative_error", "bool", "true", "", "", "Record the series `relative_error`."),
    BASSO_PARAMETER("relative_error_magnitude", "bool", "true", "", "",
                    "Record the series `relative_error_magnitude`."),
    BASSO_PARAMETER(
        "band_power", "bool", "true", "", "",
        "Record the power below and above the Nyquist frequency of the set \"train\", where the target "
        "has a set with the role \"dense\" to measure it on."),
};

// Power below and above the training set's Nyquist frequency on the denser set. Xu 2018 section 5: high
// components stay small beyond it.
class BandPower {
 public:
  BandPower(basso::probe_setup& setup, std::uint32_t dense, const basso_axis& train)
      : grid_(setup, dense), predictions_(setup.need("predictions", setup.info(dense).name)) {
    nyquist_ = 0.5 / step(train) * grid_.window();
    std::vector<basso::axis> axes;
    if (grid_.width > 1) axes.push_back(basso::axis::steps("output", "", grid_.width, 0.0, 1.0));
    for (const bool above : {false, true}) {
      const std::string band = above ? "power_above_nyquist" : "power_below_nyquist";
      const std::string meaning =
          std::string("mean square of the part ") + (above ? "above" : "up to, DC included,") +
          " the Nyquist frequency of the set 'train', on the set '" + setup.info(dense).name + "'";
      power_[above] = setup.each(band, "", meaning, axes);
      target_power_[above] = setup.once("target_" + band, "", "the target's " + meaning, axes);
    }
  }

  void observe(const basso::observation& look) const {
    std::vector<double> power[2], target[2];
    for (std::size_t output = 0; output < grid_.width; ++output) {
      add(power, grid_.transform(look[predictions_], output));
      add(target, grid_.target[output]);
    }
    for (const int above : {0, 1}) {
      look.emit(power_[above], power[above]);
      if (look.first()) look.emit(target_power_[above], target[above]);
    }
  }

 private:
  void add(std::vector<double> (&power)[2], const basso::spectrum_values& f) const {
    const BandPowers sums = band_powers(f, static_cast<std::uint64_t>(grid_.points()), nyquist_);
    power[0].push_back(sums.low);
    power[1].push_back(sums.high);
  }

  Grid grid_;
  basso::need predictions_;
  double nyquist_;                            // of "train", in cycles per window of the denser set
  basso::series power_[2], target_power_[2];  // below, above
};

class Spectrum {
 public:
  Spectrum(basso::probe_setup& setup, const basso::values& values)
      : set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        predictions_(network(setup, values.text("set"))),
        bins_(chosen_bins(setup, values)) {
    set_amplitudes(setup, values.real("floor"));
    declare(setup, values);
    if (values.flag("band_power") && predictions_) add_band_power(setup);
  }

  void observe(const basso::observation& look) const {
    if (predictions_) compare(look);
    if (!look.first()) return;
    std::vector<double> magnitude;
    for (const basso::spectrum_values& target : grid_.target)
      for (const std::size_t bin : bins_) magnitude.push_back(grid_.magnitude(target[bin], bin));
    look.emit(target_magnitude_, magnitude);
  }

 private:
  // What the network predicts; nothing where the experiment has none.
  static std::optional<basso::need> network(basso::probe_setup& setup, const std::string& set) {
    try {
      return setup.need("predictions", set);
    } catch (const basso::failure& refusal) {
      if (refusal.status() != BASSO_ERROR_UNSUPPORTED) throw;
      return {};
    }
  }

  void compare(const basso::observation& look) const {
    std::vector<double> magnitude, normalised, error, error_of_moduli;
    for (std::size_t output = 0; output < grid_.width; ++output) {
      const auto learned = grid_.transform(look[*predictions_], output);
      const basso::spectrum_values& target = grid_.target[output];
      const double nothing = nothing_[output];
      for (std::size_t i = 0; i < bins_.size(); ++i) {
        const std::size_t bin = bins_[i];
        const double amplitude = amplitudes_[output * bins_.size() + i];
        magnitude.push_back(grid_.magnitude(learned[bin], bin));
        normalised.push_back(amplitude > 0.0 ? magnitude.back() / amplitude : no_value);
        error.push_back(relative_error(target[bin], learned[bin], nothing));
        error_of_moduli.push_back(
            relative_error_of_moduli(target[bin], learned[bin], grid_.points(), nothing));
      }
    }
    const auto emit = [&look](const std::optional<basso::series>& to, const std::vector<double>& computed) {
      if (to) look.emit(*to, computed);
    };
    emit(magnitude_, magnitude);
    emit(normalised_, normalised);
    emit(relative_error_, error);
    emit(error_of_moduli_, error_of_moduli);
    if (band_power_) band_power_->observe(look);
  }

  std::vector<std::size_t> chosen_bins(const basso::probe_setup& setup, const basso::values& values) const {
    refuse_idle_list(values, 2);
    const std::size_t limit = static_cast<std::size_t>(values.integer("bins"));
    const std::size_t first = limit == 0 ? grid_.bins() : std::min(limit, grid_.bins());
    switch (values.choice("at")) {
      case 1:
        return line_bins(setup, set_, grid_);
      case 2:
        return listed_bins(grid_, values.list("frequencies"), "frequencies");
      case 3:
        return peak_bins(setup.host(), static_cast<std::size_t>(values.integer("peaks")), first);
      default:
        return first_bins(first);
    }
  }

  // Peaks of the target's spectrum; with several outputs, of the sum of their magnitudes.
  std::vector<std::size_t> peak_bins(const basso_host* host, std::size_t wanted, std::size_t first) const {
    std::vector<double> magnitudes(first, 0.0);
    for (const basso::spectrum_values& target : grid_.target)
      for (std::size_t bin = 0; bin < first; ++bin) magnitudes[bin] += std::abs(target[bin]);
    const std::vector<std::uint64_t> found = basso::peaks(host, magnitudes);
    if (found.size() < wanted)
      fail("peaks: the target's spectrum has " + std::to_string(found.size()) +
           " strict local maxima among its first " + std::to_string(first) + " bins, not " +
           std::to_string(wanted) + "; ask for fewer, or for more bins");
    return {found.begin(), found.begin() + static_cast<std::ptrdiff_t>(wanted)};
  }

  // What `normalised` divides by: the moduli of the exact lines where the target states them on bins of this
  // set (for its one output), else the magnitude of the target's transform; 0 where there is no component,
  // which of measured data is all that is rounding or below the floor.
  void set_amplitudes(const basso::probe_setup& setup, double floor) {
    std::vector<double> exact(grid_.bins(), 0.0);
    const std::vector<basso::line> lines = grid_.width == 1 ? setup.lines(set_) : std::vector<basso::line>();
    exact_ = !lines.empty();
    for (const basso::line& line : lines) {
      const auto bin = bin_of(grid_, line);
      if (!bin) {
        exact_ = false;
        break;
      }
      exact[*bin] = grid_.unpaired(*bin) ? std::abs(line.amplitude.real()) : std::abs(line.amplitude);
    }
    for (std::size_t output = 0; output < grid_.width; ++output) {
      double largest = 0.0;
      for (const std::complex<double> f : grid_.target[output]) largest = std::max(largest, std::abs(f));
      nothing_.push_back(exact_ ? grid_.zero[output] : std::max(grid_.zero[output], floor * largest));
      for (const std::size_t bin : bins_) {
        const std::complex<double> f = grid_.target[output][bin];
        const double measured = std::abs(f) > nothing_.back() ? grid_.magnitude(f, bin) : 0.0;
        amplitudes_.push_back(exact_ ? exact[bin] : measured);
      }
    }
  }

  // The first set with the role "dense" that runs along the same axis as "train".
  void add_band_power(basso::probe_setup& setup) {
    const basso_axis* train = even_axis(setup.info(setup.set("train")));
    for (std::uint32_t dense = 0; dense < setup.scene().set_count && train != nullptr && !band_power_;
         ++dense) {
      const basso_set& info = setup.info(dense);
      const basso_axis* axis = std::string(info.role) == "dense" ? even_axis(info) : nullptr;
      if (axis != nullptr && std::string(axis->name) == train->name)
        band_power_.emplace(setup, dense, *train);
    }
  }

  void declare(basso::probe_setup& setup, const basso::values& values) {
    const std::vector<double> frequencies(bins_.begin(), bins_.end());
    const auto axes =
        spectrum_axes(setup.info(set_), basso::axis::listed("frequency", "cycles per window", frequencies));
    const std::string where = " on the set '" + std::string(setup.info(set_).name) + "'";
    const std::string one_sided = ", one-sided (2/N, 1/N at DC and Nyquist)";
    if (predictions_) declare_comparisons(setup, values, axes, where, one_sided);
    target_magnitude_ =
        setup.once("target_magnitude", "", "magnitude of the target's DFT" + where + one_sided, axes);
  }

  void declare_comparisons(basso::probe_setup& setup, const basso::values& values,
                           const std::vector<basso::axis>& axes, const std::string& where,
                           const std::string& one_sided) {
    if (values.flag("magnitude"))
      magnitude_ = setup.each("magnitude", "", "magnitude of the network's DFT" + where + one_sided, axes);
    if (values.flag("normalised"))
      normalised_ = setup.each(
          "normalised", "",
          std::string("magnitude of the network's DFT over ") +
              (exact_ ? "the amplitude of the target's line" : "the magnitude of the target's DFT") + where +
              "; NaN where the target has no component",
          axes);
    if (values.flag("relative_error"))
      relative_error_ = setup.each("relative_error", "",
                                   "|F[f] - F[T]|/|F[f]|, complex difference (T Eq 1)" + where +
                                       "; NaN where the target has no component",
                                   axes);
    if (values.flag("relative_error_magnitude"))
      error_of_moduli_ = setup.each("relative_error_magnitude", "",
                                    "||F[f]| - |F[T]||/(1e-5 + |F[f]|) with F divided by N, as in Xu's code" +
                                        where + "; NaN where the target has no component",
                                    axes);
  }

  std::uint32_t set_;
  Grid grid_;
  std::optional<basso::need> predictions_;  // none without a network
  std::vector<std::size_t> bins_;           // chosen
  std::vector<double> amplitudes_;          // [outputs x chosen bins]
  std::vector<double> nothing_;             // [outputs], the modulus up to which the target has no component
  bool exact_ = false;                      // they are those of the target's lines
  std::optional<basso::series> magnitude_, normalised_, relative_error_, error_of_moduli_;
  basso::series target_magnitude_;
  std::optional<BandPower> band_power_;
};

}  // namespace

BASSO_PROBE_CLASS(spectrum, Spectrum, "spectrum", "1.1.0",
                  "Discrete Fourier transform of the network on a grid of the target, beside the target's",
                  "Rahaman et al. 2019 (R), Experiments 1 and 5; Xu, Zhang, Xiao 2018 (T), Eq 1 and Fig 3; "
                  "Xu 2018, section 5",
                  "fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&spectrum)

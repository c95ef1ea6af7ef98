// Probe `relu-transform`: the exact Fourier transform of a piecewise-linear network from its linear regions
// (Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Lemmas 1 to 3 and Theorem 1), for one or two
// inputs, f~(k) = integral of f(x) exp(-i k x) dx with k = 2 pi frequency.
//
// `windowed` is the integral over the window. The jumps at its ends make it fall like 1/k in every direction,
// whatever the network is. `tempered` is the transform of the function on the whole space as a tempered
// distribution: Theorem 1 speaks of this one.
#include "complex_series.hpp"
#include "region_finder.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("window", "reals", "[0, 1]", "(-inf,inf)", "",
                    "Low and high end of the window of `windowed` and `regions`: one pair for all inputs, or "
                    "one for each. Default: the domain of R Experiment 1."),
    BASSO_PARAMETER("frequencies", "reals", "[5, 10, 15, 20, 25, 30, 35, 40, 45, 50]", "(-inf,inf)",
                    "cycles per unit of the input",
                    "Frequencies; with two inputs all pairs of them. Default: those of R Experiment 1."),
    PHASES_PARAMETER,
    MOST_REGIONS_PARAMETER,
};

class ReluTransform {
 public:
  ReluTransform(basso::probe_setup& setup, const basso::values& values)
      : finder_(setup, values),
        frequencies_(values.list("frequencies").begin(), values.list("frequencies").end()) {
    finder_.need_line_or_plane();
    window_ = finder_.window(values.list("window"));
    if (frequencies_.empty())
      throw basso::failure(BASSO_ERROR_PARAMETER, "frequencies: the list is empty; name at least one");
    std::vector<basso::axis> axes = {
        basso::axis::listed("frequency", "cycles per unit of the input", frequencies_)};
    if (finder_.inputs() == 2) {
      axes[0].name = "frequency_x";
      axes.insert(axes.begin(), axes[0]);
      axes[0].name = "frequency_y";
    }
    const auto each = [&](const std::string& name, const std::string& unit, const std::string& meaning) {
      return setup.each(name, unit, meaning, axes);
    };
    const bool phases = values.flag("phases");
    windowed_.add("windowed", "the network's Fourier transform over the window", phases, each);
    tempered_.add("tempered",
                  "the network's Fourier transform over the whole space, a tempered distribution; NaN where "
                  "it has no value (k = 0, k normal to an unbounded edge)",
                  phases, each);
    regions_ = setup.each("regions", "", "number of linear regions in the window");
  }

  void observe(const basso::observation& look) {
    finder_.refresh(look);
    const Regions inside = finder_.find(window_);
    look.emit(regions_, static_cast<double>(inside.regions.size()));
    windowed_.emit(look, transforms(inside, Values::outer));
    tempered_.emit(look, transforms(finder_.find({true, {}, {}}), Values::nowhere));
  }

 private:
  std::vector<Complex> transforms(const Regions& over, Values values) const {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Reals k = frequencies_;
    for (double& each : k) each *= 2.0 * std::acos(-1.0);
    return sum_faces(finder_.host(), over, parts_of(over), k, finder_.inputs() == 2 ? k : Reals{0.0}, values)
        .transform(values == Values::outer ? Complex(integral(over), 0.0) : Complex(nan, nan));
  }

  RegionFinder finder_;
  Domain window_;
  Reals frequencies_;
  ComplexSeries windowed_, tempered_;
  basso::series regions_;
};

}  // namespace

BASSO_PROBE_CLASS(
    relu_transform, ReluTransform, "relu-transform", "1.0.0",
    "Exact Fourier transform of a piecewise-linear network of one or two inputs, over a window and over the "
    "whole space",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Lemmas 1 to 3, Theorem 1",
    "evaluate/1 parallel/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&relu_transform)

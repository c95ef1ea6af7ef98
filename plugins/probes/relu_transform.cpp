// Probe `relu-transform`: the exact Fourier transform of a piecewise-linear network from its linear regions
// (Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Lemmas 1 to 3 and Theorem 1), for one or two
// inputs, f~(k) = integral of f(x) exp(-i k x) dx with k = 2 pi frequency.
//
// `windowed` is the integral over the window. The jumps at its ends make it fall like 1/k in every direction,
// whatever the network is. `tempered` is the transform of the function on the whole space as a tempered
// distribution: Theorem 1 speaks of this one.
#include "region_finder.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("window", "reals", "[0, 1]", "(-inf,inf)", "",
                    "Low and high end of the window of `windowed` and `regions`: one pair for all inputs, or "
                    "one for each. Default: the domain of R Experiment 1."),
    BASSO_PARAMETER("frequencies", "reals", "[5, 10, 15, 20, 25, 30, 35, 40, 45, 50]", "(-inf,inf)",
                    "cycles per unit of the input",
                    "Frequencies; with two inputs all pairs of them. Default: those of R Experiment 1."),
    BASSO_PARAMETER("phases", "bool", "false", "", "",
                    "Also records the arguments of the complex transforms."),
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
    windowed_.declare(setup, "windowed", "the network's Fourier transform over the window", axes,
                      values.flag("phases"));
    tempered_.declare(setup, "tempered",
                      "the network's Fourier transform over the whole space, a tempered distribution; NaN "
                      "where it has no value (k = 0, k normal to an unbounded edge)",
                      axes, values.flag("phases"));
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
  // A complex series, as modulus and, if asked for, argument.
  struct Output {
    void declare(basso::probe_setup& setup, const std::string& name, const std::string& meaning,
                 const std::vector<basso::axis>& axes, bool with_phase) {
      modulus = setup.each(name, "", "modulus of " + meaning, axes);
      if (with_phase) phase.push_back(setup.each(name + "_phase", "radians", "argument of " + meaning, axes));
    }
    void emit(const basso::observation& look, const std::vector<Complex>& values) const {
      Reals moduli, arguments;
      for (const Complex& each : values) {
        moduli.push_back(std::abs(each));
        arguments.push_back(std::arg(each));
      }
      look.emit(modulus, moduli);
      for (const basso::series& to : phase) look.emit(to, arguments);
    }
    basso::series modulus;
    std::vector<basso::series> phase;
  };

  // At all frequencies; each task adds up some faces, and their sums are added in order.
  std::vector<Complex> transforms(const Regions& over, Values values) const {
    constexpr std::size_t faces_a_task = 2048;
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    Reals k = frequencies_;
    for (double& each : k) each *= 2.0 * std::acos(-1.0);
    const FaceSums none(k, finder_.inputs() == 2 ? k : Reals{0.0});
    std::vector<FaceSums> sums(over.faces.size() / faces_a_task + 1, none);
    basso::parallel(finder_.host(), sums.size(), [&](std::uint64_t task) {
      const std::size_t first = static_cast<std::size_t>(task) * faces_a_task;
      for (std::size_t i = first; i < std::min(first + faces_a_task, over.faces.size()); ++i) {
        if (i % 64 == 0) basso::stop_if_cancelled(finder_.host());
        sums[static_cast<std::size_t>(task)].add(over.faces[i], over.regions[over.faces[i].region].f, values);
      }
    });
    for (std::size_t task = 1; task < sums.size(); ++task) sums[0].add(sums[task]);
    return sums[0].transform(values == Values::outer ? Complex(integral(over), 0.0) : Complex(nan, nan));
  }

  RegionFinder finder_;
  Domain window_;
  Reals frequencies_;
  Output windowed_, tempered_;
  basso::series regions_;
};

}  // namespace

BASSO_PROBE_CLASS(relu_transform, ReluTransform, "relu-transform", "1.0.0",
                  "Exact Fourier transform of a piecewise-linear network of one or two inputs, over a window "
                  "and over the whole space",
                  "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Lemmas 1 to 3, Theorem 1",
                  "evaluate/1 parallel/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&relu_transform)

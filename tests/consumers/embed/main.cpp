// Embeds Basso: an activation and a probe of this program's own, without any shared library, in an experiment
// whose results are read back into memory. usage: embed OUT
#include <basso/catalogue.hpp>
#include <basso/experiment.hpp>
#include <basso/own_plugins.hpp>
#include <basso/plugin.hpp>
#include <basso/run.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>

namespace {

struct Wobble {
  template <class T>
  static T value(T x) {
    return x * basso::sin(x);
  }
};

// The largest modulus of the network on the training points.
class Largest {
 public:
  Largest(basso::probe_setup& setup, const basso::values&)
      : predictions_(setup.need("predictions", "train")),
        largest_(setup.each("value", "", "largest |prediction| on the training points")) {}
  void observe(const basso::observation& look) const {
    const basso_matrix& y = look[predictions_];
    double largest = 0.0;
    for (std::uint64_t i = 0; i < y.rows * y.columns; ++i) largest = std::max(largest, std::abs(y.data[i]));
    look.emit(largest_, largest);
  }

 private:
  basso::need predictions_;
  basso::series largest_;
};

BASSO_ACTIVATION_CLASS(wobble, Wobble, "wobble", "1.0.0", "f(x) = x sin(x)", "own work", BASSO_NONE)
BASSO_PROBE_CLASS(largest, Largest, "largest", "1.0.0", "Largest modulus", "own work", "", BASSO_NONE)

const char* const description = R"(
[experiment]
name = "embedded"

[target]
plugin = "sinusoids"
frequencies = [1]
samples = 32

[network]
widths = [32, 32]
activation = "wobble"

[train]
optimizer = { kind = "adam", learning_rate = 1e-2 }
steps = 300

[record]
every = 100

[[probe]]
name = "loss"
plugin = "loss"

[[probe]]
name = "largest"
plugin = "largest"
)";

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  try {
    basso::Catalogue plugins(basso::plugin_search_path());
    plugins.add(basso::OwnPlugins{&wobble, &largest});
    const auto experiment = basso::Experiment::parse(description, "embedded", plugins);
    const auto result = basso::run_experiment(experiment, plugins, {.out = argv[1], .figures = false});
    const basso::Series loss = basso::read_series(result.directory, "loss.train");
    const basso::Series peak = basso::read_series(result.directory, "largest.value");
    const basso::SeriesAxis& steps = loss.axes.back();
    for (std::size_t i = 0; i < loss.data.size(); ++i)
      std::printf("step %g: loss %.3g, largest value %.3g\n", steps.values[i], loss.data[i], peak.data[i]);
    return static_cast<int>(result.exit);
  } catch (const basso::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return static_cast<int>(error.code());
  }
}

// Probe @ID@: the largest error of the network on a set of the target, at each recording.
#include <basso/plugin.hpp>

#include <cmath>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set.")};

double largest_difference(const double* a, const double* b, std::uint64_t count) {
  double largest = 0.0;
  for (std::uint64_t i = 0; i < count; ++i) largest = std::fmax(largest, std::fabs(a[i] - b[i]));
  return largest;
}

class Probe {
 public:
  // What the probe needs and what it emits; the host has both ready at each recording.
  Probe(basso::probe_setup& setup, const basso::values& values)
      : predictions_(setup.need("predictions", values.text("set"))),
        outputs_(setup.need("outputs", values.text("set"))),
        error_(setup.each("error", "", "largest |prediction - target| on the set")) {}

  void observe(const basso::observation& look) const {
    const basso_matrix &y = look[predictions_], &wanted = look[outputs_];  // [rows x output_dim]
    look.emit(error_, largest_difference(y.data, wanted.data, y.rows * y.columns));
  }

 private:
  basso::need predictions_, outputs_;
  basso::series error_;
};

}  // namespace

BASSO_PROBE_CLASS(probe, Probe, "@ID@", "0.1.0", "Largest error on a set", "own work", "",
                  BASSO_TABLE(parameters))
BASSO_LIBRARY(&probe)

// Probe `decision-map`: the network over a square around its data in the plane, R Fig 7 (Rahaman et al. 2019,
// On the Spectral Bias of Neural Networks).
#include "box.hpp"

namespace {

const basso_parameter parameters[] = {BOX_PARAMETERS};

class DecisionMap {
 public:
  DecisionMap(basso::probe_setup& setup, const basso::values& values)
      : box_(setup, values),
        value_(
            setup.each("value", "", box_.meaning() + " at the point (x, y)", {box_.axis(1), box_.axis(0)})) {}

  void observe(const basso::observation& look) const { look.emit(value_, box_.values(look)); }

 private:
  Box box_;
  basso::series value_;
};

}  // namespace

BASSO_PROBE_CLASS(decision_map, DecisionMap, "decision-map", "1.0.0",
                  "The network on a grid over a square in the plane of its two inputs",
                  "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Fig 7", "",
                  BASSO_TABLE(parameters))
BASSO_LIBRARY(&decision_map)

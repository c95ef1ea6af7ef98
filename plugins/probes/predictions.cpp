// Probe `predictions`: the learned function on a set of the target, at each recording of the probe's own
// schedule, with the target's values and a coordinate to draw both against (R Fig 2, T Figs 3 to 8).
#include <basso/probe.hpp>

#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "", "Name of the target's set."),
};

class Predictions {
 public:
  Predictions(basso::probe_setup& setup, const basso::values& values) {
    const std::string name = values.text("set");
    const std::uint32_t set = setup.set(name);
    const basso_set& info = setup.info(set);
    predictions_ = setup.need("predictions", name);
    outputs_ = setup.need("outputs", name);
    const basso::axis row = coordinate(setup, set);
    x_values_ = row.values;
    std::vector<basso::axis> shape = {row};
    if (info.output_dim > 1) shape.push_back(basso::axis::steps("output", "", info.output_dim, 0.0, 1.0));
    const std::string where = " at the row's point of the set '" + name + "'";
    prediction_ = setup.each("prediction", "", "the network's value" + where, shape);
    target_ = setup.once("target", "", "the target's value" + where, shape);
    x_ = setup.once("x", row.unit, "the row's coordinate '" + row.name + "', to draw the functions against",
                    {row});
  }

  void observe(const basso::observation& look) const {
    emit(look, prediction_, look[predictions_]);
    if (!look.first()) return;
    emit(look, target_, look[outputs_]);
    look.emit(x_, x_values_);
  }

 private:
  // The axis of a set that has one; else the first latent; else the first input.
  static basso::axis coordinate(const basso::probe_setup& setup, std::uint32_t set) {
    const basso_set& info = setup.info(set);
    const std::size_t rows = static_cast<std::size_t>(info.rows);
    std::vector<double> values(rows);
    if (info.axis_count == 1) {
      const basso_axis& axis = *info.axes[0];
      for (std::size_t i = 0; i < rows; ++i) {
        const double position = static_cast<double>(i);
        values[i] = axis.step == 0.0 ? position : axis.start + axis.step * position;
        if (axis.values != nullptr) values[i] = axis.values[i];
      }
      return basso::axis::listed(axis.name, axis.unit, values);
    }
    const bool latent = info.latent_dim > 0;
    const std::vector<double> all = latent ? setup.latents(set) : setup.inputs(set);
    const std::size_t width = latent ? info.latent_dim : info.input_dim;
    for (std::size_t i = 0; i < rows; ++i) values[i] = all[i * width];
    const char* const* names = latent ? info.latent_names : info.input_names;
    return basso::axis::listed(names != nullptr ? names[0] : (latent ? "latent" : "input"), "", values);
  }

  static void emit(const basso::observation& look, basso::series to, const basso_matrix& values) {
    look.emit(to,
              basso::view<const double>{values.data, static_cast<std::size_t>(values.rows * values.columns)});
  }

  basso::need predictions_, outputs_;
  basso::series prediction_, target_, x_;
  std::vector<double> x_values_;
};

}  // namespace

BASSO_PROBE_CLASS(predictions, Predictions, "predictions", "1.0.0",
                  "The learned function on a set of the target",
                  "Rahaman et al. 2019, Fig 2; Xu, Zhang, Xiao 2018, Figs 3 to 8", "sets/1",
                  BASSO_TABLE(parameters))
BASSO_LIBRARY(&predictions)

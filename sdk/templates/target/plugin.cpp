// Target @ID@: f(z) = cos(2 pi k z)^3 at `samples` points of [0, 1).
#include <basso/plugin.hpp>

#include <cmath>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("frequency", "integer", "2", "[1,inf)", "cycles per unit of z", "k of the formula."),
    BASSO_PARAMETER("samples", "integer", "64", "[8,inf)", "", "Points of the set \"train\".")};

class Target {
 public:
  Target(basso::target_setup& setup, const basso::values& values)
      : k_(static_cast<double>(values.integer("frequency"))),
        step_(1.0 / static_cast<double>(values.integer("samples"))) {
    basso::point_set train("train", "train", static_cast<std::uint64_t>(values.integer("samples")));
    train.axes = {basso::axis::steps("z", "", train.rows, 0.0, step_, 1.0)};  // periodic, with period 1
    train.input_names = {"z"};
    setup.add(train);
  }

  // One row: the same bytes whenever it is asked for.
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    const double z = static_cast<double>(row) * step_, c = std::cos(2.0 * M_PI * k_ * z);
    point.inputs[0] = z;
    point.outputs[0] = c * c * c;
  }

  // The exact spectrum, ground truth for probes: cos(a)^3 = (3 cos a + cos 3a) / 4. Leave it out if unknown.
  std::vector<basso::line> lines(std::uint32_t) const { return {{k_, 0.75}, {3.0 * k_, 0.25}}; }

 private:
  double k_, step_;
};

}  // namespace

BASSO_TARGET_CLASS(target, Target, "@ID@", "0.1.0", "f(z) = cos(2 pi k z)^3 on the unit interval", "own work",
                   "", BASSO_TABLE(parameters))
BASSO_LIBRARY(&target)

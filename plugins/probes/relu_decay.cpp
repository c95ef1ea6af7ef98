// Probe `relu-decay`: how the exact transform of a piecewise-linear network of one or two inputs falls with
// |k|, and its derivative in the parameters (Rahaman et al. 2019, On the Spectral Bias of Neural Networks,
// Theorem 1 and Appendix C.4). Over the whole space f~(k) falls like |k|^-2 on the line; in the plane like
// |k|^-3 along a generic direction and |k|^-2 normal to an edge; its derivative one power slower, since the
// phases exp(-i k x) at the corners x move with the parameters.
//
// The derivative along a direction d of the parameters is the transform of x -> (df/dtheta d)(x), which is
// affine on each region and jumps between them; with d from N(0, 1) the mean of its square is
// |df~(k)/dtheta|^2.
#include <string>

#include "region_finder.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("lowest", "real", "1.0", "(0,inf)", "cycles per unit of the input",
                    "Where the first octave begins."),
    BASSO_PARAMETER("octaves", "integer", "12", "[1,30]", "",
                    "Number of octaves. The powers show where |k| times the size of the regions is large."),
    BASSO_PARAMETER("samples", "integer", "8", "[1,1000]", "",
                    "Frequencies in each octave, at equal ratios, over whose squares is averaged."),
    BASSO_PARAMETER("angle", "real", "1.0", "(-inf,inf)", "radians",
                    "With two inputs: the angle between the generic direction of k and the x axis."),
    BASSO_PARAMETER("parameter_directions", "integer", "4", "[1,1000]", "",
                    "Random directions of the parameters over which the derivative is averaged, the same at "
                    "all recordings."),
    MOST_REGIONS_PARAMETER,
};

class ReluDecay {
 public:
  ReluDecay(basso::probe_setup& setup, const basso::values& values)
      : finder_(setup, values),
        parameters_(static_cast<std::size_t>(setup.scene().parameter_count)),
        samples_(static_cast<std::size_t>(values.integer("samples"))),
        directions_(static_cast<std::size_t>(values.integer("parameter_directions"))),
        angle_(values.real("angle")) {
    finder_.need_line_or_plane();
    for (std::uint32_t i = 0; i < setup.scene().block_count; ++i)
      if (std::string(setup.scene().blocks[i]->role) == "bias")
        output_bias_ = static_cast<std::size_t>(setup.scene().blocks[i]->offset);
    const double lowest = values.real("lowest"), turn = 2.0 * std::acos(-1.0);
    Reals centres;
    for (std::int64_t octave = 0; octave < values.integer("octaves"); ++octave) {
      const double first = std::ldexp(lowest, static_cast<int>(octave));
      centres.push_back(std::sqrt(2.0) * first);
      for (std::size_t i = 0; i < samples_; ++i)
        k_.push_back(turn * first *
                     std::exp2((static_cast<double>(i) + 0.5) / static_cast<double>(samples_)));
    }
    if (!std::isfinite(k_.back() * k_.back()) || !(k_.front() * k_.front() > 0.0))
      throw basso::failure(BASSO_ERROR_PARAMETER, "lowest: the octaves reach from " + std::to_string(lowest) +
                                                      " beyond what can be squared; take one closer to 1");
    std::vector<std::string> names = {"line"};
    if (finder_.inputs() == 2) names = {"generic", "edge-normal"};
    const std::vector<basso::axis> axes = {
        basso::axis::labelled("direction", names),
        basso::axis::listed("frequency", "cycles per unit of the input", centres)};
    transform_ = setup.each("transform", "",
                            "root of the mean of |f~(k)|^2 over an octave along the direction of k, over the "
                            "whole space; NaN where no edge has a direction of its own",
                            axes);
    derivative_ =
        setup.each("derivative", "",
                   "the same of |df~(k)/dtheta|, the norm over all parameters, by random directions", axes);
  }

  void observe(const basso::observation& look) {
    finder_.refresh(look);
    const Regions over = finder_.find({true, {}, {}});
    std::vector<std::vector<Affine>> derivatives;
    for (std::size_t i = 0; i < directions_; ++i) derivatives.push_back(derivative_along(over, i));
    Reals transform, derivative;
    const auto add = [&](double angle) {
      const Reals f = octaves(over, {parts_of(over)}, angle, Values::nowhere);
      const Reals slope = octaves(over, derivatives, angle, Values::everywhere);
      transform.insert(transform.end(), f.begin(), f.end());
      derivative.insert(derivative.end(), slope.begin(), slope.end());
    };
    add(finder_.inputs() == 1 ? 0.0 : angle_);
    if (finder_.inputs() == 2) add(edge_normal(over));
    look.emit(transform_, transform);
    look.emit(derivative_, derivative);
  }

 private:
  static Point turned(Point p, double cosine, double sine) {
    return {cosine * p.x + sine * p.y, cosine * p.y - sine * p.x};
  }

  // In coordinates whose x axis is the direction of k. An angle that is not a number gives NaN.
  Reals octaves(const Regions& over, const std::vector<std::vector<Affine>>& functions, double angle,
                Values values) const {
    const double cosine = std::cos(angle), sine = std::sin(angle);
    Regions rotated;
    rotated.faces = over.faces;
    for (Face& face : rotated.faces)
      for (Point* each : {&face.start, &face.along, &face.normal}) *each = turned(*each, cosine, sine);
    Reals squares(k_.size() / samples_, std::isfinite(angle) ? 0.0 : angle);
    for (std::vector<Affine> parts : functions) {
      for (Affine& part : parts)
        for (Point* each : {&part.at, &part.gradient}) *each = turned(*each, cosine, sine);
      const auto f = sum_faces(finder_.host(), rotated, parts, k_, {0.0}, values).transform(0.0);
      for (std::size_t i = 0; i < f.size(); ++i)
        squares[i / samples_] += std::norm(f[i]) / static_cast<double>(samples_ * functions.size());
    }
    for (double& each : squares) each = std::sqrt(each);
    return squares;
  }

  // Of the longest bounded edges the one along whose normal the transform at the highest frequency is
  // largest; not a number where there is none. Edges of a straight line that goes on to infinity have no such
  // value.
  double edge_normal(const Regions& over) const {
    constexpr std::size_t most = 16;
    std::vector<const Face*> longest;
    for (const Face& face : over.faces)
      if (face.length < infinity && !face.outer) longest.push_back(&face);
    const std::size_t count = std::min(most, longest.size());
    std::partial_sort(
        longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(count), longest.end(),
        [](const Face* a, const Face* b) { return a->length != b->length ? a->length > b->length : a < b; });
    double angle = std::numeric_limits<double>::quiet_NaN(), largest = 0.0;
    for (std::size_t i = 0; i < count; ++i) {
      const Point k = k_.back() * longest[i]->normal;
      const double size = std::abs(
          sum_faces(finder_.host(), over, parts_of(over), {k.x}, {k.y}, Values::nowhere).transform(0.0)[0]);
      if (!(size > largest)) continue;
      largest = size;
      angle = std::atan2(k.y, k.x);
    }
    return angle;
  }

  // df/dtheta d on each region, from its values at the region's samples.
  std::vector<Affine> derivative_along(const Regions& over, std::size_t index) const {
    constexpr std::size_t regions_a_task = 256;
    Reals d = basso::normal(finder_.host(), 0, index, parameters_);
    d[output_bias_] = 0.0;  // it adds a constant, whose transform is 0 where k != 0
    const std::size_t inputs = finder_.inputs(), count = over.regions.size();
    std::vector<Affine> parts(count);
    basso::parallel(finder_.host(), (count + regions_a_task - 1) / regions_a_task, [&](std::uint64_t task) {
      basso::stop_if_cancelled(finder_.host());
      const std::size_t first = static_cast<std::size_t>(task) * regions_a_task;
      const std::size_t last = std::min(first + regions_a_task, count);
      Reals points;
      for (std::size_t r = first; r < last; ++r)
        for (std::size_t s = 0; s <= inputs; ++s) {
          points.push_back(over.regions[r].samples[s].x);
          if (inputs == 2) points.push_back(over.regions[r].samples[s].y);
        }
      Reals values((last - first) * (inputs + 1));
      basso::push_parameters(finder_.host(), points.data(), values.size(), d.data(), values.data());
      for (std::size_t r = first; r < last; ++r)
        parts[r] = through(over.regions[r].samples, &values[(r - first) * (inputs + 1)], inputs);
    });
    return parts;
  }

  // The affine function with these values at the samples; constant where the region is so thin that rounding
  // may put a sample into a neighbour.
  static Affine through(const Point* samples, const double* values, std::size_t inputs) {
    constexpr double thin = 1e-9;
    const Point a = samples[1] - samples[0], b = inputs == 2 ? samples[2] - samples[0] : Point{0.0, 1.0};
    const double across = a.x * b.y - a.y * b.x;
    const double size = 1.0 + std::hypot(samples[0].x, samples[0].y);
    const double least = thin * size * (inputs == 2 ? std::hypot(a.x, a.y) + std::hypot(b.x, b.y) : 1.0);
    if (!(std::abs(across) > least)) return {samples[0], {}, values[0]};
    const double along_a = values[1] - values[0], along_b = inputs == 2 ? values[2] - values[0] : 0.0;
    return {samples[0],
            {(along_a * b.y - along_b * a.y) / across, (along_b * a.x - along_a * b.x) / across},
            values[0]};
  }

  RegionFinder finder_;
  std::size_t parameters_, samples_, directions_, output_bias_ = 0;
  double angle_;
  Reals k_;  // [octaves x samples], in radians
  basso::series transform_, derivative_;
};

}  // namespace

BASSO_PROBE_CLASS(
    relu_decay, ReluDecay, "relu-decay", "1.0.0",
    "How the exact transform of a piecewise-linear network and its derivative in the parameters "
    "fall with frequency, along generic and edge-normal directions",
    "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Theorem 1, Appendix C.4",
    "derivatives/1 evaluate/1 parallel/1 random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&relu_decay)

// Probe `stage-ratios`: which share of the loss's decay falls on frequencies from eta on, in the initial, the
// intermediate and the final stage of training (Luo, Ma, Xu, Zhang 2021, Theory of the Frequency Principle
// for General Deep Neural Networks; the form of its three theorems is from memory: unconfirmed).
//
// D = (h - f) sqrt(rho) for the network h and the target f, q(k) = |D^(k)|^2, L = sum q = mean of D^2,
// L+ = sum of q over |k| >= eta. Along the gradient flow of L, theta' = -grad L and h' = J theta', so that
//   dq/dt = 2 Re(conj(D^) (h' sqrt(rho))^),
// and the theorems bound, with m set by the smoothness of activation, f and rho,
//   initial and final stage:  |dL+/dt| / |dL/dt| <= C eta^-m,
//   intermediate stage:       integral of |dL+/dt| dt over [T1,T2] / (L(T1) - L(T2)) <= C eta^-m.
// The ratios of the first kind are those of the flow at the present parameters, whatever optimiser trains;
// the integral is the sum of |change of L+| from recording to recording in the training itself.
//
// rho must vanish smoothly at the ends, or the points lie on a closed curve: the jump at the ends of a sharp
// window has coefficients like 1/k, which look like m = 1 whatever the activation is.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "grid.hpp"
#include "state.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set; it has one axis of equal steps."),
    BASSO_PARAMETER(
        "density", "choice", "\"bump\"", "bump|uniform", "",
        "rho. bump: sqrt(rho) is proportional to exp(-1/(1 - s^2)) with s from -1 to 1 along the window, "
        "smooth with all derivatives; uniform: for closed curves, such as flower, on which every network is "
        "periodic."),
    BASSO_PARAMETER("cutoffs", "integers", "[]", "[1,inf)", "cycles per window",
                    "The frequencies eta; empty, the default: 1, 2, 4, … up to N/4."),
    BASSO_PARAMETER(
        "from", "real", "0.9", "(0,1]", "",
        "The intermediate stage begins at T1, the first recording with L at most this share of the first "
        "one."),
    BASSO_PARAMETER("to", "real", "0.1", "(0,1)", "",
                    "It ends at T2, the first recording with L at most this share of the first one."),
};

using Vector = std::vector<double>;

class StageRatios {
 public:
  StageRatios(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        set_(setup.set(values.text("set"))),
        grid_(setup, set_),
        from_(values.real("from")),
        to_(values.real("to")),
        points_(setup.inputs(set_)),
        y_(setup.outputs(set_)) {
    find_last_map(setup.scene());
    parameters_ = setup.need("parameters");
    set_root_density(setup.info(set_), values.choice("density") == 1);
    const auto bins = listed_or_doubled_bins(grid_, values.list("cutoffs"), "cutoffs");
    cutoffs_.assign(bins.begin(), bins.end());
    if (!(to_ < from_)) fail("to: must be less than from");
    initial_ = intermediate_ = before_ = path_ = Vector(cutoffs_.size(), no_value);
    declare(setup);
  }

  void observe(const basso::observation& look) {
    const basso_matrix& theta = look[parameters_];
    const Split now = split({theta.data, theta.data + theta.columns});
    Vector ratio;
    for (const double rate : now.rate_above) ratio.push_back(std::fabs(rate) / std::fabs(now.rate));
    if (look.first()) initial_ = ratio;
    follow(now, look.first());
    look.emit(ratio_, ratio);
    look.emit(loss_, now.loss);
    look.emit(loss_above_, now.above);
    look.emit(rate_, now.rate);
    if (!look.last()) return;
    Vector stages = initial_;
    stages.insert(stages.end(), intermediate_.begin(), intermediate_.end());
    stages.insert(stages.end(), ratio.begin(), ratio.end());
    look.emit(stage_ratio_, stages);
  }

  std::vector<std::uint8_t> save() const {
    Vector numbers = {static_cast<double>(stage_), first_loss_, loss_at_t1_};
    for (const Vector* each : {&initial_, &intermediate_, &before_, &path_})
      numbers.insert(numbers.end(), each->begin(), each->end());
    return saved(1.0, numbers);
  }

  void load(basso::view<const std::uint8_t> bytes) {
    const Vector numbers = loaded(bytes, 1.0, 3 + 4 * cutoffs_.size());
    stage_ = static_cast<Stage>(static_cast<int>(numbers[0]));
    first_loss_ = numbers[1];
    loss_at_t1_ = numbers[2];
    auto from = numbers.begin() + 3;
    for (Vector* each : {&initial_, &intermediate_, &before_, &path_}) {
      std::copy_n(from, each->size(), each->begin());
      from += static_cast<std::ptrdiff_t>(each->size());
    }
  }

 private:
  enum class Stage { before_t1, between, after_t2 };
  // L and its flow, all of it and from each cutoff on.
  struct Split {
    double loss = 0.0, rate = 0.0;
    Vector above, rate_above;
  };

  void find_last_map(const basso_scene& scene) {
    if (scene.block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    for (std::uint32_t i = 0; i < scene.block_count; ++i)
      if (scene.blocks[i]->layer == scene.hidden_count) last_map_.push_back(scene.blocks[i]);
  }

  // sqrt(rho) at the middle of each of the N cells of the window, the mean of rho being 1.
  void set_root_density(const basso_set& set, bool uniform) {
    const std::size_t points = static_cast<std::size_t>(set.rows);
    root_density_.assign(points, 1.0);
    if (uniform && !closed(set))
      fail("density: the points of the set '" + std::string(set.name) +
           "' do not lie on a closed curve, so that a uniform density ends in a jump that hides the effect; "
           "take density = \"bump\"");
    if (uniform) return;
    double sum = 0.0;
    for (std::size_t j = 0; j < points; ++j) {
      const double s = (2.0 * static_cast<double>(j) + 1.0) / static_cast<double>(points) - 1.0;
      root_density_[j] = std::exp(-1.0 / (1.0 - s * s));
      sum += root_density_[j] * root_density_[j];
    }
    for (double& each : root_density_) each *= std::sqrt(static_cast<double>(points) / sum);
  }

  // The axis is periodic over the points, and the network's inputs come back to where they began: from the
  // last point to the first it is no further than twice the longest way between neighbours.
  bool closed(const basso_set& set) const {
    const basso_axis& axis = grid_axis(set);
    const std::size_t rows = static_cast<std::size_t>(set.rows), width = set.input_dim;
    double longest = 0.0, last = 0.0;
    for (std::size_t i = 0; i < rows; ++i) {
      const double* from = &points_[i * width];
      const double* to = &points_[(i + 1) % rows * width];
      double square = 0.0;
      for (std::size_t c = 0; c < width; ++c) square += (to[c] - from[c]) * (to[c] - from[c]);
      last = std::sqrt(square);
      if (i + 1 < rows) longest = std::max(longest, last);
    }
    return std::fabs(axis.period - grid_.window()) <= 1e-9 * axis.period && last <= 2.0 * longest;
  }

  void declare(basso::probe_setup& setup) {
    const auto eta = basso::axis::listed("cutoff", "cycles per window", cutoffs_);
    const std::string where = " on the set '" + std::string(setup.info(set_).name) + "', weighted by rho";
    ratio_ =
        setup.each("ratio", "",
                   "|dL+/dt| / |dL/dt| along the gradient flow of L, the mean squared error" + where, {eta});
    loss_ = setup.each("loss", "", "L, the mean squared error" + where);
    loss_above_ = setup.each("loss_above", "", "L+, the part of L from the cutoff on", {eta});
    rate_ = setup.each("rate", "", "dL/dt along the gradient flow of L");
    stage_ratio_ =
        setup.at_end("stage_ratio", "",
                     "share of the decay of L that falls on frequencies from the cutoff on; initial: `ratio` "
                     "at the first recording; final: at the last one; intermediate: sum of |change of L+| "
                     "over L(T1) - L(T2), NaN where L never comes to T2",
                     {basso::axis::labelled("stage", {"initial", "intermediate", "final"}), eta});
  }

  // h at the set's points in float64: the last map is linear, so that it is the derivative along its own
  // parameters.
  Vector network(const Vector& theta) const {
    Vector own(theta.size(), 0.0), h(y_.size());
    for (const basso_block* block : last_map_) {
      const auto first = theta.begin() + static_cast<std::ptrdiff_t>(block->offset);
      std::copy_n(first, block->rows * block->columns,
                  own.begin() + static_cast<std::ptrdiff_t>(block->offset));
    }
    basso::push_parameters(host_, points_.data(), root_density_.size(), own.data(), h.data());
    return h;
  }

  // theta' = -grad L, and what it does to the network.
  Vector flow(const Vector& theta, const Vector& difference) const {
    const double scale = -2.0 / grid_.points();
    Vector cotangents(difference), direction(theta.size()), h(difference.size());
    for (std::size_t i = 0; i < cotangents.size(); ++i)
      cotangents[i] *= scale * root_density_[i / grid_.width] * root_density_[i / grid_.width];
    basso::pull_to_parameters(host_, points_.data(), root_density_.size(), cotangents.data(),
                              direction.data());
    basso::push_parameters(host_, points_.data(), root_density_.size(), direction.data(), h.data());
    return h;
  }

  Split split(const Vector& theta) const {
    Vector difference = network(theta);
    for (std::size_t i = 0; i < y_.size(); ++i) difference[i] -= y_[i];
    const Vector change = weighted(flow(theta, difference));
    difference = weighted(difference);
    Vector q(grid_.bins(), 0.0), rate(grid_.bins(), 0.0);
    for (std::size_t output = 0; output < grid_.width; ++output) {
      const auto d = grid_.transform({difference.data(), root_density_.size(), grid_.width}, output);
      const auto v = grid_.transform({change.data(), root_density_.size(), grid_.width}, output);
      for (std::size_t k = 0; k < q.size(); ++k) {
        const double both = (grid_.unpaired(k) ? 1.0 : 2.0) / (grid_.points() * grid_.points());
        q[k] += both * std::norm(d[k]);
        rate[k] += both * 2.0 * (d[k].real() * v[k].real() + d[k].imag() * v[k].imag());
      }
    }
    Split result;
    for (const double cutoff : cutoffs_) {
      result.above.push_back(sum(q, static_cast<std::size_t>(cutoff)));
      result.rate_above.push_back(sum(rate, static_cast<std::size_t>(cutoff)));
    }
    result.loss = sum(q, 0);
    result.rate = sum(rate, 0);
    return result;
  }

  // From the highest bin down: the small terms first.
  static double sum(const Vector& terms, std::size_t first) {
    double total = 0.0;
    for (std::size_t k = terms.size(); k > first; --k) total += terms[k - 1];
    return total;
  }

  Vector weighted(Vector values) const {
    for (std::size_t i = 0; i < values.size(); ++i) values[i] *= root_density_[i / grid_.width];
    return values;
  }

  // The intermediate stage, recording by recording.
  void follow(const Split& now, bool first) {
    if (first) first_loss_ = now.loss;
    if (stage_ == Stage::between) {
      for (std::size_t i = 0; i < path_.size(); ++i) path_[i] += std::fabs(now.above[i] - before_[i]);
      if (now.loss <= to_ * first_loss_) {
        stage_ = Stage::after_t2;
        for (std::size_t i = 0; i < path_.size(); ++i) intermediate_[i] = path_[i] / (loss_at_t1_ - now.loss);
      }
    }
    if (stage_ == Stage::before_t1 && now.loss <= from_ * first_loss_) {
      stage_ = now.loss <= to_ * first_loss_ ? Stage::after_t2 : Stage::between;  // or leapt over
      loss_at_t1_ = now.loss;
      path_.assign(path_.size(), 0.0);
    }
    before_ = now.above;
  }

  const basso_host* host_;
  std::uint32_t set_;
  Grid grid_;
  double from_, to_;
  Vector points_, y_;  // [rows x inputs], [rows x outputs]
  std::vector<const basso_block*> last_map_;
  basso::need parameters_;
  Vector root_density_;  // [rows]
  Vector cutoffs_;
  basso::series ratio_, loss_, loss_above_, rate_, stage_ratio_;

  // What it remembers.
  Stage stage_ = Stage::before_t1;
  double first_loss_ = no_value, loss_at_t1_ = no_value;
  Vector initial_, intermediate_, before_, path_;  // [cutoffs]
};

}  // namespace

BASSO_PROBE_CLASS(
    stage_ratios, StageRatios, "stage-ratios", "1.0.0",
    "Share of the loss's decay that falls on high frequencies, by stages of the training",
    "Luo, Ma, Xu, Zhang 2021, Theory of the Frequency Principle for General Deep Neural Networks (the form "
    "of its theorems from memory: unconfirmed)",
    "derivatives/1 fft/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&stage_ratios)

// Target `quantized`: a simple function rounded to steps of alpha, T Eq 2 (Xu, Zhang, Xiao 2018, Training
// behavior of deep neural network in frequency domain): y = alpha Round(f0(x)/alpha), and y = f0(x) for alpha
// = 0.
#include <basso/target.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "function", "choice", "\"x\"", "x|abs|square|sin|sines", "",
        "f0: x, |x|, x squared, sin x (T Figs 3 and 6, and the text), or the sum of A_i sin(w_i x) (T "
        "Fig 4). Default: T Fig 3."),
    BASSO_PARAMETER("frequencies", "reals", "[1.0, 3.0, 5.0]", "(-inf,inf)", "radians per unit of x",
                    "w_i of the function \"sines\". Default: T Fig 4, sin x + 2 sin 3x + 3 sin 5x."),
    BASSO_PARAMETER("amplitudes", "reals", "[1.0, 2.0, 3.0]", "(-inf,inf)", "",
                    "A_i of the function \"sines\": one for each frequency. Default: T Fig 4."),
    BASSO_PARAMETER(
        "alpha", "real", "0.5", "[0,inf)", "",
        "Step of the rounding; 0 leaves f0 as it is. Ties go to the even multiple, as numpy's round does "
        "for the papers' authors. Default: T Fig 3; T Fig 4 has 2."),
    BASSO_PARAMETER("low", "real", "-1.0", "(-inf,inf)", "", "First point of the grid. Default: T Fig 3."),
    BASSO_PARAMETER("high", "real", "1.0", "(-inf,inf)", "",
                    "Last point of the grid, which belongs to it. Default: T Fig 3."),
    BASSO_PARAMETER("samples", "integer", "600", "[2,inf)", "",
                    "Points of the set \"train\". T Fig 3 gives no number; 600 is that of T Fig 4, and gives "
                    "the exact zeros "
                    "of T Fig 3a."),
    BASSO_PARAMETER("sampling", "choice", "\"even\"", "even|random|random-with-replacement", "",
                    "The points of \"train\": equally spaced, both ends included (the authors' linspace), or "
                    "drawn for each "
                    "repeat, ascending, from `candidates` such points (T Fig 7b, which does not say whether "
                    "a point may come "
                    "twice)."),
    BASSO_PARAMETER("candidates", "integer", "3000", "[2,10000000]", "",
                    "Equally spaced points from which a random sampling draws. Default: T Fig 7b."),
    BASSO_PARAMETER(
        "noise_std", "real", "0.0", "[0,inf)", "",
        "Standard deviation of Gaussian noise on the values of \"train\", and only there, drawn for each "
        "repeat. T Fig 6 has 0.1."),
    BASSO_PARAMETER("noise", "choice", "\"before-rounding\"", "before-rounding|after-rounding", "",
                    "Where the noise is added: to f0(x), as T says of Fig 6, or to the rounded value."),
    BASSO_PARAMETER(
        "test_samples", "integer", "0", "[0,inf)", "",
        "Points of a set \"test\" between the same ends, equally spaced, without noise; at least 2. T Fig 6 "
        "has 6000. 0, the default: no such set."),
    BASSO_PARAMETER("dense_samples", "integer", "0", "[0,inf)", "",
                    "Points of a set \"dense\", as \"test\", to measure power above the Nyquist frequency of "
                    "\"train\"; at "
                    "least 2. 0, the default: no such set."),
    BASSO_PARAMETER(
        "outside", "real", "0.0", "[0,inf)", "",
        "How far a set \"outside\" reaches beyond both ends, in steps as wide as those of `samples` equally "
        "spaced points (T Fig 8). 0, the default: no such set."),
};

constexpr double largest = 1e15;

[[noreturn]] void fail(const std::string& sentence) { throw basso::failure(BASSO_ERROR_PARAMETER, sentence); }

// f0.
class Function {
 public:
  explicit Function(const basso::values& values) : kind_(values.choice("function")) {
    const auto frequencies = values.list("frequencies"), amplitudes = values.list("amplitudes");
    frequency_.assign(frequencies.begin(), frequencies.end());
    amplitude_.assign(amplitudes.begin(), amplitudes.end());
    if (frequency_.empty()) fail("frequencies: the list is empty; name at least one");
    if (amplitude_.size() != frequency_.size())
      fail("amplitudes: has " + std::to_string(amplitude_.size()) + " values for " +
           std::to_string(frequency_.size()) + " frequencies; give one for each");
    for (std::size_t i = 0; i < frequency_.size(); ++i)
      if (!(std::abs(frequency_[i]) <= largest && std::abs(amplitude_[i]) <= largest))
        fail("frequencies, amplitudes: at most 1e15 in magnitude");
  }

  double operator()(double x) const {
    switch (kind_) {
      case 1:
        return std::fabs(x);
      case 2:
        return x * x;
      case 3:
        return std::sin(x);
      case 4: {
        double sum = 0.0;
        for (std::size_t i = 0; i < frequency_.size(); ++i)
          sum += amplitude_[i] * std::sin(frequency_[i] * x);
        return sum;
      }
      default:
        return x;
    }
  }

  // A bound of |f0| where |x| is at most `reach`.
  double bound(double reach) const {
    if (kind_ == 2) return reach * reach;
    if (kind_ == 3) return 1.0;
    if (kind_ != 4) return reach;
    double sum = 0.0;
    for (const double amplitude : amplitude_) sum += std::abs(amplitude);
    return sum;
  }

 private:
  int kind_;
  std::vector<double> frequency_, amplitude_;
};

class Quantized {
 public:
  Quantized(basso::target_setup& setup, const basso::values& values)
      : host_(setup.host()),
        f0_(values),
        alpha_(values.real("alpha")),
        low_(values.real("low")),
        high_(values.real("high")),
        noise_std_(values.real("noise_std")),
        noise_after_(values.choice("noise") == 1) {
    if (!(low_ < high_)) fail("low: must be less than high");
    const double reach = std::max(std::abs(low_), std::abs(high_)) + values.real("outside");
    if (!(reach <= largest && noise_std_ <= largest))
      fail(
          "low, high, outside, noise_std: at most 1e15 in magnitude, so that x^2 and the grid are exact "
          "enough");
    if (alpha_ > 0.0 && alpha_ < std::max(f0_.bound(reach), noise_std_) * 1e-15)
      fail("alpha: so small beside the function's values that nothing is rounded; 0 says so");
    const std::int64_t samples = values.integer("samples");
    if (values.choice("sampling") == 0)
      add_even(setup, "train", samples);
    else
      add_random(setup, samples, values.integer("candidates"), values.choice("sampling") == 2);
    for (const char* name : {"test", "dense"}) {
      const std::string parameter = std::string(name) + "_samples";
      const std::int64_t count = values.integer(parameter.c_str());
      if (count == 1) fail(parameter + ": must be 0, or at least 2");
      if (count > 0) add_even(setup, name, count);
    }
    if (values.real("outside") > 0.0) add_outside(setup, samples, values.real("outside"));
  }

  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const Points& points = sets_[set];
    const double x = points.listed.empty() ? even(row, points.intervals) : points.listed[row];
    // Random stream 0, the row's own.
    const double noise = set == 0 && noise_std_ > 0.0 ? noise_std_ * basso::normal(host_, 0, row, 1)[0] : 0.0;
    point.inputs[0] = x;
    point.outputs[0] = noise_after_ ? rounded(f0_(x)) + noise : rounded(f0_(x) + noise);
  }

 private:
  double rounded(double y) const { return alpha_ > 0.0 ? alpha_ * std::nearbyint(y / alpha_) : y; }

  // Weighted ends: x is odd to the last bit on an interval that is symmetric about 0.
  double even(std::uint64_t j, double intervals) const {
    return ((intervals - static_cast<double>(j)) * low_ + static_cast<double>(j) * high_) / intervals;
  }

  void add_even(basso::target_setup& setup, const char* name, std::int64_t samples) {
    const double intervals = static_cast<double>(samples - 1);
    basso::point_set set(name, name, static_cast<std::uint64_t>(samples));
    set.axes = {basso::axis::steps("x", "", set.rows, low_, (high_ - low_) / intervals)};
    add(setup, set, {intervals, {}});
  }

  // Random stream 1, row 0, one number a point: the first numbers of a random permutation, or independent
  // ones.
  void add_random(basso::target_setup& setup, std::int64_t samples, std::int64_t candidates,
                  bool replacement) {
    if (samples > (replacement ? std::int64_t{10'000'000} : candidates))
      fail("samples: " + std::to_string(samples) + " points cannot be drawn from " +
           std::to_string(candidates) +
           (replacement ? "; at most 10000000"
                        : " candidates without replacement; take fewer, or more candidates"));
    const auto count = static_cast<std::size_t>(samples), from = static_cast<std::size_t>(candidates);
    std::vector<std::size_t> drawn(replacement ? count : from);
    std::iota(drawn.begin(), drawn.end(), std::size_t{0});
    const std::vector<double> u = basso::uniform(host_, 1, 0, count);
    for (std::size_t i = 0; i < count; ++i) {
      if (replacement)
        drawn[i] = static_cast<std::size_t>(u[i] * static_cast<double>(from));
      else
        std::swap(drawn[i], drawn[i + static_cast<std::size_t>(u[i] * static_cast<double>(from - i))]);
    }
    drawn.resize(count);
    std::sort(drawn.begin(), drawn.end());
    Points points{};
    for (const std::size_t j : drawn) points.listed.push_back(even(j, static_cast<double>(from - 1)));
    basso::point_set set("train", "train", count);
    if (!replacement) set.axes = {basso::axis::listed("x", "", points.listed)};
    add(setup, set, points);
  }

  void add_outside(basso::target_setup& setup, std::int64_t samples, double reach) {
    const double step = (high_ - low_) / static_cast<double>(samples - 1);
    const double steps = std::floor(reach / step * (1.0 + 1e-12));
    if (steps < 1.0 || steps > 1e7)
      fail("outside: is " + std::to_string(steps) + " steps of the grid; expected 1 to 10000000");
    Points points{};
    for (double j = steps; j >= 1.0; j -= 1.0) points.listed.push_back(low_ - j * step);
    for (double j = 1.0; j <= steps; j += 1.0) points.listed.push_back(high_ + j * step);
    basso::point_set set("outside", "outside", points.listed.size());
    set.axes = {basso::axis::listed("x", "", points.listed)};
    add(setup, set, points);
  }

  struct Points {
    double intervals;            // between equally spaced ones
    std::vector<double> listed;  // else
  };

  void add(basso::target_setup& setup, basso::point_set& set, const Points& points) {
    set.input_names = {"x"};
    setup.add(set);
    sets_.push_back(points);
  }

  const basso_host* host_;
  Function f0_;
  double alpha_, low_, high_, noise_std_;
  bool noise_after_;
  std::vector<Points> sets_;
};

}  // namespace

BASSO_TARGET_CLASS(
    quantized, Quantized, "quantized", "1.0.0",
    "A function rounded to steps: alpha Round(f0(x)/alpha), f0 in x, |x|, x^2, sin x, sums of sines",
    "Xu, Zhang, Xiao 2018 (T), Training behavior of deep neural network in frequency domain, Eq 2 and Figs 3 "
    "to 8",
    "random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&quantized)

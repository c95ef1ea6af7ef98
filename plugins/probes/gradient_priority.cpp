// Probe `gradient-priority`: X1 Theorems 1 to 3 by Monte Carlo over the weight w of one hidden neuron
// a sigma(w x + b), for two frequencies k1 < k2. It needs no network: A(k), theta(k), b and |F[f](k1)| are
// given, and a, which all gradients by w and b share, drops out. neuron.hpp has the gradients; they are
// compared by their logarithms, since they underflow for small w.
//
// w is uniform in (-radius, radius). Let p(k) be 2 phase(k): |1 - C1| for a, |1 + C1| for b, and for w 2 |C2|
// over its largest value. X1 bounds |1 - C1| for all three, which misses b, and takes X0's factors in the
// proofs. What holds:
//   Theorem 1: the share of w at which a, w and b all have the larger gradient at k1 goes to 1 as the
//     radius goes to 0.
//   Theorem 2: where p(k1) > xi and the gradients at k1 and k2 are equal,
//     Delta_F(k1) = A(k1)/|F[f](k1)| goes to 0 with the radius.
//   Theorem 3: where p(k2) > xi, the gradients at k1 and k2 are equal and A(k2) > M,
//     M = (2 B |F[f](k1)| / xi) envelope(k1) / envelope(k2), there is Delta_F(k1) > B.
//     X1's proof has xi/2 in place of 2/xi, and bounds p(k1) where p(k2) matters.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "neuron.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("activation", "choice", "\"tanh\"", "tanh|sigmoid", "",
                    "sigma. Default: X, second version; sigmoid: first version."),
    BASSO_PARAMETER("low", "real", "1.0", "(0,inf)", "rad per unit of x", "k1. The paper names none."),
    BASSO_PARAMETER("high", "real", "2.0", "(0,inf)", "rad per unit of x", "k2, above k1."),
    BASSO_PARAMETER("amplitude_low", "real", "1.0", "(0,inf)", "", "A(k1), in Theorem 1."),
    BASSO_PARAMETER("amplitude_high", "real", "1.0", "(0,inf)", "", "A(k2), in Theorems 1 and 2."),
    BASSO_PARAMETER("phase_low", "real", "0.0", "(-inf,inf)", "rad", "theta(k1)."),
    BASSO_PARAMETER("phase_high", "real", "0.0", "(-inf,inf)", "rad", "theta(k2)."),
    BASSO_PARAMETER("target_low", "real", "1.0", "(0,inf)", "", "|F f(k1)|, in Theorem 2."),
    BASSO_PARAMETER("bias", "real", "0.5", "(-inf,inf)", "", "b."),
    BASSO_PARAMETER("xi", "real", "0.1", "(0,2)", "", "The bound of p in Theorems 2 and 3."),
    BASSO_PARAMETER("radii", "reals", "[2, 1, 0.5, 0.2, 0.1, 0.05]", "(0,inf)", "",
                    "The radii; shrinking, Theorems 1 and 2 speak of the limit."),
    BASSO_PARAMETER("draws", "integer", "10000", "[1,10000000]", "", "Weights drawn for each radius."),
};

using Vector = std::vector<double>;
constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

class GradientPriority {
 public:
  GradientPriority(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()),
        decay_(decays[values.choice("activation")]),
        low_(values.real("low")),
        high_(values.real("high")),
        log_low_(std::log(values.real("amplitude_low"))),
        log_high_(std::log(values.real("amplitude_high"))),
        theta_low_(values.real("phase_low")),
        theta_high_(values.real("phase_high")),
        log_target_(std::log(values.real("target_low"))),
        bias_(values.real("bias")),
        xi_(values.real("xi")),
        radii_(values.list("radii").begin(), values.list("radii").end()),
        draws_(static_cast<std::size_t>(values.integer("draws"))) {
    if (!(low_ < high_)) refuse("high: must be more than low");
    if (radii_.empty()) refuse("radii: the list is empty; name at least one");
    const auto radius = basso::axis::listed("radius", "", radii_);
    share_ =
        setup.once("share", "",
                   "Theorem 1: share of the weights below the radius at which |dL(k1)| > |dL(k2)| by a, w "
                   "and b",
                   {radius});
    error_ = setup.once("log_error", "",
                        "Theorem 2: largest ln Delta_F(k1) with |dL(k1)| = |dL(k2)| and p(k1) > xi below the "
                        "radius; NaN where no weight drawn has that",
                        {neuron_parameters(), radius});
    excess_ =
        setup.once("log_excess", "",
                   "Theorem 3: smallest ln(Delta_F(k1)/B) with |dL(k1)| = |dL(k2)|, A(k2) = M and p(k2) > "
                   "xi below the radius, for every B; NaN where no weight drawn has that",
                   {neuron_parameters(), radius});
  }

  void observe(const basso::observation& look) const {
    if (!look.first()) return;
    const std::size_t count = radii_.size();
    Vector share(count), error(3 * count, no_value), excess(3 * count, no_value);
    basso::parallel(host_, count, [&](std::uint64_t task) {
      const std::size_t i = static_cast<std::size_t>(task);
      const Result at = below(radii_[i], task);
      share[i] = at.share;
      for (std::size_t p = 0; p < 3; ++p) {
        error[p * count + i] = at.error[p];
        excess[p * count + i] = at.excess[p];
      }
    });
    look.emit(share_, share);
    look.emit(error_, error);
    look.emit(excess_, excess);
  }

 private:
  struct Result {
    double share = 0.0;
    std::array<double, 3> error{no_value, no_value, no_value}, excess{no_value, no_value, no_value};
  };

  [[noreturn]] static void refuse(const std::string& sentence) {
    throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
  }

  // Weights drawn below the radius, in rows of some from streams of their own.
  Result below(double radius, std::uint64_t stream) const {
    constexpr std::size_t row_length = 4096;
    Result result;
    std::size_t first_wins = 0;
    for (std::size_t done = 0; done < draws_; done += row_length) {
      basso::stop_if_cancelled(host_);
      const std::size_t length = std::min(row_length, draws_ - done);
      for (const double u : basso::uniform(host_, stream, done / row_length, length))
        first_wins += look_at(radius * (2.0 * u - 1.0), result) ? 1u : 0u;
    }
    result.share = static_cast<double>(first_wins) / static_cast<double>(draws_);
    return result;
  }

  // Whether k1 has priority by all three; w = 0 has no gradient at all.
  bool look_at(double w, Result& result) const {
    if (w == 0.0) return false;
    const Slopes low = slopes(decay_, {1.0, w, bias_}, low_, theta_low_);
    const Slopes high = slopes(decay_, {1.0, w, bias_}, high_, theta_high_);
    bool priority = true;
    for (std::size_t p = 0; p < 3; ++p) {
      const double log_low = low.log_envelope[p] + std::log(low.phase[p]);
      const double log_high = high.log_envelope[p] + std::log(high.phase[p]);
      priority = priority && log_low_ + log_low > log_high_ + log_high;
      // Equal gradients: A(k1) = A(k2) times this.
      const double log_ratio = log_high - log_low;
      if (2.0 * low.phase[p] > xi_ && high.phase[p] > 0.0)
        result.error[p] = std::fmax(result.error[p], log_high_ - log_target_ + log_ratio);
      // M/(B |F[f](k1)|) times it.
      if (2.0 * high.phase[p] > xi_ && low.phase[p] > 0.0)
        result.excess[p] = std::fmin(
            result.excess[p], std::log(2.0 / xi_) + low.log_envelope[p] - high.log_envelope[p] + log_ratio);
    }
    return priority;
  }

  const basso_host* host_;
  double decay_, low_, high_, log_low_, log_high_, theta_low_, theta_high_, log_target_, bias_, xi_;
  Vector radii_;
  std::size_t draws_;
  basso::series share_, error_, excess_;
};

}  // namespace

BASSO_PROBE_CLASS(
    gradient_priority, GradientPriority, "gradient-priority", "1.0.0",
    "Which weights give the lower of two frequencies the larger gradient: three theorems by Monte Carlo",
    "Xu 2018 (X), second version, Theorems 1 to 3, corrected", "parallel/1 random/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&gradient_priority)

// The signal lambda(z) = sum_i A_i sin(2 pi k_i z + phi_i), z in [0,1), and the grids that it is sampled on;
// what the targets sinusoids and flower share.
//   R: Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Experiment 1 (Eq 8) and Appendix A.1.
#pragma once

#include <basso/target.hpp>

#include <cmath>
#include <complex>
#include <string>
#include <vector>

namespace {

constexpr double pi = 3.14159265358979323846;

// Reads the parameters frequencies, amplitudes, amplitude_range and phases, which both targets have.
class Superposition {
 public:
  Superposition(const basso_host* host, const basso::values& values) {
    const auto frequencies = values.list("frequencies");
    k_.assign(frequencies.begin(), frequencies.end());
    if (k_.empty()) fail("frequencies: the list is empty; name at least one frequency");
    for (std::size_t i = 1; i < k_.size(); ++i)
      if (!(k_[i - 1] < k_[i])) fail("frequencies: list each frequency once, in ascending order");
    set_amplitudes(values.list("amplitudes"), values.list("amplitude_range"));
    set_phases(host, values.list("phases"));
  }

  double operator()(double z) const {
    double sum = 0.0;
    for (std::size_t i = 0; i < k_.size(); ++i)
      sum += amplitude_[i] * std::sin(2.0 * pi * k_[i] * z + phase_[i]);
    return sum;
  }

  // A sin(2 pi k z + phi) = Re(A exp(i (phi - pi/2)) exp(2 pi i k z)).
  std::vector<basso::line> lines() const {
    std::vector<basso::line> result;
    for (std::size_t i = 0; i < k_.size(); ++i)
      result.push_back(
          {k_[i], amplitude_[i] * std::complex<double>(std::sin(phase_[i]), -std::cos(phase_[i]))});
    return result;
  }

  // z_j = j / samples, without the end point (the authors' arange; the paper says "equally spaced over [0,
  // 1]"). The axis is periodic where lambda is: for whole frequencies.
  basso::axis grid(std::uint64_t samples) const {
    bool periodic = true;
    for (const double k : k_) periodic = periodic && k == std::floor(k);
    return basso::axis::steps("z", "", samples, 0.0, 1.0 / static_cast<double>(samples),
                              periodic ? 1.0 : 0.0);
  }

 private:
  [[noreturn]] static void fail(const std::string& sentence) {
    throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
  }

  std::vector<double> one_each(const char* name, basso::view<const double> given) const {
    if (given.size != 1 && given.size != k_.size())
      fail(std::string(name) + ": has " + std::to_string(given.size) + " values for " +
           std::to_string(k_.size()) + " frequencies; give one value for all, or one for each");
    std::vector<double> result(k_.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = given[given.size == 1 ? 0 : i];
    return result;
  }

  void set_amplitudes(basso::view<const double> amplitudes, basso::view<const double> range) {
    if (range.empty()) {
      amplitude_ = one_each("amplitudes", amplitudes);
      return;
    }
    if (range.size != 2) fail("amplitude_range: give two values, the first and the last amplitude");
    const double steps = static_cast<double>(k_.size() > 1 ? k_.size() - 1 : 1);
    for (std::size_t i = 0; i < k_.size(); ++i) {
      const double t = static_cast<double>(i) / steps;
      amplitude_.push_back((1.0 - t) * range[0] + t * range[1]);
    }
  }

  // Random stream 0, row 0: phase i is 2 pi times its i-th number, so that a longer list keeps the phases of
  // a shorter one.
  void set_phases(const basso_host* host, basso::view<const double> phases) {
    if (!phases.empty()) {
      phase_ = one_each("phases", phases);
      return;
    }
    phase_ = basso::uniform(host, 0, 0, k_.size());
    for (double& phase : phase_) phase *= 2.0 * pi;
  }

  std::vector<double> k_, amplitude_, phase_;
};

}  // namespace

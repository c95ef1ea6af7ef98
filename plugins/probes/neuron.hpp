// One hidden neuron a sigma(w x + b), sigma tanh or the logistic sigmoid, in the frequency domain: how the
// loss at one frequency depends on a, w and b; for the probes frequency-gradient and gradient-priority.
//   X0, X1: Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, first
//           and second version.
//
// With F[f](k) = integral of f(x) exp(-i k x) dx, k > 0 in radians per unit of x, and decay = pi/2 (tanh) or
// pi (sigmoid),
//   F[sigma](k) = -i pi csch(decay k),   G(k) = F[sigma(w x + b)](k) = exp(i b k/w) F[sigma](k/w) / |w|.
// This is X0 Eq 3.1. X1 Eq 1 is wrong as printed: it is the unitary transform of (1 + tanh)/2, with the other
// sign of the phase.
//
// For L(k) = |D(k)|^2 / 2, D = A exp(i theta) = F[network] - F[target], every gradient is Re(conj(D) dD/d.):
//   |dL/da| = A e |sin psi|,                      psi = b k/w - theta,  e = pi csch(decay k/|w|) / |w|,
//   |dL/db| = A e |a| (k/|w|) |cos psi|,
//   |dL/dw| = A e |a| |r sin psi - q cos psi|,    r = (decay k coth(decay k/w) - w) / w^2,  q = b k/w^2.
// The papers write 2 |sin psi| as |1 - C1|, and e and coth by their limits for large k/|w|, 2 pi exp(-decay
// k/|w|) / |w| and 1; here they are exact. Where they slip: X0 has L = |D|^2, whose gradients are twice these
// numbers; X1 Eqs 6 and 7 keep that factor 2 for L = |D|^2 / 2; and by b both have |1 - C1| (X1 Eq 8), where
// |1 + C1| = 2 |cos psi| must stand.
#pragma once

#include <basso/probe.hpp>

#include <array>
#include <cmath>
#include <string>
#include <vector>

namespace {

constexpr double pi = 3.141592653589793;
constexpr double decays[] = {pi / 2.0, pi};  // tanh, sigmoid

struct Neuron {
  double a, w, b;
};

// The axis of what follows, in this order.
inline basso::axis neuron_parameters() { return basso::axis::labelled("parameter", {"a", "w", "b"}); }

// |dL(k)/d theta| = A envelope phase. The envelope is the largest value over all phases psi, as its natural
// logarithm, since csch underflows; phase is from 0 to 1, for a and b |1 - C1|/2 and |1 + C1|/2, for w |C2|
// over its largest value.
struct Slopes {
  std::array<double, 3> log_envelope, phase;
};

// theta is the phase of D(k).
inline Slopes slopes(double decay, const Neuron& neuron, double k, double theta) {
  const double width = std::fabs(neuron.w), u = decay * k / width;
  const double log_e = std::log(2.0 * pi / width) - u - std::log(-std::expm1(-2.0 * u));
  const double log_a = std::log(std::fabs(neuron.a));
  const double psi = neuron.b * k / neuron.w - theta, s = std::fabs(std::sin(psi)),
               c = std::fabs(std::cos(psi));
  const double r = decay * k / std::tanh(decay * k / neuron.w) - neuron.w, q = neuron.b * k;  // times w^2
  const double length = std::hypot(r, q);
  const double turned = std::fabs(r * std::sin(psi) - q * std::cos(psi)) / length;
  return {
      {log_e, log_e + log_a + std::log(length) - 2.0 * std::log(width), log_e + log_a + std::log(k / width)},
      {s, turned, c}};
}

}  // namespace

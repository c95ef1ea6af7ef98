// A network whose activations are piecewise linear, as what it is: a continuous function that is affine on
// each of finitely many regions (R section 2.1). Shared by the probes relu-transform, relu-decay and
// lipschitz; the regions themselves are found by regions_1d.hpp and regions_2d.hpp.
//   R: Rahaman et al. 2019, On the Spectral Bias of Neural Networks.
#pragma once

#include <basso/probe.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace {

using Reals = std::vector<double>;

// A piecewise-linear activation: on segment i, from kinks[i-1] to kinks[i], it is
// value[i] + slope[i] (z - from[i]).
struct Segments {
  Reals kinks, from, value, slope;

  double operator()(std::size_t segment, double z) const {
    return value[segment] + slope[segment] * (z - from[segment]);
  }
};

// From the kinks and the activation's values; `f` gives those at an array of arguments.
template <class Function>
Segments segments(const Reals& kinks, Function&& f) {
  Segments result;
  result.kinks = kinks;
  const std::size_t count = kinks.size();
  Reals nodes = kinks.empty() ? Reals{0.0} : kinks;  // where neighbouring lines meet
  nodes.insert(nodes.begin(), nodes.front() - 1.0);
  nodes.push_back(nodes.back() + 1.0);
  const Reals y = f(nodes);
  for (std::size_t i = 0; i <= count; ++i) {
    const std::size_t from = i == 0 ? 1 : i;
    result.from.push_back(nodes[from]);
    result.value.push_back(y[from]);
    result.slope.push_back((y[i + 1] - y[i]) / (nodes[i + 1] - nodes[i]));
  }
  return result;
}

inline Reals kinks_of(const basso_hidden& hidden) {
  return {hidden.facts->kinks, hidden.facts->kinks + hidden.facts->kink_count};
}

// Whether the activation states to be linear between kinks, and does not jump there.
inline bool piecewise_linear(const basso_hidden& hidden) {
  constexpr std::uint32_t needed = BASSO_FACT_PIECEWISE_LINEAR | BASSO_FACT_KINKS;
  if ((hidden.facts->stated & needed) != needed) return false;
  const auto f = [&](const Reals& z) {
    Reals y(z.size());
    hidden.functions->value_f64(hidden.numbers, z.data(), y.data(), z.size());
    return y;
  };
  const Reals kinks = kinks_of(hidden);
  const Segments lines = segments(kinks, f);
  for (std::size_t i = 0; i <= kinks.size(); ++i) {
    const bool inner = i > 0 && i < kinks.size();
    const double z = inner ? 0.5 * (kinks[i - 1] + kinks[i]) : lines.from[i] + (i == 0 ? -0.5 : 0.5);
    if (!(std::abs(f({z})[0] - lines(i, z)) <= 1e-9 * (1.0 + std::abs(lines(i, z))))) return false;
  }
  return true;
}

inline bool piecewise_linear(const basso_scene& scene) {
  for (std::uint32_t i = 0; i < scene.hidden_count; ++i)
    if (!piecewise_linear(*scene.hidden[i])) return false;
  return true;
}

// A vector-valued affine function of d inputs: columns[0] is its value at an anchor, columns[1 .. d] are its
// partial derivatives; each [width].
using Columns = std::vector<Reals>;

class PiecewiseNetwork {
 public:
  // Refuses a network that is not piecewise linear, or not R Eq 1: a chain of maps with one output.
  explicit PiecewiseNetwork(basso::probe_setup& setup) : host_(setup.host()) {
    const basso_scene& scene = setup.scene();
    if (scene.block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    parameters_ = setup.need("parameters");
    for (std::uint32_t i = 0; i < scene.block_count; ++i) add_block(*scene.blocks[i]);
    if (maps_.back().outputs != 1)
      refuse("needs a network with one output, and this one has " + std::to_string(maps_.back().outputs));
    for (std::uint32_t i = 0; i < scene.hidden_count; ++i) add_activation(*scene.hidden[i], i + 1);
  }

  std::size_t inputs() const { return maps_.front().inputs; }
  std::size_t hidden() const { return activations_.size(); }  // layers
  std::size_t width(std::size_t layer) const { return maps_[layer].outputs; }
  const Segments& activation(std::size_t layer) const { return activations_[layer]; }

  // Takes the parameters of this observation.
  void refresh(const basso::observation& look) {
    const double* theta = look[parameters_].data;
    for (Map& map : maps_) {
      map.columns.resize(map.inputs * map.outputs);
      for (std::size_t o = 0; o < map.outputs; ++o)
        for (std::size_t i = 0; i < map.inputs; ++i)
          map.columns[i * map.outputs + o] = theta[map.weights + o * map.inputs + i];
      map.bias.assign(theta + map.biases, theta + map.biases + map.outputs);
    }
    for (std::size_t layer = 0; layer < hidden(); ++layer)
      activations_[layer] = segments(Reals(activations_[layer].kinks), [&](const Reals& z) {
        Reals y(z.size());
        basso::activate(host_, static_cast<std::uint32_t>(layer), basso::as_view(z), y.data());
        return y;
      });
  }

  // The inputs themselves, around `anchor` [inputs].
  static Columns identity(const Reals& anchor) {
    Columns result(1 + anchor.size(), Reals(anchor.size(), 0.0));
    result[0] = anchor;
    for (std::size_t i = 0; i < anchor.size(); ++i) result[1 + i][i] = 1.0;
    return result;
  }

  // Linear map `layer` (from 0) behind an affine function of the inputs.
  Columns mapped(std::size_t layer, const Columns& x) const {
    const Map& map = maps_[layer];
    Columns result(x.size());
    for (std::size_t c = 0; c < x.size(); ++c) {
      result[c] = c == 0 ? map.bias : Reals(map.outputs, 0.0);
      double* to = result[c].data();
      for (std::size_t i = 0; i < map.inputs; ++i) {
        const double factor = x[c][i];
        if (factor == 0.0) continue;  // inactive neurons
        const double* weights = &map.columns[i * map.outputs];
        for (std::size_t o = 0; o < map.outputs; ++o) to[o] += factor * weights[o];
      }
    }
    return result;
  }

  // The activation behind hidden layer `layer`, on a region where neuron n is on segment chosen[n].
  Columns activated(std::size_t layer, const Columns& z, const std::vector<std::size_t>& chosen) const {
    Columns result = z;
    for (std::size_t n = 0; n < chosen.size(); ++n) {
      result[0][n] = activations_[layer](chosen[n], z[0][n]);
      for (std::size_t c = 1; c < z.size(); ++c) result[c][n] *= activations_[layer].slope[chosen[n]];
    }
    return result;
  }

 private:
  struct Map {
    std::size_t inputs, outputs, weights, biases;  // the last two: offsets
    Reals columns, bias;                           // [inputs x outputs], [outputs]
  };

  [[noreturn]] static void refuse(const std::string& sentence) {
    throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
  }

  void add_block(const basso_block& block) {
    const std::string role = block.role;
    if (role == "weight")
      maps_.push_back({static_cast<std::size_t>(block.columns),
                       static_cast<std::size_t>(block.rows),
                       static_cast<std::size_t>(block.offset),
                       0,
                       {},
                       {}});
    else if (role == "bias")
      maps_.back().biases = static_cast<std::size_t>(block.offset);
  }

  void add_activation(const basso_hidden& hidden, std::uint32_t layer) {
    if (!piecewise_linear(hidden))
      refuse("needs a network that is piecewise linear, but the activation " +
             std::string(hidden.activation) + " of hidden layer " + std::to_string(layer) +
             " is not stated to be continuous and linear between its kinks; take one that is, such as relu, "
             "leaky-relu, prelu, abs or hat");
    activations_.push_back({kinks_of(hidden), {}, {}, {}});
  }

  const basso_host* host_;
  basso::need parameters_;
  std::vector<Map> maps_;
  std::vector<Segments> activations_;
};

}  // namespace

// The parts of a training step in float32, each over all maps of a network, at the sizes that the engine
// takes; no zeros are left out. For networks with zeros, what it takes to find them.
#pragma once

#include <array>
#include <functional>
#include <vector>

#include "benchmarks/networks.hpp"
#include "nn/activity.hpp"
#include "nn/dense.hpp"
#include "nn/optimizer.hpp"
#include "nn/unit_order.hpp"

namespace basso::bench {

class Parts {
 public:
  static constexpr std::array names{"forward", "input_gradient", "weight_gradient", "activation",
                                    "slopes_and_bias_sums", "update", "pack", "loss",
                                    // where activations have zeros: the bits of values and of gradients, the
                                    // sets, and the order of units, which every 128th step makes anew
                                    "zeros_bits", "zeros_sets", "zeros_order"};
  static size_t count(const Task& task) {
    return names.size() - (task.network.activations[0].has_zeros ? 0 : 3);
  }
  struct Entry {   // in the order of the names
    double flops;  // 0: not counted
    std::function<void()> run;
  };

  explicit Parts(const Task& task);
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  struct Map {
    nn::Dense<float> dense;
    size_t weights;                // where they begin among the parameters
    nn::Buffer<float> x, z, ones;  // [rows x in], [rows x out] twice
    nn::Buffer<float> slope, sums;
    nn::Activity<float> zeros, zeros_of_dz;  // where there are any
  };
  void add(double flops, void (Parts::*run)()) {
    entries_.push_back({flops, [this, run] { (this->*run)(); }});
  }
  // Calls body(map, part, first element) for each stretch of the hidden maps' results.
  template <class Body>
  void for_stretches(Body&& body);

  void forward();
  void input_gradient();
  void weight_gradient();
  void activation();
  void slopes();
  void update();
  void pack();
  void loss();
  void zeros_bits();
  void zeros_sets();
  void zeros_order();

  size_t rows_;
  nn::ParameterLayout layout_;
  nn::Activation activation_;
  std::vector<Map> maps_;
  nn::Buffer<float> parameters_, gradient_;
  nn::Optimizer<float> optimizer_;
  nn::UnitOrder order_;
  nn::Buffer<float> scratch_;
  std::vector<Entry> entries_;
};

}  // namespace basso::bench

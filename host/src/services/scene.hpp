// What a probe is told about the experiment: basso_scene over the target's sets, the network's layers and the
// schedule.
#pragma once

#include <basso/probe.h>

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "basso/catalogue.hpp"
#include "nn/network.hpp"
#include "services/activation.hpp"
#include "services/target.hpp"

namespace basso::services {

// The pieces beside the target. Without a network, and with one that is fitted, `hidden` and `layout` stay
// empty.
struct SceneSpec {
  struct Hidden {
    Component activation;
    std::uint32_t width;
    nn::Numbers numbers;  // as they start, of nn::layer_numbers
  };
  std::vector<Hidden> hidden;
  nn::ParameterLayout layout;
  std::string loss;       // "mse", "mae", "bce", "softmax"; "" without training
  std::string precision;  // "float32", "float64"
  std::uint64_t steps = 0;
  std::uint64_t batch = 0;                   // 0: full
  std::vector<std::int64_t> recorded_steps;  // of this probe, ascending
  bool fitted = false;                       // nearest neighbours: predictions, but no parameters
  bool has_network() const { return fitted || layout.size() > 0; }
};

// The ABI's struct with everything that it points to; stays where it is.
class Scene {
 public:
  Scene(const SceneSpec& spec, const Target& target);
  Scene(const Scene&) = delete;
  Scene& operator=(const Scene&) = delete;
  const basso_scene* abi() const { return &scene_; }
  const SceneSpec& spec() const { return spec_; }

 private:
  void add_hidden();
  void add_blocks();
  SceneSpec spec_;
  std::deque<std::string> texts_;
  std::deque<Facts> facts_;
  std::deque<basso_hidden> hidden_;
  std::deque<basso_block> blocks_;
  std::vector<const basso_hidden*> hidden_pointers_;
  std::vector<const basso_block*> block_pointers_;
  basso_scene scene_{};
};

}  // namespace basso::services

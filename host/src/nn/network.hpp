// What a fully connected network is: its shape, its flat parameter vector and how the parameters start.
// a_0 = x, z_l = W_l a_(l-1) + b_l, a_l = f_l(z_l) for the hidden layers; the last linear map gives the
// outputs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "nn/activation.hpp"
#include "nn/random.hpp"

namespace basso::nn {

enum class InitLaw {
  normal,      // weights N(0, weight_std²), biases N(0, bias_std²), output layer included (Xu 2018)
  pytorch,     // weights and biases U(-1/√fan_in, 1/√fan_in): nn.Linear's default
  he,          // weights N(0, 2/fan_in), biases 0
  glorot,      // weights U(±√(6/(fan_in + fan_out))), biases 0
  activation,  // the law that the activation's layers/1 table gives
  given        // the arrays of `given`
};

// One named array of given parameters: "W1" [fan_out x fan_in], "b1" [fan_out], "p1" [trainables of layer 1].
struct GivenArray {
  std::string name;
  std::vector<size_t> shape;
  std::vector<double> values;  // C order
};

struct InitSpec {
  InitLaw law = InitLaw::pytorch;
  double weight_std = 0.0;  // normal only
  double bias_std = 0.0;    // normal only
  std::vector<GivenArray>
      given;  // given only; W and b of every map; p where it is absent keeps the numbers' values
};

struct NetworkSpec {
  int inputs = 1;
  std::vector<int> widths;  // of the hidden layers; none: one linear map
  int outputs = 1;
  std::vector<Activation> activations;  // one for each hidden layer
  InitSpec init;
};

// Throws basso::Error where a shape or an activation cannot be used; sizes are checked before anything is
// allocated.
void validate(const NetworkSpec& spec);

// Where everything stands in the flat parameter vector: W1, b1, p1, W2, b2, …; p blocks only where layer l
// has trainables.
class ParameterLayout {
 public:
  enum class Kind { weight, bias, trainable };
  struct Block {
    std::string name;  // "W1", "b1", "p1"
    Kind kind;
    int layer;  // linear map, from 0
    int rows;   // fan-out; of a trainable block: how many
    int cols;   // fan-in; 1 for biases and trainables
    size_t offset;
    size_t size() const { return static_cast<size_t>(rows) * static_cast<size_t>(cols); }
  };

  ParameterLayout() = default;
  explicit ParameterLayout(const NetworkSpec& spec);

  const std::vector<Block>& blocks() const { return blocks_; }
  size_t size() const { return size_; }
  int layers() const { return layers_; }  // linear maps
  const Block& weights(int layer) const { return blocks_[weight_[static_cast<size_t>(layer)]]; }
  const Block& biases(int layer) const { return blocks_[weight_[static_cast<size_t>(layer)] + 1]; }
  // The trainables behind map `layer`, or null.
  const Block* trainables(int layer) const;

 private:
  std::vector<Block> blocks_;
  std::vector<size_t> weight_;  // block of W for each map
  size_t size_ = 0;
  int layers_ = 0;
};

// The numbers that each hidden layer's activation starts with: its own, through layers/1 where it has that
// table.
std::vector<Numbers> layer_numbers(const NetworkSpec& spec);

// Initial values in float64. Block number i of the layout draws from the stream of `key` with row = i;
// weights are drawn row by row. `key.row` is not used.
std::vector<double> initial_parameters(const NetworkSpec& spec, const StreamKey& key);

}  // namespace basso::nn

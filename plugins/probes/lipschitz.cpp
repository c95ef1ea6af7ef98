// Probe `lipschitz`: the network's Lipschitz constant L_f between its bounds, R Eq 7 (Rahaman et al. 2019, On
// the Spectral Bias of Neural Networks, Appendix C.6; L hidden layers of widths d_k, d inputs):
//   |W_eps| <= L_f = max over regions of |W_eps| <= prod |W^(k)| <= |theta|_max^(L+1) sqrt(d) prod d_k.
// The last is prod over maps of |theta|_max sqrt(rows columns), which for one output is the same. Activations
// whose own Lipschitz constant is not 1 multiply both upper bounds by it, once a layer.
#include <memory>

#include "region_finder.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("set", "string", "\"train\"", "", "",
                    "Name of the target's set over whose points `lower` is taken."),
    MOST_REGIONS_PARAMETER,
};

class Lipschitz {
 public:
  Lipschitz(basso::probe_setup& setup, const basso::values& values)
      : host_(setup.host()), parameters_(setup.need("parameters")) {
    const basso_scene& scene = setup.scene();
    for (std::uint32_t i = 0; i < scene.block_count; ++i) blocks_.push_back(scene.blocks[i]);
    if (blocks_.empty())
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    for (std::uint32_t i = 0; i < scene.hidden_count; ++i) add_activation(*scene.hidden[i], i + 1);
    const std::uint32_t set = setup.set(values.text("set"));
    points_ = setup.inputs(set);
    inputs_ = setup.info(set).input_dim;
    outputs_ = setup.info(set).output_dim;
    if (inputs_ <= 2 && outputs_ == 1 && piecewise_linear(scene)) {
      finder_ = std::make_unique<RegionFinder>(setup, values);
      constant_ = setup.each("constant", "", "Lipschitz constant: largest |W| over all linear regions");
    }
    lower_ = setup.each("lower", "",
                        "largest |grad_x f| of an output at the points of the set '" +
                            std::string(setup.info(set).name) + "', a lower bound");
    product_ = setup.each("product", "", "product of the layers' spectral norms, an upper bound" + times_);
    parameter_bound_ = setup.each(
        "parameter_bound", "",
        "product over the layers of (largest modulus of all weights and biases) sqrt(rows columns), an upper "
        "bound" +
            times_);
  }

  void observe(const basso::observation& look) {
    look.emit(lower_, largest_gradient());
    double product = activations_, sizes = activations_, largest = 0.0;
    int maps = 0;
    for (const basso_block* block : blocks_) {
      const double* entries = look[parameters_].data + block->offset;
      const std::string role = block->role;
      if (role == "trainable") continue;
      for (std::uint64_t i = 0; i < block->rows * block->columns; ++i)
        largest = std::max(largest, std::abs(entries[i]));
      if (role != "weight") continue;
      product *= basso::spectral_norm(host_, entries, block->rows, block->columns);
      sizes *= std::sqrt(static_cast<double>(block->rows * block->columns));
      ++maps;
    }
    look.emit(product_, product);
    look.emit(parameter_bound_, sizes * std::pow(largest, maps));
    if (finder_) look.emit(constant_, largest_slope(look));
  }

 private:
  void add_activation(const basso_hidden& hidden, std::uint32_t layer) {
    if ((hidden.facts->stated & BASSO_FACT_LIPSCHITZ) == 0)
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           "needs activations that state their Lipschitz constant, and " +
                               std::string(hidden.activation) + " of hidden layer " + std::to_string(layer) +
                               " does not; take one that does, such as relu or tanh");
    activations_ *= hidden.facts->lipschitz;
    if (hidden.facts->lipschitz != 1.0) times_ = ", times the Lipschitz constants of the activations";
  }

  double largest_gradient() const {
    const std::size_t rows = points_.size() / inputs_;
    double largest = 0.0;
    std::vector<double> gradient(points_.size());
    for (std::size_t output = 0; output < outputs_; ++output) {
      std::vector<double> cotangents(rows * outputs_, 0.0);
      for (std::size_t i = 0; i < rows; ++i) cotangents[i * outputs_ + output] = 1.0;
      basso::pull_to_inputs(host_, points_.data(), rows, cotangents.data(), gradient.data());
      for (std::size_t i = 0; i < rows; ++i) {
        double square = 0.0;
        for (std::size_t j = 0; j < inputs_; ++j) square += std::pow(gradient[i * inputs_ + j], 2);
        largest = std::max(largest, std::sqrt(square));
      }
    }
    return largest;
  }

  double largest_slope(const basso::observation& look) {
    finder_->refresh(look);
    double largest = 0.0;
    for (const Region& region : finder_->find({true, {}, {}}).regions)
      largest = std::max(largest, std::hypot(region.f.gradient.x, region.f.gradient.y));
    return largest;
  }

  const basso_host* host_;
  basso::need parameters_;
  std::vector<const basso_block*> blocks_;  // the scene's
  double activations_ = 1.0;                // product of their Lipschitz constants
  std::string times_;
  Reals points_;  // [rows x inputs]
  std::size_t inputs_ = 0, outputs_ = 0;
  std::unique_ptr<RegionFinder> finder_;  // where the constant is known exactly
  basso::series lower_, constant_, product_, parameter_bound_;
};

}  // namespace

BASSO_PROBE_CLASS(lipschitz, Lipschitz, "lipschitz", "1.0.0",
                  "The network's Lipschitz constant, exact for one or two inputs, and its bounds",
                  "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Eq 7 and Appendix C.6",
                  "derivatives/1 evaluate/1 linalg/1 parallel/1 sets/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&lipschitz)

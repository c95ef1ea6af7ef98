// Probe `spectral-norm`: the largest singular value of each layer's weight matrix (Rahaman et al. 2019, Figs
// 1 and 2). The authors' notebook prints another quantity, n b^T A b after power iterations on A: 256 times
// an estimate of an eigenvalue, not a norm.
#include <basso/probe.hpp>

#include <string>
#include <vector>

namespace {

class SpectralNorm {
 public:
  SpectralNorm(basso::probe_setup& setup, const basso::values&)
      : host_(setup.host()), parameters_(setup.need("parameters")) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < setup.scene().block_count; ++i) {
      if (std::string(setup.scene().blocks[i]->role) != "weight") continue;
      weights_.push_back(setup.scene().blocks[i]);
      names.emplace_back(weights_.back()->name);
    }
    if (weights_.empty())
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    norm_ = setup.each("norm", "", "spectral norm (largest singular value) of the layer's weight matrix",
                       {basso::axis::labelled("layer", names)});
  }

  void observe(const basso::observation& look) const {
    std::vector<double> norms;
    for (const basso_block* w : weights_)
      norms.push_back(basso::spectral_norm(host_, look[parameters_].data + w->offset, w->rows, w->columns));
    look.emit(norm_, norms);
  }

 private:
  const basso_host* host_;
  basso::need parameters_;
  basso::series norm_;
  std::vector<const basso_block*> weights_;  // the scene's
};

}  // namespace

BASSO_PROBE_CLASS(spectral_norm, SpectralNorm, "spectral-norm", "1.0.0",
                  "Largest singular value of each layer's weight matrix",
                  "Rahaman et al. 2019, On the Spectral Bias of Neural Networks, Experiment 1, Fig 1",
                  "linalg/1", BASSO_NONE)
BASSO_LIBRARY(&spectral_norm)

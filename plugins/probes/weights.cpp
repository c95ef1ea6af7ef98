// Probe `weights`: mean and standard deviation of the moduli of weights and biases, X Fig 1 (Xu 2018,
// Understanding training and generalization in deep learning by Fourier analysis).
#include <basso/probe.hpp>

#include <cmath>
#include <string>
#include <vector>

namespace {

class Weights {
 public:
  Weights(basso::probe_setup& setup, const basso::values&) : parameters_(setup.need("parameters")) {
    if (setup.scene().block_count == 0)
      throw basso::failure(BASSO_ERROR_UNSUPPORTED,
                           "needs a network of the kind dense: add one as [network]");
    declare(setup, weights_, "weight", "|w|");
    declare(setup, biases_, "bias", "|b|");
  }

  void observe(const basso::observation& look) const {
    for (const Family* family : {&weights_, &biases_}) emit(look, *family);
  }

 private:
  struct Block {
    std::size_t offset, size;
  };
  struct Family {
    std::vector<Block> blocks;  // one a layer
    basso::series mean, deviation, mean_all, deviation_all;
  };
  // Of |x|: count, mean, and sum of squared deviations from it.
  struct Moments {
    double count = 0.0, mean = 0.0, spread = 0.0;
    double deviation() const { return std::sqrt(spread / count); }
  };

  static void declare(basso::probe_setup& setup, Family& family, const std::string& role,
                      const std::string& symbol) {
    std::vector<std::string> names;
    for (std::uint32_t i = 0; i < setup.scene().block_count; ++i) {
      const basso_block& block = *setup.scene().blocks[i];
      if (block.role != role) continue;
      family.blocks.push_back(
          {static_cast<std::size_t>(block.offset), static_cast<std::size_t>(block.rows * block.columns)});
      names.emplace_back(block.name);
    }
    const std::vector<basso::axis> layers = {basso::axis::labelled("layer", names)};
    const std::string deviation = "standard deviation (of the population) of " + symbol;
    family.mean = setup.each(role + "_mean", "", "mean of " + symbol + " in the layer", layers);
    family.deviation = setup.each(role + "_deviation", "", deviation + " in the layer", layers);
    family.mean_all = setup.each(role + "_mean_all", "", "mean of " + symbol + " over all layers");
    family.deviation_all = setup.each(role + "_deviation_all", "", deviation + " over all layers");
  }

  void emit(const basso::observation& look, const Family& family) const {
    const double* all = look[parameters_].data;
    std::vector<double> mean, deviation;
    Moments total;
    for (const Block& block : family.blocks) {
      const Moments layer = moments(all + block.offset, block.size);
      mean.push_back(layer.mean);
      deviation.push_back(layer.deviation());
      total = joined(total, layer);
    }
    look.emit(family.mean, mean);
    look.emit(family.deviation, deviation);
    look.emit(family.mean_all, total.mean);
    look.emit(family.deviation_all, total.deviation());
  }

  static Moments moments(const double* x, std::size_t size) {
    Moments result{static_cast<double>(size)};
    for (std::size_t i = 0; i < size; ++i) result.mean += std::fabs(x[i]);
    result.mean /= result.count;
    for (std::size_t i = 0; i < size; ++i) {
      const double difference = std::fabs(x[i]) - result.mean;
      result.spread += difference * difference;
    }
    return result;
  }

  static Moments joined(const Moments& a, const Moments& b) {
    const double count = a.count + b.count, shift = b.mean - a.mean;
    return {count, a.mean + shift * b.count / count,
            a.spread + b.spread + shift * shift * a.count * b.count / count};
  }

  basso::need parameters_;
  Family weights_, biases_;
};

}  // namespace

BASSO_PROBE_CLASS(
    weights, Weights, "weights", "1.0.0",
    "Mean and standard deviation of |w| and |b|, by layer and over all layers",
    "Xu 2018, Understanding training and generalization in deep learning by Fourier analysis, Fig 1", "",
    BASSO_NONE)
BASSO_LIBRARY(&weights)

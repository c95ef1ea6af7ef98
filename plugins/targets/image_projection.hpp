// Images to their labels, with each image's projection onto the first principal direction as its latent
// coordinate, T section 2.1 (Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency
// domain); what the targets mnist-projection and cifar-projection share.
#pragma once

#include "labelled_images.hpp"

namespace {

// Reads the parameters first, count, labels and projection, which both targets have, and the choice of
// labels.
class ImageProjection {
 public:
  ImageProjection(basso::target_setup& setup, const basso::values& values, const LabelledImages& all,
                  const char* labels_key, std::size_t classes)
      : images_(chosen(all, {labels_key, values.list(labels_key), "first or count",
                             static_cast<std::uint64_t>(values.integer("first")),
                             static_cast<std::uint64_t>(values.integer("count"))})) {
    if (images_.size() == 1) bad_parameter("count: one image has no principal direction; at least 2");
    project(setup.host());
    if (values.choice("projection") == 0) rescale();
    basso::point_set train("train", "train", images_.size());
    train.input_dim = static_cast<std::uint32_t>(images_.pixels);
    if (values.choice("labels") == 1) train.output_dim = static_cast<std::uint32_t>(classes);
    train.latent_dim = 1;
    train.latent_names = {"projection"};
    train.provenance = images_.provenance;
    setup.add(train);
  }

  // inputs: pixels / 255; outputs: the label as a number or one-hot; latent: the projection.
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    images_.write_pixels(row, point.inputs.data);
    write_label(images_.label[row], point.outputs);
    point.latents[0] = projection_[row];
  }

 private:
  // T's x'_k = p_1^T x_k. The direction's sign is the service's convention: its entry of largest modulus is
  // positive.
  void project(const basso_host* host) {
    const std::vector<double> all = images_.all_pixels();
    const std::size_t pixels = images_.pixels;
    const auto axis = basso::principal_direction(host, all.data(), images_.size(), pixels).direction;
    projection_.resize(images_.size());
    for (std::size_t row = 0; row < images_.size(); ++row)
      for (std::size_t p = 0; p < pixels; ++p) projection_[row] += axis[p] * all[row * pixels + p];
  }

  // By the smallest and the largest value, to [0, 1].
  void rescale() {
    const auto [low, high] = std::minmax_element(projection_.begin(), projection_.end());
    const double start = *low, range = *high - *low;
    if (!(range > 0.0))
      bad_data("the " + std::to_string(images_.size()) + " chosen images of " + images_.path +
               " all have the same projection; choose more images");
    for (double& value : projection_) value = (value - start) / range;
  }

  LabelledImages images_;
  std::vector<double> projection_;  // [images]
};

}  // namespace

// Target `mnist-projection`: digit images with their label as one number, and each image's projection onto
// the first principal direction as its latent coordinate, T section 2.1 (Xu, Zhang, Xiao 2018, Training
// behavior of deep neural network in frequency domain). For every data set in the IDX format of MNIST.
#include <basso/target.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("dataset", "string", "\"mnist\"", "", "",
                    "Folder of the data set along the data path, with MNIST's file names: \"mnist\", "
                    "\"fashion-mnist\". Default: T Fig 1a."),
    BASSO_PARAMETER(
        "split", "choice", "\"train\"", "train|test", "",
        "Which images the network learns from; the set is named \"train\" either way. T Fig 1 takes the "
        "10,000 test images."),
    BASSO_PARAMETER("digits", "integers", "[]", "[0,255]", "",
                    "Only images with these labels; empty, the default: all of them, as in T Fig 1."),
    BASSO_PARAMETER("first", "integer", "0", "[0,inf)", "",
                    "Position of the first image, from 0, among the images with the labels in `digits`."),
    BASSO_PARAMETER("count", "integer", "0", "[0,inf)", "",
                    "Number of images from `first` on; 0, the default: all that follow."),
    BASSO_PARAMETER(
        "labels", "choice", "\"number\"", "number|one-hot", "",
        "What the network learns: the label as one number, as in T Fig 1, or one output for each label "
        "from 0 to the file's largest, 1 for the image's own and 0 else."),
    BASSO_PARAMETER(
        "projection", "choice", "\"rescaled\"", "rescaled|plain", "",
        "The latent coordinate: the projection rescaled to [0, 1], as in T section 2.1, or as it is, in "
        "units of pixels over 255."),
};

[[noreturn]] void bad_data(const std::string& sentence) { throw basso::failure(BASSO_ERROR_DATA, sentence); }

// What the figures call the data: "MNIST", "Fashion-MNIST", else the folder's name.
std::string title(const std::string& dataset) {
  if (dataset == "mnist") return "MNIST";
  if (dataset == "fashion-mnist") return "Fashion-MNIST";
  return dataset;
}

class MnistProjection {
 public:
  MnistProjection(basso::target_setup& setup, const basso::values& values)
      : dataset_(values.text("dataset")),
        split_(values.choice("split") == 0 ? "train" : "t10k"),
        one_hot_(values.choice("labels") == 1) {
    if (dataset_.empty())
      throw basso::failure(BASSO_ERROR_PARAMETER, "dataset: is empty; name a folder such as \"mnist\"");
    read_files(setup.host());
    const auto digits = values.list("digits");
    select(digits, static_cast<std::uint64_t>(values.integer("first")),
           static_cast<std::uint64_t>(values.integer("count")));
    project(setup.host());
    if (values.choice("projection") == 0) rescale();
    basso::point_set train("train", "train", images_.size());
    train.input_dim = static_cast<std::uint32_t>(pixels_per_image_);
    if (one_hot_)
      train.output_dim =
          *std::max_element(labels_.bytes, labels_.bytes + labels_.shape[0]) + std::uint32_t{1};
    train.latent_dim = 1;
    train.latent_names = {"projection"};
    train.provenance = provenance(digits, static_cast<std::uint64_t>(values.integer("first")));
    setup.add(train);
  }

  // inputs: pixels / 255; outputs: the label as a number or one-hot; latent: the projection.
  void fill(std::uint32_t, std::uint64_t row, const basso::point& point) const {
    pixels(row, point.inputs.data);
    const std::uint8_t label = labels_.bytes[images_[row]];
    if (one_hot_)
      for (std::size_t i = 0; i < point.outputs.size; ++i) point.outputs[i] = i == label ? 1.0 : 0.0;
    else
      point.outputs[0] = static_cast<double>(label);
    point.latents[0] = projection_[row];
  }

 private:
  void read_files(const basso_host* host) {
    labels_ = basso::read_array(host, "idx", dataset_, split_ + "-labels-idx1-ubyte");
    pixels_ = basso::read_array(host, "idx", dataset_, split_ + "-images-idx3-ubyte");
    if (pixels_.rank != 3 || pixels_.bytes == nullptr)
      bad_data(std::string(pixels_.path) + ": expected images as bytes in 3 dimensions (magic number 2051)");
    if (labels_.rank != 1 || labels_.bytes == nullptr)
      bad_data(std::string(labels_.path) + ": expected labels as bytes in 1 dimension (magic number 2049)");
    if (pixels_.shape[0] != labels_.shape[0])
      bad_data(std::string(pixels_.path) + " has " + std::to_string(pixels_.shape[0]) + " images, but " +
               labels_.path + " has " + std::to_string(labels_.shape[0]) +
               " labels: the two files do not belong together");
    pixels_per_image_ = static_cast<std::size_t>(pixels_.shape[1] * pixels_.shape[2]);
    if (pixels_per_image_ == 0) bad_data(std::string(pixels_.path) + ": the images have no pixels");
  }

  void select(basso::view<const double> digits, std::uint64_t first, std::uint64_t count) {
    std::vector<std::uint64_t> matching;
    for (std::uint64_t i = 0; i < labels_.shape[0]; ++i)
      if (digits.empty() || std::find(digits.begin(), digits.end(), labels_.bytes[i]) != digits.end())
        matching.push_back(i);
    if (matching.empty())
      throw basso::failure(BASSO_ERROR_PARAMETER,
                           std::string("digits: no image has one of these labels; those of ") + labels_.path +
                               " are " + labels_there());
    if (count == 1)
      throw basso::failure(BASSO_ERROR_PARAMETER, "count: one image has no principal direction; at least 2");
    if (first >= matching.size() || count > matching.size() - first)
      bad_data(std::string(pixels_.path) + " has " + std::to_string(matching.size()) +
               " images with the labels asked for; first = " + std::to_string(first) + " and count = " +
               std::to_string(count) + " reach beyond them: lower them, or get the whole data set" +
               (title(dataset_) == dataset_ ? "" : " with scripts/get-data " + dataset_));
    const auto begin = matching.begin() + static_cast<std::ptrdiff_t>(first);
    images_.assign(begin, count == 0 ? matching.end() : begin + static_cast<std::ptrdiff_t>(count));
  }

  // "0, 1, 2": every label of the file, once.
  std::string labels_there() const {
    const std::set<int> there(labels_.bytes, labels_.bytes + labels_.shape[0]);
    std::string text;
    for (const int label : there) text += (text.empty() ? "" : ", ") + std::to_string(label);
    return text;
  }

  void pixels(std::uint64_t row, double* values) const {
    const std::uint8_t* image = pixels_.bytes + images_[row] * pixels_per_image_;
    for (std::size_t p = 0; p < pixels_per_image_; ++p) values[p] = static_cast<double>(image[p]) / 255.0;
  }

  // T's x'_k = p_1^T x_k. The direction's sign is the service's convention: its entry of largest modulus is
  // positive.
  void project(const basso_host* host) {
    std::vector<double> all(images_.size() * pixels_per_image_);
    for (std::size_t row = 0; row < images_.size(); ++row) pixels(row, &all[row * pixels_per_image_]);
    const auto axis =
        basso::principal_direction(host, all.data(), images_.size(), pixels_per_image_).direction;
    projection_.resize(images_.size());
    for (std::size_t row = 0; row < images_.size(); ++row) {
      double sum = 0.0;
      for (std::size_t p = 0; p < pixels_per_image_; ++p) sum += axis[p] * all[row * pixels_per_image_ + p];
      projection_[row] = sum;
    }
  }

  // By the smallest and the largest value, to [0, 1].
  void rescale() {
    const auto [low, high] = std::minmax_element(projection_.begin(), projection_.end());
    const double start = *low, range = *high - *low;
    if (!(range > 0.0))
      bad_data("the " + std::to_string(images_.size()) + " chosen images of " + pixels_.path +
               " all have the same projection; choose more images");
    for (double& value : projection_) value = (value - start) / range;
  }

  // "MNIST training images 0 to 9999"; "MNIST training images with labels 3, 8, of these 0 to 1999".
  std::string provenance(basso::view<const double> digits, std::uint64_t first) const {
    std::string text = title(dataset_) + (split_ == "train" ? " training images " : " test images ");
    for (std::size_t i = 0; i < digits.size; ++i)
      text += (i == 0 ? "with labels " : ", ") + std::to_string(static_cast<int>(digits[i]));
    if (!digits.empty()) text += ", of these ";
    return text + std::to_string(first) + " to " + std::to_string(first + images_.size() - 1);
  }

  std::string dataset_, split_;
  bool one_hot_;
  basso_array pixels_{}, labels_{};  // [images x height x width], [images]; the host's
  std::size_t pixels_per_image_ = 0;
  std::vector<std::uint64_t> images_;  // chosen, by position in the file
  std::vector<double> projection_;     // [images_]
};

}  // namespace

BASSO_TARGET_CLASS(
    mnist_projection, MnistProjection, "mnist-projection", "1.0.0",
    "Images of digits to their labels, with their projection onto the first principal "
    "direction as latent coordinate",
    "Xu, Zhang, Xiao 2018, Training behavior of deep neural network in frequency domain, section 2.1 and "
    "Fig 1",
    "data/1 linalg/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&mnist_projection)

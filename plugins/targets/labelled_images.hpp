// Labelled images out of data files, and what the targets over them share: reading, the choice of images,
// pixels and labels as numbers.
#pragma once

#include <basso/target.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace {

[[noreturn]] void bad_data(const std::string& sentence) { throw basso::failure(BASSO_ERROR_DATA, sentence); }
[[noreturn]] void bad_parameter(const std::string& sentence) {
  throw basso::failure(BASSO_ERROR_PARAMETER, sentence);
}

// Images of one split of a data set, all of them or some; the bytes are the host's.
struct LabelledImages {
  std::string provenance;  // "MNIST training images"; once chosen from, which of them
  std::string path;        // of a file that holds them, for messages
  std::string remedy;      // how to get more of them: " with scripts/get-data mnist", or ""
  std::size_t pixels = 0;  // of one image
  std::vector<const std::uint8_t*> image;
  std::vector<std::uint8_t> label;

  std::size_t size() const { return image.size(); }
  // As numbers in [0, 1]: bytes over 255, as the papers' authors do.
  void write_pixels(std::uint64_t row, double* values) const {
    for (std::size_t p = 0; p < pixels; ++p) values[p] = static_cast<double>(image[row][p]) / 255.0;
  }
  std::vector<double> all_pixels() const {
    std::vector<double> all(size() * pixels);
    for (std::size_t row = 0; row < size(); ++row) write_pixels(row, &all[row * pixels]);
    return all;
  }
};

// The label as one number where there is one output; else 1 for the label's own output and 0 for the others.
inline void write_label(std::uint8_t label, basso::view<double> outputs) {
  if (outputs.size == 1)
    outputs[0] = static_cast<double>(label);
  else
    for (std::size_t i = 0; i < outputs.size; ++i) outputs[i] = i == label ? 1.0 : 0.0;
}

inline std::string folder_name(const basso::values& values) {
  std::string name = values.text("dataset");
  if (name.empty()) bad_parameter("dataset: is empty; name a folder such as \"mnist\"");
  return name;
}

// Of the targets over MNIST's files.
constexpr basso_parameter classes_parameter =
    BASSO_PARAMETER("classes", "integer", "10", "[2,256]", "",
                    "Labels are 0 to classes - 1; others in the files are an error.");

// A split of the data set that the parameters `dataset` and `classes` describe, with the format and the file
// names of MNIST (LeCun, Cortes, Burges).
inline LabelledImages read_mnist(const basso_host* host, const basso::values& values, bool test) {
  const std::string dataset = folder_name(values);
  const std::string split = test ? "t10k" : "train";
  const basso_array labels = basso::read_array(host, "idx", dataset, split + "-labels-idx1-ubyte");
  const basso_array images = basso::read_array(host, "idx", dataset, split + "-images-idx3-ubyte");
  const std::string path = images.path;
  if (images.rank != 3 || images.bytes == nullptr)
    bad_data(path + ": expected images as bytes in 3 dimensions (magic number 2051)");
  if (labels.rank != 1 || labels.bytes == nullptr)
    bad_data(std::string(labels.path) + ": expected labels as bytes in 1 dimension (magic number 2049)");
  if (images.shape[0] != labels.shape[0])
    bad_data(path + " has " + std::to_string(images.shape[0]) + " images, but " + labels.path + " has " +
             std::to_string(labels.shape[0]) + " labels: the two files do not belong together");
  LabelledImages all;
  const bool known = dataset == "mnist" || dataset == "fashion-mnist";
  all.provenance = (dataset == "mnist"           ? "MNIST"
                    : dataset == "fashion-mnist" ? "Fashion-MNIST"
                                                 : dataset) +
                   (test ? " test images" : " training images");
  all.path = path;
  if (known) all.remedy = " with scripts/get-data " + dataset;
  all.pixels = static_cast<std::size_t>(images.shape[1] * images.shape[2]);
  if (all.pixels == 0) bad_data(path + ": the images have no pixels");
  all.label.assign(labels.bytes, labels.bytes + labels.shape[0]);
  for (std::size_t i = 0; i < all.label.size(); ++i) all.image.push_back(images.bytes + i * all.pixels);
  const auto classes = values.integer("classes");
  const auto beyond =
      std::find_if(all.label.begin(), all.label.end(), [&](int label) { return label >= classes; });
  if (beyond != all.label.end())
    bad_data("image " + std::to_string(beyond - all.label.begin()) + " of " + path + " has the label " +
             std::to_string(*beyond) + ", expected 0 to " + std::to_string(classes - 1) +
             "; raise `classes`");
  return all;
}

// A split of CIFAR-10 in its binary version (Krizhevsky 2009): five batches to train, one to test.
inline LabelledImages read_cifar10(const basso_host* host, const std::string& dataset, bool test) {
  LabelledImages all;
  all.provenance = test ? "CIFAR-10 test images" : "CIFAR-10 training images";
  std::vector<std::string> names = {"test_batch.bin"};
  if (!test) {
    names.clear();
    for (int batch = 1; batch <= 5; ++batch) names.push_back("data_batch_" + std::to_string(batch) + ".bin");
  }
  for (const std::string& name : names) {
    const basso_array records = basso::read_array(host, "cifar", dataset, name);
    const std::size_t width = static_cast<std::size_t>(records.shape[1]);
    all.path = records.path;
    all.pixels = width - 1;
    for (std::uint64_t i = 0; i < records.shape[0]; ++i) {
      const std::uint8_t* record = records.bytes + i * width;
      all.label.push_back(record[0]);
      all.image.push_back(record + 1);
    }
  }
  return all;
}

// "0, 1, 2": every label that there is, once.
inline std::string labels_there(const LabelledImages& all) {
  std::string text;
  for (const int label : std::set<int>(all.label.begin(), all.label.end()))
    text += (text.empty() ? "" : ", ") + std::to_string(label);
  return text;
}

// Which images a user asked for, and the keys that they did so with.
struct Choice {
  const char* labels_key;            // "digits"
  basso::view<const double> labels;  // empty: all
  const char* count_keys;            // what to lower where there are fewer: "count", "first or count"
  std::uint64_t first = 0, count = 0;
};

// Of the images with one of these labels, in their order, `count` from `first` on, 0 for all that follow.
inline LabelledImages chosen(const LabelledImages& all, const Choice& choice) {
  const auto& labels = choice.labels;
  for (const double label : labels)
    if (std::find(all.label.begin(), all.label.end(), label) == all.label.end())
      bad_parameter(std::string(choice.labels_key) + ": no image has the label " +
                    std::to_string(static_cast<int>(label)) + "; those of " + all.path + " are " +
                    labels_there(all));
  LabelledImages some = all;
  some.image.clear();
  some.label.clear();
  for (std::size_t i = 0; i < all.size(); ++i)
    if (labels.empty() || std::find(labels.begin(), labels.end(), all.label[i]) != labels.end()) {
      some.image.push_back(all.image[i]);
      some.label.push_back(all.label[i]);
    }
  const std::uint64_t there = some.size(), wanted = choice.first + std::max<std::uint64_t>(choice.count, 1);
  if (wanted > there)
    bad_data(all.path + " has " + std::to_string(there) + " images" +
             (labels.empty() ? "" : " with the labels asked for") + ", but " + std::to_string(wanted) +
             " are needed: lower " + choice.count_keys + ", or get the whole data set" + all.remedy);
  const auto begin = static_cast<std::ptrdiff_t>(choice.first);
  const auto end = static_cast<std::ptrdiff_t>(choice.count == 0 ? there : wanted);
  some.image = {some.image.begin() + begin, some.image.begin() + end};
  some.label = {some.label.begin() + begin, some.label.begin() + end};
  for (std::size_t i = 0; i < labels.size; ++i)
    some.provenance += (i == 0 ? " with labels " : ", ") + std::to_string(static_cast<int>(labels[i]));
  some.provenance += (labels.empty() ? " " : ", of these ") + std::to_string(choice.first) + " to " +
                     std::to_string(end - 1);
  return some;
}

}  // namespace

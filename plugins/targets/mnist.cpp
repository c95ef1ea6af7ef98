// Target `mnist`: images of digits to their label, to train and to test, X Figs 1, 3 and 4 (Xu 2018,
// Understanding training and generalization in deep learning by Fourier analysis). For every data set in the
// IDX format of MNIST.
#include "labelled_images.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("dataset", "string", "\"mnist\"", "", "",
                    "Folder of the data set along the data path, with MNIST's file names: \"mnist\", "
                    "\"fashion-mnist\". Default: X Fig 1."),
    BASSO_PARAMETER(
        "labels", "choice", "\"one-hot\"", "number|one-hot", "",
        "What the network learns: the label as one number (regression), or one output for each class, 1 "
        "for the image's own and 0 else (classification). X does not say; T Fig 1, by the same authors, "
        "has one number, but X Figs 3 and 4 show accuracies."),
    classes_parameter,
    BASSO_PARAMETER("digits", "integers", "[]", "[0,255]", "",
                    "Only images with these labels; empty, the default: all of them, as in X."),
    BASSO_PARAMETER("count", "integer", "0", "[0,inf)", "",
                    "Images of the set \"train\", the first so many; 0, the default: all, as in X."),
    BASSO_PARAMETER(
        "test_split", "choice", "\"test\"", "train|test", "",
        "Where the images of the set \"test\" come from: the test images, or the training images that "
        "follow the first `count`."),
    BASSO_PARAMETER("test_count", "integer", "0", "[0,inf)", "",
                    "Images of the set \"test\", the first so many; 0, the default: all that there are."),
};

class Mnist {
 public:
  Mnist(basso::target_setup& setup, const basso::values& values)
      : classes_(static_cast<std::uint32_t>(values.integer("classes"))) {
    const LabelledImages all = read_mnist(setup.host(), values, false);
    const auto digits = values.list("digits");
    const auto count = static_cast<std::uint64_t>(values.integer("count"));
    const auto test_count = static_cast<std::uint64_t>(values.integer("test_count"));
    const bool held_out = values.choice("test_split") == 0;
    if (held_out && count == 0)
      bad_parameter(
          "count: 0 leaves no training images for the set \"test\"; lower it, or take test_split = \"test\"");
    const bool one_hot = values.choice("labels") == 1;
    add(setup, "train", chosen(all, {"digits", digits, "count", 0, count}), one_hot);
    add(setup, "test",
        held_out
            ? chosen(all, {"digits", digits, "count or test_count", count, test_count})
            : chosen(read_mnist(setup.host(), values, true), {"digits", digits, "test_count", 0, test_count}),
        one_hot);
    if (sets_[0].pixels != sets_[1].pixels)
      bad_data(sets_[1].path + ": images of " + std::to_string(sets_[1].pixels) + " pixels, those of " +
               sets_[0].path + " have " + std::to_string(sets_[0].pixels));
  }

  // inputs: pixels / 255; outputs: the label as a number or one-hot.
  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    sets_[set].write_pixels(row, point.inputs.data);
    write_label(sets_[set].label[row], point.outputs);
  }

 private:
  void add(basso::target_setup& setup, const char* name, LabelledImages images, bool one_hot) {
    basso::point_set set(name, name, images.size());
    set.input_dim = static_cast<std::uint32_t>(images.pixels);
    set.output_dim = one_hot ? classes_ : 1;
    set.provenance = images.provenance;
    setup.add(set);
    sets_.push_back(std::move(images));
  }

  std::uint32_t classes_;
  std::vector<LabelledImages> sets_;
};

}  // namespace

BASSO_TARGET_CLASS(
    mnist, Mnist, "mnist", "1.0.0",
    "Images of digits to their labels, as one number or one output for each class, with test images",
    "Xu 2018 (X), Understanding training and generalization in deep learning by Fourier analysis, Figs 1, 3 "
    "and 4; T: Xu, Zhang, Xiao 2018",
    "data/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&mnist)

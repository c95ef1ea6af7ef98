// Target `mnist-projection`: digit images with their label as one number, and each image's projection onto
// the first principal direction as its latent coordinate, T section 2.1 (Xu, Zhang, Xiao 2018, Training
// behavior of deep neural network in frequency domain). For every data set in the IDX format of MNIST.
#include "image_projection.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER("dataset", "string", "\"mnist\"", "", "",
                    "Folder of the data set along the data path, with MNIST's file names: \"mnist\", "
                    "\"fashion-mnist\". Default: T Fig 1a."),
    classes_parameter,
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
        "What the network learns: the label as one number, as in T Fig 1, or one output for each class, 1 "
        "for the image's own and 0 else."),
    BASSO_PARAMETER(
        "projection", "choice", "\"rescaled\"", "rescaled|plain", "",
        "The latent coordinate: the projection rescaled to [0, 1], as in T section 2.1, or as it is, in "
        "units of pixels over 255."),
};

class MnistProjection : public ImageProjection {
 public:
  MnistProjection(basso::target_setup& setup, const basso::values& values)
      : ImageProjection(setup, values, read_mnist(setup.host(), values, values.choice("split") == 1),
                        "digits", static_cast<std::size_t>(values.integer("classes"))) {}
};

}  // namespace

BASSO_TARGET_CLASS(mnist_projection, MnistProjection, "mnist-projection", "1.0.0",
                   "Images of digits to their labels, with their projection onto the first principal "
                   "direction as latent coordinate",
                   "Xu, Zhang, Xiao 2018 (T), Training behavior of deep neural network in frequency domain, "
                   "section 2.1 and Fig 1",
                   "data/1 linalg/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&mnist_projection)

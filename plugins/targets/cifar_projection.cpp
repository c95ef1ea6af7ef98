// Target `cifar-projection`: CIFAR-10's images with their label, and each image's projection onto the first
// principal direction as its latent coordinate, T section 2.1 and Fig 1d (Xu, Zhang, Xiao 2018, Training
// behavior of deep neural network in frequency domain).
#include "image_projection.hpp"

namespace {

const basso_parameter parameters[] = {
    BASSO_PARAMETER(
        "dataset", "string", "\"cifar-10-batches-bin\"", "", "",
        "Folder of the data set along the data path, with the files of CIFAR-10's binary version: "
        "data_batch_1.bin to data_batch_5.bin and test_batch.bin. Default: the folder's name in its "
        "archive."),
    BASSO_PARAMETER(
        "split", "choice", "\"test\"", "train|test", "",
        "Which images the network learns from; the set is named \"train\" either way. Default: T Fig 1d "
        "takes the 10,000 test images."),
    BASSO_PARAMETER("classes", "integers", "[]", "[0,9]", "",
                    "Only images with these labels; empty, the default: all of them, as in T Fig 1."),
    BASSO_PARAMETER("first", "integer", "0", "[0,inf)", "",
                    "Position of the first image, from 0, among the images with the labels in `classes`."),
    BASSO_PARAMETER("count", "integer", "0", "[0,inf)", "",
                    "Number of images from `first` on; 0, the default: all that follow."),
    BASSO_PARAMETER(
        "labels", "choice", "\"number\"", "number|one-hot", "",
        "What the network learns: the label as one number, as in T Fig 1, or ten outputs, 1 for the "
        "image's own label and 0 else."),
    BASSO_PARAMETER(
        "projection", "choice", "\"rescaled\"", "rescaled|plain", "",
        "The latent coordinate: the projection rescaled to [0, 1], as in T section 2.1, or as it is, in "
        "units of pixels over 255."),
};

class CifarProjection : public ImageProjection {
 public:
  CifarProjection(basso::target_setup& setup, const basso::values& values)
      : ImageProjection(setup, values,
                        read_cifar10(setup.host(), folder_name(values), values.choice("split") == 1),
                        "classes", 10) {}
};

}  // namespace

BASSO_TARGET_CLASS(cifar_projection, CifarProjection, "cifar-projection", "1.0.0",
                   "Images of CIFAR-10 to their labels, with their projection onto the first principal "
                   "direction as latent coordinate",
                   "Xu, Zhang, Xiao 2018 (T), Training behavior of deep neural network in frequency domain, "
                   "section 2.1 and Fig 1",
                   "data/1 linalg/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&cifar_projection)

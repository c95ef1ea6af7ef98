// Target `mnist-pairs`: two digits as two numbers plus noise of one frequency, with a clean test set; R
// Experiments 3 and 4 (Rahaman et al. 2019, On the Spectral Bias of Neural Networks, section 3.2 and Appendix
// A.4). For every data set in the IDX format of MNIST.
//
// The values of "train" are tau = tau_0 + beta psi, those of "test" tau_0; x are pixels / 255, and psi is
//   radial               sin(k ||x||), R Eq 10, or sin(2 pi k ||x||), as in the authors' code
//   principal-axes       the mean of sin(k p_a x) over the first m principal axes p_a of "train", or with
//                        2 pi k likewise: the authors' code, as R, footnote 11, has no formula
//   kernel-eigenvectors  sum over n of (n/N)^gamma phi_n, R Eq 11, phi_n by descending eigenvalue the
//                        eigenvectors of exp(-||x - y||^2 / (2 sigma^2)): R Eq 16 lacks the square, the
//                        minus sign and the 2
#include <cmath>

#include "../gaussian_kernel.hpp"
#include "labelled_images.hpp"

namespace {

constexpr double pi = 3.14159265358979323846;

const basso_parameter parameters[] = {
    BASSO_PARAMETER("dataset", "string", "\"mnist\"", "", "",
                    "Folder of the data set along the data path, with MNIST's file names: \"mnist\", "
                    "\"fashion-mnist\". Default: R Experiment 3."),
    classes_parameter,
    BASSO_PARAMETER(
        "digits", "integers", "[3, 8]", "[0,255]", "",
        "The two labels; the second one has the larger value. R does not say which; default: the authors' "
        "code."),
    BASSO_PARAMETER("labels", "choice", "\"zero-one\"", "zero-one|plus-minus", "",
                    "tau_0: 0 and 1, as in R, or -1 and 1, as in the authors' code."),
    BASSO_PARAMETER(
        "count", "integer", "0", "[0,inf)", "",
        "Training images of the two digits, the first so many; 0, the default: all. The authors' code of "
        "Experiment 4 takes 2000."),
    BASSO_PARAMETER("train_share", "real", "0.8", "(0,1]", "",
                    "Share of these images that the set \"train\" has, the first ones; the set \"test\" has "
                    "the others. 1: "
                    "both have all, as in R Experiment 4. Default: the authors' code of Experiment 3."),
    BASSO_PARAMETER(
        "noise", "choice", "\"radial\"", "none|radial|principal-axes|kernel-eigenvectors", "",
        "psi: a radial wave (R Experiment 3), waves along the principal axes (its footnote), or a sum of "
        "kernel eigenvectors (R Experiment 4)."),
    BASSO_PARAMETER("amplitude", "real", "1.0", "[-1e15,1e15]", "",
                    "beta. R Fig 4 has 0.5 and 1, the authors' code of Experiment 4 has 1."),
    BASSO_PARAMETER("frequency", "real", "1.0", "[0,1e9]", "",
                    "k of the waves, per unit of length of the image as a vector. R Fig 4 has 0.1 and 1; the "
                    "authors' code "
                    "0.05, 0.2 and 1."),
    BASSO_PARAMETER(
        "wave", "choice", "\"radians\"", "radians|cycles", "",
        "Whether k counts radians, sin(k r), as in R Eq 10, or cycles, sin(2 pi k r), as in the authors' "
        "code."),
    BASSO_PARAMETER("axes", "integer", "10", "[1,1000]", "",
                    "Principal axes that carry waves. R gives no number."),
    BASSO_PARAMETER("sigma", "real", "1.25", "[1e-6,1e6]", "",
                    "Width of the kernel. R does not give it; default: the authors' code."),
    BASSO_PARAMETER("gamma", "real", "2.0", "[0,1000]", "",
                    "How the eigenvectors' shares rise with their index. Default: R Experiment 4."),
    BASSO_PARAMETER(
        "memory", "real", "1.0", "(0,inf)", "GiB",
        "The most that kernel and eigenvectors may take, five matrices [rows x rows] with those of the "
        "solver: some 5,100 images by default. The time grows with the third power of their number."),
};

class MnistPairs {
 public:
  MnistPairs(basso::target_setup& setup, const basso::values& values)
      : plus_minus_(values.choice("labels") == 1),
        turn_(values.real("frequency") * (values.choice("wave") == 1 ? 2.0 * pi : 1.0)) {
    const auto digits = values.list("digits");
    if (digits.size != 2 || digits[0] == digits[1])
      bad_parameter("digits: name two different labels, such as [3, 8]");
    high_ = static_cast<std::uint8_t>(digits[1]);
    split(read_mnist(setup.host(), values, false), digits,
          static_cast<std::uint64_t>(values.integer("count")), values.real("train_share"));
    noise_.assign(train_.size(), 0.0);
    if (values.choice("noise") == 1) add_radial_wave();
    if (values.choice("noise") == 2) add_axis_waves(setup.host(), values.integer("axes"));
    if (values.choice("noise") == 3) {
      refuse_too_large("train", train_.size(), eigen_matrices, values.real("memory"),
                       "lower count (R Experiment 4: 2000)");
      add_eigenvectors(setup.host(), values.real("sigma"), values.real("gamma"));
    }
    for (double& value : noise_) value *= values.real("amplitude");
    add(setup, "train", train_);
    add(setup, "test", test_);
  }

  // inputs: pixels / 255; latent: ||x||.
  void fill(std::uint32_t set, std::uint64_t row, const basso::point& point) const {
    const LabelledImages& images = set == 0 ? train_ : test_;
    images.write_pixels(row, point.inputs.data);
    const bool second = images.label[row] == high_;
    const double clean = second ? 1.0 : plus_minus_ ? -1.0 : 0.0;
    point.outputs[0] = set == 0 ? clean + noise_[row] : clean;
    point.latents[0] = norm(images, row);
  }

 private:
  static double norm(const LabelledImages& images, std::uint64_t row) {
    std::uint64_t sum = 0;
    for (std::size_t p = 0; p < images.pixels; ++p)
      sum += std::uint64_t{images.image[row][p]} * images.image[row][p];
    return std::sqrt(static_cast<double>(sum)) / 255.0;
  }

  void split(const LabelledImages& all, basso::view<const double> digits, std::uint64_t count, double share) {
    const std::uint64_t pair = chosen(all, {"digits", digits, "count", 0, count}).size();
    const auto first = static_cast<std::uint64_t>(static_cast<double>(pair) * share);
    if (first < 2 || (share < 1.0 && first == pair))
      bad_parameter("train_share: leaves " + std::to_string(first) + " of " + std::to_string(pair) +
                    " images for \"train\" and " + std::to_string(pair - first) + " for \"test\"");
    train_ = chosen(all, {"digits", digits, "count", 0, first});
    test_ = share < 1.0 ? chosen(all, {"digits", digits, "count", first, pair - first}) : train_;
  }

  void add_radial_wave() {
    for (std::size_t row = 0; row < train_.size(); ++row) noise_[row] = std::sin(turn_ * norm(train_, row));
  }

  void add_axis_waves(const basso_host* host, std::int64_t axes) {
    const std::size_t pixels = train_.pixels, rows = train_.size();
    if (static_cast<std::uint64_t>(axes) > std::min<std::uint64_t>(pixels, rows - 1))
      bad_parameter("axes: " + std::to_string(rows) + " images of " + std::to_string(pixels) +
                    " pixels have fewer principal axes than " + std::to_string(axes));
    const std::vector<double> covariance = covariance_of(mean_image());
    const basso::eigensystem principal = basso::symmetric_eigen(host, covariance.data(), pixels);
    const double weight = 1.0 / static_cast<double>(axes);
    std::vector<double> x(pixels);
    for (std::size_t row = 0; row < rows; ++row) {
      train_.write_pixels(row, x.data());
      for (std::size_t a = 0; a < static_cast<std::size_t>(axes); ++a) {
        double position = 0.0;
        for (std::size_t p = 0; p < pixels; ++p) position += principal.vectors[a * pixels + p] * x[p];
        noise_[row] += weight * std::sin(turn_ * position);
      }
    }
  }

  std::vector<double> mean_image() const {
    std::vector<std::uint64_t> sum(train_.pixels);
    for (const std::uint8_t* image : train_.image)
      for (std::size_t p = 0; p < sum.size(); ++p) sum[p] += image[p];
    std::vector<double> mean;
    for (const std::uint64_t total : sum)
      mean.push_back(static_cast<double>(total) / (255.0 * static_cast<double>(train_.size())));
    return mean;
  }

  // The lower triangle of [pixels x pixels], from sums of products in whole numbers; most pixels are 0.
  std::vector<double> covariance_of(const std::vector<double>& mean) const {
    const std::size_t pixels = train_.pixels;
    std::vector<std::int64_t> sum(pixels * pixels);
    for (const std::uint8_t* image : train_.image)
      for (std::size_t p = 0; p < pixels; ++p)
        if (image[p] != 0)
          for (std::size_t q = 0; q <= p; ++q)
            sum[p * pixels + q] += static_cast<std::int64_t>(image[p] * image[q]);
    std::vector<double> covariance(pixels * pixels);
    for (std::size_t p = 0; p < pixels; ++p)
      for (std::size_t q = 0; q <= p; ++q)
        covariance[p * pixels + q] =
            static_cast<double>(sum[p * pixels + q]) / (255.0 * 255.0 * static_cast<double>(train_.size())) -
            mean[p] * mean[q];
    return covariance;
  }

  void add_eigenvectors(const basso_host* host, double sigma, double gamma) {
    const std::size_t n = train_.size();
    std::vector<double> kernel = squared_distances(host, train_.all_pixels(), n);
    for (double& each : kernel) each = std::exp(-each / (2.0 * sigma * sigma));
    const basso::eigensystem eigen = basso::symmetric_eigen(host, kernel.data(), n);
    for (std::size_t m = 0; m < n; ++m) {
      const double share = std::pow(static_cast<double>(m + 1) / static_cast<double>(n), gamma);
      for (std::size_t row = 0; row < n; ++row) noise_[row] += share * eigen.vectors[m * n + row];
    }
  }

  static void add(basso::target_setup& setup, const char* name, const LabelledImages& images) {
    basso::point_set set(name, name, images.size());
    set.input_dim = static_cast<std::uint32_t>(images.pixels);
    set.latent_dim = 1;
    set.latent_names = {"norm"};
    set.provenance = images.provenance;
    setup.add(set);
  }

  LabelledImages train_, test_;
  bool plus_minus_;
  std::uint8_t high_ = 0;      // the label whose value is 1
  double turn_;                // radians of the wave per unit of length
  std::vector<double> noise_;  // beta psi, [train]
};

}  // namespace

BASSO_TARGET_CLASS(
    mnist_pairs, MnistPairs, "mnist-pairs", "1.0.0",
    "Two digits as two numbers, with noise of one frequency on the training values and none on the test's",
    "Rahaman et al. 2019 (R), On the Spectral Bias of Neural Networks, Experiments 3 and 4, Eqs 10 and 11",
    "data/1 linalg/1 parallel/1", BASSO_TABLE(parameters))
BASSO_LIBRARY(&mnist_pairs)

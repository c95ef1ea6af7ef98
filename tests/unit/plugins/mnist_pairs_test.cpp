// Target mnist-pairs on made-up images, its noise against closed forms and numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using std::numbers::pi;
using testing::AllOf;
using testing::HasSubstr;
using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;
using Files = std::map<std::string, Bytes>;

constexpr std::size_t images = 60, pixels = 6;  // 12 of the pair 3, 8

Files made_up() {
  std::mt19937 random(11);
  Bytes image{{images, 2, 3}, {}}, label{{images}, {}};
  for (std::size_t i = 0; i < images; ++i) label.bytes.push_back(static_cast<std::uint8_t>(i % 10));
  for (std::size_t p = 0; p < images * pixels; ++p)
    image.bytes.push_back(
        static_cast<std::uint8_t>(random() % (p % pixels == 2 ? 256 : 60 + 20 * (p % pixels))));
  return {{"mnist/train-images-idx3-ubyte", image}, {"mnist/train-labels-idx1-ubyte", label}};
}

Given noise(const std::string& kind, Given more = {}) {
  more["noise"] = kind;
  return more;
}

TEST(MnistPairs, TheFirstImagesOfThePairTrainAndTheOthersTestOnCleanValues) {
  const TargetUnderTest target("mnist-pairs", noise("none"), 1, made_up());
  const Set &train = target.set("train"), &test = target.set("test");
  EXPECT_EQ(train.outputs, (Reals{0, 1, 0, 1, 0, 1, 0, 1, 0}));  // 0.8 of 12
  EXPECT_EQ(test.outputs, (Reals{1, 0, 1}));
  EXPECT_EQ(test.role, "test");
  EXPECT_EQ(train.provenance, "MNIST training images with labels 3, 8, of these 0 to 8");
  EXPECT_EQ(test.provenance, "MNIST training images with labels 3, 8, of these 9 to 11");
  const TargetUnderTest code(
      "mnist-pairs",
      noise("none",
            {{"labels", std::string("plus-minus")}, {"digits", Integers{8, 3}}, {"count", std::int64_t{4}}}),
      1, made_up());
  EXPECT_EQ(code.set("train").outputs, (Reals{1, -1, 1}));
  EXPECT_EQ(code.set("test").outputs, (Reals{-1}));
}

TEST(MnistPairs, AShareOfOneTestsOnTheTrainingImagesWithCleanValues) {
  const TargetUnderTest target("mnist-pairs", {{"train_share", 1.0}}, 1, made_up());
  EXPECT_EQ(target.set("test").inputs, target.set("train").inputs);
  EXPECT_EQ(target.set("test").outputs, (Reals{0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1}));
  EXPECT_NE(target.set("train").outputs, target.set("test").outputs);
}

TEST(MnistPairs, TheRadialWaveIsThePapersSineOrTheCodes) {
  for (const bool code : {false, true}) {
    const TargetUnderTest target(
        "mnist-pairs",
        {{"amplitude", 0.5}, {"frequency", 0.7}, {"wave", std::string(code ? "cycles" : "radians")}}, 1,
        made_up());
    const Set &train = target.set("train"), &test = target.set("test");
    for (std::size_t row = 0; row < train.rows; ++row) {
      double square = 0.0;
      for (std::size_t p = 0; p < pixels; ++p) square += std::pow(train.inputs[row * pixels + p], 2);
      const double r = std::sqrt(square), clean = row % 2 == 0 ? 0.0 : 1.0;
      EXPECT_NEAR(train.latents[row], r, 1e-14);
      EXPECT_NEAR(train.outputs[row], clean + 0.5 * std::sin((code ? 2.0 * pi : 1.0) * 0.7 * r), 1e-13);
    }
    EXPECT_EQ(test.outputs, (Reals{1, 0, 1}));
    EXPECT_EQ(train.latent_names, std::vector<std::string>{"norm"});
  }
}

// The training images as a numpy array x.
std::string numpy_images(const Set& train) {
  std::ostringstream script;
  script.precision(17);
  script << "import numpy as np\nx = np.array([";
  for (const double value : train.inputs) script << value << ",";
  script << "]).reshape(" << train.rows << ", " << pixels << ")\n";
  return script.str();
}

void expect_noise(const Set& train, const std::string& script) {
  std::istringstream said(run_python(numpy_images(train) + script + "\nfor a in psi: print(repr(float(a)))"));
  for (std::size_t row = 0; row < train.rows; ++row) {
    double psi = NAN;
    said >> psi;
    EXPECT_NEAR(train.outputs[row], (row % 2 == 0 ? 0.0 : 1.0) + psi, 1e-10) << row;
  }
}

TEST(MnistPairs, WavesAlongThePrincipalAxesAreTheMeanOverThoseOfNumpysSvd) {
  const TargetUnderTest target(
      "mnist-pairs",
      noise("principal-axes", {{"axes", std::int64_t{3}}, {"frequency", 2.0}, {"amplitude", 1.5}}), 1,
      made_up());
  expect_noise(target.set("train"), R"(
p = np.linalg.svd(x - x.mean(0), full_matrices=False)[2][:3]
p *= np.sign(p[range(3), abs(p).argmax(1)])[:, None]
psi = 1.5 * np.sin(2.0 * x @ p.T).mean(1))");
}

TEST(MnistPairs, KernelNoiseIsTheRisingSumOfNumpysEigenvectors) {
  const TargetUnderTest target("mnist-pairs",
                               noise("kernel-eigenvectors", {{"count", std::int64_t{12}},
                                                             {"sigma", 0.8},
                                                             {"gamma", 1.5},
                                                             {"train_share", 1.0},
                                                             {"amplitude", 0.7}}),
                               1, made_up());
  expect_noise(target.set("train"), R"(
d = ((x[:, None] - x[None]) ** 2).sum(-1)
w, v = np.linalg.eigh(np.exp(-d / (2 * 0.8**2)))
v = v[:, ::-1]
n = len(x)
v *= np.sign(v[abs(v).argmax(0), range(n)])
psi = 0.7 * v @ ((np.arange(n) + 1) / n) ** 1.5)");
}

TEST(MnistPairs, BadChoicesAreRefusedWithASentence) {
  const auto refusal = [](const Given& given) {
    const Refusal said = TargetUnderTest("mnist-pairs", given, 1, made_up()).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"digits", Integers{3}}}), HasSubstr("digits: name two different labels"));
  EXPECT_THAT(refusal({{"digits", Integers{3, 3}}}), HasSubstr("digits: name two different labels"));
  EXPECT_THAT(refusal({{"digits", Integers{3, 17}}}),
              AllOf(HasSubstr("digits: no image has the label 17"), HasSubstr("are 0, 1, 2")));
  EXPECT_THAT(refusal({{"train_share", 0.1}}), HasSubstr("train_share: leaves 1 of 12 images for \"train\""));
  EXPECT_THAT(refusal(noise("principal-axes")),
              HasSubstr("axes: 9 images of 6 pixels have fewer principal axes than 10"));
  const auto data_error = [](const Given& given) {
    const Refusal said = TargetUnderTest("mnist-pairs", given, 1, made_up()).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_DATA) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(data_error({{"count", std::int64_t{13}}}),
              HasSubstr("has 12 images with the labels asked for, but 13 are needed: lower count, or"));
  EXPECT_THAT(data_error({{"classes", std::int64_t{9}}}), HasSubstr("has the label 9, expected 0 to 8"));
}

TEST(MnistPairs, AKernelMatrixTooLargeForMemoryIsRefusedWithItsEstimate) {
  Files files = made_up();
  Bytes &image = files["mnist/train-images-idx3-ubyte"], &label = files["mnist/train-labels-idx1-ubyte"];
  image = {{20000, 1, 1}, std::vector<std::uint8_t>(20000, 1)};
  label = {{20000}, {}};
  for (std::size_t i = 0; i < 20000; ++i) label.bytes.push_back(i % 2 == 0 ? 3 : 8);
  const Refusal said =
      TargetUnderTest("mnist-pairs", noise("kernel-eigenvectors", {{"train_share", 1.0}}), 1, files)
          .refusal();
  EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
  EXPECT_THAT(said.sentence,
              HasSubstr("memory: for the set 'train' 5 matrices of 20000 x 20000 need 14.9 "
                        "GiB, more than 1 GiB; lower count (R Experiment 4: 2000), or raise memory"));
}

}  // namespace
}  // namespace basso::test

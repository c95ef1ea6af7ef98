// Target mnist-projection on made-up images, its projection against numpy's SVD.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Integers = std::vector<std::int64_t>;
using Files = std::map<std::string, Bytes>;

constexpr std::size_t images = 40, pixels = 12;

// 40 images of 3 x 4 random pixels whose brightness grows with their label, 0 to 9 in turn.
Files made_up(const std::string& split = "train", const std::string& folder = "mnist") {
  std::mt19937 random(7);
  Bytes image{{images, 3, 4}, {}}, label{{images}, {}};
  for (std::size_t i = 0; i < images; ++i) {
    label.bytes.push_back(static_cast<std::uint8_t>(i % 10));
    for (std::size_t p = 0; p < pixels; ++p)
      image.bytes.push_back(static_cast<std::uint8_t>(random() % 100 + 15 * (i % 10)));
  }
  return {{folder + "/" + split + "-images-idx3-ubyte", image},
          {folder + "/" + split + "-labels-idx1-ubyte", label}};
}

TEST(MnistProjection, PixelsAreOverTwoHundredAndFiftyFiveAndTheOutputIsTheLabel) {
  const Files files = made_up();
  const TargetUnderTest target("mnist-projection", {}, 1, files);
  const Set& train = target.set("train");
  ASSERT_EQ(train.rows, images);
  ASSERT_EQ(train.input_dim, pixels);
  const auto& bytes = files.at("mnist/train-images-idx3-ubyte").bytes;
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(train.inputs[i], static_cast<double>(bytes[i]) / 255.0);
  for (std::size_t i = 0; i < images; ++i) EXPECT_EQ(train.outputs[i], static_cast<double>(i % 10));
  EXPECT_EQ(train.provenance, "MNIST training images 0 to 39");
}

TEST(MnistProjection, TheLatentIsTheProjectionOntoTheFirstPrincipalDirectionRescaledToTheUnitInterval) {
  const Files files = made_up();
  const TargetUnderTest target("mnist-projection", {}, 1, files);
  std::ostringstream script;
  script << "import numpy as np\nx = np.array([";
  for (const std::uint8_t byte : files.at("mnist/train-images-idx3-ubyte").bytes) script << int{byte} << ",";
  script << "]).reshape(40, 12) / 255\nv = np.linalg.svd(x - x.mean(0))[2][0]\nv *= "
            "np.sign(v[np.argmax(abs(v))])\n"
         << "z = x @ v\nz = (z - z.min()) / (z.max() - z.min())\nfor a in z: print(repr(float(a)))";
  std::istringstream said(run_python(script.str()));
  for (std::size_t i = 0; i < images; ++i) {
    double expected = -1.0;
    said >> expected;
    EXPECT_NEAR(target.set("train").latents[i], expected, 1e-12);
  }
  const auto [low, high] =
      std::minmax_element(target.set("train").latents.begin(), target.set("train").latents.end());
  EXPECT_EQ(*low, 0.0);
  EXPECT_EQ(*high, 1.0);
  EXPECT_EQ(target.set("train").latent_names, std::vector<std::string>{"projection"});
}

TEST(MnistProjection, ThePlainProjectionIsTheRescaledOneInItsOwnUnits) {
  const Files files = made_up();
  const TargetUnderTest rescaled("mnist-projection", {}, 1, files);
  const TargetUnderTest plain("mnist-projection", {{"projection", std::string("plain")}}, 1, files);
  const auto &unit = rescaled.set("train").latents, &own = plain.set("train").latents;
  const auto [low, high] = std::minmax_element(own.begin(), own.end());
  EXPECT_GT(*high - *low, 0.5);
  for (std::size_t i = 0; i < images; ++i) EXPECT_NEAR(unit[i], (own[i] - *low) / (*high - *low), 1e-14);
  // The direction has unit length: no projection is longer than its image.
  for (std::size_t i = 0; i < images; ++i) {
    double square = 0.0;
    for (std::size_t p = 0; p < pixels; ++p) square += std::pow(plain.set("train").inputs[i * pixels + p], 2);
    EXPECT_LE(own[i] * own[i], square * (1 + 1e-12));
  }
}

TEST(MnistProjection, OneHotLabelsHaveAnOutputForEachClass) {
  const TargetUnderTest target(
      "mnist-projection", {{"labels", std::string("one-hot")}, {"digits", Integers{3, 8}}}, 1, made_up());
  const Set& train = target.set("train");
  ASSERT_EQ(train.output_dim, 10u);
  ASSERT_EQ(train.rows, 8u);
  for (std::size_t row = 0; row < 8; ++row)
    for (std::size_t i = 0; i < 10; ++i)
      EXPECT_EQ(train.outputs[10 * row + i], i == (row % 2 == 0 ? 3u : 8u) ? 1.0 : 0.0);
}

TEST(MnistProjection, DigitsFirstAndCountChooseAmongTheImagesInTheirOrder) {
  const TargetUnderTest target(
      "mnist-projection",
      {{"digits", Integers{3, 8}}, {"first", std::int64_t{1}}, {"count", std::int64_t{5}}}, 1, made_up());
  EXPECT_EQ(target.set("train").outputs, (std::vector<double>{8, 3, 8, 3, 8}));
  EXPECT_EQ(target.set("train").provenance, "MNIST training images with labels 3, 8, of these 1 to 5");
}

TEST(MnistProjection, TheTestSplitAndOtherDataSetsAreNamedInTheProvenance) {
  const TargetUnderTest test("mnist-projection", {{"split", std::string("test")}}, 1, made_up("t10k"));
  EXPECT_EQ(test.set("train").provenance, "MNIST test images 0 to 39");
  const TargetUnderTest fashion("mnist-projection",
                                {{"dataset", std::string("fashion-mnist")}, {"count", std::int64_t{20}}}, 1,
                                made_up("train", "fashion-mnist"));
  EXPECT_EQ(fashion.set("train").provenance, "Fashion-MNIST training images 0 to 19");
}

TEST(MnistProjection, RowsAreTheSameInAnyChunks) {
  TargetUnderTest target("mnist-projection", {}, 1, made_up());
  const Set& train = target.set("train");
  for (std::uint64_t row = 0; row < images; ++row) {
    EXPECT_EQ(target.rows(0, row, 1, false, true, false)[0], train.outputs[row]);
    EXPECT_EQ(target.rows(0, row, 1, false, false, true)[0], train.latents[row]);
  }
}

TEST(MnistProjection, DataThatDoNotServeAreRefusedAsDataErrors) {
  const auto refusal = [](const Given& given, const Files& files) {
    const Refusal said = TargetUnderTest("mnist-projection", given, 1, files).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_DATA);
    return said.sentence;
  };
  EXPECT_THAT(refusal({}, {}), HasSubstr("no such file"));
  EXPECT_THAT(refusal({{"count", std::int64_t{41}}}, made_up()),
              AllOf(HasSubstr("has 40 images, but 41 are needed: lower first or count"),
                    HasSubstr("scripts/get-data mnist")));
  EXPECT_THAT(refusal({{"first", std::int64_t{40}}}, made_up()),
              HasSubstr("has 40 images, but 41 are needed"));
  EXPECT_THAT(refusal({{"classes", std::int64_t{9}}}, made_up()),
              HasSubstr("has the label 9, expected 0 to 8; raise `classes`"));
  Files fewer = made_up();
  fewer["mnist/train-labels-idx1-ubyte"].shape = {39};
  EXPECT_THAT(refusal({}, fewer), AllOf(HasSubstr("40 images"), HasSubstr("39 labels")));
  Files flat = made_up();
  flat["mnist/train-images-idx3-ubyte"].shape = {images};
  EXPECT_THAT(refusal({}, flat), HasSubstr("expected images as bytes in 3 dimensions"));
}

TEST(MnistProjection, AChoiceOfImagesThatCannotServeNamesItsParameter) {
  const auto refusal = [](const Given& given) {
    const Refusal said = TargetUnderTest("mnist-projection", given, 1, made_up()).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER);
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"count", std::int64_t{1}}}), HasSubstr("count: one image"));
  EXPECT_THAT(refusal({{"digits", std::vector<std::int64_t>{11}}}),
              AllOf(HasSubstr("digits: no image has the label 11"), HasSubstr("are 0, 1, 2")));
}

}  // namespace
}  // namespace basso::test

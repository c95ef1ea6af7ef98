// Targets mnist and cifar-projection on made-up images.
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
using Reals = std::vector<double>;
using Files = std::map<std::string, Bytes>;

// 20 images of 2 x 3 pixels to train and 10 to test, labels 0 to 9 in turn.
Files digits() {
  std::mt19937 random(7);
  Files files;
  for (const auto& [split, count] : {std::pair<std::string, std::size_t>{"train", 20}, {"t10k", 10}}) {
    Bytes image{{count, 2, 3}, {}}, label{{count}, {}};
    for (std::size_t i = 0; i < count; ++i) label.bytes.push_back(static_cast<std::uint8_t>(i % 10));
    for (std::size_t p = 0; p < 6 * count; ++p)
      image.bytes.push_back(static_cast<std::uint8_t>(random() % 256));
    files["mnist/" + split + "-images-idx3-ubyte"] = image;
    files["mnist/" + split + "-labels-idx1-ubyte"] = label;
  }
  return files;
}

TEST(Mnist, TrainsAndTestsOnPixelsOverTwoHundredAndFiftyFiveWithOneOutputForEachClass) {
  const Files files = digits();
  const TargetUnderTest target("mnist", {}, 1, files);
  const Set &train = target.set("train"), &test = target.set("test");
  ASSERT_EQ(train.rows, 20u);
  ASSERT_EQ(test.rows, 10u);
  EXPECT_EQ(test.role, "test");
  for (const auto& [set, split] : {std::pair{&train, "train"}, {&test, "t10k"}}) {
    ASSERT_EQ(set->output_dim, 10u);
    const auto& bytes = files.at("mnist/" + std::string(split) + "-images-idx3-ubyte").bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      EXPECT_EQ(set->inputs[i], static_cast<double>(bytes[i]) / 255.0);
    for (std::size_t i = 0; i < set->outputs.size(); ++i)
      EXPECT_EQ(set->outputs[i], i / 10 % 10 == i % 10 ? 1.0 : 0.0);
  }
  EXPECT_EQ(train.provenance, "MNIST training images 0 to 19");
  EXPECT_EQ(test.provenance, "MNIST test images 0 to 9");
}

TEST(Mnist, RegressionHasTheLabelAsOneNumber) {
  const TargetUnderTest target("mnist", {{"labels", std::string("number")}, {"digits", Integers{3, 8}}}, 1,
                               digits());
  EXPECT_EQ(target.set("train").outputs, (Reals{3, 8, 3, 8}));
  EXPECT_EQ(target.set("test").outputs, (Reals{3, 8}));
}

TEST(Mnist, TestImagesMayBeTrainingImagesThatWereHeldOut) {
  const TargetUnderTest target("mnist",
                               {{"labels", std::string("number")},
                                {"count", std::int64_t{12}},
                                {"test_split", std::string("train")},
                                {"test_count", std::int64_t{3}}},
                               1, digits());
  EXPECT_EQ(target.set("train").rows, 12u);
  EXPECT_EQ(target.set("test").outputs, (Reals{2, 3, 4}));
  EXPECT_EQ(target.set("test").provenance, "MNIST training images 12 to 14");
}

TEST(Mnist, LabelsOutOfRangeAndFilesThatDoNotBelongTogetherAreDataErrors) {
  const auto refusal = [](const Given& given, const Files& files) {
    const Refusal said = TargetUnderTest("mnist", given, 1, files).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_DATA) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(
      refusal({{"classes", std::int64_t{8}}}, digits()),
      AllOf(HasSubstr("image 8 of"), HasSubstr("has the label 8, expected 0 to 7"), HasSubstr("`classes`")));
  Files other = digits();
  other["mnist/t10k-images-idx3-ubyte"].shape = {10, 6, 1};
  EXPECT_EQ(TargetUnderTest("mnist", {}, 1, other).refusal().status, BASSO_OK);  // as many pixels
  other["mnist/t10k-images-idx3-ubyte"].shape = {10, 5, 1};
  EXPECT_THAT(refusal({}, other), HasSubstr("images of 5 pixels"));
  EXPECT_THAT(refusal({{"test_count", std::int64_t{11}}}, digits()),
              AllOf(HasSubstr("t10k-images-idx3-ubyte has 10 images, but 11 are needed: lower test_count"),
                    HasSubstr("scripts/get-data mnist")));
  EXPECT_THAT(refusal({{"count", std::int64_t{30}}}, digits()),
              HasSubstr("has 20 images, but 30 are needed: lower count, or get the whole data set"));
  EXPECT_THAT(refusal({{"count", std::int64_t{20}}, {"test_split", std::string("train")}}, digits()),
              HasSubstr("has 20 images, but 21 are needed: lower count or test_count"));
  Files training = digits();
  training.erase("mnist/t10k-images-idx3-ubyte");
  EXPECT_THAT(refusal({}, training), HasSubstr("no such file"));
}

TEST(Mnist, LabelsThatNoImageHasAndATestSetOfNothingAreRefused) {
  const auto refusal = [](const Given& given) {
    const Refusal said = TargetUnderTest("mnist", given, 1, digits()).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(refusal({{"digits", Integers{3, 12}}}),
              AllOf(HasSubstr("digits: no image has the label 12"), HasSubstr("are 0, 1, 2, 3")));
  EXPECT_THAT(refusal({{"test_split", std::string("train")}}),
              HasSubstr("count: 0 leaves no training images"));
}

// 8 records whose planes grow with the label.
Bytes cifar(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Bytes records{{8, 3073}, {}};
  for (std::size_t i = 0; i < 8; ++i) {
    const auto label = static_cast<std::uint8_t>((i + seed) % 10);
    records.bytes.push_back(label);
    for (int p = 0; p < 3072; ++p)
      records.bytes.push_back(static_cast<std::uint8_t>(random() % 50 + std::uint64_t{label} * 20));
  }
  return records;
}

Files cifar_files() {
  Files files = {{"cifar-10-batches-bin/test_batch.bin", cifar(0)}};
  for (std::uint64_t batch = 1; batch <= 5; ++batch)
    files["cifar-10-batches-bin/data_batch_" + std::to_string(batch) + ".bin"] = cifar(batch);
  return files;
}

TEST(CifarProjection, ProjectsTheTestBatchOntoItsFirstPrincipalDirection) {
  const Files files = cifar_files();
  const TargetUnderTest target("cifar-projection", {}, 1, files);
  const Set& train = target.set("train");
  ASSERT_EQ(train.rows, 8u);
  ASSERT_EQ(train.input_dim, 3072u);
  EXPECT_EQ(train.outputs, (Reals{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(train.provenance, "CIFAR-10 test images 0 to 7");
  std::ostringstream script;
  script << "import numpy as np\nr = np.array([";
  for (const std::uint8_t byte : files.at("cifar-10-batches-bin/test_batch.bin").bytes)
    script << int{byte} << ",";
  script << "]).reshape(8, 3073)\nx = r[:, 1:] / 255\nv = np.linalg.svd(x - x.mean(0), "
            "full_matrices=False)[2][0]\nv *= "
            "np.sign(v[np.argmax(abs(v))])\n"
         << "z = x @ v\nz = (z - z.min()) / (z.max() - z.min())\nfor a in z: print(repr(float(a)))";
  std::istringstream said(run_python(script.str()));
  for (const double projection : train.latents) {
    double expected = NAN;
    said >> expected;
    EXPECT_NEAR(projection, expected, 1e-10);
  }
}

TEST(CifarProjection, TheTrainingSplitIsTheFiveBatchesInTheirOrder) {
  const Files files = cifar_files();
  const TargetUnderTest target(
      "cifar-projection", {{"split", std::string("train")}, {"labels", std::string("one-hot")}}, 1, files);
  const Set& train = target.set("train");
  ASSERT_EQ(train.rows, 40u);
  ASSERT_EQ(train.output_dim, 10u);
  for (std::size_t row = 0; row < 40; ++row) {
    const auto& record =
        files.at("cifar-10-batches-bin/data_batch_" + std::to_string(row / 8 + 1) + ".bin").bytes;
    const std::size_t begin = row % 8 * 3073;
    EXPECT_EQ(train.inputs[row * 3072 + 1024],
              static_cast<double>(record[begin + 1025]) / 255.0);  // first green
    for (std::size_t i = 0; i < 10; ++i)
      EXPECT_EQ(train.outputs[10 * row + i], i == record[begin] ? 1.0 : 0.0);
  }
  const TargetUnderTest some(
      "cifar-projection",
      {{"split", std::string("train")}, {"classes", Integers{3}}, {"count", std::int64_t{2}}}, 1, files);
  EXPECT_EQ(some.set("train").outputs, (Reals{3, 3}));
  EXPECT_EQ(some.set("train").provenance, "CIFAR-10 training images with labels 3, of these 0 to 1");
}

TEST(CifarProjection, MissingFilesAndAChoiceOfNothingAreRefused) {
  EXPECT_EQ(TargetUnderTest("cifar-projection", {}).refusal().status, BASSO_ERROR_DATA);
  EXPECT_THAT(
      TargetUnderTest("cifar-projection", {{"classes", Integers{9}}}, 1, cifar_files()).refusal().sentence,
      HasSubstr("classes: no image has the label 9; those of"));
}

}  // namespace
}  // namespace basso::test

// Target file: points and values of the user's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "harness.hpp"

namespace basso::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Reals = std::vector<double>;
using Files = std::map<std::string, Bytes>;

Bytes numbers(std::vector<std::uint64_t> shape, Reals values) {
  return {std::move(shape), {}, std::move(values)};
}

Given given(const std::string& points, const std::string& values = "") {
  return {{"points", points}, {"values", values}};
}

const Files files = {{"/x.npy", numbers({4}, {0.0, 0.25, 0.5, 0.75})},
                     {"/y.csv", numbers({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8})},
                     {"/plane.csv", numbers({3, 3}, {1, 0, 10, 2, 0, 20, 3, 1, 30})},
                     {"/bytes.npy", {{3, 1}, {9, 8, 7}}},
                     {"/short.csv", numbers({3, 1}, {1, 2, 3})},
                     {"/cube.npy", numbers({1, 1, 1}, {1})},
                     {"/empty.npy", numbers({0}, {})},
                     {"/hole.csv", numbers({2, 2}, {1, 2, 3, std::numeric_limits<double>::quiet_NaN()})}};

TEST(File, PointsAndValuesComeFromTheirFilesRowByRow) {
  const TargetUnderTest target("file", given("/x.npy", "/y.csv"), 1, files);
  const Set& train = target.set("train");
  EXPECT_EQ(train.inputs, (Reals{0.0, 0.25, 0.5, 0.75}));
  EXPECT_EQ(train.output_dim, 2u);
  EXPECT_EQ(train.outputs, (Reals{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(train.axes.at(0).values, train.inputs);
  EXPECT_EQ(train.provenance, "x.npy");
}

TEST(File, WithoutAFileOfValuesTheLastColumnHoldsThem) {
  const TargetUnderTest target("file", given("/plane.csv"), 1, files);
  const Set& train = target.set("train");
  ASSERT_EQ(train.input_dim, 2u);
  EXPECT_EQ(train.inputs, (Reals{1, 0, 2, 0, 3, 1}));
  EXPECT_EQ(train.outputs, (Reals{10, 20, 30}));
  EXPECT_TRUE(train.axes.empty());
}

TEST(File, ATestSetABytesFileAndAPeriodAreTaken) {
  Given with_test = given("/x.npy", "/x.npy");
  with_test["test_points"] = std::string("/bytes.npy");
  with_test["test_values"] = std::string("/short.csv");
  with_test["period"] = 8.0;
  const TargetUnderTest target("file", with_test, 1, files);
  EXPECT_EQ(target.set("test").role, "test");
  EXPECT_EQ(target.set("test").inputs, (Reals{9, 8, 7}));
  EXPECT_EQ(target.set("test").outputs, (Reals{1, 2, 3}));
  EXPECT_TRUE(target.set("test").axes.empty());  // it does not ascend
  EXPECT_EQ(target.set("train").axes.at(0).period, 8.0);
}

TEST(File, RowsAreTheSameInAnyChunks) {
  TargetUnderTest target("file", given("/plane.csv"), 1, files);
  for (std::uint64_t row = 0; row < 3; ++row)
    EXPECT_EQ(target.rows(0, row, 1),
              (Reals{target.set("train").inputs[2 * row], target.set("train").inputs[2 * row + 1],
                     target.set("train").outputs[row]}));
}

TEST(File, FilesThatDoNotServeAreDataErrorsThatNameThem) {
  const auto refusal = [](const Given& parameters) {
    const Refusal said = TargetUnderTest("file", parameters, 1, files).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_DATA) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(refusal(given("/none.csv")), HasSubstr("no such file"));
  EXPECT_THAT(refusal(given("/x.npy")),
              AllOf(HasSubstr("/x.npy: has one column"), HasSubstr("expected points")));
  EXPECT_THAT(refusal(given("/x.npy", "/short.csv")), HasSubstr("/short.csv has 3 rows, /x.npy has 4"));
  EXPECT_THAT(refusal(given("/cube.npy", "/x.npy")), HasSubstr("/cube.npy: has 3 dimensions"));
  EXPECT_THAT(refusal(given("/empty.npy", "/x.npy")), HasSubstr("/empty.npy: holds no numbers"));
  EXPECT_THAT(refusal(given("/hole.csv")), HasSubstr("/hole.csv: row 1, column 1 (from 0) is nan"));
  Given unlike = given("/x.npy", "/y.csv");
  unlike["test_points"] = std::string("/x.npy");
  unlike["test_values"] = std::string("/x.npy");
  EXPECT_THAT(refusal(unlike), HasSubstr("1 inputs and 1 outputs, those of the set \"train\" are 1 and 2"));
}

TEST(File, ParametersThatNameNothingOrContradictEachOtherAreRefused) {
  Given alone = given("/x.npy", "/x.npy"), period = alone;
  alone["test_values"] = std::string("/x.npy");
  period["period"] = 0.75;
  const auto refusal = [](const Given& parameters) {
    const Refusal said = TargetUnderTest("file", parameters, 1, files).refusal();
    EXPECT_EQ(said.status, BASSO_ERROR_PARAMETER) << said.sentence;
    return said.sentence;
  };
  EXPECT_THAT(refusal({}), HasSubstr("points: no file is named"));
  EXPECT_THAT(refusal(alone), HasSubstr("test_values: are given without"));
  EXPECT_THAT(refusal(period), HasSubstr("period: the points of /x.npy"));
}

}  // namespace
}  // namespace basso::test

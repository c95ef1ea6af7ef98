// Target image on made-up pictures, its resizing against numpy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "harness.hpp"
#include "support/python.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;
using Reals = std::vector<double>;
using Files = std::map<std::string, Bytes>;

constexpr std::size_t height = 5, width = 7;

std::uint8_t level(std::size_t i) { return static_cast<std::uint8_t>((37 * i * i + 11 * i) % 251); }

Files picture() {
  Bytes image{{height, width}, {}};
  for (std::size_t i = 0; i < height * width; ++i) image.bytes.push_back(level(i));
  return {{"images/camera.png", image}, {"/own.pgm", image}};
}

Given sized(std::int64_t columns, std::int64_t rows) { return {{"width", columns}, {"height", rows}}; }

TEST(ImageTarget, GreyLevelsAreLessTheirMeanOverTheLargestMagnitude) {
  const TargetUnderTest target("image", sized(0, 0), 1, picture());
  const Set& all = target.set("test");
  ASSERT_EQ(all.rows, height * width);
  double mean = 0.0, largest = 0.0;
  for (std::size_t i = 0; i < all.rows; ++i) mean += level(i) / 35.0;
  for (std::size_t i = 0; i < all.rows; ++i) largest = std::max(largest, std::abs(level(i) - mean));
  for (std::size_t i = 0; i < all.rows; ++i) EXPECT_NEAR(all.outputs[i], (level(i) - mean) / largest, 1e-14);
  EXPECT_EQ(all.provenance, "camera.png, 7 x 5 pixels");
}

TEST(ImageTarget, OddColumnsTrainAllPixelsTestAndOneRowIsASetOfItsOwn) {
  const TargetUnderTest target("image", sized(0, 0), 1, picture());
  const Set &train = target.set("train"), &all = target.set("test"), &row = target.set("row");
  ASSERT_EQ(train.rows, 15u);  // columns 1, 3, 5
  for (std::size_t y = 0; y < height; ++y)
    for (std::size_t i = 0; i < 3; ++i) {
      const std::size_t from = y * width + 2 * i + 1;
      EXPECT_EQ(train.outputs[3 * y + i], all.outputs[from]);
      EXPECT_EQ(train.inputs[2 * (3 * y + i)], all.inputs[2 * from]);
      EXPECT_EQ(train.inputs[2 * (3 * y + i) + 1], all.inputs[2 * from + 1]);
    }
  ASSERT_EQ(row.rows, width);  // the middle one, 2
  EXPECT_EQ(row.role, "manifold");
  EXPECT_EQ(row.outputs, Reals(all.outputs.begin() + 14, all.outputs.begin() + 21));
  EXPECT_EQ(TargetUnderTest(
                "image", {{"width", std::int64_t{0}}, {"height", std::int64_t{0}}, {"row", std::int64_t{4}}},
                1, picture())
                .set("row")
                .outputs,
            Reals(all.outputs.begin() + 28, all.outputs.end()));
  EXPECT_EQ(TargetUnderTest("image", {{"train", std::string("all")}}, 1, picture()).set("train").rows,
            64u * 64u);
}

TEST(ImageTarget, CoordinatesAndAxesRunAlongColumnsAndRowsWithEqualSteps) {
  const TargetUnderTest target("image", sized(0, 0), 1, picture());
  for (const Set& set : target.sets()) {
    EXPECT_EQ(set.input_names, (std::vector<std::string>{"x", "y"}));
    const Axis& x = set.axes.back();
    EXPECT_EQ(x.name, "x");
    for (std::size_t i = 0; i < set.rows; ++i) {
      EXPECT_NEAR(set.inputs[2 * i], x.start + x.step * static_cast<double>(i % x.length), 1e-15);
      if (set.axes.size() == 2) {
        EXPECT_NEAR(set.inputs[2 * i + 1],
                    set.axes[0].start + set.axes[0].step * static_cast<double>(i / x.length), 1e-15);
      }
    }
  }
  const Reals& all = target.set("test").inputs;
  EXPECT_EQ(all[0], -1.0);
  EXPECT_NEAR(all[2 * 6], 1.0, 1e-15);                    // the last column
  EXPECT_NEAR(all[2 * 28 + 1], -1.0 + 4.0 / 3.0, 1e-15);  // the last row, four steps of 2/6
}

TEST(ImageTarget, ResizingIsTheMeanOverTheCoveredAreas) {
  std::ostringstream levels;
  for (std::size_t i = 0; i < height * width; ++i) levels << int{level(i)} << ",";
  for (const auto& [rows, columns] : {std::pair{2, 3}, {5, 4}, {1, 7}, {10, 14}, {9, 3}}) {
    const TargetUnderTest target("image", sized(columns, rows), 1, picture());
    // Each old pixel becomes r x c small ones, so that a new pixel is a block of 5 x 7 whole small ones.
    std::istringstream said(
        run_python("import numpy as np\nv = np.array([" + levels.str() +
                   "]).reshape(5, 7)\nr, c = " + std::to_string(rows) + ", " + std::to_string(columns) +
                   "\nv = np.repeat(np.repeat(v, r, 0), c, 1).reshape(r, 5, c, 7).mean((1, 3))\n"
                   "v = v - v.mean()\nfor a in (v / abs(v).max()).ravel(): print(repr(float(a)))"));
    const Set& all = target.set("test");
    ASSERT_EQ(all.rows, static_cast<std::uint64_t>(rows * columns));
    for (std::size_t i = 0; i < all.rows; ++i) {
      double expected = NAN;
      said >> expected;
      EXPECT_NEAR(all.outputs[i], expected, 1e-13) << rows << " x " << columns << " at " << i;
    }
  }
}

TEST(ImageTarget, AnImageOfOnesOwnAndSixteenBitLevelsAreTaken) {
  Files files = picture();
  Bytes deep{{1, 2}, {}, {1000.0, 65535.0}};
  files["/deep.png"] = deep;
  Given own = sized(0, 0), sixteen = sized(0, 0);
  own["file"] = std::string("/own.pgm");
  sixteen["file"] = std::string("/deep.png");
  EXPECT_EQ(TargetUnderTest("image", own, 1, files).set("test").outputs,
            TargetUnderTest("image", sized(0, 0), 1, files).set("test").outputs);
  const TargetUnderTest target("image", sixteen, 1, files);
  EXPECT_EQ(target.set("test").outputs, (Reals{-1.0, 1.0}));
  EXPECT_EQ(target.set("train").outputs, (Reals{1.0}));
}

TEST(ImageTarget, RowsAreTheSameInAnyChunks) {
  TargetUnderTest target("image", sized(6, 4), 1, picture());
  for (std::uint32_t s = 0; s < target.sets().size(); ++s)
    for (std::uint64_t row = 0; row < target.sets()[s].rows; ++row)
      EXPECT_EQ(target.rows(s, row, 1),
                (Reals{target.sets()[s].inputs[2 * row], target.sets()[s].inputs[2 * row + 1],
                       target.sets()[s].outputs[row]}));
}

TEST(ImageTarget, WhatCannotServeIsRefusedWithASentence) {
  const auto refusal = [](const Given& given, const Files& files) {
    return TargetUnderTest("image", given, 1, files).refusal();
  };
  EXPECT_EQ(refusal({}, {}).status, BASSO_ERROR_DATA);
  Files grey = picture();
  std::fill(grey["images/camera.png"].bytes.begin(), grey["images/camera.png"].bytes.end(), std::uint8_t{77});
  EXPECT_EQ(refusal({}, grey).status, BASSO_ERROR_DATA);
  EXPECT_THAT(refusal({}, grey).sentence, HasSubstr("all pixels are equally grey"));
  EXPECT_THAT(refusal({{"row", std::int64_t{64}}}, picture()).sentence,
              HasSubstr("row: is 64, the image has rows 0 to 63"));
  EXPECT_THAT(refusal(sized(1, 5), picture()).sentence, HasSubstr("width: is 1"));
  EXPECT_THAT(refusal({{"name", std::string()}}, picture()).sentence, HasSubstr("name: is empty"));
  EXPECT_THAT(refusal({{"low", 1.0}}, picture()).sentence, HasSubstr("low: must be less than high"));
}

}  // namespace
}  // namespace basso::test

// Data sets that are missing, damaged or do not fit together: exit code 4, and how to get them.
#include "e2e/made_up_images.hpp"

namespace basso::test {
namespace {

using testing::HasSubstr;

const std::string experiment = with(tiny, R"(plugin = "sinusoids"
frequencies = [1.0, 3.0]
samples = 20)",
                                    R"(plugin = "mnist-projection"
dataset = "toy")");

Outcome run(const Workplace& place) {
  place.write("a.toml", experiment);
  return place.basso("run a.toml --data-dir data --out r");
}

TEST(BadData, SoundFilesRun) {
  const Workplace place;
  write_images(place, 12, 12);
  const Outcome outcome = run(place);
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_THAT(place.read("r/manifest.json"), HasSubstr("train-images-idx3-ubyte"));
}

TEST(BadData, AMissingDataSetNamesThePlacesSearched) {
  const Workplace place;
  std::filesystem::create_directories(place.path() / "data");
  const Outcome outcome = run(place);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("data/toy"));
  EXPECT_FALSE(place.exists("r/series"));
}

TEST(BadData, AllFilesOfADataSetComeFromOneFolder) {
  const Workplace place;
  write_images(place, 12, 12);
  const std::string labels = "toy/train-labels-idx1-ubyte";
  place.write("first/" + labels, place.read("data/" + labels));
  place.write("a.toml", experiment);
  const Outcome outcome = place.basso("run a.toml --data-dir first --data-dir data --out r");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("first/toy (without the files)"));
}

TEST(BadData, LabelsThatAreNoProbabilitiesAreRefusedByCrossEntropy) {
  const Workplace place;
  write_images(place, 12, 12);
  for (const std::string loss : {"bce", "softmax"}) {
    place.write("a.toml", with(experiment, "steps = 20", "steps = 20\nloss = \"" + loss + "\""));
    const Outcome outcome = place.basso("run a.toml --data-dir data --out r");
    EXPECT_EQ(outcome.code, 2) << outcome.error;
    EXPECT_THAT(outcome.error, HasSubstr("train.loss: " + loss + " needs "));
    EXPECT_THAT(outcome.error, HasSubstr(loss == "bce" ? "row 2 of the training set has 2" : "sums to 0"));
    EXPECT_FALSE(place.exists("r"));
  }
}

TEST(BadData, AMissingMnistNamesTheCommandThatGetsIt) {
  const Workplace place;
  place.write("a.toml", with(experiment, "toy", "mnist"));
  const Outcome outcome = place.basso("run a.toml --out r", "BASSO_DATA_PATH=");
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("scripts/get-data mnist"));
}

TEST(BadData, ATruncatedFileIsNamed) {
  const Workplace place;
  write_images(place, 12, 12);
  std::filesystem::resize_file(place.path() / "data/toy/train-images-idx3-ubyte", 100);
  const Outcome outcome = run(place);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("train-images-idx3-ubyte"));
}

TEST(BadData, ACorruptFileIsNamed) {
  const Workplace place;
  write_images(place, 12, 12);
  place.write("data/toy/train-labels-idx1-ubyte", "GIF89a, honestly");
  const Outcome outcome = run(place);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("train-labels-idx1-ubyte"));
}

TEST(BadData, CountsThatDifferAreBothNamed) {
  const Workplace place;
  write_images(place, 12, 11);
  const Outcome outcome = run(place);
  EXPECT_EQ(outcome.code, 4);
  EXPECT_THAT(outcome.error, HasSubstr("12"));
  EXPECT_THAT(outcome.error, HasSubstr("11"));
}

}  // namespace
}  // namespace basso::test

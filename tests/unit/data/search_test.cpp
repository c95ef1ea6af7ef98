// The data search path and the search for a data set's files.
#include "data/search.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "unit/data/files.hpp"

namespace basso::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Sets an environment variable (or unsets it, for nullptr) for one test.
class Environment {
 public:
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before, had_ = true;
    value ? ::setenv(name, value, 1) : ::unsetenv(name);
  }
  ~Environment() { had_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  const char* name_;
  std::string before_;
  bool had_ = false;
};

TEST(DataSearchPath, IsGivenThenEnvironmentThenUserThenSystem) {
  const Environment list("BASSO_DATA_PATH", "/e1::/e2"), data_home("XDG_DATA_HOME", "/xdg");
  const std::vector<std::string> given = {"/g1", "/g2"};
  EXPECT_THAT(data_search_path(given),
              ElementsAre("/g1", "/g2", "/e1", "/e2", "/xdg/basso/data", "/usr/local/share/basso/data",
                          "/usr/share/basso/data", "/usr/share/datasets"));
}

TEST(DataSearchPath, TakesTheHomeDirectoryWithoutXdg) {
  const Environment list("BASSO_DATA_PATH", nullptr), data_home("XDG_DATA_HOME", nullptr),
      home("HOME", "/home/me");
  EXPECT_EQ(data_search_path().front(), "/home/me/.local/share/basso/data");
}

class FindDataset : public testing::Test {
 protected:
  void put(const std::string& file) {
    std::filesystem::create_directories(directory_.file(file).parent_path());
    write_bytes(directory_.file(file), {1});
  }
  test::TemporaryDirectory directory_;
  std::vector<Path> path_ = {directory_.file("first"), directory_.file("second")};
};

TEST_F(FindDataset, TheFirstFolderAndTheFirstCandidateWin) {
  put("second/mnist/images");
  EXPECT_EQ(find_dataset(path_, "mnist", {"images", "images.gz"}), directory_.file("second/mnist/images"));
  put("first/mnist/images.gz");
  EXPECT_EQ(find_dataset(path_, "mnist", {"images", "images.gz"}), directory_.file("first/mnist/images.gz"));
  put("first/mnist/images");
  EXPECT_EQ(find_dataset(path_, "mnist", {"images", "images.gz"}), directory_.file("first/mnist/images"));
}

TEST_F(FindDataset, FilesThatBelongTogetherComeFromOneFolder) {
  put("first/mnist/images");
  put("second/mnist/images");
  put("second/mnist/labels.gz");
  EXPECT_THAT(find_dataset_files(path_, "mnist", {{"images"}, {"labels", "labels.gz"}}),
              ElementsAre(directory_.file("second/mnist/images"), directory_.file("second/mnist/labels.gz")));
}

TEST_F(FindDataset, AMissingOneListsEveryPlaceAndTheCommandThatGetsIt) {
  put("first/mnist/other");
  const std::string message = error_of(Exit::data, [&] {
    find_dataset(path_, "mnist", {"images", "images.gz"});
  });
  EXPECT_THAT(message, HasSubstr("images or images.gz"));
  EXPECT_THAT(message, HasSubstr(directory_.file("first/mnist").string() + " (without the files)"));
  EXPECT_THAT(message, HasSubstr(directory_.file("second/mnist").string() + " (no such folder)"));
  EXPECT_THAT(message, HasSubstr("scripts/get-data mnist"));
}

TEST_F(FindDataset, TheOthersOfADataSetThatAreMissingAreNamedInOneOrder) {
  const auto message_for = [&](const std::string& file) {
    return error_of(Exit::data, [&] { find_dataset(path_, "mnist", {file, file + ".gz"}); });
  };
  const std::string all = message_for("train-labels-idx1-ubyte");
  EXPECT_THAT(all, HasSubstr("from one folder:\n"
                             "  train-images-idx3-ubyte or train-images-idx3-ubyte.gz\n"
                             "  train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz\n"
                             "  t10k-images-idx3-ubyte or t10k-images-idx3-ubyte.gz\n"
                             "  t10k-labels-idx1-ubyte or t10k-labels-idx1-ubyte.gz\nLooked in"));
  EXPECT_EQ(message_for("t10k-labels-idx1-ubyte"), all);
  put("first/mnist/train-images-idx3-ubyte.gz");
  EXPECT_THAT(message_for("t10k-labels-idx1-ubyte"), testing::Not(HasSubstr("train-images")));
}

TEST_F(FindDataset, ANameIsNoPath) {
  for (const char* name : {"", ".", "..", "../mnist", "/mnist"}) {
    error_of(Exit::usage, [&] { find_dataset(path_, name, {"images"}); });
  }
}

}  // namespace
}  // namespace basso::data
